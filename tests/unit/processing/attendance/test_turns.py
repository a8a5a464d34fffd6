"""Patterns of shifts: what they mean, and what is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from edge.processing.attendance import turns

KEYS = ("A", "B", "C", "D")


def week(pattern: str, monday: date = date(2026, 11, 2)) -> str:
    """Return the shifts of seven days, `.` for none; Sunday is off."""
    parsed = turns.parse(pattern)
    days = [monday + timedelta(days=number) for number in range(7)]
    found = [
        parsed.shift_on(day, works=day.weekday() < 6, begins=lambda key, on: key != "B" or on.month != 11)
        for day in days
    ]
    return "".join(key or "." for key in found)


def test_patterns() -> None:
    """A shift, turns by the week, one that is not on, and days in turn whatever the calendar says."""
    assert week("D") == "DDDDDD."
    assert {week("A/C"), week("A/C", date(2026, 11, 9))} == {"AAAAAA.", "CCCCCC."}
    assert week("B|D") == "DDDDDD."
    assert week("B") == "......."
    assert week("C,C,-@2026-11-02") == "CC.CC.C"
    assert week("C,C,-@2026-11-03") == ".CC.CC."


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "a pattern is"),
        ("A/", "a pattern is"),
        ("A/B,C", "not both"),
        ("A@2026-01-01", "only a pattern that goes day by day"),
        ("A,B@2026-13-01", "is a date"),
        ("X", "no such shift; there are: A, B, C, D (given: X)"),
        ("A|X,-", "(given: X)"),
    ],
)
def test_what_is_no_pattern(pattern: str, said: str) -> None:
    """Each fault is one line."""
    assert said in turns.fault(pattern, KEYS)


def test_what_is_one() -> None:
    """Nothing is wrong with these."""
    assert [turns.fault(text, KEYS) for text in ("A", "A/B|D", "C, C, -@2026-01-02")] == [""] * 3
