"""The commands of `chili-edge people`: each returns the lines that it has to say, and has logged the access before."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from edge.clock import Clock
from edge.config.settings import Settings
from edge.errors import ConfigurationError
from edge.model.calendar import local_time
from edge.model.personnel import Entry
from edge.people import decisions, files, month, payroll, today
from edge.people.decisions import MOST_DAYS
from edge.people.desk import ALWAYS, Desk, at_desk
from edge.people.terms import import_roster, kept_since
from edge.records.sqlite import OWNER_ONLY

_WEEK = timedelta(days=7)


def run(arguments: Namespace, settings: Settings, clock: Clock) -> list[str]:
    """Run a command.

    Raises:
        ConfigurationError: its arguments are wrong.
    """
    with at_desk(settings, clock, arguments.by) as desk:
        return list(_COMMANDS[arguments.action](desk, arguments, settings))


def _import(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    desk.look("import roster")
    since = arguments.since or desk.today
    merged = import_roster(desk.records, arguments.file, desk.calendar, since, desk.today, arguments.sheet)
    changed = len(merged.changed) - len(merged.added) - len(merged.left)
    yield f"from {since}: {len(merged.added)} are new, {changed} are changed, {len(merged.left)} have left"
    yield f"the roster is sealed in {desk.records.file.path}; delete {arguments.file} when nobody needs it"


def _today(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    desk.look("today")
    return today.today(desk, arguments.date or desk.today)


def _month(desk: Desk, arguments: Namespace, settings: Settings) -> Iterator[str]:
    desk.look("month")
    found = month.month_of(desk, arguments.month or desk.today.replace(day=1))
    if arguments.output is None:
        yield from month.text(found)
        return
    _write(arguments.output, payroll.workbook(found, settings.plant.site))
    yield f"{arguments.output}: {len(found.rows)} workers, {sum(row.questions for row in found.rows)} open questions"


def _questions(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    desk.look("questions")
    last = arguments.until or desk.today
    first = arguments.first or last - _WEEK
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ConfigurationError(f"--from: {first} is after {last}, or more than {MOST_DAYS} days before it")
    return today.questions(desk, first, last)


def _terminals(desk: Desk, _arguments: Namespace, _settings: Settings) -> Iterable[str]:
    return today.terminals(desk)


def _load(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    desk.look("load punches")
    return files.load(desk, arguments.file, arguments.terminal)


def _punch(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    worker = desk.worker(arguments.worker, "punch")
    return [_said(decisions.punch(desk, worker, arguments.time, arguments.why))]


def _void(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    worker = desk.worker(arguments.worker, "void")
    return map(_said, decisions.void(desk, worker, arguments.time, arguments.why))


def _shift(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    worker = desk.worker(arguments.worker, "shift")
    return [_said(decisions.shift(desk, worker, arguments.date, arguments.shift, arguments.why))]


def _swap(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    one, other = (desk.worker(key, "swap") for key in (arguments.worker, arguments.other))
    return map(_said, decisions.swap(desk, one, other, arguments.date, arguments.why))


def _leave(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    worker = desk.worker(arguments.worker, "leave")
    last = arguments.last or arguments.first
    return [_said(decisions.leave(desk, worker, arguments.first, last, arguments.kind, arguments.why))]


def _confirm(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    worker = desk.worker(arguments.worker, "confirm")
    return [_said(decisions.confirm(desk, worker, arguments.date, arguments.shift, arguments.why))]


def _approve(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    worker = desk.worker(arguments.worker, "approve")
    return [_said(decisions.approve(desk, worker, arguments.date, arguments.minutes, arguments.why))]


def _pin(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    worker = desk.worker(arguments.worker, "pin")
    since = arguments.since or ALWAYS
    return [_said(decisions.give_pin(desk, worker, arguments.pin, since, arguments.why))]


def _undo(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    return [_said(decisions.undo(desk, arguments.number, arguments.why))]


def _history(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    worker = desk.worker(arguments.worker, "history")
    return [
        f"{entry.number}  {entry.day}  {entry.kind} {_value(desk, entry)}  {entry.by}: {entry.why}"
        for entry in desk.records.entries(worker.id)
    ]


def _export(desk: Desk, arguments: Namespace, _settings: Settings) -> Iterable[str]:
    worker = desk.worker(arguments.worker, "export")
    found = desk.custody.export(worker, desk.punches_of(worker))
    content = json.dumps(found, ensure_ascii=False, indent=1)
    if arguments.output is None:
        return [content]
    _write(arguments.output, content.encode())
    return [f"{arguments.output}: all that is kept of {worker.id}"]


def _erase(desk: Desk, arguments: Namespace, settings: Settings) -> Iterator[str]:
    worker = desk.worker(arguments.worker, f"erase: {arguments.why}")
    punches = desk.punches_of(worker)
    years = settings.people.keep_years if settings.people else 0
    since = kept_since(desk.today, years)
    if not arguments.now and any(local_time(one.time, desk.calendar.zone).date() >= since for one in punches):
        raise ConfigurationError(
            f"{worker.id}: has punches since {since}, which the wage ledger needs for {years} years: they go by"
            " themselves then; --now deletes them all the same"
        )
    gone = desk.custody.erase(worker, punches, desk.now)
    yield f"{worker.id}: erased, with {gone.punches} punches and {gone.entries} decisions"
    if settings.people and settings.people.roster:
        yield f"take {worker.id} out of {settings.people.roster}, too: the node reads it at each start"


def _accesses(desk: Desk, _arguments: Namespace, _settings: Settings) -> Iterable[str]:
    desk.look("accesses")
    return [
        f"{local_time(one.at, desk.calendar.zone):%Y-%m-%d %H:%M:%S}  {one.by}  {one.what}  {one.about or 'everybody'}"
        for one in desk.custody.accesses()
    ]


_COMMANDS: Mapping[str, Callable[[Desk, Namespace, Settings], Iterable[str]]] = {
    "import": _import,
    "today": _today,
    "month": _month,
    "questions": _questions,
    "terminals": _terminals,
    "load": _load,
    "punch": _punch,
    "void": _void,
    "shift": _shift,
    "swap": _swap,
    "leave": _leave,
    "confirm": _confirm,
    "approve": _approve,
    "pin": _pin,
    "undo": _undo,
    "history": _history,
    "export": _export,
    "erase": _erase,
    "accesses": _accesses,
}


def _said(entry: Entry) -> str:
    return f"{entry.number}: {entry.kind} of {entry.worker}, {entry.day}; undo it with: people undo {entry.number}"


def _value(desk: Desk, entry: Entry) -> str:
    if entry.kind in ("punch", "void"):
        return f"{local_time(int(entry.value), desk.calendar.zone):%Y-%m-%d %H:%M:%S}"
    return f"{entry.value}{f' until {entry.until}' if entry.until else ''}"


def _write(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read."""
    try:
        with open(os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, OWNER_ONLY), "wb") as stream:  # noqa: PTH123 - made private from the start
            os.fchmod(stream.fileno(), OWNER_ONLY)
            stream.write(content)
    except OSError as error:
        raise ConfigurationError(f"--output: cannot write {file}: {error.strerror}") from error
