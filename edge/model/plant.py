"""What processing and the console must know of the plant: ISA-95 names, devices with their tags, and the plan."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from edge.model.calendar import Calendar
from edge.model.product import Product
from edge.model.states import States
from edge.model.tag import Counter, CounterRole, Role, Tag


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What a machine packs from an instant on, ns UTC, by the schedule (ISA-95: a job order)."""

    since: int
    product: str


@dataclass(frozen=True, slots=True)
class Device:
    """A machine's controller: what is read from it, and what it packs.

    Attributes:
        key: its key in `devices:`.
        tags: every tag of its map.
        scan: the longest time, s, between two readings of a counter while the device answers; a longer one is a gap.
        product: key of the product that it packs when neither a `sku` tag nor an order says so.
        name: as people call the machine.
        states: how it tells what it does.
        rated: pieces per minute that it is built for, by the key of the product; under "" for all others.
        orders: in the order of time.
        within: key of a meter that measures all that this one does, `""` for none.
    """

    key: str
    tags: tuple[Tag, ...]
    scan: float
    product: str | None = None
    name: str = ""
    states: States = field(default_factory=States)
    rated: Mapping[str, float] = field(default_factory=dict)
    orders: tuple[JobOrder, ...] = ()
    within: str = ""
    roles: Mapping[Role, str] = field(init=False)
    """Tag names by role."""
    counters: Mapping[str, Counter] = field(init=False)
    """Counters by tag name."""
    counts: frozenset[CounterRole] = field(init=False)
    """What its counters count."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", {tag.role: tag.name for tag in self.tags if tag.role})
        object.__setattr__(self, "counters", {tag.name: tag.counter for tag in self.tags if tag.counter})
        object.__setattr__(self, "counts", frozenset(tag.counter.role for tag in self.tags if tag.counter))

    def product_at(self, time: int) -> str:
        """Return the key of the product that is packed at an instant, ns UTC, by the schedule; empty when nobody says."""
        begun = bisect_right(self.orders, time, key=lambda order: order.since)
        return self.orders[begun - 1].product if begun else self.product or ""

    def rated_for(self, sku: str) -> float | None:
        """Return the pieces per minute of a product that it is built for; None when nobody says."""
        return self.rated.get(sku, self.rated.get(""))

    @property
    def tells_state(self) -> bool:
        """Whether anything tells what it does."""
        return Role.PACKML_STATE in self.roles or bool(self.states.rules)


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of the year's plan; `mass`, `value` and `monthly_share` are the whole year's, as in `Target`.

    Attributes:
        since: the first production day that it changes; the days before keep what was planned for them.
        reason: why the plan was changed.
    """

    since: date
    mass: int
    value: int
    monthly_share: tuple[Decimal, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """Raw product that was counted, and what is still expected: the year cannot bring more than comes of it.

    Attributes:
        day: production day at whose start it was counted.
        mass: g of brined chili in pits and tanks.
        expected: g that still come in until the end of the year.
        recovery: g of product from a g of raw.
    """

    day: date
    mass: int
    expected: int
    recovery: Decimal


@dataclass(frozen=True, slots=True)
class Target:
    """The year's plan: the baseline, and its revisions in the order of their days.

    Attributes:
        year: production year.
        mass: g to be packed in the year.
        value: yuan.
        monthly_share: percent of the year for each month, January first; sums to 100.
        stock: None when nobody has counted it.
    """

    year: int
    mass: int
    value: int
    monthly_share: tuple[Decimal, ...]
    revisions: tuple[Revision, ...] = ()
    stock: Stock | None = None

    def as_of(self, day: date) -> Target:
        """Return the plan as it was known on a production day."""
        known = tuple(revision for revision in self.revisions if revision.since <= day)
        return self if len(known) == len(self.revisions) else replace(self, revisions=known)

    @property
    def baseline(self) -> Target:
        """The plan without its revisions."""
        return replace(self, revisions=()) if self.revisions else self

    @property
    def goal_mass(self) -> int:
        """What the newest version asks of the year, g."""
        return self.revisions[-1].mass if self.revisions else self.mass

    @property
    def goal_value(self) -> int:
        """What the newest version asks of the year, yuan."""
        return self.revisions[-1].value if self.revisions else self.value


@dataclass(frozen=True, slots=True)
class Route:
    """The machines that a product passes, in the order of its flow.

    Attributes:
        key: its key in `routes:`.
        machines: keys of devices.
        bottleneck: the one whose state is the route's: usually the filler.
    """

    key: str
    machines: tuple[str, ...]
    bottleneck: str


@dataclass(frozen=True, slots=True)
class Plant:
    """One line of the site (ISA-95: enterprise/site/line) as a node sees it."""

    enterprise: str
    site: str
    line: str
    calendar: Calendar
    devices: tuple[Device, ...] = ()
    products: Mapping[str, Product] = field(default_factory=dict)
    target: Target | None = None
    routes: tuple[Route, ...] = ()
