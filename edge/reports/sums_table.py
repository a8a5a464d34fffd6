"""The sums of a span as one long table of day, device, shift and product, added up along its columns: the only pandas.

All numbers are 64-bit integers, so that every order of adding gives the same sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from edge.historian.base import TableRow
from edge.model.calendar import Calendar
from edge.model.oee import FIELDS, Sums

KEYS = ("day", "device", "shift", "sku")
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SumsTable:
    """Rows of `KEYS` and `FIELDS`; days are ISO texts."""

    frame: pd.DataFrame

    @classmethod
    def of(cls, answers: Sequence[TableRow], calendar: Calendar) -> SumsTable:
        """Return the table of answers that were grouped by device, shift and sku in windows within production days."""
        days: dict[int, str] = {}
        for row in answers:
            if row.time not in days:
                days[row.time] = calendar.production_day(row.time).isoformat()
        keys = pd.DataFrame(
            [(days[row.time], row.tags["device"], row.tags["shift"], row.tags["sku"]) for row in answers],
            columns=list(KEYS),
            dtype="object",
        )
        sums = pd.DataFrame(
            [[int(value or 0) for value in row.values] for row in answers],
            columns=list(FIELDS),
            dtype="int64",
        )
        return cls(pd.concat([keys, sums], axis="columns"))

    def of_days(self, first: date, last: date) -> SumsTable:
        """Return the rows of some days."""
        day = self.frame["day"]
        return SumsTable(self.frame[(day >= first.isoformat()) & (day <= last.isoformat())])

    def where(self, column: str, values: Sequence[str]) -> SumsTable:
        """Return the rows that have one of some values."""
        return SumsTable(self.frame[self.frame[column].isin(values)])

    def by(self, *columns: str) -> Mapping[Keys, Sums]:
        """Return the sums by the values of some columns, in their order."""
        if self.frame.empty:
            return {}
        grouped = self.frame.groupby(list(columns), sort=True)[list(FIELDS)].sum()
        return {
            (key if isinstance(key, tuple) else (key,)): Sums(*map(int, values))
            for key, values in zip(grouped.index, grouped.to_numpy(), strict=True)
        }

    def values(self, column: str) -> list[str]:
        """Return the different values of a column, in order."""
        return sorted(self.frame[column].unique())
