"""Any picture of a document as SVG: the chart's own file draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from edge.reports.document import Chart, Picture
from edge.reports.fonts.legible import legible
from edge.reports.pictures import (
    attendance,
    canvas,
    giveaway,
    library,
    loss_pareto,
    oee_bars,
    output_bars,
    state_strip,
    year_curve,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CHARTS: Mapping[Chart, Callable[[Picture], Axes]] = MappingProxyType(
    {
        Chart.YEAR_CURVE: year_curve.draw,
        Chart.OUTPUT_BARS: output_bars.draw,
        Chart.STATE_STRIP: state_strip.draw,
        Chart.LOSS_PARETO: loss_pareto.draw,
        Chart.OEE_BARS: oee_bars.draw,
        Chart.ATTENDANCE: attendance.draw,
        Chart.GIVEAWAY: giveaway.draw,
    }
)


def draw(picture: Picture) -> str:
    """Return a picture as an `svg` element, its title and alternative inside; the same picture always gives the same text."""
    shown = legible(picture)
    with library.look(salt=picture.chart):
        return canvas.svg(_CHARTS[picture.chart](shown), shown)
