"""How cells look: readable letters on any colour, heights and widths for Chinese, few formats."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edge.reports.document import Column, Format
from edge.reports.forms.workbook.looks import Looks, as_text, height, ink, width


def test_chinese_takes_twice_the_width() -> None:
    """Widths are of characters as a spreadsheet counts them."""
    assert width("酸椒 280g") == 9
    assert height("酸椒" * 10, 20) == 30
    assert height("a\nb\nc", 20) == 45


@given(st.integers(0, 0xFFFFFF))
def test_letters_are_readable_on_any_colour(colour: int) -> None:
    """Black or white: one of them always has a contrast of 4.5."""

    def light(text: str) -> float:
        parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    paper = f"#{colour:06x}"
    low, high = sorted((light(paper), light(ink(paper))))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_formats_are_made_once_and_are_few() -> None:
    """However many footnotes refer, a workbook stays within the formats that it can have."""
    made: list[dict[str, Any]] = []

    def make(properties: dict[str, Any]) -> int:
        made.append(properties)
        return len(made)

    looks = Looks(make)
    column = Column("k", "n", format=Format.NUMBER)
    assert looks.cell(column, (1, 2)) == looks.cell(column, (1, 2))
    assert made[0]["num_format"].startswith('#,##0" [1,2]"')
    for note in range(3, 500):
        looks.cell(column, (note,))
    assert len({one["num_format"] for one in made}) <= 40
    assert made[-1]["num_format"].startswith('#,##0" [*]"')


def test_endless_text_is_cut() -> None:
    """A cell takes 32,767 characters."""
    assert len(as_text("x" * 50_000)) == 32_000
