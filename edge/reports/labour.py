"""Product against the hours of those who made it: jin per worker-hour, labour cost per jin, and how many people a rate needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from edge.historian.base import Aggregate, Column, Historian, Table, TableRow
from edge.messages.schema import COUNT
from edge.model.calendar import Shift
from edge.model.mass import GRAMS_PER_JIN
from edge.model.plant import Plant
from edge.model.tag import CounterRole
from edge.production.attendance import heads_of

_COLUMNS = tuple(Column(field, Aggregate.LAST) for field in ("present", "hours", "cost"))


@dataclass(frozen=True, slots=True)
class PieceRate:
    """Pay by what is made: yuan for a jin of what a device's good counter counts, `grams` a piece."""

    device: str
    grams: int
    yuan_per_jin: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """What a group worked on a shift; `cost` is None where its wages are not known."""

    shift: str
    team: str
    kind: str
    heads: int
    hours: float
    cost: float | None


@dataclass(frozen=True, slots=True)
class LabourDay:
    """A production day: good product by shift (`""` outside of shifts), the hours for it, and what is paid by the piece."""

    day: date
    grams: Mapping[str, int]
    pieces: Mapping[str, int]
    groups: tuple[Group, ...]
    piece_pay: Decimal = Decimal()


@dataclass(frozen=True, slots=True)
class Productivity:
    """Product and the hours for it; ratios are None where there are no hours, or no product."""

    grams: int = 0
    pieces: int = 0
    hours: float = 0.0
    heads: int = 0
    cost: float | None = None

    @property
    def jin_per_hour(self) -> float | None:
        """Jin per worker-hour."""
        return self.grams / GRAMS_PER_JIN / self.hours if self.hours else None

    @property
    def pieces_per_hour(self) -> float | None:
        """Pieces per worker-hour."""
        return self.pieces / self.hours if self.hours else None

    @property
    def cost_per_jin(self) -> float | None:
        """Yuan of labour in a jin."""
        return self.cost * GRAMS_PER_JIN / self.grams if self.cost is not None and self.grams else None


@dataclass(frozen=True, slots=True)
class Labour:
    """Some days together: all of it, and by shift, team and kind.

    Product is nobody's alone: what a team or a kind is measured by is all that was made on its shifts' days.
    """

    total: Productivity
    by_shift: Mapping[str, Productivity] = field(default_factory=dict)
    by_team: Mapping[str, Productivity] = field(default_factory=dict)
    by_kind: Mapping[str, Productivity] = field(default_factory=dict)


async def labour_day(
    historian: Historian, plant: Plant, day: date, rates: Sequence[PieceRate] = ()
) -> LabourDay:
    """Ask for a production day.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    return (await labour_days(historian, plant, [day], rates))[0]


async def labour_days(
    historian: Historian, plant: Plant, days: Sequence[date], rates: Sequence[PieceRate] = ()
) -> list[LabourDay]:
    """Ask for production days, in few requests.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    calendar = plant.calendar
    asked = [
        [
            *(_good(plant, part.start, part.stop) for part in calendar.slices(day)),
            *(heads_of(plant, shift, day, _COLUMNS) for shift in calendar.shifts_of(day)),
            *(_good(plant, *calendar.day_span(day), rate.device) for rate in rates),
        ]
        for day in days
    ]
    answers = iter(await historian.tables([table for tables in asked for table in tables]))
    return [_labour_day(plant, day, rates, answers) for day in days]


def _labour_day(
    plant: Plant, day: date, rates: Sequence[PieceRate], answers: Iterator[Sequence[TableRow]]
) -> LabourDay:
    """Return a day of the answers to what was asked for it, in that order."""
    grams: dict[str, int] = {}
    pieces: dict[str, int] = {}
    for part in plant.calendar.slices(day):
        key = part.shift.key if part.shift else ""
        made = _amounts(next(answers))
        grams[key], pieces[key] = grams.get(key, 0) + made[0], pieces.get(key, 0) + made[1]
    groups = [group for shift in plant.calendar.shifts_of(day) for group in _groups(shift, next(answers))]
    pay = Decimal()
    for rate in rates:
        pay += rate.yuan_per_jin * _amounts(next(answers))[1] * rate.grams / GRAMS_PER_JIN
    return LabourDay(day, grams, pieces, tuple(groups), pay)


