"""The node: drivers → processing → outbox → MQTT. A composition root: the one TaskGroup beside the PLCs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import IO

import structlog

from edge import __version__
from edge.clock import Clock
from edge.config.settings import Settings
from edge.drivers.base import Driver
from edge.errors import RejectedError, TransientError
from edge.health.metrics import Metric
from edge.health.progress import Progress
from edge.health.service import HealthService
from edge.lifecycle import cancel, done_before, stop_event
from edge.messages import acknowledgement, line_protocol, topics
from edge.messages.schema import Stream
from edge.model.calendar import NS
from edge.model.frame import Frame
from edge.mqtt.client import MqttClient
from edge.mqtt.message import Message
from edge.node_health import driver_fields, health_fields, outbox_metrics, reading_metrics, sending_metrics
from edge.outbox.collector import Collector
from edge.outbox.forwarder import Forwarder
from edge.outbox.sqlite import FILE
from edge.outbox.worker import OutboxThread
from edge.people.service import People
from edge.processing.health import Health
from edge.processing.pipeline import Pipeline

log = structlog.get_logger(__name__)

STALLED_S = 120.0
"""A stage that has done nothing for so long hangs: systemd starts the node anew, and nothing is lost by it."""
TICK_S = 1.0
SLOW_TICKS = 10
"""Health is said every so many ticks."""
DRAIN_DEADLINE_S = 7.0
"""After SIGTERM the host has this long to acknowledge; what it does not stays in the outbox for the next start."""
DRAIN_CHECK_S = 0.05
MAX_BURST = 63


async def run_node(settings: Settings, clock: Clock, parent: IO[str] | None = None) -> None:
    """Run until SIGTERM, SIGINT or the end of `parent`; then read no more, commit, let the host acknowledge, and end within 10 s."""
    stop = stop_event(parent)
    async with AsyncExitStack() as stack:
        outbox = OutboxThread(settings.data_dir / FILE, settings.node_id, settings.outbox)
        # It waits for a disk that is full or away.
        if not await done_before(stop, stack.enter_async_context(outbox)):
            return
        people = None
        if settings.people is not None:
            people = await stack.enter_async_context(
                People(settings.people, settings.plant, settings.data_dir, clock)
            )
        node = Node(settings, outbox, Pipeline(settings.plant, await outbox.state()), people, clock)
        await node.run(stop)


class Node:
    """The stages of one node, tied together; each knows the next one only as a function to call."""

    def __init__(
        self,
        settings: Settings,
        outbox: OutboxThread,
        pipeline: Pipeline,
        people: People | None,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._pipeline = pipeline
        self._people = people
        self._clock = clock
        self._health = Health()
        self._drivers: Sequence[Driver] = ()
        self._since = datetime.fromtimestamp(clock.now() / NS, UTC).isoformat(timespec="seconds")
        self._topics = topics.NodeTopics(settings.plant.site, settings.node_id)
        self._mqtt = MqttClient(
            settings.mqtt,
            f"chili-edge-{settings.plant.site}-{settings.node_id}",
            clean=True,
            will=Message(self._topics.status, self._status(online=False), retain=True),
            on_connect=self._connected,
        )
        for stream in Stream:
            # The next acknowledgement says all that a lost one did.
            self._mqtt.subscribe(self._topics.ack(stream), qos=0)
        self._forwarder = Forwarder(
            outbox,
            self._publish,
            lambda: self._mqtt.window,
            settings.mqtt.ack_timeout_s,
            clock,
            settings.outbox.max_upload,
        )
        self._collector = Collector(outbox, pipeline.changes, self._forwarder.wake, clock)
        self._service = HealthService(
            self._progress(), self._metrics, self._not_ready, clock, settings.health.node, "health.node"
        )

    def _progress(self) -> Progress:
        progress = Progress()
        progress.watch("commits", lambda: self._collector.turns, STALLED_S)
        progress.watch("sending", lambda: self._forwarder.turns, STALLED_S)
        return progress

    async def run(self, stop: asyncio.Event) -> None:
        """Run every stage until `stop`: sinks open before sources and close after them."""
        async with asyncio.TaskGroup() as group:
            sinks = [
                group.create_task(self._mqtt.run(), name="mqtt"),
                group.create_task(self._receive(), name="acknowledgements"),
                group.create_task(self._forwarder.run(), name="forwarder"),
                group.create_task(self._collector.run(), name="collector"),
            ]
            self._drivers = tuple(self._make_drivers())
            sources = [
                group.create_task(driver.run(self._emit), name=driver.name) for driver in self._drivers
            ]
            sources.append(group.create_task(self._tick(), name="tick"))
            sources.append(group.create_task(self._service.run(), name="health"))
            if self._people is not None:
                sources.append(group.create_task(self._people.run(self._collector.add), name="people"))
            log.info("node runs", node=self._settings.node_id, devices=len(self._settings.plant.devices))
            await stop.wait()
            log.info("node ends")
            await cancel(sources)
            await self._drain()
            await cancel(sinks)

    def _make_drivers(self) -> Iterator[Driver]:
        """Yield a driver for each endpoint; a protocol that no device speaks is not even loaded."""
        settings = self._settings
        if settings.modbus:
            from edge.drivers.modbus.driver import ModbusDriver

            yield from (
                ModbusDriver(endpoint, stations, self._clock) for endpoint, stations in settings.modbus
            )
        if settings.opcua:
            from edge.drivers.opcua.driver import OpcuaDriver
            from edge.drivers.opcua.pki import Pki

            pki = Pki(settings.data_dir / "pki", settings.node_id)
            yield from (
                OpcuaDriver(server, self._clock, pki, since=self._pipeline.read_until(server.device))
                for server in settings.opcua
            )

    async def _emit(self, frame: Frame) -> None:
        self._health.count(frame)
        if self._people is not None:
            await self._people.frame(frame)
        await self._collector.add(self._pipeline.process(frame))

    async def _tick(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(TICK_S)
            ticks += 1
            await self._collector.add(self._pipeline.tick(self._clock.now()))
            if ticks % SLOW_TICKS == 0:
                try:
                    await self._say_health()
                except TransientError as error:
                    log.warning("no health to tell", reason=str(error))

    async def _say_health(self) -> None:
        tallies = await self._outbox.tallies()
        figures = {
            **health_fields(tallies, await self._outbox.usage()),
            **driver_fields(self._drivers),
            **(await self._people.tally() if self._people else {}),
        }
        plant = self._settings.plant
        point = self._health.point(plant.site, self._settings.node_id, figures, self._clock.now())
        await self._collector.add({Stream.TREND: [line_protocol.encode(point)]})
        for stream, tally in tallies.items():
            if tally.unaccounted:
                log.critical("points are unaccounted for", stream=str(stream), points=tally.unaccounted)

    async def _metrics(self) -> list[Metric]:
        return [
            *outbox_metrics(await self._outbox.tallies(), await self._outbox.usage()),
            *sending_metrics(self._forwarder, self._mqtt),
            *reading_metrics(self._health.frames, self._health.bad_values, self._drivers),
        ]

    def _not_ready(self) -> list[str]:
        return [] if self._mqtt.connected else ["no broker"]

    async def _connected(self) -> None:
        await self._mqtt.publish(self._topics.status, self._status(online=True), retain=True)
        self._forwarder.connected()

    async def _publish(self, stream: Stream, payload: bytes) -> None:
        await self._mqtt.publish(self._topics.data(stream), payload)

    async def _receive(self) -> None:
        streams = {self._topics.ack(stream): stream for stream in Stream}
        async for message in self._mqtt.messages():
            # Of several that wait the last one of a topic and epoch says all that the others did.
            burst = [message, *self._mqtt.take(MAX_BURST)]
            newest = {}
            for each in burst:
                try:
                    said = acknowledgement.decode(each.payload)
                    newest[streams[each.topic], said.epoch] = said
                except (KeyError, RejectedError) as error:
                    log.warning("not an acknowledgement", topic=each.topic, reason=str(error))
            for (stream, _), said in newest.items():
                try:
                    await self._forwarder.acknowledged(stream, said)
                except TransientError as error:
                    # The next acknowledgement names these batches again.
                    log.warning("acknowledged batches cannot be deleted now", reason=str(error))
            for each in burst:
                self._mqtt.ack(each)

    async def _drain(self) -> None:
        """Commit, and wait until the host has acknowledged everything: while there is a broker, and not for ever.

        What cannot be committed in time is lost with the state behind it, so the PLC's totalizers still cover it.
        """
        try:
            async with asyncio.timeout(DRAIN_DEADLINE_S):
                await self._collector.flush()
                while (waiting := await self._waiting()) and self._mqtt.connected:
                    await asyncio.sleep(DRAIN_CHECK_S)
        except (TimeoutError, TransientError) as error:
            log.warning("not drained", within_s=DRAIN_DEADLINE_S, reason=str(error) or "no acknowledgement")
        else:
            if waiting:
                log.warning(
                    "not everything is acknowledged yet; it is sent at the next start", points=waiting
                )

    async def _waiting(self) -> int:
        return sum(tally.waiting for tally in (await self._outbox.tallies()).values())

    def _status(self, *, online: bool) -> bytes:
        return topics.status(online=online, since=self._since, version=__version__)
