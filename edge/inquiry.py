"""What people ask a host's files and historian: reports, the year, dead letters, exports. A composition root of its own.

Every question is a short process beside the running host; it reads, and what has to be changed it asks the host to change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.clock import Clock
from edge.config.settings import Settings
from edge.errors import ConfigurationError
from edge.historian.options import InfluxOptions
from edge.host import ENTRIES_FOLDER, REPLAY_FOLDER, dead_letters_file, open_historian
from edge.ingest.dead_letters import letter_lines, printable, read_letter
from edge.ingest.desk import Desk
from edge.ingest.manual_entries import ManualEntries
from edge.ingest.replay import ReplayDesk
from edge.issuing import job_of
from edge.messages.schema import MEASUREMENTS
from edge.model.plant import Target

if TYPE_CHECKING:
    from edge.reports.report import Kind, Part, Span
    from edge.reports.style import Style

REPLAY_PATIENCE_S = 20.0
ENTRY_PATIENCE_S = 10.0
_ENDINGS = {"text": "txt"}
_EDITION = {"zh": "第{edition}版", "en": "edition {edition}"}
REPORT_PATIENCE_S = 120.0
REPORT_STEPS = 11
"""Ten answers of the historian, and the form."""


async def report(
    settings: Settings,
    span: Span | Kind,
    about: tuple[Part, str] | None,
    form: str,
    style: Style,
    clock: Clock,
    done: Callable[[], None] = lambda: None,
) -> bytes:
    """Return a report in one of the forms of `edge/reports/render.py`.

    Args:
        settings: of the box.
        span: of production days, or how long the one is that is on.
        about: the machine, product, shift or team that all of it is about, by its key; None for the line.
        form: as people name it.
        style: language and units.
        clock: of the machine.
        done: told of each of `REPORT_STEPS`.

    Raises:
        ConfigurationError: there is no such form, machine, product, shift or team.
        TransientError: the historian cannot be asked now.
    """
    from edge.reports.inquiry import inquire
    from edge.reports.render import load, render
    from edge.reports.report import Span
    from edge.reports.scope import span_of

    now = clock.now()
    if not isinstance(span, Span):
        span = span_of(span, settings.plant.calendar.production_day(now))
    async with open_historian(_patient(settings), read_only=True) as historian:
        # What draws is loaded while the historian looks.
        found, _ = await asyncio.gather(
            inquire(historian, settings.plant, span, now, about, done=done), asyncio.to_thread(load, form)
        )
    content = render(found, form, style)
    done()
    return content


def _patient(settings: Settings) -> Settings:
    """Return settings by which a busy database has time to add up a year."""
    options = settings.historian
    if not isinstance(options, InfluxOptions):
        return settings
    patience = max(options.timeout_s, REPORT_PATIENCE_S)
    return replace(settings, historian=options.model_copy(update={"timeout_s": patience}))


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
    from edge.reports.labour import PieceRate, days_between, labour, labour_days, labour_lines
    from edge.target.made import made_until
    from edge.target.standing import stand

    plant, people = settings.plant, settings.people
    rates = [PieceRate(one.device, one.grams, one.yuan_per_jin) for one in people.piece] if people else []
    required = None
    async with open_historian(settings, read_only=True) as historian:
        days = await labour_days(historian, plant, days_between(first, last), rates)
        if plant.target is not None and plant.target.year == last.year:
            made = await made_until(historian, plant, last)
            day = min(last + timedelta(days=1), date(last.year, 12, 31))
            required = stand(plant, plant.target, made, day).mass.required
    return list(labour_lines(labour(days), first, last, required))


def _target(settings: Settings) -> Target:
    if settings.plant.target is None:
        raise ConfigurationError("target: edge.yaml has no such block")
    return settings.plant.target


async def export_history(settings: Settings, measurement: str, first: date, last: date, path: Path) -> int:
    """Write the points of production days to a file; return their number.

    Raises:
        ConfigurationError: there is no such measurement, the days are none, or the file cannot be written.
    """
    from edge.historian.export import export

    if last < first:
        raise ConfigurationError(f"--to: {last} is before {first}")

    found = MEASUREMENTS.get(measurement)
    if found is None:
        raise ConfigurationError(f"{measurement} is not one of {', '.join(MEASUREMENTS)}")
    calendar = settings.plant.calendar
    async with open_historian(settings, read_only=True) as historian:
        return await export(historian, found, calendar.day_span(first)[0], calendar.day_span(last)[1], path)


def list_letters(settings: Settings) -> Sequence[str]:
    """Return a line for each dead letter."""
    return list(letter_lines(dead_letters_file(settings)))


def show_letter(settings: Settings, number: int) -> bytes:
    """Return the original bytes of a dead letter."""
    return read_letter(dead_letters_file(settings), number).payload


async def replay_letters(settings: Settings, numbers: Sequence[int] | None) -> tuple[Sequence[str], bool]:
    """Let the running host store letters again; return what came of it as lines, and whether any is left."""
    desk = ReplayDesk(Desk(settings.data_dir / REPLAY_FOLDER))
    outcome = await desk.ask(numbers, REPLAY_PATIENCE_S)
    lines = [printable(f"{number}: {reason}") for number, reason in outcome.kept.items()]
    return [f"{outcome.stored} stored, {len(lines)} kept", *lines], bool(lines)


async def commit_entries(settings: Settings, lines: Sequence[str]) -> None:
    """Commit what a person has entered: to a server at once, to the embedded historian by the host that runs.

    Raises:
        TransientError: no host runs, or the historian is away.
        RejectedError: the historian will not have it.
    """
    if isinstance(settings.historian, InfluxOptions):
        async with open_historian(settings) as historian:
            await historian.write(lines)
    else:
        await ManualEntries(Desk(settings.data_dir / ENTRIES_FOLDER)).lay_down(lines, ENTRY_PATIENCE_S)


@dataclass(frozen=True, slots=True)
class Before:
    """The edition before: its number, the digest of its figures, and when it was made, ns UTC."""

    edition: int
    digest: str
    at: int


async def make_issue(
    settings: Settings,
    job: str,
    first: date,
    last: date,
    folder: Path,
    before: Before | None,
    clock: Clock,
) -> dict[str, Any]:
    """Make a report of the schedule; return what came of it.

    One whose figures are those of the edition before is not made again.

    Raises:
        ConfigurationError: there is no such job, its spans are other ones, or the files cannot be written.
        TransientError: the historian cannot be asked now.
    """
    from edge.reports.compose import compose
    from edge.reports.inquiry import inquire
    from edge.reports.render import render
    from edge.reports.report import Kind, Span
    from edge.reports.scope import span_of
    from edge.reports.style import Style

    options = job_of(settings, job)
    span, since = Span(Kind(options.report), first, last), None if before is None else before.at
    if span != span_of(span.kind, first):
        raise ConfigurationError(f"reports.schedule.{job}: {first} to {last} is no {span.kind}")
    async with open_historian(_patient(settings), read_only=True) as historian:
        found = await inquire(historian, settings.plant, span, clock.now(), since=since)
    # What is new in an edition is no figure of it: a report that is looked at again must not become a new one by that.
    digest = sha256(render(replace(found, changed=()), "csv", Style())).hexdigest()
    if before is not None and before.digest == digest:
        return {"edition": before.edition, "digest": digest, "title": "", "text": "", "files": []}
    edition = 1 if before is None else before.edition + 1
    issued = replace(found, edition=edition)
    style = Style(options.lang, options.mass, options.money)
    document = compose(issued, style)
    # A folder may take the same report in both languages.
    name = document.name + ("" if options.lang == "zh" else f"-{options.lang}")
    name += f"-v{edition}" if edition > 1 else ""
    files = [
        _written(folder / f"{name}.{_ENDINGS.get(form, form)}", render(issued, form, style))
        for form in options.forms
    ]
    title = f"{document.title} {document.subtitle}"
    if edition > 1:
        title += f" {_EDITION[options.lang].format(edition=edition)}"
    text = render(issued, "text", style).decode().strip()
    return {"edition": edition, "digest": digest, "title": title, "text": text, "files": files}


def _written(file: Path, content: bytes) -> str:
    from edge.reports.delivery.files import put

    try:
        put(file, content)
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be written: {error.strerror}") from error
    return str(file)
