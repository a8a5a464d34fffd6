"""Laws of the calendar: each instant belongs to one part of one production day, and the parts add up to it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from edge.model.calendar import NS, Break, Calendar, Shift, Slice, to_ns

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = 3600 * NS
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
MINUTES = st.integers(0, 24 * 60 - 1)
DAY = Shift("D", "白班", time(8), time(17, 30), (Break(time(12), time(13, 30)),))
NIGHT = Shift("N", "夜班", time(20), time(8), (Break(time(23, 45), time(0, 15)), Break(time(3), time(3, 30))))


def clock(minute: int) -> time:
    """Return the time of day of a minute."""
    return time(minute // 60 % 24, minute % 60)


@st.composite
def shifts(draw: st.DrawFn, key: str) -> Shift:
    """Return any shift of up to a day, over midnight or not, with a break or none, in all months or some."""
    start, length = draw(MINUTES), draw(st.integers(1, 24 * 60 - 1))
    first, last = sorted((draw(st.integers(0, length)), draw(st.integers(0, length))))
    has_break = first < last and draw(st.booleans())
    breaks = (Break(clock(start + first), clock(start + last)),) if has_break else ()
    months = draw(st.frozensets(st.integers(1, 12), max_size=6))
    return Shift(key, key, clock(start), clock(start + length), breaks, months)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Return any calendar: shifts that overlap, and a zone with and without summer time."""
    zone = draw(st.sampled_from([SHANGHAI, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")]))
    count = draw(st.integers(0, 4))
    return Calendar(
        zone, clock(draw(st.integers(4 * 60, 12 * 60))), tuple(draw(shifts(f"S{n}")) for n in range(count))
    )


@given(calendars(), DAYS)
@example(
    Calendar(ZoneInfo("Europe/Berlin"), time(7), (Shift("S", "S", time(2, 30), time(3, 15)),)),
    date(2026, 3, 28),
)
def test_the_parts_of_a_day_add_up_to_it(calendar: Calendar, day: date) -> None:
    """They begin with the production day, follow each other without a hole, and end with it."""
    parts = calendar.slices(day)
    start, stop = calendar.day_span(day)

    assert (parts[0].start, parts[-1].stop) == (start, stop)
    assert all(one.stop == next_one.start for one, next_one in pairwise(parts))
    assert sum(part.stop - part.start for part in parts) == stop - start
    assert all(part.start < part.stop for part in parts)


@given(calendars(), DAYS, st.integers(0, 24 * 3600 - 1))
def test_an_instant_is_in_one_part_whose_shift_is_on(calendar: Calendar, day: date, second: int) -> None:
    """The part's shift is one of those that are on, the first of them; without any there is none."""
    now = calendar.day_span(day)[0] + second * NS
    part = calendar.slice_at(now)
    on = [shift for shift, _, _ in calendar.current_shifts(now)]

    assert part.start <= now < part.stop
    assert part.shift == (on[0] if on else None)


@given(shifts("S"), DAYS)
def test_the_parts_of_a_shift_add_up_to_it(shift: Shift, day: date) -> None:
    """A shift that reaches into the next production day is split there, and nothing of it is lost."""
    calendar = Calendar(SHANGHAI, shifts=(shift,))
    own = [
        part
        for near in (day - timedelta(days=1), day, day + timedelta(days=1))
        for part in calendar.slices(near)
        if part.shift == shift and part.day == day
    ]
    start, stop = calendar.shift_span(shift, day)
    pauses = sum(part.stop - part.start for part in own if part.is_break)

    assert sum(part.stop - part.start for part in own) == (
        stop - start if shift in calendar.shifts_of(day) else 0
    )
    if own:
        begins = day if shift.start >= calendar.day_start else day + timedelta(days=1)
        assert pauses == sum(until - since for since, until in shift.break_spans(begins, SHANGHAI))


def test_a_night_shift_reaches_into_the_next_production_day() -> None:
    """From 07:00 to 08:00 the night shift is on, and belongs to the day on which it began."""
    calendar = Calendar(SHANGHAI, shifts=(DAY, NIGHT))
    seven = to_ns(datetime(2026, 9, 16, 7, tzinfo=SHANGHAI))

    assert calendar.production_day(seven) == date(2026, 9, 16)
    assert calendar.slice_at(seven) == Slice(seven, seven + HOUR, NIGHT, date(2026, 9, 15))


def test_breaks_are_parts_of_their_own_also_over_midnight() -> None:
    """The day shift works eight of its nine and a half hours; the night's first break crosses midnight."""
    calendar = Calendar(SHANGHAI, shifts=(DAY, NIGHT))
    parts = calendar.slices(date(2026, 9, 15))
    worked = sum(part.stop - part.start for part in parts if part.shift == DAY and not part.is_break)
    midnight = to_ns(datetime(2026, 9, 16, tzinfo=SHANGHAI))

    assert worked == 8 * HOUR
    assert calendar.slice_at(midnight) == Slice(
        midnight - HOUR // 4, midnight + HOUR // 4, NIGHT, date(2026, 9, 15), is_break=True
    )


def test_where_shifts_overlap_the_first_has_the_time() -> None:
    """The half hour of handing over counts once."""
    late, watch = Shift("B", "中", time(15, 30), time(0)), Shift("C", "夜", time(23, 30), time(7, 30))
    calendar = Calendar(SHANGHAI, shifts=(late, watch))
    handing_over = to_ns(datetime(2026, 9, 15, 23, 40, tzinfo=SHANGHAI))

    assert [shift.key for shift, _, _ in calendar.current_shifts(handing_over)] == ["B", "C"]
    assert calendar.slice_at(handing_over).shift == late


def test_a_shift_of_some_months_is_not_on_in_others() -> None:
    """The early shift of the season ends with October."""
    early = Shift("A", "早", time(7), time(15, 30), months=frozenset({8, 9, 10}))
    calendar = Calendar(SHANGHAI, shifts=(early,))

    assert calendar.shifts_of(date(2026, 10, 31)) == (early,)
    assert calendar.shifts_of(date(2026, 11, 1)) == ()
    assert calendar.slices(date(2026, 11, 1)) == (Slice(*calendar.day_span(date(2026, 11, 1))),)
