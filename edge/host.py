"""The host: MQTT → ingest → historian → console. A composition root: the one TaskGroup beside the database."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import date
from typing import IO

import structlog

from edge.clock import Clock
from edge.config.settings import Settings
from edge.console.server import serve_console
from edge.historian.base import Historian
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.options import InfluxOptions
from edge.ingest.dead_letters import DeadLetters
from edge.ingest.worker import IngestWorker
from edge.lifecycle import cancel, stop_event
from edge.messages import topics
from edge.mqtt.client import MqttClient

log = structlog.get_logger(__name__)

HISTORIAN_FILE = "historian.db"
DEAD_LETTERS_FILE = "dead-letters.db"


async def run_host(settings: Settings, clock: Clock, parent: IO[str] | None = None) -> None:
    """Run until SIGTERM, SIGINT or the end of `parent`; a batch in hand is committed before it ends."""
    stop = stop_event(parent)
    site = settings.plant.site
    async with AsyncExitStack() as stack:
        historian = await stack.enter_async_context(open_historian(settings))
        dead_letters = stack.enter_context(DeadLetters(settings.data_dir / DEAD_LETTERS_FILE))
        mqtt = MqttClient(settings.mqtt, f"chili-edge-host-{site}", clean=False)
        mqtt.subscribe(topics.data_filter(site))
        ingest = IngestWorker(site, historian, mqtt, dead_letters, clock)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(mqtt.run(), name="mqtt"),
                group.create_task(ingest.run(), name="ingest"),
                group.create_task(
                    serve_console(settings.console, historian, settings.plant, clock), name="console"
                ),
            ]
            log.info("host runs", site=site, historian=settings.historian.kind)
            await stop.wait()
            log.info("host ends")
            await cancel(tasks[::-1])


def open_historian(settings: Settings, *, read_only: bool = False) -> Historian:
    """Return the historian of the configuration, to be entered with `async with`."""
    if isinstance(settings.historian, InfluxOptions):
        # influxdb_client takes a second to load; a host with the embedded historian never does.
        from edge.historian.influxdb import InfluxHistorian

        return InfluxHistorian(settings.historian)
    return EmbeddedHistorian(settings.data_dir / HISTORIAN_FILE, read_only=read_only)


async def report(settings: Settings, day: date | None, form: str, language: str, clock: Clock) -> bytes:
    """Return a day's report; the production day that is on when no day is given."""
    from edge.reports.day import day_report
    from edge.reports.render import render

    day = day or settings.plant.calendar.production_day(clock.now())
    async with open_historian(settings, read_only=True) as historian:
        return render(await day_report(historian, settings.plant, day), form, language)
