"""Sums of ISO 22400-2: how they add up, and the ratios that only they may give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.model.oee import FIELDS, Sums, counted, total
from edge.model.tag import CounterRole

sums = st.builds(Sums, **{name: st.integers(-(10**9), 10**12) for name in FIELDS})


@given(st.lists(sums, max_size=8), st.randoms(use_true_random=False))
def test_the_roll_up_is_associative_and_knows_no_order(parts: list[Sums], random: object) -> None:
    """Shifts into days into years, or machines into lines first: the same sums, and so the same ratios."""
    middle = len(parts) // 2

    assert total(parts) == total([total(parts[:middle]), total(parts[middle:])]) == total(parts[::-1])


@given(st.lists(sums, min_size=1, max_size=4))
def test_ratios_come_from_sums_and_are_never_averaged(parts: list[Sums]) -> None:
    """The OEE of a whole is good pieces at the rated speed by the planned time of the whole."""
    whole = total(parts)
    if whole.ideal <= 0 or whole.pq <= 0 or whole.pbt - whole.unknown <= 0:
        return

    assert whole.oee == pytest.approx(whole.ideal / (whole.pbt - whole.unknown) * whole.gq / whole.pq)


def test_a_shift_as_in_the_text_book() -> None:
    """8 h planned, 1 h down in two failures, half an hour of changeover; 18,000 pieces at 60 a minute, 360 bad ones."""
    hour = 3_600_000
    shift = Sums(
        pbt=8 * hour,
        apt=int(6.5 * hour),
        asut=hour // 2,
        adot=hour,
        ideal=18_000_000,
        pq=18_000,
        gq=17_640,
        failures=2,
    )

    assert shift.availability == 6.5 / 8
    assert shift.effectiveness == pytest.approx(5 / 6.5)
    assert shift.quality == 0.98
    assert shift.oee == pytest.approx(5 / 8 * 0.98)
    assert shift.nee == pytest.approx(7 / 8 * 5 / 6.5 * 0.98)
    assert (shift.mtbf_s, shift.mttr_s) == (3.25 * 3600, 1800)
    assert shift.mtbf_iso_s == pytest.approx(6.5 / 3 * 3600)
    assert shift.faults == ()


def test_what_is_not_known_is_none_and_not_zero() -> None:
    """Without a failure there is no mean time between them, without a rated speed no effectiveness."""
    unrated = Sums(pbt=1000, apt=1000, pq=5, gq=5, unrated=5)

    assert (unrated.mtbf_s, unrated.mttr_s, unrated.effectiveness, unrated.oee) == (None,) * 4
    assert (Sums().availability, Sums().quality) == (None, None)
    assert Sums(pbt=1000, apt=500, unknown=500).availability == 1.0


def test_an_effectiveness_above_one_is_a_fault_and_is_not_cut() -> None:
    """Nobody makes more than the machine is built for: the rated speed, a counter or a clock is wrong."""
    wrong = Sums(pbt=1000, apt=1000, ideal=1250, pq=10, gq=10)

    assert wrong.effectiveness == 1.25
    assert wrong.faults == ("effectiveness",)


@pytest.mark.parametrize(
    "counts", [("total", "good"), ("total", "reject"), ("good", "reject"), ("total", "good", "reject")]
)
def test_any_two_counters_tell_all_three_quantities(counts: tuple[str, ...]) -> None:
    """Produced, good and scrap, whichever of them a machine counts."""
    made = {"total": 10, "good": 9, "reject": 1}
    has = [CounterRole(role) for role in counts]

    whole = total(counted(role, made[role], has) for role in has)

    assert (whole.pq, whole.gq, whole.sq) == (10, 9, 1)
