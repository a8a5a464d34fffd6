"""The host: MQTT → ingest → historian → console. A composition root: the one TaskGroup beside the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import IO

import structlog

from edge.clock import Clock
from edge.config.settings import Settings
from edge.console.server import serve_console
from edge.errors import ConfigurationError, TransientError
from edge.health.metrics import Metric
from edge.health.progress import Progress
from edge.health.service import HealthService
from edge.historian.base import Historian
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.options import InfluxOptions
from edge.host_console import console_contents, open_access
from edge.host_health import ingest_metrics
from edge.host_pages import Box
from edge.ingest.dead_letters import DeadLetters
from edge.ingest.desk import Desk
from edge.ingest.manual_entries import ManualEntries
from edge.ingest.replay import ReplayDesk
from edge.ingest.sharing import SharedBroker
from edge.ingest.worker import IngestWorker
from edge.issuing import keep_issuing
from edge.lifecycle import cancel, stop_event
from edge.messages import topics
from edge.mqtt.client import MqttClient
from edge.mqtt.message import Message
from edge.target.publish import keep_forecast

log = structlog.get_logger(__name__)

HISTORIAN_FILE = "historian.db"
DEAD_LETTERS_FILE = "dead-letters.db"
REPLAY_FOLDER = "dead-letters"
ENTRIES_FOLDER = "entries"
CONSOLE_AGAIN_S = 30.0
STALLED_S = 300.0
"""A write and its retries make progress in less; a host that does not hangs, and systemd starts it anew."""


async def run_host(
    settings: Settings, clock: Clock, parent: IO[str] | None = None, *, console: bool = True
) -> None:
    """Run until SIGTERM, SIGINT or the end of `parent`; a batch in hand is committed before it ends.

    Args:
        settings: of the box.
        clock: of the machine.
        parent: a pipe that a parent process holds.
        console: serve the web pages too; one of several workers on a box does.
    """
    stop = stop_event(parent)
    async with AsyncExitStack() as stack:
        historian = await stack.enter_async_context(open_historian(settings))
        letters = stack.enter_context(DeadLetters(dead_letters_file(settings)))
        reader = None
        if console:
            reader = await stack.enter_async_context(open_historian(settings, read_only=True))
        host = Host(settings, historian, letters, clock)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each, name=name) for name, each in host.tasks(reader)]
            log.info("host runs", site=settings.plant.site, historian=settings.historian.kind)
            await stop.wait()
            log.info("host ends")
            await cancel(tasks[::-1])


class Host:
    """The stages of one host, tied together."""

    def __init__(self, settings: Settings, historian: Historian, letters: DeadLetters, clock: Clock) -> None:
        self._settings = settings
        self._historian = historian
        self._letters = letters
        self._clock = clock
        site, ingest = settings.plant.site, settings.ingest
        name = f"chili-edge-host-{site}" + (f"-{ingest.name}" if ingest.name else "")
        self._mqtt = MqttClient(settings.mqtt, name, clean=False)
        self._shared: SharedBroker[Message] | None = None
        if ingest.workers > 1:
            self._shared = SharedBroker(self._mqtt, site, ingest.worker, ingest.workers)
            self._mqtt.subscribe(topics.status_filter(site), qos=0)
        elif ingest.nodes is not None:
            for node in ingest.nodes:
                self._mqtt.subscribe(topics.node_filter(site, node))
        else:
            self._mqtt.subscribe(topics.data_filter(site))
        self._hear: list[Callable[[], None]] = []
        self._ingest = IngestWorker(
            site, historian, self._shared or self._mqtt, letters, clock, options=ingest, stored=self._stored
        )

    def tasks(self, reader: Historian | None) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
        """Yield what is to run, by name: sinks first.

        Args:
            reader: for long questions, so that the console does not wait; None where another worker serves the pages.
        """
        settings, counters = self._settings, self._ingest.counters
        progress = Progress()
        progress.watch("ingest", lambda: counters.turns if counters.in_hand else None, STALLED_S)
        yield "mqtt", self._mqtt.run()
        yield "ingest", self._ingest.run()
        yield (
            "dead-letters",
            ReplayDesk(Desk(settings.data_dir / REPLAY_FOLDER)).serve(
                self._letters, self._historian, settings.plant.site
            ),
        )
        yield (
            "health",
            HealthService(
                progress, self._metrics, self._not_ready, self._clock, settings.health.host, "health.host"
            ).run(),
        )
        if self._shared is not None:
            yield "shares", self._shared.run()
        if isinstance(self._historian, EmbeddedHistorian):
            yield "retention", self._historian.forget(self._clock)
            yield "entries", ManualEntries(Desk(settings.data_dir / ENTRIES_FOLDER)).serve(self._historian)
        if reader is not None:
            yield "forecast", keep_forecast(reader, self._historian, settings.plant, self._clock)
            yield "reports", keep_issuing(settings, self._clock)
            yield "console", self._serve_console(reader)

    def _stored(self) -> None:
        for hear in self._hear:
            hear()

    async def _serve_console(self, reader: Historian) -> None:
        settings, clock = self._settings, self._clock
        while True:
            try:
                with open_access(settings, clock) as access:
                    box = Box(self._letters.count, lambda: self._mqtt.connected)
                    contents = console_contents(settings, self._historian, reader, access, clock, box)
                    self._hear.clear()
                    await serve_console(
                        settings.console,
                        self._historian,
                        settings.plant,
                        clock,
                        access,
                        contents,
                        self._hear.append,
                    )
            except TransientError as error:
                # Ingest goes on without pages.
                log.error("the console cannot open its users", reason=str(error))
                await asyncio.sleep(CONSOLE_AGAIN_S)

    async def _metrics(self) -> list[Metric]:
        letters = await asyncio.to_thread(self._letters.count)
        return list(ingest_metrics(self._ingest.counters, self._ingest.missing, letters, self._mqtt))

    def _not_ready(self) -> list[str]:
        faults = [] if self._mqtt.connected else ["no broker"]
        return [*faults, *(["the database does not take what comes"] if self._ingest.is_stuck else [])]


def dead_letters_file(settings: Settings) -> Path:
    """Return the file of this host's dead letters; several workers of one box have one each."""
    name = settings.ingest.name
    return settings.data_dir / (f"dead-letters-{name}.db" if name else DEAD_LETTERS_FILE)


def open_historian(settings: Settings, *, read_only: bool = False) -> Historian:
    """Return the historian of the configuration, to be entered with `async with`."""
    if isinstance(settings.historian, InfluxOptions):
        # influxdb_client takes a second to load; a host with the embedded historian never does.
        from edge.historian.influxdb import InfluxHistorian

        return InfluxHistorian(settings.historian)
    if settings.ingest.workers > 1:
        raise ConfigurationError(
            "ingest.workers: several workers need a database server: historian.kind: influxdb"
        )
    options = settings.historian
    return EmbeddedHistorian(settings.data_dir / HISTORIAN_FILE, read_only=read_only, options=options)
