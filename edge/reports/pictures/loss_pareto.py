"""Losses, the longest first, and what they are together of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.reports.document import Picture
from edge.reports.pictures import canvas, labels, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(picture: Picture) -> Axes:
    """Return lying bars, since losses have long names, with the cumulative line on an axis above."""
    axes = canvas.chart(len(picture.places))
    together = next((one for one in picture.series if one.role == "cumulative"), None)
    lost = next((one for one in picture.series if one is not together), None)
    known = [] if lost is None else [(at, one) for at, one in enumerate(lost.values) if one is not None]
    axes.barh(
        [at for at, _ in known],
        [value for _, value in known],
        0.66,
        facecolor=palette.PALE,
        edgecolor=palette.MADE,
        linewidth=0.6,
    )
    scale = labels.scale(picture.unit, [value for _, value in known])
    for at, value in known:
        axes.annotate(
            scale.text(value), (0, at), (3, 0), textcoords="offset points", va="center", color=palette.INK
        )
    axes.set_xlim(0, max((value for _, value in known), default=1.0) * 1.05 or 1.0)
    axes.xaxis.set_major_formatter(scale.tick)
    canvas.names_beside(axes, picture.places)
    high = canvas.height(len(picture.places))
    axes.set_xlabel(f"{lost.label} {scale.unit}" if lost else scale.unit, color=palette.QUIET, labelpad=2.5)
    axes.figure.subplots_adjust(bottom=0.45 / high, top=1 - 0.44 / high)
    if together is not None:
        _line(axes, together.values, f"{together.label} {picture.unit2}")
    return axes


def _line(axes: Axes, values: tuple[float | None, ...], label: str) -> None:
    above = axes.twiny()
    canvas.frame(above)
    above.spines["top"].set_visible(True)
    above.spines["top"].set_color(palette.QUIET)
    above.spines["bottom"].set_visible(False)
    points = [float("nan") if value is None else value for value in values]
    above.plot(points, range(len(points)), color=palette.TARGET, linewidth=1.2, marker="o", markersize=3)
    above.set_xlim(0, 105)
    above.set_xticks(range(0, 101, 20))
    above.tick_params(axis="x", labelcolor=palette.TARGET)
    above.set_xlabel(label, color=palette.TARGET, labelpad=3)
