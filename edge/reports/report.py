"""What a report says, before it has a form: integers of grams, pieces and ms, exact yuan, times in ns UTC. Pure.

Everything in it is a sum, so that days add up to months and months to the year; ratios are made of sums by whoever shows them.
None is "nobody knows", never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from edge.model.oee import Sums
from edge.model.packml import Category
from edge.target.standing import Year


class Kind(StrEnum):
    """How long a span is; a season is a quarter of the year."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    RANGE = "range"


class Part(StrEnum):
    """What a report is about beside the whole line, and what its figures are broken down by."""

    PERIOD = "period"
    """Days of a span of up to a season, months of a longer one, shifts of a day."""
    MACHINE = "machine"
    PRODUCT = "product"
    SHIFT = "shift"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Span:
    """Production days, both ends in it."""

    kind: Kind
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Subject:
    """One machine, product, shift or team that the whole report is about."""

    part: Part
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Amount:
    """Good product.

    Attributes:
        unweighed: pieces of it that have no grams, since their product was not known.
        yuan: what it is worth, as far as prices are known.
        unpriced: g of it without a price.
    """

    pieces: int = 0
    grams: int = 0
    unweighed: int = 0
    yuan: Decimal = Decimal()
    unpriced: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            self.pieces + other.pieces,
            self.grams + other.grams,
            self.unweighed + other.unweighed,
            self.yuan + other.yuan,
            self.unpriced + other.unpriced,
        )


@dataclass(frozen=True, slots=True)
class Heads:
    """Attendance: heads added up over shifts, and the hours that they worked.

    Attributes:
        shifts: how many shifts were counted.
        questions: punches that are missing and not settled.
        cost: yuan; None where wages are not known.
    """

    shifts: int = 0
    planned: int = 0
    present: int = 0
    late: int = 0
    absent: int = 0
    leave: int = 0
    hours: Decimal = Decimal()
    questions: int = 0
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of the whole span, or of a part of it.

    Attributes:
        key, name: of the machine, product, shift or team, or of the day or month (`2026-09-15`, `2026-09`); `""` is the product
            that is not known, and time outside of shifts.
        good: None where nobody measured.
        sums: ISO 22400-2; None where nobody measured, or where it says nothing, as of a team. Of several machines those that
            count good product: what is upstream of them makes pieces of another kind.
        plan: g; None where there is no plan for this.
        heads: None where nobody counted.
        watched: of the time that has passed, ms, in which the machine was heard of, and of how much; None where that is not told.
        doubtful: bookings that are marked, or were made across a gap; None of days beside the span, where nobody looked.
        is_brief: only output and plan were asked for, as of the year so far beside a day; `sums` and `heads` are None.
    """

    key: str
    name: str
    good: Amount | None = None
    sums: Sums | None = None
    plan: Fraction | None = None
    heads: Heads | None = None
    watched: tuple[int, int] | None = None
    doubtful: int | None = 0
    is_brief: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """Planned busy time that was lost to one thing.

    Attributes:
        device, name: the machine.
        category, reason: what it was, and the PLC's number for it; `reason_name` is what the map calls it, `""` when it does not.
        cause: name of the machine that a starved or blocked one waited for, `""` for none.
        stops, micro: that ended, and the short ones of them.
    """

    device: str
    name: str
    category: Category
    reason: int
    reason_name: str
    cause: str
    ms: int
    stops: int
    micro: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of a machine's time, ns UTC, and what most of it was spent on; None where nobody knows."""

    start: int
    stop: int
    category: Category | None


@dataclass(frozen=True, slots=True)
class Strip:
    """A machine's day."""

    device: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CurveDay:
    """The year up to the end of a production day, g; `made` is None for days that are not over."""

    day: date
    plan: Fraction
    made: int | None


@dataclass(frozen=True, slots=True)
class Weight:
    """What a product's packs weighed.

    Attributes:
        nominal: g of a pack.
        weighed: pieces whose weight is known.
        milligrams: of those together.
    """

    key: str
    name: str
    nominal: int
    weighed: int
    milligrams: int


@dataclass(frozen=True, slots=True)
class Source:
    """How much of the time that has passed a device was heard of, ms; `watched` is None where that is not told."""

    device: str
    name: str
    watched: int | None
    passed: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """A booking that is marked, was made across a gap, or is a correction.

    Attributes:
        time: ns UTC that it is booked to.
        mark: the ledger's reason, `gap`, or `correction`.
        n, g: pieces and grams.
        gap: seconds that it was booked across.
        who, why, entered: of a correction.
    """

    time: int
    device: str
    name: str
    counter: str
    mark: str
    n: int
    g: int | None
    gap: int | None = None
    who: str = ""
    why: str = ""
    entered: int | None = None


@dataclass(frozen=True, slots=True)
class Utility:
    """What was used of energy, steam, water or raw product.

    Attributes:
        key: `electricity` (Wh), `steam` (g), `water` (cm3), `infeed` (g).
        amount: None where nobody measured.
    """

    key: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the newest plan asks of the whole year, g and yuan, and the plan up to the end of the span."""

    grams: int
    yuan: int
    until: Fraction


@dataclass(frozen=True, slots=True)
class Report:
    """All that is known of a span.

    Attributes:
        enterprise, site, line: where.
        start, stop: the span, ns UTC; it may reach into the future.
        until: time of the newest point in it, ns UTC; None when there is none: nobody was measuring.
        total: the whole span.
        parts: its rows; of a subject only those that it can be broken down by. A team's output is that of the shifts on which it
            was counted: nobody's alone.
        month, year: from the beginning of the span's last month and year to the end of the span.
        before: the span of the same length before it (环比); last_year: the same one a year before (同比); `good` is None where
            the historian has nothing of it.
        goal: None without a plan for the year.
        outlook: how the year stands and will end; None without a plan.
        doubts: in the order of time; `more_doubts` are those beyond the first that are listed.
        uncounted: g that the ledger has and the sums have not, or the other way round, of each machine and product; 0 when all
            agree, None when not compared: only a day or a week that is over is.
        questions: open questions of attendance; None when nobody counted.
        provisional: the calendar of the year is not published yet.
        edition: of a report that was issued; None of one that was only made.
        changed: corrections entered since the edition before.
    """

    enterprise: str
    site: str
    line: str
    zone: ZoneInfo
    span: Span
    start: int
    stop: int
    until: int | None
    total: Row
    subject: Subject | None = None
    parts: Mapping[Part, tuple[Row, ...]] = field(default_factory=dict)
    month: Row | None = None
    year: Row | None = None
    before: Row | None = None
    last_year: Row | None = None
    goal: Goal | None = None
    outlook: Year | None = None
    losses: tuple[Loss, ...] = ()
    strips: tuple[Strip, ...] = ()
    curve: tuple[CurveDay, ...] = ()
    weights: tuple[Weight, ...] = ()
    utilities: tuple[Utility, ...] = ()
    sources: tuple[Source, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    more_doubts: int = 0
    uncounted: int | None = None
    questions: int | None = None
    provisional: bool = False
    edition: int | None = None
    changed: tuple[Doubt, ...] = ()
