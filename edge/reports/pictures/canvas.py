"""An empty chart in the house's look, and its text as SVG."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast
from xml.sax.saxutils import escape

from edge.reports.document import Picture
from edge.reports.fonts import FAMILY
from edge.reports.pictures import labels, library, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 5.25
"""Inches: two fit beside one another on A4 landscape."""
HEIGHT = 2.6
_ROWS = 9
"""As many fit into `HEIGHT`."""
_HIGHEST = 6.4
"""A page takes no more."""
_FAMILIES = f"'{FAMILY}', 'Noto Sans SC', sans-serif"
_THIN = 0.6
_FONT = 7.5
_NAMES = 15.0
"""Sizes of font that the names of rows may take."""


def height(rows: int) -> float:
    """Return how many inches a chart of so many rows takes."""
    return min(HEIGHT + max(0, rows - _ROWS) * 0.22, _HIGHEST)


def chart(rows: int = 0) -> Axes:
    """Return an empty chart, higher where it has many rows."""
    high = height(rows)
    axes = library.figure(WIDTH, high).add_subplot()
    axes.figure.subplots_adjust(left=0.1, right=0.97, bottom=0.36 / high, top=1 - 0.3 / high)
    frame(axes)
    return axes


def frame(axes: Axes) -> None:
    """Leave of an axes' frame what is read."""
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(palette.QUIET)
        spine.set_linewidth(_THIN)
    axes.tick_params(colors=palette.QUIET, labelcolor=palette.INK, width=_THIN, length=2.5, pad=2)


def lines(axes: Axes, across: Literal["x", "y"]) -> None:
    """Draw the thin lines that values are read by."""
    axes.grid(axis=across, color=palette.GRID, linewidth=_THIN)


def unit(axes: Axes, text: str, colour: str = palette.QUIET, side: Literal["left", "right"] = "left") -> None:
    """Write a unit above the axis that it is of."""
    axes.annotate(
        text,
        (0.0 if side == "left" else 1.0, 1.0),
        (0, 5),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right" if side == "left" else "left",
        va="bottom",
        color=colour,
    )


def note(axes: Axes, text: str, colour: str = palette.QUIET, *, right: float = 1.0) -> None:
    """Write what the drawing means above it, at the right."""
    axes.annotate(
        text,
        (right, 1.0),
        (0, 5),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=colour,
    )


def heights(axes: Axes, scale: labels.Scale) -> None:
    """Show the values of an upright axis in their unit."""
    axes.yaxis.set_major_formatter(scale.tick)
    axes.locator_params(axis="y", nbins=5)


def names_below(axes: Axes, names: Sequence[str]) -> None:
    """Write as many names below as there is room for."""
    each = (WIDTH * 0.87 * 72 / _FONT) / max(1, len(names))
    if all(labels.width(part) + 1 <= each for name in names for part in name.split(" ", 1)):
        shown, texts = list(range(len(names))), [labels.folded(name, each - 0.5) for name in names]
    else:
        short = [name.split(" ", 1)[0] if re.match(r"\d+月\d+日 ", name) else name for name in names]
        shown = labels.places(short, WIDTH * 0.87 * 72 / _FONT)
        texts = [labels.cut(short[at], 24) for at in shown]
    axes.set_xticks(shown, texts)
    axes.set_xlim(-0.6, len(names) - 0.4)


def days_below(axes: Axes, days: Sequence[str]) -> None:
    """Write the months below the days of a year; another span's days as far as there is room."""
    shown = labels.places(days, WIDTH * 0.87 * 72 / _FONT)
    whole = len(days) > labels.LONGEST_MONTH
    axes.set_xticks(shown, [labels.month(days[at]) if whole else days[at] for at in shown])
    axes.set_xlim(0, max(len(days) - 1, 1))


def names_beside(axes: Axes, names: Sequence[str]) -> None:
    """Write a name at the left of each row, the first at the top."""
    texts = [labels.cut(name, _NAMES) for name in names]
    widest = max((labels.width(text) for text in texts), default=0.0)
    axes.figure.subplots_adjust(left=(widest + 2) * _FONT / 72 / WIDTH)
    axes.set_yticks(range(len(names)), texts)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def svg(axes: Axes, picture: Picture) -> str:
    """Return a drawing as an `svg` element: texts as text, no date, ids that no other chart of a page has."""
    file = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    cast("Figure", axes.figure).savefig(file, format="svg", metadata=nothing)
    text = file.getvalue()
    body = text[text.index("<svg") :]
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, count=1, flags=re.DOTALL)
    # Groups are numbered alike in every picture, and nothing refers to them.
    body = re.sub(r'<g id="[A-Za-z0-9.]+_\d+"', "<g", body)
    # A style sheet would be the whole page's.
    body = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    body = re.sub(r"\s*<!--.*?-->", "", body, flags=re.DOTALL).replace(f"'{FAMILY}'", _FAMILIES)
    head, rest = body.split(">", 1)
    words = f"\n <title>{escape(picture.title)}</title>\n <desc>{escape(picture.alternative)}</desc>"
    return f'{head} stroke-linejoin="round" role="img">{words}{rest}'
