"""The host: MQTT → ingest → historian → console. A composition root: the one TaskGroup beside the database."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import date, timedelta
from typing import IO

import structlog

from edge.clock import Clock
from edge.config.settings import Settings
from edge.console.server import serve_console
from edge.errors import ConfigurationError
from edge.historian.base import Historian
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.options import InfluxOptions
from edge.ingest.dead_letters import DeadLetters
from edge.ingest.worker import IngestWorker
from edge.lifecycle import cancel, stop_event
from edge.messages import topics
from edge.model.plant import Target
from edge.mqtt.client import MqttClient
from edge.target.publish import keep_forecast

log = structlog.get_logger(__name__)

HISTORIAN_FILE = "historian.db"
DEAD_LETTERS_FILE = "dead-letters.db"


async def run_host(settings: Settings, clock: Clock, parent: IO[str] | None = None) -> None:
    """Run until SIGTERM, SIGINT or the end of `parent`; a batch in hand is committed before it ends."""
    stop = stop_event(parent)
    site = settings.plant.site
    async with AsyncExitStack() as stack:
        historian = await stack.enter_async_context(open_historian(settings))
        reader = await stack.enter_async_context(open_historian(settings, read_only=True))
        dead_letters = stack.enter_context(DeadLetters(settings.data_dir / DEAD_LETTERS_FILE))
        mqtt = MqttClient(settings.mqtt, f"chili-edge-host-{site}", clean=False)
        mqtt.subscribe(topics.data_filter(site))
        ingest = IngestWorker(site, historian, mqtt, dead_letters, clock)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(mqtt.run(), name="mqtt"),
                group.create_task(ingest.run(), name="ingest"),
                group.create_task(keep_forecast(reader, historian, settings.plant, clock), name="forecast"),
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


async def year_text(settings: Settings, day: date | None, language: str, clock: Clock) -> list[str]:
    """Return how the year stands at the start of a production day, of the one that is on when none is given.

    Raises:
        ConfigurationError: there is no target, or it is of another year.
    """
    from edge.target.made import made_until
    from edge.target.standing import stand
    from edge.target.text import year_lines

    plant, target = settings.plant, _target(settings)
    day = day or plant.calendar.production_day(clock.now())
    if target.year not in {day.year, (day - timedelta(days=1)).year}:
        raise ConfigurationError(f"target: it is of {target.year}, and has nothing to say of {day}")
    last = min(day, date(target.year, 12, 31))
    async with open_historian(settings, read_only=True) as historian:
        made = await made_until(historian, plant, last)
    return list(year_lines(stand(plant, target, made, day), target.year, language))


async def backtest_text(settings: Settings, language: str, clock: Clock) -> list[str]:
    """Return how far the forecasts of the target's year were off until now.

    Raises:
        ConfigurationError: there is no target.
    """
    from edge.target.backtest import month_ends, score, year_ends
    from edge.target.made import made_until
    from edge.target.text import WORDS, score_lines

    plant, target = settings.plant, _target(settings)
    over = plant.calendar.production_day(clock.now())
    async with open_historian(settings, read_only=True) as historian:
        made = await made_until(historian, plant, date(target.year, 12, 31))
    lines: list[str] = []
    for what, trials in {
        "months": month_ends(plant, target, made, over),
        "years": year_ends(plant, target, made, over),
    }.items():
        lines += score_lines(what, trials, score(trials), language)
    return lines or [WORDS[language]["none"]]


async def labour_text(settings: Settings, first: date, last: date) -> list[str]:
    """Return what some production days made for the hours that were worked, and how many people the target needs."""
    from edge.reports.labour import PieceRate, days_between, labour, labour_day, labour_lines
    from edge.target.made import made_until
    from edge.target.standing import stand

    plant, people = settings.plant, settings.people
    rates = [PieceRate(one.device, one.grams, one.yuan_per_jin) for one in people.piece] if people else []
    required = None
    async with open_historian(settings, read_only=True) as historian:
        days = [await labour_day(historian, plant, day, rates) for day in days_between(first, last)]
        if plant.target is not None and plant.target.year == last.year:
            made = await made_until(historian, plant, last)
            day = min(last + timedelta(days=1), date(last.year, 12, 31))
            required = stand(plant, plant.target, made, day).mass.required
    return list(labour_lines(labour(days), first, last, required))


def _target(settings: Settings) -> Target:
    if settings.plant.target is None:
        raise ConfigurationError("target: edge.yaml has no such block")
    return settings.plant.target
