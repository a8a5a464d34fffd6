"""Every colour can be told from paper, and every state from every other without colour."""

from __future__ import annotations

from edge.model.packml import Category
from edge.reports.pictures import palette

GRAPHICS, WORDS = 3.0, 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_words_can_be_read() -> None:
    """Words stand out from paper by 4.5 : 1."""
    for colour in (palette.INK, palette.QUIET, palette.MADE, palette.TARGET):
        assert contrast(colour, palette.PAPER) >= WORDS


def test_states_can_be_seen() -> None:
    """An area, or where it is white its hatch, stands out from paper by 3 : 1."""
    for fill in palette.STATES.values():
        seen = fill.ink if fill.colour == palette.PAPER else fill.colour
        assert contrast(seen, palette.PAPER) >= GRAPHICS, fill


def test_every_category_has_a_look_of_its_own() -> None:
    """No category looks unknown, and no two have the same hatch."""
    assert {str(one) for one in Category} == palette.STATES.keys() - {""}
    hatches = [fill.hatch for fill in palette.STATES.values()]
    assert len(hatches) == len(set(hatches))
