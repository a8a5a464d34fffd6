"""Hours by class of pay: eight a day, forty a week, days of rest, and the thirteen days at three times."""

from __future__ import annotations

from datetime import date

import pytest

from edge.model.personnel import Punch, Worker, WorkerKind
from edge.processing.attendance.hours import Hours, by_day, night_minutes
from edge.processing.attendance.person import Shifts, attended
from edge.processing.attendance.rules import Limits
from tests.unit.processing.attendance.plant import CALENDAR, RULES, ns


def hours(turns: str, first: str, last: str, *punches: str) -> dict[str, Hours]:
    """Return somebody's classes by day."""
    worker = Worker("1", "甲", WorkerKind.PERMANENT, "pack", turns)
    shifts = Shifts(CALENDAR, date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}"))
    taken = [Punch("T1", "1", ns(f"2026-{text}"), 0) for text in punches]
    stays = attended(worker, taken, [], shifts, RULES).stays(ns("2027-01-01 00:00"), RULES)
    found = by_day(worker, stays, CALENDAR, Limits())
    return {f"{day:%m-%d}": one for day, one in found.items() if one.total}


def day(text: str, begin: str = "07:55", end: str = "17:31") -> tuple[str, str]:
    """Return the two punches of a day."""
    return f"{text} {begin}", f"{text} {end}"


def test_beyond_eight_hours_is_overtime() -> None:
    """An hour and a half after the shift is paid one and a half times."""
    assert hours("D", "11-03", "11-03", *day("11-03", end="19:05")) == {"11-03": Hours(480, 90)}


def test_beyond_forty_hours_of_a_week_is_overtime() -> None:
    """Who works Monday to Saturday works overtime on Saturday, though it is a working day here."""
    week = hours("D", "11-02", "11-07", *(text for n in range(2, 8) for text in day(f"11-0{n}")))
    assert [one.normal for one in week.values()] == [480] * 5 + [0]
    assert week["11-07"] == Hours(0, 480)


def test_a_new_week_begins_on_monday() -> None:
    """Sunday's rest day and Monday are of two weeks."""
    found = hours("D", "11-07", "11-09", *day("11-07"), *day("11-08"), *day("11-09"))
    assert found == {"11-07": Hours(480), "11-08": Hours(rest=480), "11-09": Hours(480)}


def test_a_rest_day_is_paid_twice_and_a_make_up_sunday_is_not() -> None:
    """2026-11-08 is a Sunday, 2026-09-20 one that is worked for the holiday."""
    assert hours("D", "11-08", "11-08", *day("11-08"))["11-08"] == Hours(rest=480)
    assert hours("A", "09-20", "09-20", *day("09-20", "06:55", "15:31"))["09-20"] == Hours(480)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("10-01", Hours(statutory=480)),
        ("10-02", Hours(statutory=480)),
        ("10-03", Hours(statutory=480)),
        ("10-04", Hours(rest=480)),
        ("10-07", Hours(rest=480)),
        ("10-10", Hours(480)),
        ("09-25", Hours(statutory=480)),
        ("09-26", Hours(rest=480)),
    ],
)
def test_only_the_thirteen_days_are_paid_three_times(on: str, expected: Hours) -> None:
    """National Day has three of them, Mid-Autumn one; the bridge days beside are days of rest."""
    assert hours("A", on, on, *day(on, "06:55", "15:31")) == {on: expected}


def test_all_thirteen_days_of_2026() -> None:
    """The statutory days are thirteen, and nothing else is."""
    from edge.model.work_days import DayKind

    days = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    assert sum(CALENDAR.work_days.day(one).kind is DayKind.STATUTORY for one in days) == 13


def test_a_night_into_a_holiday_is_parted_at_midnight() -> None:
    """Of the night to the first of October half an hour is a plain day's, seven are the holiday's."""
    found = hours("C,C", "09-30", "09-30", "09-30 23:20", "10-01 07:33")
    assert found == {"09-30": Hours(30, statutory=420, night=360)}


def test_a_night_out_of_a_holiday_is_parted_too() -> None:
    """Of the night from the third of October half an hour is the holiday's."""
    found = hours("C,C", "10-03", "10-03", "10-03 23:20", "10-04 07:33")
    assert found == {"10-03": Hours(420, statutory=30, night=360)}


def test_who_works_by_a_rota_rests_by_it() -> None:
    """The watch's Sunday is a day like others, and its own day off is its day of rest."""
    turns = "C,C,-@2026-11-07"
    nights = [text for n in (7, 8, 9) for text in (f"11-{n:02d} 23:20", f"11-{n + 1:02d} 07:33")]
    found = hours(turns, "11-07", "11-09", *nights)
    assert [(one.normal, one.rest) for one in found.values()] == [(450, 0), (450, 0), (0, 450)]


def test_night_is_from_ten_to_six() -> None:
    """Minutes between 22:00 and 06:00, over any number of days."""
    assert night_minutes(ns("2026-11-03 21:00"), ns("2026-11-03 23:00"), CALENDAR) == 60
    assert night_minutes(ns("2026-11-03 05:30"), ns("2026-11-03 22:30"), CALENDAR) == 60
    assert night_minutes(ns("2026-11-03 12:00"), ns("2026-11-05 12:00"), CALENDAR) == 960


def test_a_make_up_workday_is_a_plain_day_of_another_week() -> None:
    """Monday to Friday and the make-up Sunday are six plain days; a Saturday between them is overtime as ever."""
    days = (14, 15, 16, 17, 18, 20)
    found = hours("A", "09-14", "09-20", *(t for n in days for t in day(f"09-{n}", "06:55", "15:31")))
    assert list(found.values()) == [Hours(480)] * 6
    found = hours(
        "A", "09-14", "09-20", *(t for n in range(14, 21) for t in day(f"09-{n}", "06:55", "15:31"))
    )
    assert (found["09-19"], found["09-20"]) == (Hours(0, 480), Hours(480))
    late = hours("D", "02-09", "02-14", *(t for n in (9, 10, 11, 12, 13, 14) for t in day(f"02-{n:02d}")))
    assert late["02-14"] == Hours(480)
    assert hours("D", "02-14", "02-14", *day("02-14", end="18:35"))["02-14"] == Hours(480, 60)
