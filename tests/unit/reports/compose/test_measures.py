"""Each figure of a row: made of sums, or why there is none."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from edge.model.oee import Sums
from edge.reports.compose import measures, reasons
from edge.reports.compose.adding import added
from edge.reports.compose.figure import Figure
from edge.reports.report import Amount, Heads, Row

SUMS = Sums(pbt=1_000, apt=600, adot=100, unknown=200, ideal=540, pq=100, gq=96, sq=4, failures=2, stops=5)
ROW = Row("a", "A", Amount(96, 48_000, yuan=Decimal(600)), SUMS, Fraction(50_000))
NOBODY = Row("b", "B")


def test_ratios_are_those_of_the_standard() -> None:
    """ISO 22400-2, exactly: availability without the time in which the state is not known, and it says so."""
    assert measures.availability(ROW) == Figure(Fraction(3, 4), (reasons.UNKNOWN_TIME,))
    assert measures.effectiveness(ROW).exact == Fraction(9, 10)
    assert measures.quality(ROW).exact == Fraction(24, 25)
    assert measures.oee(ROW).exact == Fraction(3, 4) * Fraction(9, 10) * Fraction(24, 25)
    assert measures.mtbf(ROW).exact == 300
    assert measures.mttr(ROW).exact == 50


def test_more_than_all_is_shown_and_noted() -> None:
    """A machine faster than its rated speed is not cut to 100 %."""
    row = Row("", "", sums=Sums(pbt=100, apt=50, ideal=60, pq=10, gq=10))
    assert measures.effectiveness(row) == Figure(Fraction(6, 5), (reasons.ABOVE_ONE,))
    assert reasons.ABOVE_ONE in measures.oee(row).why


def test_ratios_of_a_total_are_not_means() -> None:
    """A machine that made ten times as much counts ten times as much."""
    big, small = (Row("", "", sums=Sums(pq=1000, gq=1000)), Row("", "", sums=Sums(pq=100, gq=0)))
    assert measures.quality(added([big, small])).exact == Fraction(10, 11)


@pytest.mark.parametrize("of", ["output", "value", "pieces", "oee", "run_time", "stops"])
def test_nobody_heard_of_it(of: str) -> None:
    """A machine without data has no zeros, and one reason for all of them."""
    assert getattr(measures, of)(NOBODY) == Figure(None, (reasons.NO_DATA,))
    to_come = Row("b", "B", watched=(0, 0))
    assert getattr(measures, of)(to_come) == Figure(None, (reasons.NOT_PASSED,))


def test_zero_stays_zero() -> None:
    """A machine that was heard of and made nothing made 0, and has no quality."""
    idle = Row("", "", Amount(), Sums(pbt=10))
    assert (measures.output(idle), measures.value(idle)) == (Figure(0), Figure(Decimal()))
    assert measures.quality(idle) == Figure(None, (reasons.NOTHING_MADE,))
    assert measures.availability(idle) == Figure(Fraction(0))
    assert measures.effectiveness(idle) == Figure(None, (reasons.NOT_RUN,))
    assert measures.mtbf(idle) == Figure(None, (reasons.NO_FAILURE,))


def test_unknown_products_and_prices() -> None:
    """What has no mass or price is not 0 of it, and a sum without it says so."""
    nameless = Row("", "", Amount(25, unweighed=25))
    priceless = Row("", "", Amount(500, 150_000, unpriced=150_000))
    assert measures.output(nameless) == measures.value(nameless) == Figure(None, (reasons.NO_MASS,))
    assert measures.value(priceless) == Figure(None, (reasons.NO_PRICE,))
    both = added([ROW, nameless, priceless])
    assert measures.output(both) == Figure(198_000, (reasons.UNWEIGHED,))
    assert measures.value(both) == Figure(Decimal(600), (reasons.PARTLY_PRICED,))


def test_no_speed_no_effectiveness() -> None:
    """Without a rated speed there is none; with one for some pieces it is too low, and says so."""
    none = Row("", "", sums=Sums(pbt=10, apt=5, pq=5, gq=5, unrated=5))
    some = Row("", "", sums=Sums(pbt=10, apt=5, ideal=2, pq=5, gq=5, unrated=2))
    assert measures.effectiveness(none) == measures.oee(none) == Figure(None, (reasons.NO_SPEED,))
    assert measures.effectiveness(some) == Figure(Fraction(2, 5), (reasons.PARTLY_RATED,))


def test_people() -> None:
    """Output by heads and hours; open questions go with every figure of people."""
    row = Row("", "", Amount(1, 50_000), heads=Heads(1, 10, 8, hours=Decimal(40), questions=1))
    assert measures.attendance_rate(row) == Figure(Fraction(4, 5), (reasons.OPEN_QUESTIONS,))
    assert measures.per_head(row).exact == 6_250
    assert measures.per_hour(row) == Figure(Fraction(1_250), (reasons.OPEN_QUESTIONS,))
    assert measures.cost(row) == Figure(None, (reasons.NO_WAGES,))
    assert measures.present(NOBODY) == Figure(None, (reasons.NOT_COUNTED,))
    assert measures.present(Row("", "", plan=Fraction())) == Figure(None, (reasons.REST_DAY,))


def test_plan() -> None:
    """Done of what was planned; nothing on a day off, and no plan is no plan."""
    assert measures.completion(ROW).exact == Fraction(24, 25)
    assert measures.ahead(ROW).exact == -2_000
    day_off = Row("", "", Amount(1, 100), plan=Fraction())
    assert measures.completion(day_off) == Figure(None, (reasons.ZERO_PLAN,))
    assert measures.ahead(day_off).exact == 100
    assert measures.completion(Row("", "", Amount())) == Figure(None, (reasons.NO_PLAN,))


def test_change() -> None:
    """By what part more; nothing to compare with is not 100 %."""
    assert measures.change(Figure(110), Figure(100)).exact == Fraction(1, 10)
    assert measures.change(Figure(110), Figure(0)) == Figure(None, (reasons.NOTHING_BEFORE,))
    assert measures.change(Figure(None, (reasons.NO_DATA,)), Figure(1)).why == (reasons.NO_DATA,)


def test_a_figure_that_is_not_known_says_why() -> None:
    """Nobody can forget to."""
    with pytest.raises(ValueError, match="must say why"):
        Figure(None)
