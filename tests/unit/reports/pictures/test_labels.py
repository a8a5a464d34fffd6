"""Labels: short, readable, never one upon another."""

from __future__ import annotations

from edge.reports.pictures.labels import cut, folded, month, places, scale, width


def test_much_is_in_wan() -> None:
    """Many jin are counted in 万斤; few are not, nor are kg."""
    assert scale("斤", (124_000.0, None)).text(124_000) == "12.40"
    assert scale("斤", (124_000.0,)).unit == "万斤"
    assert scale("斤", (24_000.0,)).text(24_000) == "24,000"
    assert scale("kg", (924_000.0,)).unit == "kg"


def test_cut_name_says_so() -> None:
    """A long name ends in an ellipsis and fits."""
    assert cut("酸椒", 5) == "酸椒"
    assert cut("酸椒二百八十克", 5) == "酸椒二百…"
    assert width(cut("酸椒二百八十克", 5)) <= 5


def test_label_is_folded_at_its_space() -> None:
    """A label that is too wide is two lines."""
    assert folded("Jan 2026", 4) == "Jan\n2026"


def test_year_is_labelled_by_months() -> None:
    """The first days of the months have labels, in either language."""
    days = tuple(f"{m}月{d}日" for m in range(1, 13) for d in range(1, 29))
    assert [month(days[at]) for at in places(days, 40)] == [f"{m}月" for m in range(1, 13)]


def test_places_have_room() -> None:
    """As many labels as fit are shown, from the first."""
    names = tuple(f"machine {at}" for at in range(50))
    shown = places(names, 60)
    assert shown[0] == 0
    assert sum(width(names[at]) + 1 for at in shown) <= 60 + width(names[-1]) + 1
