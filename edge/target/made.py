"""What each production day brought: sums in the historian, so that a corrected day corrects its year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import gcd
from typing import TypeVar

from edge.historian.base import Aggregate, Historian, Query, Row
from edge.messages.schema import COUNT, OEE
from edge.model.calendar import NS, Calendar
from edge.model.mass import jin
from edge.model.plant import Plant
from edge.model.tag import CounterRole

_T = TypeVar("_T")
DAY = 86_400 * NS


@dataclass(frozen=True, slots=True)
class Made:
    """Good product by production day.

    Attributes:
        grams: of the days on which something was counted.
        yuan: what it is worth, as far as prices are known.
        unpriced: g without a price.
    """

    grams: Mapping[date, int] = field(default_factory=dict)
    yuan: Mapping[date, Decimal] = field(default_factory=dict)
    unpriced: Mapping[date, int] = field(default_factory=dict)

    def renewed(self, newer: Made, since: date) -> Made:
        """Return these days up to another one, and the newer word on those from it on."""
        return Made(
            _joined(self.grams, newer.grams, since),
            _joined(self.yuan, newer.yuan, since),
            _joined(self.unpriced, newer.unpriced, since),
        )


async def made_until(historian: Historian, plant: Plant, day: date, since: date | None = None) -> Made:
    """Return what the year of a production day brought until its end.

    Days are read as the sums that machines tell about every five minutes, and the last one, which may be on, as what was counted.

    Args:
        historian: that is asked.
        plant: whose line it is.
        day: the last one.
        since: the first one; the first of January when None.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    calendar, place = plant.calendar, {"site": plant.site, "line": plant.line}
    start, (last, stop) = calendar.day_span(since or date(day.year, 1, 1))[0], calendar.day_span(day)
    counted = {**place, "counter": str(CounterRole.GOOD)}
    rows = await historian.query(Query(COUNT.name, "g", Aggregate.SUM, last, stop, counted, ("sku",)))
    if start < last:
        every, offset = windows(calendar, calendar.production_day(start), day)
        summed = Query(OEE.name, "g", Aggregate.SUM, start, last, place, ("sku",), every, offset)
        rows = [*await historian.query(summed), *rows]
    return made_of(plant, rows)


def made_of(plant: Plant, rows: Iterable[Row]) -> Made:
    """Return what each production day brought.

    Args:
        plant: whose products and calendar they are.
        rows: g by `sku`, at any time of the day that they are of.
    """
    calendar = plant.calendar
    grams: defaultdict[date, int] = defaultdict(int)
    yuan: defaultdict[date, Decimal] = defaultdict(Decimal)
    unpriced: defaultdict[date, int] = defaultdict(int)
    for row in rows:
        made, product = int(row.value), plant.products.get(row.tags["sku"])
        on = calendar.production_day(row.time)
        grams[on] += made
        if product is None:
            unpriced[on] += made
        else:
            yuan[on] += jin(made) * product.price_yuan_per_jin
    return Made(grams, yuan, unpriced)


def _joined(old: Mapping[date, _T], new: Mapping[date, _T], since: date) -> Mapping[date, _T]:
    return {**{day: amount for day, amount in old.items() if day < since}, **new}


def windows(calendar: Calendar, first: date, last: date) -> tuple[int, int]:
    """Return length and offset, ns, of the longest windows of which the production days from a first to a last one are made up.

    They are the days themselves, unless the zone's clocks are set in between: no store knows of production days.
    """
    days = range((last - first).days + 1)
    starts = [calendar.day_span(first + timedelta(days=number))[0] for number in days]
    every = gcd(DAY, *(start - starts[0] for start in starts))
    return every, starts[0] % every
