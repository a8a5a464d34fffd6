"""What a historian answers to all questions of a report, before it is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from edge.historian.base import TableRow
from edge.production.attendance import Attended
from edge.production.entries import Entry
from edge.reports.bookings import Bookings
from edge.reports.report import Subject
from edge.reports.scope import Scope
from edge.reports.strips import Spent
from edge.target.made import Made

Heard = Mapping[tuple[date, str], int]
"""ms, by the first day of a stretch and the device."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All that is known of a scope, at an instant.

    Attributes:
        now: ns UTC.
        makers: machines that count good product.
        summed: all sums of `scope.summed`, of every device.
        output: pieces and grams of `scope.all_days`, of every device.
        made: the year's days up to the span's end.
        attended: groups of the shifts of all days that are told of.
        heard: of the devices, by the stretches of `scope.summed`.
        losses: by device, category, reason and cause.
        marks: the span's marked entries, of which those in `described` have their pieces and grams.
        newest: time of the newest point of the span, ns UTC.
        spent, quarters: of a day, what each machine's five minutes were spent on, and ms that it was heard of in each quarter of an hour.
        counted: what the ledger has of machines and products, g; None when it was not asked.
    """

    scope: Scope
    now: int
    subject: Subject | None
    makers: frozenset[str]
    summed: Bookings
    output: Bookings
    made: Made = field(default_factory=Made)
    attended: Sequence[Attended] = ()
    heard: Heard = field(default_factory=dict)
    losses: Sequence[TableRow] = ()
    marks: Sequence[Entry] = ()
    described: Mapping[Entry, Entry] = field(default_factory=dict)
    newest: int | None = None
    spent: Mapping[str, Spent] = field(default_factory=dict)
    quarters: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    counted: Mapping[tuple[str, str], int] | None = None
