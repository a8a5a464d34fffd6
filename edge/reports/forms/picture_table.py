"""The numbers of a picture as a table, for who cannot see it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from edge.reports.document import Band, Picture
from edge.reports.rounding import UNKNOWN, percent, rounded

_FINE = 1000
"""Below this decimals are still of interest."""
_SECOND = frozenset({"heads", "cumulative"})


@dataclass(frozen=True, slots=True)
class PictureTable:
    """Headings, the first of which is empty, and rows of a name and texts."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def picture_table(picture: Picture) -> PictureTable:
    """Return a line for each place; of a strip, for each machine: which part of the time it was in which state."""
    if picture.rows:
        headings = ("", *(label for _, label in picture.legend))
        return PictureTable(headings, tuple(_times(picture, name, bands) for name, bands in picture.rows))
    units = [picture.unit2 if one.role in _SECOND else picture.unit for one in picture.series]
    headings = (
        "",
        *(
            f"{one.label} ({unit})" if unit else one.label
            for one, unit in zip(picture.series, units, strict=True)
        ),
    )
    fine = [
        2 if any(one is not None and one % 1 for one in series.values) and _most(series.values) < _FINE else 0
        for series in picture.series
    ]
    rows = (
        (
            place,
            *(_text(series.values[at], places) for series, places in zip(picture.series, fine, strict=True)),
        )
        for at, place in enumerate(picture.places)
    )
    return PictureTable(headings, tuple(rows))


def _most(values: tuple[float | None, ...]) -> float:
    return max((abs(one) for one in values if one is not None), default=0.0)


def _text(value: float | None, places: int) -> str:
    return UNKNOWN if value is None else rounded(Fraction(value), places)


def _times(picture: Picture, name: str, bands: tuple[Band, ...]) -> tuple[str, ...]:
    def of(role: str) -> str:
        return percent(Fraction(sum(one.end - one.begin for one in bands if one.role == role)))

    return (name, *(of(role) for role, _ in picture.legend))
