"""Rows of a report from sums, heads and the plan. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from edge.model.mass import jin
from edge.model.oee import Sums
from edge.model.plan import Curve
from edge.model.plant import Plant
from edge.model.tag import CounterRole
from edge.production.attendance import Attended
from edge.reports.report import Amount, Heads
from edge.reports.scope import Days

OUTPUT = frozenset({CounterRole.TOTAL, CounterRole.GOOD, CounterRole.REJECT})


@dataclass(frozen=True, slots=True)
class Machines:
    """Which devices make product: those that count it, in the order of the configuration, and those no longer in it."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, plant: Plant, found: Mapping[str, Sums]) -> Machines:
        """Return the machines of a plant, and the former ones among those that sums were found of."""
        known = {device.key: device.name or device.key for device in plant.devices}
        counting = {device.key for device in plant.devices if OUTPUT & device.counts}
        former = {key: key for key, sums in found.items() if key not in known and (sums.g or sums.pq)}
        return cls({**{key: known[key] for key in known if key in counting}, **former})


def amount(by_product: Mapping[str, Sums], plant: Plant) -> Amount:
    """Return good product, given the sums of machines that make some, by product."""
    made = Amount()
    for key, sums in by_product.items():
        product = plant.products.get(key)
        made += Amount(
            sums.gq,
            sums.g,
            0 if sums.g or product is not None else sums.gq,
            jin(sums.g) * product.price_yuan_per_jin if product is not None else Decimal(),
            sums.g if product is None else 0,
        )
    return made


def heads(groups: Iterable[Attended]) -> Heads | None:
    """Return groups of some shifts together; None when nobody counted."""
    known = list(groups)
    if not known:
        return None
    costs = [Decimal(str(one.cost)) for one in known if one.cost is not None]

    def count(name: str) -> int:
        return sum(getattr(one, name) or 0 for one in known)

    return Heads(
        len({(one.day, one.shift) for one in known}),
        count("planned"),
        count("present"),
        count("late"),
        count("absent"),
        count("leave"),
        hours=sum((Decimal(str(one.hours)) for one in known if one.hours is not None), Decimal()),
        questions=sum(one.questions or 0 for one in known),
        cost=sum(costs, Decimal()) if costs else None,
    )


def planned(curve: Curve | None, days: Days) -> Fraction | None:
    """Return what is planned for some days; None where there is no plan for all of them."""
    if curve is None or {days.first.year, days.last.year} != {curve.first.year}:
        return None
    return curve.until(days.last) + curve.of(days.last) - curve.until(days.first)


def electricity(by_device: Mapping[str, Sums]) -> int | None:
    """Return Wh of all meters; a main meter, which shows at least as much as all others together, counts alone."""
    meters = [sums.wh for sums in by_device.values() if sums.wh]
    if not meters:
        return None
    most = max(meters)
    return most if len(meters) > 1 and 2 * most >= sum(meters) else sum(meters)


def infeed(plant: Plant, by_device: Mapping[str, Sums]) -> int | None:
    """Return g of raw product that entered the first machine which counts it in kg or t; None when none does."""
    sizes = {"kg": 1_000, "t": 1_000_000}
    for device in plant.devices:
        for tag in device.tags:
            if tag.counter is not None and tag.counter.role is CounterRole.INFEED and tag.unit in sizes:
                sums = by_device.get(device.key)
                return sums.infeed * sizes[tag.unit] if sums is not None else None
    return None


def grouped(groups: Sequence[Attended], name: str) -> Mapping[str, list[Attended]]:
    """Return groups by one of their columns."""
    found: defaultdict[str, list[Attended]] = defaultdict(list)
    for one in groups:
        found[str(getattr(one, name))].append(one)
    return found
