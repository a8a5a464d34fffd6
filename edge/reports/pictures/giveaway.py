"""How much more than its nominal weight each product's pack has, against the 1 % that is worth acting on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.reports.document import Picture
from edge.reports.pictures import canvas, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LIMIT = 1.0
"""%."""


def draw(picture: Picture) -> Axes:
    """Return a lying bar for each product; one beyond the limit has another colour and a hatch."""
    axes = canvas.chart(len(picture.places))
    canvas.lines(axes, "x")
    values = picture.series[0].values if picture.series else ()
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    for at, value in known:
        beyond = value > LIMIT
        axes.barh(
            at,
            value,
            0.5,
            color=palette.TARGET if beyond else palette.MADE,
            hatch="///" if beyond else "",
            edgecolor=palette.PAPER,
            linewidth=0,
        )
        axes.annotate(
            f"{value:.2f}{picture.unit}",
            (max(value, 0.0), at),
            (4, 0),
            textcoords="offset points",
            va="center",
            color=palette.INK,
            fontweight="bold",
            bbox={"facecolor": palette.PAPER, "edgecolor": "none", "pad": 0.8},
        )
    axes.axvline(LIMIT, color=palette.INK, linewidth=1.0, dashes=(4, 2))
    low, high = min([0.0, *(one for _, one in known)]), max([LIMIT, *(one for _, one in known)])
    axes.set_xlim(low * 1.15, high * 1.2)
    axes.annotate(
        f"≤ {LIMIT:g}{picture.unit}",
        (LIMIT, 1.0),
        (0, 4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        color=palette.INK,
    )
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.10g}{picture.unit}")
    axes.locator_params(axis="x", nbins=6)
    canvas.names_beside(axes, picture.places)
    return axes
