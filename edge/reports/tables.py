"""Counts as a table, added up along its columns: the only pandas. Sums stay exact integers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from edge.model.tag import CounterRole


@dataclass(frozen=True, slots=True)
class Count:
    """What one counter counted of one product; `grams` is None when the product was not known."""

    device: str
    sku: str
    counter: str
    pieces: int
    grams: int | None


@dataclass(frozen=True, slots=True)
class Good:
    """Good product of a group; `unweighed` are the pieces of it that have no grams."""

    pieces: int
    grams: int
    unweighed: int


def good_by(counts: Sequence[Count], column: Literal["device", "sku"]) -> Mapping[str, Good]:
    """Return the good product by machine or by SKU."""
    if not counts:
        return {}
    table = _table(counts)
    good = table[table["counter"] == CounterRole.GOOD]
    sums = good.groupby(column)[["pieces", "grams", "unweighed"]].sum().to_dict("index")
    return {
        str(key): Good(int(row["pieces"]), int(row["grams"]), int(row["unweighed"]))
        for key, row in sums.items()
    }


def pieces_by_counter(counts: Sequence[Count]) -> Mapping[str, Mapping[str, int]]:
    """Return the pieces of each machine by the role of the counter."""
    if not counts:
        return {}
    groups = _table(counts).groupby(["device", "counter"])[["pieces"]].sum().reset_index()
    pieces: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in groups.to_dict("records"):
        pieces[row["device"]][row["counter"]] = int(row["pieces"])
    return pieces


def _table(counts: Sequence[Count]) -> pd.DataFrame:
    table = pd.DataFrame([asdict(count) for count in counts])
    weighed = table["grams"].notna()
    # An empty cell would make the column floats, which are not exact beyond 2**53.
    grams = pd.Series([count.grams or 0 for count in counts], dtype="int64")
    return table.assign(grams=grams, unweighed=table["pieces"].where(~weighed, 0))
