"""What each machine did, hour by hour: a strip of colours and hatches for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.reports.document import Picture
from edge.reports.pictures import canvas, labels, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABELS = 26
"""Hours that each have room for their label."""


def draw(picture: Picture) -> Axes:
    """Return a row of bands for each machine, the first at the top."""
    axes = canvas.chart(len(picture.rows))
    for at, (_, bands) in enumerate(picture.rows):
        for band in bands:
            axes.barh(at, band.end - band.begin, 0.66, band.begin, **_look(band.role))
    count = max(len(picture.places), 1)
    shown = range(0, len(picture.places), 1 if count <= _LABELS else count // _LABELS + 1)
    axes.set_xticks([at / count for at in shown], [picture.places[at] for at in shown])
    axes.set_xlim(0, 1)
    canvas.names_beside(axes, [name for name, _ in picture.rows])
    axes.spines["left"].set_visible(False)
    _legend(axes, picture)
    return axes


def _look(role: str) -> dict[str, Any]:
    fill = palette.state(role)
    return {
        "facecolor": fill.colour,
        "hatch": fill.hatch,
        "edgecolor": fill.ink,
        "linewidth": 0.4,
    }


def _legend(axes: Axes, picture: Picture) -> None:
    """Draw a key above the strip, from the right."""
    from matplotlib.patches import Patch

    keys = [Patch(label=labels.cut(label, 16), **_look(role)) for role, label in picture.legend]
    if keys:
        axes.legend(
            handles=keys,
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=len(keys),
            frameon=False,
            handlelength=1.6,
            handleheight=1.0,
            columnspacing=1.0,
            handletextpad=0.4,
            borderaxespad=0.2,
            fontsize=7,
            labelcolor=palette.INK,
        )
