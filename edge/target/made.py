"""What each production day brought: sums of the historian's counts, so that a corrected day corrects its year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import gcd
from typing import TypeVar

from edge.historian.base import Aggregate, Historian, Query
from edge.messages.schema import COUNT
from edge.model.calendar import NS, Calendar
from edge.model.mass import jin
from edge.model.plant import Plant
from edge.model.tag import CounterRole

_T = TypeVar("_T")
LONGEST_WINDOW = 3600 * NS


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

    Args:
        historian: that is asked.
        plant: whose line it is.
        day: the last one.
        since: the first one; the first of January when None.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    calendar = plant.calendar
    where = {"site": plant.site, "line": plant.line, "counter": str(CounterRole.GOOD)}
    span = calendar.day_span(since or date(day.year, 1, 1))[0], calendar.day_span(day)[1]
    query = Query(COUNT.name, "g", Aggregate.SUM, *span, where, ("sku",), window(calendar, day))
    grams: defaultdict[date, int] = defaultdict(int)
    yuan: defaultdict[date, Decimal] = defaultdict(Decimal)
    unpriced: defaultdict[date, int] = defaultdict(int)
    for row in await historian.query(query):
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


def window(calendar: Calendar, day: date) -> int:
    """Return the longest window, ns and up to an hour, of which every production day of the year until a day is made up.

    Windows are counted from 1970 in UTC, and no store knows of production days.
    """
    first = date(day.year, 1, 1)
    days = range((day - first).days + 2)
    return gcd(LONGEST_WINDOW, *(calendar.day_span(first + timedelta(days=number))[0] for number in days))
