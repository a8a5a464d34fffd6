"""The shifts of a calendar as stretches, and what of a span is planned."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from edge.model.calendar import NS, Calendar, Shift
from edge.model.shifts import Shifts

ZONE = ZoneInfo("Asia/Shanghai")
OVERLAPPING = Calendar(
    ZONE,
    time(7),
    (
        Shift("D", "白班", time(8), time(17, 30)),
        Shift("B", "中班", time(15, 30), time(0)),
        Shift("C", "夜班", time(23, 30), time(7, 30)),
    ),
)
DAY, _ = OVERLAPPING.day_span(date(2026, 9, 21))


def planned(calendar: Calendar, start: int, stop: int) -> int:
    """Return how much of a span is planned, ns."""
    shifts, whole = Shifts(calendar), 0
    while start < stop:
        stretch = shifts.at(start)
        end = min(stop, stretch.stop)
        whole += end - start if stretch.is_planned else 0
        start = end
    return whole


instants = st.integers(DAY, DAY + 40 * 86_400 * NS)


@given(instants)
def test_each_instant_is_in_one_stretch_and_stretches_touch(now: int) -> None:
    """Wherever shifts overlap, the one that is named first is on."""
    stretch = Shifts(OVERLAPPING).at(now)
    after = Shifts(OVERLAPPING).at(stretch.stop)

    assert stretch.start <= now < stretch.stop == after.start
    on = [shift.key for shift, _, _ in OVERLAPPING.current_shifts(now)]
    assert stretch.key == (on[0] if on else "")


@given(instants, st.integers(0, 10 * 86_400 * NS), st.integers(0, 10 * 86_400 * NS))
def test_planned_time_adds_up(start: int, one: int, other: int) -> None:
    """The planned time of two spans that touch is that of the whole, and never more than there is."""
    middle, stop = start + one, start + one + other
    whole = planned(OVERLAPPING, start, stop)

    assert whole == planned(OVERLAPPING, start, middle) + planned(OVERLAPPING, middle, stop)
    assert 0 <= whole <= one + other


def test_a_production_day_of_overlapping_shifts_is_planned_once() -> None:
    """From 07:00 to 07:30 the night shift of the day before works, from 07:30 to 08:00 nobody does."""
    start, stop = OVERLAPPING.day_span(date(2026, 9, 21))

    assert planned(OVERLAPPING, start, stop) == int(23.5 * 3600) * NS


def test_without_shifts_all_time_is_planned() -> None:
    """A site that names none works round the clock."""
    assert planned(Calendar(ZONE), DAY, DAY + NS) == NS
