"""OEE by machine as bars, with availability, effectiveness and quality as marks of three shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.reports.document import Picture
from edge.reports.pictures import canvas, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKS = {"availability": ("^", "▲"), "effectiveness": ("s", "□"), "quality": ("o", "●")}


def draw(picture: Picture) -> Axes:
    """Return a row for each machine, the first at the top."""
    axes = canvas.chart(len(picture.places))
    axes.figure.subplots_adjust(right=0.9)
    canvas.lines(axes, "x")
    said = []
    for series in picture.series:
        known = [(at, value) for at, value in enumerate(series.values) if value is not None]
        rows, values = [at for at, _ in known], [value for _, value in known]
        if series.role in _MARKS:
            shape, sign = _MARKS[series.role]
            said.append(f"{sign} {series.label}")
            axes.plot(
                values,
                rows,
                shape,
                markersize=5,
                color=palette.INK,
                markerfacecolor=palette.PAPER if shape == "s" else palette.INK,
                markeredgewidth=0.8,
                zorder=3,
            )
        else:
            axes.barh(rows, values, 0.56, color=palette.MADE)
            said.append(f"■ {series.label}")
            for at, value in known:
                axes.annotate(
                    f"{value:.1f}{picture.unit}",
                    (1.0, at),
                    (4, 0),
                    xycoords=("axes fraction", "data"),
                    textcoords="offset points",
                    va="center",
                    color=palette.MADE,
                    fontweight="bold",
                )
    canvas.note(axes, "    ".join(said))
    axes.set_xlim(0, max([100.0, *(v for one in picture.series for v in one.values if v is not None)]) * 1.02)
    axes.set_xticks(range(0, 101, 20), [f"{tick}{picture.unit}" for tick in range(0, 101, 20)])
    canvas.names_beside(axes, picture.places)
    return axes
