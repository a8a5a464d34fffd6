"""Workers, punches and entries as the text that is sealed, and back. Pure."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from edge.model.personnel import EarlierTurn, Entry, EntryKind, Punch, Worker, WorkerKind


def worker_text(worker: Worker) -> str:
    """Return a worker as text."""
    return json.dumps(
        {
            "pin": worker.pin,
            "name": worker.name,
            "kind": worker.kind,
            "team": worker.team,
            "shift": worker.shift,
            "id": worker.id,
            "station": worker.station,
            "first": _day_text(worker.first),
            "last": _day_text(worker.last),
            "born": _day_text(worker.born),
            "priority": worker.priority,
            "earlier": [[turn.until.isoformat(), turn.shift] for turn in worker.earlier],
        },
        ensure_ascii=False,
    )


def worker_of(text: str) -> Worker:
    """Return the worker of a text."""
    known: dict[str, Any] = json.loads(text)
    for key in ("first", "last", "born"):
        known[key] = _day(known[key])
    known["kind"] = WorkerKind(known["kind"])
    known["earlier"] = tuple(
        EarlierTurn(date.fromisoformat(until), shift) for until, shift in known["earlier"]
    )
    return Worker(**known)


def punch_text(punch: Punch) -> str:
    """Return a punch as text."""
    shown = "" if punch.shown is None else str(punch.shown)
    return f"{punch.terminal}\t{punch.pin}\t{punch.time}\t{punch.status}\t{shown}"


def punch_of(text: str) -> Punch:
    """Return the punch of a text."""
    terminal, pin, time, status, shown = text.split("\t")
    return Punch(terminal, pin, int(time), int(status), int(shown) if shown else None)


def entry_text(entry: Entry) -> str:
    """Return a decision as text."""
    return json.dumps(
        {
            "worker": entry.worker,
            "kind": entry.kind,
            "day": entry.day.isoformat(),
            "value": entry.value,
            "by": entry.by,
            "why": entry.why,
            "at": entry.at,
            "until": _day_text(entry.until),
        },
        ensure_ascii=False,
    )


def entry_of(text: str, number: int) -> Entry:
    """Return the decision of a text."""
    known: dict[str, Any] = json.loads(text)
    known["kind"] = EntryKind(known["kind"])
    known["day"], known["until"] = date.fromisoformat(known["day"]), _day(known["until"])
    return Entry(**known, number=number)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
