"""Sums by day, machine, shift and product as one long table, added up along its columns: the only pandas. Sums stay exact integers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from edge.historian.base import TableRow
from edge.model.calendar import Calendar
from edge.model.mass import jin
from edge.model.oee import FIELDS, Sums
from edge.model.product import Product
from edge.reports.report import Amount
from edge.reports.scope import Days

if TYPE_CHECKING:
    import pandas as pd

TAGS = ("device", "shift", "sku")
OUTPUT = ("gq", "g")
"""What is read of spans that only their output is shown of."""
Column = Literal["device", "shift", "sku"]


@dataclass(frozen=True, slots=True)
class Bookings:
    """Sums of some days. A row is of one or several days, by their first one, and of one machine, shift and product.

    Attributes:
        frame: columns `day` (ordinal), those of `TAGS` and those of `FIELDS`, all of them int64.
    """

    frame: pd.DataFrame

    @classmethod
    def of(cls, calendar: Calendar, fields: Sequence[str], answers: Iterable[Sequence[TableRow]]) -> Bookings:
        """Return the answers to tables of these fields; what a row does not have is zero."""
        import pandas as pd

        rows = [
            (
                calendar.production_day(row.time).toordinal(),
                *(row.tags.get(tag, "") for tag in TAGS),
                *(int(value or 0) for value in row.values),
            )
            for answer in answers
            for row in answer
        ]
        frame = pd.DataFrame.from_records(rows, columns=["day", *TAGS, *fields])
        missing = {field: 0 for field in FIELDS if field not in fields}
        return cls(frame.assign(**missing).astype(dict.fromkeys(("day", *FIELDS), "int64")))

    def __bool__(self) -> bool:
        return not self.frame.empty

    @property
    def devices(self) -> frozenset[str]:
        """All machines."""
        return frozenset(map(str, self.frame["device"].unique()))

    def within(self, days: Days) -> Bookings:
        """Return the rows of these days."""
        return Bookings(self.frame[self.frame["day"].between(days.first.toordinal(), days.last.toordinal())])

    def by(self, column: Column) -> Mapping[str, Bookings]:
        """Return the rows of each machine, shift or product."""
        return {str(key): Bookings(part) for key, part in self.frame.groupby(column, sort=True)}

    def of_devices(self, devices: Collection[str]) -> Bookings:
        """Return the rows of some machines."""
        return Bookings(self.frame[self.frame["device"].isin(list(devices))])

    def of_shifts(self, shifts: Collection[tuple[date, str]]) -> Bookings:
        """Return the rows of some shifts of some days; the rows are of single days."""
        import pandas as pd

        wanted = (
            pd.MultiIndex.from_tuples(
                [(day.toordinal(), shift) for day, shift in shifts], names=["day", "shift"]
            )
            if shifts
            else None
        )
        if wanted is None:
            return Bookings(self.frame[:0])
        return Bookings(self.frame[pd.MultiIndex.from_frame(self.frame[["day", "shift"]]).isin(wanted)])

    def sums(self) -> Sums:
        """Return all rows together."""
        return Sums(*map(int, self.frame[list(FIELDS)].sum()))

    def amount(self, products: Mapping[str, Product]) -> Amount:
        """Return the good product of all rows."""
        whole = Amount()
        packed = self.frame.groupby("sku", sort=True)[["gq", "g"]].sum()
        for sku, pieces, grams in packed.itertuples(name=None):
            whole += _amount(products.get(str(sku)), str(sku), int(pieces), int(grams))
        return whole


def _amount(product: Product | None, sku: str, pieces: int, grams: int) -> Amount:
    if product is None:
        return Amount(pieces, grams, 0 if sku else pieces, Decimal(), grams)
    return Amount(pieces, grams, 0, jin(grams) * product.price_yuan_per_jin)
