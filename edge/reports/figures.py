"""What a day's report says, before it has a form: integers of grams and pieces, exact yuan, times in ns UTC. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from edge.target.standing import Year


@dataclass(frozen=True, slots=True)
class Gaps:
    """Good pieces that were booked across gaps: made while nobody was reading, so their hour is not known.

    Attributes:
        count: number of gaps that ended on this day.
        pieces, grams: good product booked across them.
        seconds: their length, summed over machines; `longest` is that of the longest one.
    """

    count: int = 0
    pieces: int = 0
    grams: int = 0
    seconds: int = 0
    longest: int = 0

    @classmethod
    def total(cls, parts: Iterable[Gaps]) -> Gaps:
        """Return several machines' gaps as one."""
        every = list(parts)
        return cls(
            sum(part.count for part in every),
            sum(part.pieces for part in every),
            sum(part.grams for part in every),
            sum(part.seconds for part in every),
            max((part.longest for part in every), default=0),
        )


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine's day.

    Attributes:
        name: as people call it.
        seen: False when the historian has nothing of it: its zeros are unknowns then.
        good, reject: pieces.
        pieces: made in all, by its own total where that is more than good and reject together.
        grams: of the good pieces.
        gaps: what of the good pieces was booked across gaps.
    """

    name: str
    seen: bool
    good: int = 0
    reject: int = 0
    pieces: int = 0
    grams: int = 0
    gaps: Gaps = Gaps()

    @property
    def quality(self) -> Fraction | None:
        """Good pieces of all pieces (ISO 22400-2 quality ratio); None when nothing was made."""
        return Fraction(self.good, self.pieces) if self.pieces else None


@dataclass(frozen=True, slots=True)
class Packed:
    """Good product of one SKU.

    Attributes:
        name: as people call it; `""` for pieces whose product is not known.
        value: yuan, exact; None when its price is not known.
    """

    name: str
    pieces: int
    grams: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Attendance:
    """A shift's heads by its latest count; None when nobody counted. The span is in ns UTC."""

    name: str
    start: int
    stop: int
    planned: int | None
    present: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the plan asks for, g.

    Attributes:
        day: of the whole production day.
        so_far: of the year up to the end of the production day.
        year: of the whole year.
    """

    day: int
    so_far: int
    year: int


@dataclass(frozen=True, slots=True)
class DayReport:
    """A production day.

    Attributes:
        site, line: where.
        day: the production day; it runs from `start` to `stop`, ns UTC.
        zone: the site's, for the times that people read.
        until: time of the newest point of the day, ns UTC; None when there is none: nobody was measuring.
        grams: good product of the day.
        year_grams: good product of the year up to the end of the day.
        plan: None when there is no target for this year.
        outlook: how the year stands at the end of the day, and how it will end; None without a plan.
        unweighed: good pieces without grams, since their product was not known.
        marks: how many bookings of good pieces were doubtful, by the ledger's reason.
    """

    site: str
    line: str
    day: date
    start: int
    stop: int
    zone: ZoneInfo
    until: int | None
    grams: int
    year_grams: int
    plan: Plan | None
    machines: tuple[Machine, ...] = ()
    products: tuple[Packed, ...] = ()
    shifts: tuple[Attendance, ...] = ()
    outlook: Year | None = None
    unweighed: int = 0
    marks: Mapping[str, int] = field(default_factory=dict)

    @property
    def value(self) -> Decimal:
        """Yuan of all products whose price is known."""
        return sum((product.value for product in self.products if product.value is not None), Decimal())

    @property
    def all_machines(self) -> Machine:
        """The machines' figures added up."""
        return Machine(
            "",
            any(machine.seen for machine in self.machines),
            sum(machine.good for machine in self.machines),
            sum(machine.reject for machine in self.machines),
            sum(machine.pieces for machine in self.machines),
            sum(machine.grams for machine in self.machines),
            Gaps.total(machine.gaps for machine in self.machines),
        )
