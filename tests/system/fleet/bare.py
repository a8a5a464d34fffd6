"""Two bare paho clients, one that publishes and one with a kept session that takes: how long a broker's pauses are by itself."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

TOPIC = "bare/probe"
PERIOD_S = 0.25
PATIENCE_S = 5.0
MAX_IN_FLIGHT = 60_000


class BareProbe:
    """Publishes a number each quarter of a second with QoS 1, and takes them again.

    Attributes:
        longest_pause: s between two arrivals.
        arrived: numbers.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._ports = [urlsplit(url).port or 1883 for url in urls]
        self.longest_pause = 0.0
        self.arrived = 0
        self._last = time.monotonic()

    async def run(self) -> None:
        """Publish and take until cancelled; each client goes on to the next broker when it loses its own."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep("bare-taker", 0, takes=True))
            group.create_task(self._keep("bare-giver", 1, takes=False))

    async def _keep(self, client_id: str, first: int, *, takes: bool) -> None:
        for port in itertools.islice(itertools.cycle(self._ports), first, None):
            client = paho.Client(CallbackAPIVersion.VERSION2, client_id, clean_session=not takes)
            client.on_message = self._on_message
            client.connect_timeout = PATIENCE_S
            # What a broker never acknowledges must not hold up what comes after it.
            client.max_inflight_messages_set(MAX_IN_FLIGHT)
            with suppress(OSError):
                await asyncio.to_thread(client.connect, "127.0.0.1", port)
                client.loop_start()
                await self._serve(client, takes=takes)
            await asyncio.to_thread(client.loop_stop)
            await asyncio.sleep(0.1)

    async def _serve(self, client: paho.Client, *, takes: bool) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not client.is_connected() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        if takes and client.is_connected():
            client.subscribe(TOPIC, 1)
        while client.is_connected():
            if not takes:
                client.publish(TOPIC, b"x", 1)
            await asyncio.sleep(PERIOD_S)

    def _on_message(self, _client: paho.Client, _data: object, _message: paho.MQTTMessage) -> None:
        now = time.monotonic()
        self.longest_pause, self._last = max(self.longest_pause, now - self._last), now
        self.arrived += 1

    def begin(self) -> None:
        """Forget the pauses until now."""
        self.longest_pause, self._last = 0.0, time.monotonic()
