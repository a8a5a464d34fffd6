"""How many came, and what was made: bars for output, a line of dots for heads with an axis of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.reports.document import Picture
from edge.reports.pictures import canvas, labels, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(picture: Picture) -> Axes:
    """Return both over the places; the axes begin at 0, so that heights may be compared."""
    axes = canvas.chart()
    heads = next((one for one in picture.series if one.role == "heads"), None)
    made = next((one for one in picture.series if one is not heads), None)
    scale = labels.scale(picture.unit, made.values if made else ())
    canvas.lines(axes, "y")
    said = []
    if made is not None:
        bars = [(at, value) for at, value in enumerate(made.values) if value is not None]
        axes.bar(
            [at for at, _ in bars],
            [value for _, value in bars],
            0.64,
            facecolor=palette.PALE,
            edgecolor=palette.MADE,
            linewidth=0.6,
        )
        axes.set_ylim(0, max((value for _, value in bars), default=1.0) * 1.14 or 1.0)
        said.append(f"□ {made.label}")
    canvas.heights(axes, scale)
    canvas.names_below(axes, picture.places)
    axes.tick_params(axis="x", length=0)
    canvas.unit(axes, scale.unit, palette.MADE)
    if heads is not None:
        axes.figure.subplots_adjust(right=0.91)
        _heads(axes, heads.values, picture.unit2)
        said.append(f"● {heads.label}")
    canvas.note(axes, "    ".join(said), right=0.9)
    return axes


def _heads(axes: Axes, values: tuple[float | None, ...], unit: str) -> None:
    beside = axes.twinx()
    canvas.frame(beside)
    beside.spines["left"].set_visible(False)
    beside.spines["right"].set_visible(True)
    points = [float("nan") if value is None else value for value in values]
    beside.plot(points, color=palette.INK, linewidth=0.9, marker="o", markersize=3.5)
    beside.set_ylim(0, max((value for value in values if value is not None), default=1.0) * 1.14 or 1.0)
    beside.locator_params(axis="y", nbins=5)
    beside.yaxis.set_major_formatter(labels.Scale(1, unit).tick)
    canvas.unit(beside, unit, palette.INK, "right")
