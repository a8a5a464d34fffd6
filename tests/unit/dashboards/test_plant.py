"""A plant as its dashboards see it, and the spans of time that they ask Grafana for, at any hour of the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.plant import PLANT, DashboardShift, view_of
from dashboards.text import Text
from edge.model.calendar import Break, Calendar, Shift, local_time, to_ns
from edge.model.plant import Device, Plant
from edge.model.tag import Counter, CounterRole, Tag
from tests.system.grafana import moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 9, 15)
MOMENTS = st.integers(
    to_ns(datetime(2026, 1, 2, tzinfo=SHANGHAI)), to_ns(datetime(2027, 12, 30, tzinfo=SHANGHAI))
).map(lambda each: local_time(each, SHANGHAI))
CALENDAR = Calendar(SHANGHAI, time(7))


@given(MOMENTS)
def test_the_production_day_is_the_calendars_at_any_hour(now: datetime) -> None:
    """At three in the morning it is still the day before."""
    start, _ = CALENDAR.day_span(CALENDAR.production_day(to_ns(now)))

    assert to_ns(moment(PLANT.day, now, SHANGHAI)) == start


@given(MOMENTS)
def test_the_production_year_is_the_calendars(now: datetime) -> None:
    """It begins with its first production day."""
    start, _ = CALENDAR.year_span(CALENDAR.production_day(to_ns(now)).year)

    assert to_ns(moment(PLANT.year, now, SHANGHAI)) == start


@given(MOMENTS, st.sampled_from(PLANT.shifts))
def test_a_shifts_link_shows_the_newest_one_that_has_begun(now: datetime, shift: DashboardShift) -> None:
    """From its first instant to its last millisecond, also over midnight."""
    since, until = (
        moment(each, now, SHANGHAI, last=last) for each, last in zip(shift.latest, (False, True), strict=True)
    )

    assert (since.hour * 60 + since.minute) == shift.start
    assert since <= now < since + timedelta(days=1)
    assert until - since == timedelta(minutes=shift.end - shift.start) - timedelta(milliseconds=1)


def test_windows_of_a_day_begin_with_the_production_day() -> None:
    """InfluxQL counts days from midnight UTC: 07:00 in Shanghai is 23:00."""
    assert PLANT.each_day == "1d, 23h"
    utc = Plant("e", "s", "l", Calendar(ZoneInfo("UTC"), time(6)))
    assert view_of(utc, DAY).each_day == "1d, 6h"


def test_what_dashboards_need_of_a_plant() -> None:
    """Shifts with their planned time, the machines whose good product counts, and ranges on which all maps agree."""
    shift = Shift("D", "白班", time(8), time(17, 30), (Break(time(12), time(13, 30)),))
    night = Shift("N", "夜班", time(20), time(8))
    winter = Shift("W", "冬班", time(9), time(10), months=frozenset({1}))
    filler = Device(
        "filler", (Tag("good", counter=Counter(CounterRole.GOOD, 2**32, 3)), Tag("level", low=0, high=5)), 1
    )
    meter = Device("meter", (Tag("level", low=0, high=9), Tag("power", low=-1, high=1)), 1)
    calendar = Calendar(SHANGHAI, time(7), (shift, night, winter))

    view = view_of(Plant("e", "s", "l", calendar, (filler, meter)), DAY)

    assert [each.key for each in view.shifts] == ["D", "N"]
    assert [each.planned_ms / 3_600_000 for each in view.shifts] == [8.0, 12.0]
    assert view.planned_ms == 20 * 3_600_000
    assert view.shifts[0].title == Text("白班 08:00\u201317:30", "Day shift 08:00\u201317:30")
    assert view.fillers == ("filler",)
    assert view.ranges == {"power": (-1, 1)}


@pytest.mark.parametrize("hour", range(24))
def test_the_day_is_right_at_every_hour(hour: int) -> None:
    """Hour by hour, as somebody who looks at the wall would say it."""
    now = datetime(2026, 9, 16, hour, 30, tzinfo=SHANGHAI)
    day = 16 if hour >= 7 else 15

    assert moment(PLANT.day, now, SHANGHAI) == datetime(2026, 9, day, 7, tzinfo=SHANGHAI)
    assert moment(PLANT.day, now, SHANGHAI).astimezone(UTC).hour == 23
