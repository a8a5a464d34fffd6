"""What our fonts lack is said by its code, and nothing else is changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.reports.document import KeyFigure
from edge.reports.fonts import FILES
from edge.reports.fonts.legible import legible, shown


def test_known_text_stays() -> None:
    """Chinese, Latin and the signs of a report are all there."""
    text = "酸椒 280g：47,764 斤 ≥ ±1.5% · 万斤 ℃ m³ — “引号” ■□●▲▼"
    assert legible(text) == text


def test_rare_character_is_its_code() -> None:
    """A name with a character outside the subset keeps the rest."""
    assert legible("龘师傅 🌶") == "〔U+9F98〕师傅 〔U+1F336〕"


def test_line_breaks_are_spaces_and_invisible_is_gone() -> None:
    """Nothing that has no shape gets a code that would only disturb."""
    assert legible("袋装\n线\u200b A\t1") == "袋装 线 A 1"


def test_texts_within_are_found() -> None:
    """Every text of a dataclass is looked at, numbers are left alone."""
    assert legible((KeyFigure("k", "龘", "1", good=True), 7)) == (
        KeyFigure("k", "〔U+9F98〕", "1", good=True),
        7,
    )


@given(st.text(st.characters(codec=None)))
def test_result_can_always_be_shown(text: str) -> None:
    """Whatever the text, its result has only characters that the fonts have, and does not change again."""
    result = legible(text)
    assert {ord(one) for one in result} <= shown()
    assert legible(result) == result


def test_licence_is_beside_the_fonts() -> None:
    """The licence travels with the files."""
    assert all("SIL OPEN FONT LICENSE" in (file.parent / "OFL.txt").read_text() for file in FILES)
