"""Drawings made part of a page: its font, its colours in light and dark, and no style but in its one sheet. Pure."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from edge.reports.pictures import palette

VARIABLES: Final = MappingProxyType(
    {
        palette.INK: "ink",
        palette.QUIET: "quiet",
        palette.GRID: "grid",
        palette.PAPER: "card",
        palette.MADE: "made",
        palette.PALE: "pale",
        palette.TARGET: "target",
    }
)
"""What the page's sheet calls the colours of drawings; those of states stay as they are, in the dark as well."""
_TAG = re.compile(r"<[^<>]+>")
_STYLE = re.compile(r' style="([^"]*)"| (fill)="(#[0-9a-f]{6})"')
_FONT = re.compile(r" *font-family: [^;]*;?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_NO_TURN = re.compile(r' transform="rotate\(-?0 [^"]*"')
_PATH = re.compile(r' d="[^"]*"')
_FINE = re.compile(r"(\.\d\d)\d+")
_BETWEEN = re.compile(r">\s+<")


class InlineSvg:
    """Takes drawings for one page; a style that many parts have becomes one class."""

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}

    def take(self, svg: str) -> str:
        """Return a drawing without styles; only tags are changed, whatever its texts say."""
        return _BETWEEN.sub("><", _TAG.sub(lambda found: self._tag(found.group()), svg))

    def sheet(self) -> str:
        """Return the classes of all drawings taken so far."""
        return "".join(f".{name}{{{style}}}\n" for style, name in self._classes.items())

    def _tag(self, tag: str) -> str:
        # A hundredth of a point is finer than any screen.
        short = _PATH.sub(lambda found: _FINE.sub(r"\1", found.group()), _NO_TURN.sub("", tag))
        return _STYLE.sub(self._class, short)

    def _class(self, found: re.Match[str]) -> str:
        style, attribute, colour = found.groups()
        plain = _FONT.sub("", f"{attribute}: {colour}" if style is None else style).strip()
        coloured = _COLOUR.sub(_variable, plain)
        name = self._classes.setdefault(coloured, f"d{len(self._classes)}")
        return f' class="{name}"'


def _variable(found: re.Match[str]) -> str:
    name = VARIABLES.get(found.group())
    return found.group() if name is None else f"var(--{name})"
