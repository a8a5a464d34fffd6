"""Reports by schedule, tied together: the host's task, and the commands beside it. A composition root of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from edge.clock import Clock
from edge.config.settings import Settings
from edge.errors import ConfigurationError
from edge.model.calendar import local_time
from edge.reports.delivery.archive import Archive
from edge.reports.delivery.courier import Courier, Job
from edge.reports.delivery.issue import Delivery, Issue, Made, Progress
from edge.reports.delivery.program import Program
from edge.reports.delivery.schedule import Timing, due, next_due
from edge.reports.options import WEEKDAYS, ScheduleOptions
from edge.reports.report import Kind, Span
from edge.reports.scope import span_of

ARCHIVE_FILE = "reports.db"
FOLDER = "reports"
_MEMORY_NS = 800 * 86_400 * 10**9
"""The newest span that is over ended no longer ago, also of years."""


async def keep_issuing(settings: Settings, clock: Clock) -> None:
    """Issue the reports of the schedule until cancelled; nothing when there is none."""
    if not settings.reports.schedule:
        return
    program = Program((sys.executable, "-m", "edge"), settings.file, settings.data_dir / FOLDER, clock)
    with archive_of(settings) as archive:
        courier = Courier(
            archive,
            tuple(Job(name, timing(job), job.to) for name, job in settings.reports.schedule.items()),
            program.make,
            program.send,
            settings.plant.calendar,
            clock,
            settings.reports.look_back,
        )
        await courier.run()


def archive_of(settings: Settings) -> Archive:
    """Return the file of what was issued on this host."""
    return Archive(settings.data_dir / ARCHIVE_FILE)


def timing(job: ScheduleOptions) -> Timing:
    """Return when a report of the schedule is due."""
    kind = Kind(job.report)
    if kind is Kind.WEEK:
        return Timing(kind, job.at, WEEKDAYS.index(str(job.on or "mon")))
    return Timing(kind, job.at, int(job.on or 1) if kind is not Kind.DAY else 0)


def listed(settings: Settings, count: int) -> Iterator[str]:
    """Yield the newest issues as lines."""
    zone = settings.plant.calendar.zone

    def moment(time: int | None) -> str:
        return f"{local_time(time, zone):%Y-%m-%d %H:%M}" if time else "-"

    with archive_of(settings) as archive:
        found = archive.newest(count)
    if not found:
        yield "nothing was issued yet"
    for issue, deliveries in found:
        span = issue.span
        days = f"{span.first}" if span.first == span.last else f"{span.first}…{span.last}"
        edition = (
            f"edition {issue.made.edition}, {moment(issue.made.at)}"
            if issue.made
            else _unmade(issue, moment(issue.next))
        )
        yield f"{issue.number:>5}  {issue.job}  {days}  {edition}"
        for one in deliveries:
            yield f"       {one.destination}: {_progress(one, moment(one.at), moment(one.next))}"


def told(settings: Settings, count: int, now: int) -> dict[str, Any]:
    """Return the newest issues, the schedule and the destinations as JSON has them; instants as local time."""
    options, zone = settings.reports, settings.plant.calendar.zone

    def moment(time: int | None) -> str | None:
        return f"{local_time(time, zone):%Y-%m-%d %H:%M}" if time else None

    found: Sequence[tuple[Issue, tuple[Delivery, ...]]] = ()
    if options.schedule or (settings.data_dir / ARCHIVE_FILE).exists():
        with archive_of(settings) as archive:
            found = archive.newest(count)
    return {
        "issues": [_issue(issue, deliveries, moment) for issue, deliveries in found],
        "schedule": [
            {
                "job": name,
                "span": str(job.report),
                "forms": list(job.forms),
                "to": list(job.to),
                "next": moment(next_due(timing(job), settings.plant.calendar, now).time),
            }
            for name, job in options.schedule.items()
        ],
        "destinations": [
            {"name": name, "way": "folder" if one.folder else "mail" if one.mail else "url"}
            for name, one in options.destinations.items()
        ],
    }


def ask_for(settings: Settings, job: str, day: date | None, clock: Clock) -> str:
    """Let the host issue a report of the schedule now; return what is going to happen.

    Raises:
        ConfigurationError: there is no such job, or its span is not over.
    """
    now = clock.now()
    span = _span(settings, timing(job_of(settings, job)), day, now)
    with archive_of(settings) as archive:
        archive.since(job, now)
        if archive.latest(job, span) is None:
            archive.begin(job, span, now)
            return f"{job} {span.first}…{span.last}: the host issues it within seconds, if it runs; else when it does"
        archive.renew(job, span, now)
    return f"{job} {span.first}…{span.last} was issued: if its figures have changed the host issues the next edition"


def try_again(settings: Settings, number: int, clock: Clock) -> str:
    """Let the host send an issue again to where it has not arrived; return what is going to happen."""
    with archive_of(settings) as archive:
        count = archive.again(number, clock.now())
    return f"{count} deliveries are tried again" if count else "there is nothing of it that has not arrived"


def send(settings: Settings, destination: str, report: Mapping[str, Any]) -> None:
    """Bring a report to a destination.

    Raises:
        TransientError: it did not arrive.
        ConfigurationError: there is no such destination, or nothing can be sent there.
    """
    from edge.reports.delivery.messenger import messenger

    options = settings.reports.destinations.get(destination)
    if options is None:
        known = ", ".join(settings.reports.destinations) or "none"
        raise ConfigurationError(f"reports.destinations has no {destination}; it has: {known}")
    made = Made(**{**report, "files": tuple(map(Path, report["files"]))})
    messenger(options, destination).deliver(made)


def _span(settings: Settings, timing: Timing, day: date | None, now: int) -> Span:
    """Return the newest span that is over, or the one that a day is in."""
    calendar = settings.plant.calendar
    if day is None:
        return due(timing, calendar, now - _MEMORY_NS, now)[-1].span
    span = span_of(timing.kind, day)
    if calendar.day_span(span.last)[1] > now:
        raise ConfigurationError(
            f"--date: the {timing.kind} of {day} is not over: chili-edge report shows what is known of it"
        )
    return span


def _issue(
    issue: Issue, deliveries: Sequence[Delivery], moment: Callable[[int | None], str | None]
) -> dict[str, Any]:
    made = issue.made
    return {
        "number": issue.number,
        "job": issue.job,
        "span": str(issue.span.kind),
        "first": issue.span.first.isoformat(),
        "last": issue.span.last.isoformat(),
        "edition": made.edition if made else None,
        "at": moment(made.at) if made else None,
        "error": issue.error,
        "next": moment(issue.next),
        "deliveries": [
            {
                "to": one.destination,
                "progress": str(one.progress),
                "at": moment(one.at),
                "next": moment(one.next),
                "error": one.error,
            }
            for one in deliveries
        ],
    }


def _unmade(issue: Issue, again: str) -> str:
    return f"not made yet: {issue.error}; again at {again}" if issue.error else "to be made"


def _progress(delivery: Delivery, at: str, again: str) -> str:
    if delivery.progress is Progress.DELIVERED:
        return f"delivered {at}"
    if delivery.progress is Progress.FAILED:
        return f"given up: {delivery.error}; chili-edge reports again {delivery.issue}"
    return f"waits: {delivery.error}; again at {again}" if delivery.error else "on its way"


def job_of(settings: Settings, job: str) -> ScheduleOptions:
    """Return a report of the schedule.

    Raises:
        ConfigurationError: there is none of this key.
    """
    options = settings.reports.schedule.get(job)
    if options is None:
        known = ", ".join(settings.reports.schedule) or "none"
        raise ConfigurationError(f"reports.schedule has no {job}; it has: {known}")
    return options
