"""A point: one row for the historian, before it becomes line protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FieldValue = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Point:
    """Measurement, tags and fields of `messages/schema.py`, and a time in ns UTC.

    Points carry the ledger stream (counts, states, KPIs). Raw tags never become points: `Frame` columns are
    encoded directly, since an object a sample would be the whole cost of the node.
    """

    measurement: str
    tags: Mapping[str, str]
    fields: Mapping[str, FieldValue]
    time: int
