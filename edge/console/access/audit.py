"""What is written down of everything that somebody did or tried: rows are added, never changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from edge.model.calendar import local_time


class Outcome(StrEnum):
    """What came of it. An action is written down before it is begun, too, so that none is without its row."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the audit.

    Attributes:
        time: ns UTC.
        user: who; empty when the name was none that we know (people type passwords there).
        role: what they were.
        address: where from; `command` for the command line.
        what: `login`, `logout`, `user add`, the name of an action.
        about: what it was about.
        outcome: what came of it.
        before, after: how it stood, and stands.
        number: of the row; 0 = not written yet.
    """

    time: int
    user: str
    role: str
    address: str
    what: str
    about: str
    outcome: Outcome
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0


def as_row(entry: Entry) -> tuple[object, ...]:
    """Return an entry as the columns of its table, without its number."""
    return (
        entry.time,
        entry.user,
        entry.role,
        entry.address,
        entry.what,
        entry.about,
        str(entry.outcome),
        json.dumps(entry.before, ensure_ascii=False, sort_keys=True),
        json.dumps(entry.after, ensure_ascii=False, sort_keys=True),
    )


def as_entry(row: Sequence[Any]) -> Entry:
    """Return a row of the table, its number last, as an entry."""
    time, user, role, address, what, about, outcome, before, after, number = row
    change = json.loads(before), json.loads(after)
    return Entry(time, user, role, address, what, about, Outcome(outcome), *change, number)


def as_document(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON."""
    return {**asdict(entry), "outcome": str(entry.outcome)}


def lines(entries: Sequence[Entry], zone: ZoneInfo) -> Iterator[str]:
    """Yield entries as text."""
    for one in entries:
        change = f"  {_text(one.before)} → {_text(one.after)}" if one.before or one.after else ""
        yield (
            f"{one.number}  {local_time(one.time, zone):%Y-%m-%d %H:%M:%S}  {one.user or '?'} ({one.role})"
            f"  {one.address}  {one.what} {one.about}: {one.outcome}{change}"
        )


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True) if document else "-"
