"""What became of each shift's groups: the newest point within the shift's own span is its result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from edge.historian.base import Aggregate, Column, Historian, Table, TableRow
from edge.messages.schema import ATTENDANCE
from edge.model.calendar import Shift
from edge.model.plant import Plant
from edge.model.point import FieldValue

_HEADS = ("planned", "present", "late", "absent", "leave", "questions")
_COLUMNS = tuple(Column(field, Aggregate.LAST) for field in (*_HEADS, "hours", "cost"))


@dataclass(frozen=True, slots=True)
class Attended:
    """A group on a shift, as far as it is told; None where it is not.

    Attributes:
        day: production day in which the shift begins.
        shift, team, kind: whose it is.
        planned, present, late, absent, leave: heads.
        questions: punches that are missing and not settled.
        hours: worked by all of them.
        cost: yuan for it.
    """

    day: date
    shift: str
    team: str
    kind: str
    planned: int | None = None
    present: int | None = None
    late: int | None = None
    absent: int | None = None
    leave: int | None = None
    questions: int | None = None
    hours: float | None = None
    cost: float | None = None


async def attended(historian: Historian, plant: Plant, first: date, last: date) -> list[Attended]:
    """Return the groups of each shift of some production days, in the order of day, shift, team and kind.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    shifts = [
        (day, shift)
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
        for shift in plant.calendar.shifts_of(day)
    ]
    answers = await historian.tables([heads_of(plant, shift, day) for day, shift in shifts])
    return [
        _attended(day, shift.key, row)
        for (day, shift), rows in zip(shifts, answers, strict=True)
        for row in rows
    ]


def heads_of(plant: Plant, shift: Shift, day: date, columns: Sequence[Column] = _COLUMNS) -> Table:
    """Return what asks for the newest heads of one shift of a production day."""
    start, stop = plant.calendar.shift_span(shift, day)
    where = {"site": plant.site, "shift": shift.key}
    return Table(ATTENDANCE.name, tuple(columns), start, stop, where, ("team", "kind"))


def _attended(day: date, shift: str, row: TableRow) -> Attended:
    *heads, hours, cost = row.values
    planned, present, late, absent, leave, questions = map(_whole, heads)
    return Attended(
        day,
        shift,
        row.tags["team"],
        row.tags["kind"],
        planned,
        present,
        late,
        absent,
        leave,
        questions,
        _number(hours),
        _number(cost),
    )


def _whole(value: FieldValue | None) -> int | None:
    return None if value is None else int(value)


def _number(value: FieldValue | None) -> float | None:
    return None if value is None else float(value)
