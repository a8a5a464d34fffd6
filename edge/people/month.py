"""A month of everybody: hours by class, days, late, absent, questions: what the payroll needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from edge.model.personnel import Worker
from edge.people.desk import Desk
from edge.processing.attendance.hours import Hours, by_day
from edge.processing.attendance.labour import Warned, Work, warnings
from edge.processing.attendance.person import Attended
from edge.processing.attendance.stay import Stay

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A worker's month.

    Attributes:
        days: on which they worked.
        late, early: how often.
        absent, leave: shifts.
        hours: by class.
        questions: punches that are missing and not settled; the hours stand on an assumption there.
        pay: yuan, where a wage by the hour is configured.
    """

    worker: Worker
    days: int
    late: int
    early: int
    half: int
    absent: int
    leave: int
    hours: Hours
    questions: int
    pay: Decimal | None


@dataclass(frozen=True, slots=True)
class Month:
    """Everybody's month, as of an instant; `warned` are the limits of the law that somebody is near or past."""

    first: date
    last: date
    rows: tuple[Row, ...]
    warned: tuple[Warned, ...]


def month_of(desk: Desk, first: date) -> Month:
    """Return a month: what reaches into it from the one before is counted whole, and shown in part."""
    last = (first + 31 * _DAY).replace(day=1) - _DAY
    # Whole weeks, and a week more: a row of days without a rest may have begun in it.
    begin = first - (first.weekday() + 7) * _DAY
    known = desk.everybody(begin, last)
    rows, warned = [], []
    for person in known.people:
        stays = person.stays(desk.now, desk.rules)
        hours = by_day(person.worker, stays, desk.calendar, desk.limits)
        inside = [stay for stay in stays if first <= stay.duty.day]
        if not inside and not any(map(person.worker.is_employed, (first, last))):
            continue
        rows.append(_row(desk, person, inside, {day: one for day, one in hours.items() if day >= first}))
        warned += _warned(desk, person, inside, hours, first, last)
    return Month(first, last, tuple(rows), tuple(warned))


def text(month: Month) -> Iterator[str]:
    """Yield a month as lines."""
    yield f"{month.first:%Y-%m}, hours: normal, 1.5x, 2x, 3x, night; days, late, absent, leave, open questions"
    for row in month.rows:
        hours = row.hours
        classes = " ".join(
            f"{minutes / 60:7.1f}"
            for minutes in (hours.normal, hours.overtime, hours.rest, hours.statutory, hours.night)
        )
        counts = " ".join(
            f"{number:3d}" for number in (row.days, row.late, row.absent, row.leave, row.questions)
        )
        yield f"{row.worker.id:>8} {classes} {counts}  {row.worker.name}"
    for one in month.warned:
        yield warning_text(one)


def warning_text(one: Warned) -> str:
    """Return a limit that is near or past, as a line."""
    unit = {"row": "days", "minor": "years old", "child": "years old"}.get(one.rule, "h")
    value, limit = (f"{n / 60:g}" if unit == "h" else str(n) for n in (one.value, one.limit))
    how = "is past" if one.passed else "comes near or past"
    return f"{one.worker}: {one.rule} {how} the limit on {one.day}: {value} of {limit} {unit}"


def _row(desk: Desk, person: Attended, stays: Sequence[Stay], hours: dict[date, Hours]) -> Row:
    total = sum(hours.values(), Hours())
    wage = desk.options.wages.get(person.worker.kind)
    piecework = {one.shift for one in desk.options.piece}
    hourly = wage is not None and not any(stay.duty.shift in piecework for stay in stays)
    return Row(
        person.worker,
        len({stay.duty.day for stay in stays if stay.came}),
        sum(stay.late > 0 for stay in stays),
        sum(stay.early > 0 for stay in stays),
        sum(stay.half for stay in stays),
        sum(stay.is_absent and stay.duty.end < desk.now for stay in stays),
        sum(bool(stay.duty.leave) and not stay.came for stay in stays),
        total,
        sum(stay.open for stay in stays),
        round(wage * total.weighted / 60, 2) if wage is not None and hourly else None,
    )


def _warned(
    desk: Desk, person: Attended, stays: Sequence[Stay], hours: dict[date, Hours], first: date, last: date
) -> list[Warned]:
    """Return warnings as of today in the current month, and as of the last day in one that is over."""
    today = min(max(desk.today, first), last)
    ahead = desk.ahead(person.worker, max(last, today + 7 * _DAY)) if desk.today <= last else []
    return warnings(person.worker, Work(hours, stays, ahead), today, desk.calendar, desk.limits)
