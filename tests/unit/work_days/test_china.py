"""What is published and what the rules say, held against known years and against each other."""

from __future__ import annotations

import subprocess
import sys
from calendar import monthrange
from datetime import date

import pytest

from edge.model.work_days import MONDAY_TO_SATURDAY, DayKind, WorkDays
from edge.work_days.published import published
from edge.work_days.rules import by_rule

CHINA = WorkDays(MONDAY_TO_SATURDAY, published=published, rules=by_rule)


def test_the_production_days_of_2026() -> None:
    """Monday to Saturday and make-up Sundays without the holiday blocks: 289 days."""
    months = [
        sum(CHINA.works(date(2026, month, day + 1)) for day in range(monthrange(2026, month)[1]))
        for month in range(1, 13)
    ]
    assert months == [25, 17, 26, 24, 22, 24, 27, 26, 25, 21, 25, 27]


def test_the_make_up_workdays_of_2026() -> None:
    """Weekend days that are worked for a longer holiday."""
    made_up = [day for day, known in (published(2026) or {}).items() if known.kind is DayKind.WORK]
    assert made_up == [date(2026, *day) for day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))]


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_thirteen_days_are_statutory(year: int) -> None:
    """Since 2025: New Year 1, Spring Festival 4, Qingming 1, May 2, Dragon Boat 1, Mid-Autumn 1, October 3."""
    assert sum(known.kind is DayKind.STATUTORY for known in by_rule(year).values()) == 13


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_statutory_days_are_off_by_what_is_published(year: int) -> None:
    """The two sources do not contradict each other."""
    off = {day for day, known in (published(year) or {}).items() if known.kind is DayKind.REST}
    assert {day for day, known in by_rule(year).items() if known.kind is DayKind.STATUTORY} <= off


def test_a_year_beyond_the_published_ones() -> None:
    """2027 and far later ones have no published days; by rule the Spring Festival of 2027 is on 6 February."""
    assert published(2027) is None
    assert by_rule(2027)[date(2027, 2, 6)].kind is DayKind.STATUTORY
    assert CHINA.is_provisional(2027)
    assert CHINA.is_provisional(2300)
    assert CHINA.works(date(2300, 1, 1))


def test_a_published_year_never_loads_the_rules() -> None:
    """A node of this year does not pay for a package that it does not need."""
    program = (
        "import sys; from datetime import date; from edge.model.work_days import WorkDays;"
        "from edge.work_days.published import published; from edge.work_days.rules import by_rule;"
        "assert not WorkDays(published=published, rules=by_rule).works(date(2026, 10, 1));"
        "assert 'holidays' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
