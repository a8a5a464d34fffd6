"""The labour law guard: it warns before a limit is passed."""

from __future__ import annotations

from datetime import date, timedelta

from edge.model.personnel import Worker, WorkerKind, age
from edge.processing.attendance.duty import planned_duties
from edge.processing.attendance.hours import Hours
from edge.processing.attendance.labour import Rule, Warned, Work, net_minutes, warnings
from edge.processing.attendance.rules import Limits
from tests.unit.processing.attendance.plant import CALENDAR

LIMITS = Limits()
DAY = timedelta(days=1)


def _warned(
    turns: str, today: str, worked: dict[str, Hours], ahead: int = 0, born: date | None = None
) -> list[Warned]:
    on = date.fromisoformat(f"2026-{today}")
    worker = Worker("1", "甲", WorkerKind.PERMANENT, "pack", turns, born=born)
    days = [on + number * DAY for number in range(1, ahead + 1)]
    duties = planned_duties(worker, CALENDAR, [], days)
    hours = {date.fromisoformat(f"2026-{day}"): one for day, one in worked.items()}
    return warnings(worker, Work(hours, [], duties), on, CALENDAR, LIMITS)


def _rules(found: list[Warned]) -> list[tuple[Rule, str, bool]]:
    return [(one.rule, f"{one.day:%m-%d}", one.passed) for one in found]


def test_a_week_is_warned_of_before_it_is_too_long() -> None:
    """On Wednesday the planned Saturday is seen to pass 44 hours."""
    worked = {f"11-0{n}": Hours(480) for n in (2, 3, 4)}
    assert _rules(_warned("D", "11-04", worked, ahead=4)) == [(Rule.WEEK, "11-07", False)]
    assert _warned("D", "11-04", worked, ahead=2) == []


def test_a_week_that_is_too_long_is_past() -> None:
    """What was worked cannot be undone, and is said so."""
    worked = {f"11-0{n}": Hours(480) for n in range(2, 8)}
    assert _rules(_warned("D", "11-07", worked)) == [(Rule.WEEK, "11-07", True)]


def test_the_months_overtime_is_warned_of_before_36_hours() -> None:
    """From 85 % on, or when what is planned would pass it; days of rest count, too."""
    near = {"11-12": Hours(480, 31 * 60)}
    assert (Rule.MONTH, "11-13", False) in _rules(_warned("D", "11-13", near))
    assert Rule.MONTH not in [one.rule for one in _warned("D", "11-13", {"11-12": Hours(480, 30 * 60)})]
    planned = _warned("T,T,T,T", "08-12", {"08-11": Hours(480, 28 * 60)}, ahead=3)
    assert (Rule.MONTH, "08-15", False) in _rules(planned)
    assert (Rule.MONTH, "11-13", True) in _rules(_warned("D", "11-13", {"11-12": Hours(480, 36 * 60 + 1)}))


def test_overtime_of_another_month_does_not_count() -> None:
    """Each month begins anew."""
    assert _warned("D", "11-02", {"10-30": Hours(480, 40 * 60)}) == []


def test_the_seventh_day_in_a_row_is_warned_of() -> None:
    """After six days that were worked or are planned, the next one is said."""
    worked = {f"11-{n:02d}": Hours(60) for n in range(2, 8)}
    turns = "D,D,D,D,D,D,D"
    assert (Rule.ROW, "11-08", False) in _rules(_warned(turns, "11-07", worked, ahead=1))
    worked["11-08"] = Hours(60)
    assert (Rule.ROW, "11-08", True) in _rules(_warned(turns, "11-08", worked))
    assert all(
        one.rule is not Rule.ROW for one in _warned("D", "11-07", worked | {"11-05": Hours()}, ahead=1)
    )


def test_a_day_beyond_eleven_hours_is_past() -> None:
    """Three hours of overtime are the most in a day."""
    assert _rules(_warned("D", "11-03", {"11-03": Hours(480, 181)})) == [(Rule.DAY, "11-03", True)]
    assert _warned("D", "11-03", {"11-03": Hours(480, 180)}) == []


def test_minors_do_no_nights_and_children_do_not_work() -> None:
    """Between 16 and 18 a planned night is warned of, a day is not; under 16 everything is."""
    born = date(2009, 6, 1)
    assert _rules(_warned("C,C", "11-03", {}, ahead=1, born=born)) == [(Rule.MINOR, "11-04", False)]
    assert _warned("D", "11-03", {}, ahead=1, born=born) == []
    assert _rules(_warned("D", "11-03", {}, ahead=1, born=date(2011, 6, 1))) == [(Rule.CHILD, "11-04", False)]


def test_ages_and_shifts_are_whole() -> None:
    """Somebody is of age on their birthday; a shift's work is without its breaks."""
    assert [age(date(2008, 6, 1), date(2026, 5, 31)), age(date(2008, 6, 1), date(2026, 6, 1))] == [17, 18]
    (duty,) = planned_duties(
        Worker("1", "甲", WorkerKind.PERMANENT, "pack", "D"), CALENDAR, [], [date(2026, 11, 3)]
    )
    assert net_minutes(duty) == 480


def test_saturdays_that_are_planned_are_the_months_overtime() -> None:
    """A plant of six days plans eight hours beyond the forty each Saturday: the one that passes 36 h is said before it."""
    worked = {f"11-{n:02d}": Hours(480) for n in (23, 24, 25, 26, 27)} | {"11-21": Hours(480, 29 * 60)}
    assert (Rule.MONTH, "11-28", False) in _rules(_warned("D", "11-27", worked, ahead=2))


def test_a_statutory_day_that_is_planned_is_the_months_overtime() -> None:
    """Who works by a rota through National Day works three days that count, though they are none of rest to the rota."""
    found = _warned("A,A", "10-01", {"10-01": Hours(statutory=27 * 60)}, ahead=4)
    assert (Rule.MONTH, "10-03", False) in _rules(found)
