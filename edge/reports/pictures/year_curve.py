"""The year's S-curve: plan, what was made, the target, and the fan of how the year may end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from edge.reports.document import Picture, Series
from edge.reports.pictures import canvas, labels, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(picture: Picture) -> Axes:
    """Return the curve over the days of a year."""
    axes = canvas.chart()
    every = {one.role: one for one in picture.series}
    scale = labels.scale(picture.unit, [value for one in picture.series for value in one.values])
    x = range(len(picture.places))
    canvas.lines(axes, "y")
    _fan(axes, every)
    if "plan" in every:
        axes.plot(x, _gaps(every["plan"]), color=palette.QUIET, linewidth=1.0, dashes=(4, 2))
        _along(axes, every["plan"], 0.4)
    if "target" in every:
        _target(axes, every["target"], scale)
    if "made" in every:
        axes.plot(x, _gaps(every["made"]), color=palette.MADE, linewidth=2.0)
        _end(axes, every["made"], scale)
    axes.set_ylim(
        0, max((v for one in picture.series for v in one.values if v is not None), default=1) * 1.12
    )
    canvas.heights(axes, scale)
    canvas.days_below(axes, picture.places)
    canvas.unit(axes, scale.unit)
    _fan_label(axes, every, scale)
    return axes


def _gaps(series: Series) -> list[float]:
    return [float("nan") if value is None else value for value in series.values]


def _known(series: Series) -> Sequence[tuple[int, float]]:
    return [(at, value) for at, value in enumerate(series.values) if value is not None]


def _fan(axes: Axes, every: dict[str, Series]) -> None:
    if {"p10", "p90"} <= every.keys():
        low, high = _gaps(every["p10"]), _gaps(every["p90"])
        axes.fill_between(
            range(len(low)), low, high, facecolor=palette.PALE, edgecolor=palette.MADE, linewidth=0.5
        )
    if "p50" in every:
        axes.plot(_gaps(every["p50"]), color=palette.MADE, linewidth=1.0, dashes=(1.5, 1.5))


def _fan_label(axes: Axes, every: dict[str, Series], scale: labels.Scale) -> None:
    """Write the end of the year above the drawing: at its own place it would stand in the target's line."""
    ends = {role: _known(every[role]) for role in ("p10", "p50", "p90") if role in every}
    if "p50" not in ends or not ends["p50"]:
        return
    text = f"{every['p50'].label} {ends['p50'][-1][1] / scale.size:,.0f}"
    if ends.get("p10") and ends.get("p90"):
        text += f" (P10–P90 {ends['p10'][-1][1] / scale.size:,.0f}–{ends['p90'][-1][1] / scale.size:,.0f})"
    canvas.note(axes, text, palette.MADE)


def _target(axes: Axes, series: Series, scale: labels.Scale) -> None:
    known = _known(series)
    if not known:
        return
    axes.plot(_gaps(series), color=palette.TARGET, linewidth=1.0, dashes=(6, 1.5, 1, 1.5))
    axes.annotate(
        f"{series.label} {known[0][1] / scale.size:,.0f}",
        known[0],
        (4, 2),
        textcoords="offset points",
        color=palette.TARGET,
        va="bottom",
    )


def _along(axes: Axes, series: Series, part: float) -> None:
    known = _known(series)
    if known:
        axes.annotate(
            series.label,
            known[int(len(known) * part)],
            (6, -3),
            textcoords="offset points",
            color=palette.QUIET,
            va="top",
        )


def _end(axes: Axes, series: Series, scale: labels.Scale) -> None:
    known = _known(series)
    if not known:
        return
    last = known[-1]
    axes.plot(*last, marker="o", markersize=4, color=palette.MADE)
    early = last[0] < len(series.values) * 0.25
    axes.annotate(
        f"{series.label} {last[1] / scale.size:,.0f}",
        last,
        (-6, 3) if not early else (4, 10),
        textcoords="offset points",
        color=palette.MADE,
        fontweight="bold",
        ha="left" if early else "right",
        va="bottom",
    )
