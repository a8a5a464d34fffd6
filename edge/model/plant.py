"""What processing and the console must know of the plant: ISA-95 names, devices with their tags, and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from edge.model.calendar import Calendar
from edge.model.product import Product
from edge.model.tag import Counter, Role, Tag


@dataclass(frozen=True, slots=True)
class Device:
    """A machine's controller: what is read from it, and what it packs.

    Attributes:
        key: its key in `devices:`.
        tags: every tag of its map.
        scan: the longest time, s, between two readings of a counter while the device answers; a longer one is a gap.
        product: key of the product that it packs when no `sku` tag says so.
        name: as people call the machine.
    """

    key: str
    tags: tuple[Tag, ...]
    scan: float
    product: str | None = None
    name: str = ""
    roles: Mapping[Role, str] = field(init=False)
    """Tag names by role."""
    counters: Mapping[str, Counter] = field(init=False)
    """Counters by tag name."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", {tag.role: tag.name for tag in self.tags if tag.role})
        object.__setattr__(self, "counters", {tag.name: tag.counter for tag in self.tags if tag.counter})


@dataclass(frozen=True, slots=True)
class Target:
    """The year's plan.

    Attributes:
        year: production year.
        mass: g to be packed in the year.
        value: yuan.
        monthly_share: percent of the year for each month, January first; sums to 100.
    """

    year: int
    mass: int
    value: int
    monthly_share: tuple[Decimal, ...]


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