def labour(days: Iterable[LabourDay]) -> Labour:
    """Return days together; their sums are added, never their ratios."""
    known = list(days)
    groups = [group for day in known for group in day.groups]
    grams, pieces = _sum(day.grams for day in known), _sum(day.pieces for day in known)
    all_grams, all_pieces = sum(grams.values()), sum(pieces.values())
    pay = float(sum((day.piece_pay for day in known), Decimal()))
    total = _productivity(groups, all_grams, all_pieces)
    if pay:
        total = Productivity(total.grams, total.pieces, total.hours, total.heads, (total.cost or 0.0) + pay)

    def parts(key: str) -> dict[str, Productivity]:
        names = sorted({str(getattr(group, key)) for group in groups})
        return {
            name: _productivity(
                [group for group in groups if getattr(group, key) == name],
                grams.get(name, 0) if key == "shift" else all_grams,
                pieces.get(name, 0) if key == "shift" else all_pieces,
            )
            for name in names
        }

    return Labour(total, parts("shift"), parts("team"), parts("kind"))


def staffing(required: Fraction | int, known: Productivity) -> int | None:
    """Return how many people a day's product needs at the productivity that was shown; None when none was.

    Args:
        required: g a day.
        known: of some days; `heads` counts everybody once a day.
    """
    if not known.hours or not known.grams or not known.heads:
        return None
    per_head = known.grams / known.heads
    return ceil(float(required) / per_head)


def labour_lines(found: Labour, first: date, last: date, required: Fraction | None) -> Iterator[str]:
    """Yield all of it as lines."""
    yield f"{first} to {last}: {_line(found.total)}"
    for title, parts in (("shift", found.by_shift), ("team", found.by_team), ("kind", found.by_kind)):
        for name, one in parts.items():
            yield f"  {title} {name}: {_line(one)}"
    needed = None if required is None else staffing(required, found.total)
    if required is not None and needed is not None:
        days = (last - first).days + 1
        yield (
            f"{float(required) / GRAMS_PER_JIN:,.0f} jin a day, as the target needs, are {needed} people at this rate;"
            f" there were {found.total.heads / days:.0f} a day"
        )


def days_between(first: date, last: date) -> list[date]:
    """Return every day from the first to the last."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _good(plant: Plant, start: int, stop: int, device: str | None = None) -> Table:
    where = {"site": plant.site, "line": plant.line, "counter": str(CounterRole.GOOD)}
    if device is not None:
        where["device"] = device
    return Table(COUNT.name, (Column("g", Aggregate.SUM), Column("n", Aggregate.SUM)), start, stop, where)


def _amounts(rows: Sequence[TableRow]) -> tuple[int, int]:
    """Return grams and pieces."""
    grams, pieces = rows[0].values if rows else (0, 0)
    return int(grams or 0), int(pieces or 0)


def _groups(shift: Shift, rows: Sequence[TableRow]) -> list[Group]:
    return [
        Group(
            shift.key,
            row.tags["team"],
            row.tags["kind"],
            int(present or 0),
            float(hours),
            None if cost is None else float(cost),
        )
        for row in rows
        for present, hours, cost in [row.values]
        if hours
    ]


def _productivity(groups: Sequence[Group], grams: int, pieces: int) -> Productivity:
    costs = [group.cost for group in groups if group.cost is not None]
    return Productivity(
        grams,
        pieces,
        sum(group.hours for group in groups),
        sum(group.heads for group in groups),
        sum(costs) if costs else None,
    )


def _sum(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for part in parts:
        for key, value in part.items():
            totals[key] = totals.get(key, 0) + value
    return totals


def _line(one: Productivity) -> str:
    texts = [f"{one.grams / GRAMS_PER_JIN:,.0f} jin, {one.hours:,.0f} worker-hours"]
    if one.jin_per_hour is not None:
        texts.append(f"{one.jin_per_hour:.1f} jin/h, {one.pieces_per_hour:.0f} pieces/h")
    if one.cost_per_jin is not None:
        texts.append(f"{one.cost_per_jin:.3f} yuan/jin")
    return ", ".join(texts)
