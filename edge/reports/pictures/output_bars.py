"""Output by period as bars, its plan as a mark across each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.reports.document import Picture
from edge.reports.pictures import canvas, labels, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FEW = 12
"""Bars that have room for their number."""


def draw(picture: Picture) -> Axes:
    """Return bars over the places; where nobody knows, there is none."""
    axes = canvas.chart()
    made = next((one for one in picture.series if one.role == "made"), None)
    plan = next((one for one in picture.series if one.role == "plan"), None)
    scale = labels.scale(picture.unit, [value for one in picture.series for value in one.values])
    canvas.lines(axes, "y")
    if made is not None:
        bars = [(at, value) for at, value in enumerate(made.values) if value is not None]
        axes.bar([at for at, _ in bars], [value for _, value in bars], 0.64, color=palette.MADE)
        for at, value in bars if len(made.values) <= _FEW else ():
            axes.annotate(
                scale.text(value),
                (at, value),
                (0, 5),
                textcoords="offset points",
                ha="center",
                color=palette.INK,
                bbox={"facecolor": palette.PAPER, "edgecolor": "none", "pad": 0.5},
            )
    if plan is not None:
        marks = [(at, value) for at, value in enumerate(plan.values) if value]
        # On a rim of paper, since ink on a dark bar is hard to see.
        for colour, width in ((palette.PAPER, 3.2), (palette.INK, 1.4)):
            axes.hlines(
                [value for _, value in marks],
                [at - 0.42 for at, _ in marks],
                [at + 0.42 for at, _ in marks],
                color=colour,
                linewidth=width,
            )
    said = [f"{sign} {one.label}" for sign, one in (("■", made), ("—", plan)) if one is not None]
    canvas.note(axes, "    ".join(said))
    most = max((value for one in picture.series for value in one.values if value is not None), default=1.0)
    axes.set_ylim(0, (most or 1.0) * 1.14)
    canvas.heights(axes, scale)
    canvas.names_below(axes, picture.places)
    axes.tick_params(axis="x", length=0)
    canvas.unit(axes, scale.unit)
    return axes
