"""Case by case: midnight, breaks, duplicates, missing and late punches, changed shifts, holidays, make-up workdays.

A case has the pattern of the worker's shifts, what was decided, the punches, and what must come out: `day shift minutes`
and what is to be said about it. All of it is in 2026 and local time; the instant is a day after the last punch.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from edge.model.calendar import NS
from edge.model.personnel import Entry, EntryKind, Punch, Worker, WorkerKind
from edge.processing.attendance.person import Shifts, attended
from edge.processing.attendance.rules import Rules
from edge.processing.attendance.stay import Stay
from tests.unit.processing.attendance.plant import CALENDAR, RULES, ns

DAY = 86_400 * NS


@dataclass(frozen=True)
class Case:
    """A case; `decided` are lines of `kind day value[ until]`, `expected` lines of what comes out, with strays last."""

    turns: str
    days: str
    punches: str
    expected: str
    decided: str = ""
    now: str = ""
    rules: Rules = RULES


CASES = {
    # A plain day, and its edges
    "a plain day": Case("D", "11-03", "11-03 07:55, 11-03 17:32", "11-03 D 480"),
    "on the dot": Case("D", "11-03", "11-03 08:00, 11-03 17:30", "11-03 D 480"),
    "a second late is in time": Case("D", "11-03", "11-03 08:00:01, 11-03 17:30", "11-03 D 479"),
    "four minutes late is within the grace": Case("D", "11-03", "11-03 08:04:59, 11-03 17:30", "11-03 D 475"),
    "five minutes are late": Case("D", "11-03", "11-03 08:05, 11-03 17:30", "11-03 D 475 late5"),
    "late by an hour": Case("D", "11-03", "11-03 09:00, 11-03 17:31", "11-03 D 420 late60"),
    "early by twenty minutes": Case("D", "11-03", "11-03 07:58, 11-03 17:10", "11-03 D 460 early20"),
    "hours early count from the start": Case("D", "11-03", "11-03 06:02, 11-03 17:30", "11-03 D 480"),
    "summer begins half an hour earlier": Case("D|S", "06-03", "06-03 07:25, 06-03 17:00", "06-03 S 480"),
    "a day nobody came": Case("D", "11-03", "", "11-03 D 0 absent"),
    "half a day": Case("D", "11-03", "11-03 07:55, 11-03 11:30", "11-03 D 210 early360 half"),
    "four hours are no half day": Case("D", "11-03", "11-03 07:55, 11-03 12:00", "11-03 D 240 early330"),
    # Breaks
    "leaving in the break counts until it": Case(
        "D", "11-03", "11-03 07:55, 11-03 12:40", "11-03 D 240 early290"
    ),
    "coming in the break counts from its end": Case(
        "D", "11-03", "11-03 13:00, 11-03 17:30", "11-03 D 240 late300"
    ),
    "punches around the break change nothing": Case(
        "D", "11-03", "11-03 07:55, 11-03 12:01, 11-03 13:28, 11-03 17:31", "11-03 D 480"
    ),
    "a long lunch is not seen: first in, last out": Case(
        "D", "11-03", "11-03 07:55, 11-03 11:30, 11-03 15:00, 11-03 17:31", "11-03 D 480"
    ),
    "the break of the early shift": Case("A", "09-01", "09-01 06:50, 09-01 15:33", "09-01 A 480"),
    "both breaks of the night": Case("C,C", "11-03", "11-03 23:25, 11-04 07:31", "11-03 C 450"),
    "gone between two breaks of the night": Case(
        "C,C", "11-03", "11-03 23:25, 11-04 03:00", "11-03 C 195 early270 half"
    ),
    # Midnight
    "a night belongs to the day it began": Case("C,C", "11-03", "11-03 23:10, 11-04 07:40", "11-03 C 450"),
    "a night that begins after midnight for the late": Case(
        "C,C", "11-03", "11-04 00:10, 11-04 07:40", "11-03 C 410 late40"
    ),
    "midnight itself": Case("C,C", "11-03", "11-04 00:00, 11-04 07:30", "11-03 C 420 late30"),
    "a late shift that ends at midnight": Case("B", "09-01", "09-01 15:25, 09-02 00:00", "09-01 B 480"),
    "out a minute after midnight": Case("B", "09-01", "09-01 15:25, 09-02 00:01", "09-01 B 480"),
    "two nights in a row are two": Case(
        "C,C",
        "11-03..11-04",
        "11-03 23:20, 11-04 07:35, 11-04 23:21, 11-05 07:33",
        "11-03 C 450; 11-04 C 450",
    ),
    "a night over the new month": Case("C,C", "10-31", "10-31 23:20, 11-01 07:33", "10-31 C 450"),
    "a night over the end of February": Case("C,C", "02-28", "02-28 23:20, 03-01 07:33", "02-28 C 450"),
    "the night before the span is not in it": Case(
        "C,C", "11-04", "11-03 23:20, 11-04 07:33", "11-04 C 0 absent"
    ),
    "the night that forgot to punch out does not swallow the next": Case(
        "C,C", "11-03..11-04", "11-03 23:20, 11-04 23:22, 11-05 07:33", "11-03 C 450 out?; 11-04 C 450"
    ),
    "the night that forgot to punch in does not lose the next": Case(
        "C,C", "11-03..11-04", "11-04 07:35, 11-04 23:22, 11-05 07:33", "11-03 C 450 in?; 11-04 C 450"
    ),
    # Duplicates, and the wrong key
    "pressed twice in and out": Case(
        "D", "11-03", "11-03 07:55, 11-03 07:55:20, 11-03 17:31, 11-03 17:32:30", "11-03 D 480"
    ),
    "pressed twice and never out": Case("D", "11-03", "11-03 07:55, 11-03 07:56:30", "11-03 D 480 out?"),
    "pressed again after a quarter of an hour, never out": Case(
        "D", "11-03", "11-03 07:45, 11-03 08:00", "11-03 D 480 out?"
    ),
    "the same record many times": Case(
        "D", "11-03", "11-03 07:55, 11-03 07:55, 11-03 07:55, 11-03 17:31, 11-03 17:31", "11-03 D 480"
    ),
    "a badge at every door": Case(
        "D",
        "11-03",
        ", ".join(f"11-03 {h:02d}:{m:02d}" for h in range(8, 17) for m in (0, 20, 40)) + ", 11-03 17:35",
        "11-03 D 480",
    ),
    # Missing punches
    "no out": Case("D", "11-03", "11-03 07:55", "11-03 D 480 out?"),
    "no in": Case("D", "11-03", "11-03 17:32", "11-03 D 480 in?"),
    "no out yet is no question": Case("D", "11-03", "11-03 07:55", "11-03 D 240", now="11-03 13:00"),
    "no out yet within the window": Case("D", "11-03", "11-03 07:55", "11-03 D 480", now="11-03 21:30"),
    "no out when the window closes": Case("D", "11-03", "11-03 07:55", "11-03 D 480 out?", now="11-03 21:31"),
    "not here yet": Case("D", "11-03", "", "11-03 D 0 absent", now="11-03 09:00"),
    "an out that was written down": Case("D", "11-03", "11-03 07:55", "11-03 D 480", "punch 11-03 17:35"),
    "an in that was written down": Case(
        "D", "11-03", "11-03 17:33", "11-03 D 450 late30", "punch 11-03 08:30"
    ),
    "an assumption that was confirmed": Case(
        "D", "11-03", "11-03 07:55", "11-03 D 480 out", "confirm 11-03 D"
    ),
    "a confirmation that was undone": Case(
        "D", "11-03", "11-03 07:55", "11-03 D 480 out?", "confirm 11-03 D; undo 11-03 1"
    ),
    "a punch that does not count": Case(
        "D",
        "11-03",
        "11-03 07:55, 11-03 14:30, 11-03 17:31",
        "11-03 D 390 late90",
        "void 11-03 07:55; punch 11-03 09:30; undo 11-03 1; void 11-03 07:55",
    ),
    "only a punch at noon is a question": Case("D", "11-03", "11-03 12:10", "11-03 D 240 out? late250"),
    # Uploads that come late
    "the out that came next day": Case("D", "11-03", "11-03 17:31, 11-03 07:55", "11-03 D 480"),
    "three days in one burst, newest first": Case(
        "D",
        "11-03..11-05",
        "11-05 17:31, 11-05 07:50, 11-04 17:32, 11-04 07:51, 11-03 17:33, 11-03 07:52",
        "11-03 D 480; 11-04 D 480; 11-05 D 480",
    ),
    "a punch of the far future is of no shift of these days": Case(
        "D", "11-03", "11-09 07:55", "11-03 D 0 absent", now="11-04 12:00"
    ),
    # Overtime
    "twenty-nine minutes are none": Case("D", "11-03", "11-03 07:55, 11-03 17:59", "11-03 D 480"),
    "half an hour is one step": Case("D", "11-03", "11-03 07:55, 11-03 18:00", "11-03 D 510 ot30"),
    "three steps": Case("D", "11-03", "11-03 07:55, 11-03 19:12", "11-03 D 570 ot90"),
    "overtime of a night": Case("C,C", "11-03", "11-03 23:20, 11-04 08:31", "11-03 C 510 ot60"),
    "overtime over midnight": Case("B", "09-01", "09-01 15:20, 09-02 01:10", "09-01 B 540 ot60"),
    "not approved": Case(
        "D", "11-03", "11-03 07:55, 11-03 19:12", "11-03 D 480", rules=Rules(overtime_approved=True)
    ),
    "approved in part": Case(
        "D",
        "11-03",
        "11-03 07:55, 11-03 19:12",
        "11-03 D 540 ot60",
        "overtime 11-03 60",
        rules=Rules(overtime_approved=True),
    ),
    "approved more than was worked": Case(
        "D",
        "11-03",
        "11-03 07:55, 11-03 18:05",
        "11-03 D 510 ot30",
        "overtime 11-03 120",
        rules=Rules(overtime_approved=True),
    ),
    # Piecework
    "as they like": Case("T,T", "08-03", "08-03 07:10, 08-03 18:05", "08-03 T 595"),
    "piecework has no overtime": Case("T,T", "08-03", "08-03 06:20, 08-03 20:40", "08-03 T 660"),
    "piecework until noon": Case("T,T", "08-03", "08-03 06:40, 08-03 11:40", "08-03 T 300"),
    # Changed shifts
    "turns change on Monday": Case(
        "A/B", "09-06..09-07", "09-07 06:50, 09-07 15:31", "09-07 A 480", decided="shift 09-06 -"
    ),
    "another shift by exception": Case(
        "A", "09-01", "09-01 15:22, 09-02 00:05", "09-01 B 480", "shift 09-01 B"
    ),
    "the last exception holds": Case(
        "A", "09-01", "09-01 06:55, 09-01 15:31", "09-01 A 480", "shift 09-01 B; shift 09-01 A"
    ),
    "a day off by exception": Case("A", "09-01", "", "", "shift 09-01 -"),
    "came on the day off": Case(
        "A", "09-01", "09-01 06:55, 09-01 15:31", "09-01 A 480 unplanned", "shift 09-01 -"
    ),
    "swapped without telling": Case(
        "A", "09-01", "09-01 15:24, 09-02 00:04", "09-01 A 0 absent; 09-01 B 480 unplanned"
    ),
    "came on the night instead": Case(
        "D", "11-03", "11-03 23:20, 11-04 07:32", "11-03 D 0 absent; 11-03 C 450 unplanned"
    ),
    "the nearest start of those not planned": Case(
        "A", "09-06", "09-06 07:58, 09-06 17:33", "09-06 S 482 late28 ot30 unplanned"
    ),
    # Two shifts, overlapping shifts
    "two shifts in a day, punched between": Case(
        "A",
        "09-01",
        "09-01 06:55, 09-01 15:31, 09-01 15:40, 09-02 00:02",
        "09-01 A 480; 09-01 B 470 late10",
        "shift 09-01 A B",
    ),
    "two shifts in a day, worked through": Case(
        "A", "09-01", "09-01 06:55, 09-02 00:02", "09-01 A 480; 09-01 B 480", "shift 09-01 A B"
    ),
    "two shifts, only the first": Case(
        "A", "09-01", "09-01 06:55, 09-01 15:31", "09-01 A 480; 09-01 B 0 absent", "shift 09-01 A B"
    ),
    "two shifts, only the second": Case(
        "A", "09-01", "09-01 15:20, 09-02 00:02", "09-01 A 0 absent; 09-01 B 480", "shift 09-01 A B"
    ),
    "late shift, then the early one": Case(
        "B",
        "09-01..09-02",
        "09-01 15:20, 09-02 00:04, 09-02 06:50, 09-02 15:33",
        "09-01 B 480; 09-02 A 480",
        "shift 09-02 A",
    ),
    "night straight after the day, overlapping windows": Case(
        "D",
        "11-03",
        "11-03 07:55, 11-03 17:35, 11-03 23:25, 11-04 07:31",
        "11-03 D 480; 11-03 C 450",
        "shift 11-03 D C",
    ),
    "overtime until the next shift counts once": Case(
        "A",
        "09-01",
        "09-01 06:55, 09-01 16:40, 09-01 16:50, 09-02 00:02",
        "09-01 A 540 ot60; 09-01 B 400 late80",
        "shift 09-01 A B",
    ),
    # Leave
    "on leave": Case("D", "11-03", "", "11-03 D 0 leave", "leave 11-03 sick"),
    "on leave for three days": Case(
        "D",
        "11-03..11-06",
        "11-06 07:55, 11-06 17:30",
        "11-03 D 0 leave; 11-04 D 0 leave; 11-05 D 0 leave; 11-06 D 480",
        "leave 11-03 annual 11-05",
    ),
    "came although on leave": Case(
        "D", "11-03", "11-03 07:55, 11-03 17:33", "11-03 D 480", "leave 11-03 sick"
    ),
    "a leave that was undone": Case("D", "11-03", "", "11-03 D 0 absent", "leave 11-03 sick; undo 11-03 1"),
    # The calendar
    "nobody is planned on a Sunday": Case("D", "11-08", "", ""),
    "Saturday is worked": Case("D", "11-07", "11-07 07:55, 11-07 17:31", "11-07 D 480"),
    "a make-up Sunday is worked": Case("A", "09-20", "09-20 06:55, 09-20 15:31", "09-20 A 480"),
    "a make-up Sunday nobody remembered": Case("A", "09-20", "", "09-20 A 0 absent"),
    "National Day is off": Case("A", "10-01..10-03", "", ""),
    "National Day worked": Case("A", "10-01", "10-01 06:55, 10-01 15:31", "10-01 A 480 unplanned"),
    "the watch knows no holiday": Case("C,C", "10-01", "10-01 23:25, 10-02 07:31", "10-01 C 450"),
    "a year that is not published goes by rule": Case(
        "D", "2027-05-01..2027-05-05", "", "05-05 D 0 absent", now="2027-05-06 12:00"
    ),
    # Punches of no shift
    "a punch at a time without any shift": Case(
        "D", "11-03", "11-03 07:55, 11-03 17:31, 11-04 21:29", "11-03 D 480", now="11-05 12:00"
    ),
}


def _instant(text: str) -> int:
    return ns(text if text[4:5] == "-" else f"2026-{text}")


def _date(text: str) -> date:
    return date.fromisoformat(text if text[4:5] == "-" else f"2026-{text}")


def _entries(decided: str) -> list[Entry]:
    found = []
    for number, line in enumerate(filter(None, decided.split("; ")), 1):
        kind, day, *rest = line.split(" ")
        value, until = " ".join(rest), None
        if kind in ("punch", "void"):
            value = str(_instant(f"{day} {value}"))
        elif kind == "leave" and len(rest) > 1:
            value, until = rest[0], _date(rest[1])
        found.append(Entry("1", EntryKind(kind), _date(day), value, "me", "test", 0, until, number))
    return found


def _said(stay: Stay) -> str:
    said = f"{stay.duty.day:%m-%d} {stay.duty.shift} {stay.minutes}"
    if stay.missing:
        said += f" {stay.missing}{'?' if stay.open else ''}"
    for word, minutes in (("late", stay.late), ("early", stay.early), ("ot", stay.overtime)):
        said += f" {word}{minutes}" if minutes else ""
    flags = {
        "half": stay.half,
        "absent": stay.is_absent,
        "leave": bool(stay.duty.leave) and not stay.came,
        "unplanned": not stay.duty.planned,
    }
    return " ".join([said, *(word for word, holds in flags.items() if holds)])


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    """Each case comes out as it must, whatever the order of its punches."""
    case = CASES[name]
    first, _, last = case.days.partition("..")
    times = [_instant(text) for text in filter(None, case.punches.split(", "))]
    punches = [Punch("T1", "1", time, number % 6) for number, time in enumerate(times)]
    shifts = Shifts(CALENDAR, _date(first), _date(last or first))
    worker = Worker("1", "甲", WorkerKind.PERMANENT, "pack", case.turns)
    now = _instant(case.now) if case.now else max([*times, _instant(f"{last or first} 12:00")]) + DAY
    for order in (punches, punches[::-1], punches * 2):
        known = attended(worker, order, _entries(case.decided), shifts, case.rules)
        found = known.stays(now, case.rules)
        assert "; ".join(map(_said, found)) == case.expected


def test_there_are_enough_cases() -> None:
    """At least sixty, and none twice."""
    assert len(CASES) >= 60
    assert (
        len({(case.turns, case.punches, case.decided, case.now, case.rules) for case in CASES.values()}) > 80
    )


def test_a_wrong_punch_far_from_every_shift_is_left_over() -> None:
    """A punch that no shift explains is kept apart, for somebody to look at."""
    worker = Worker("1", "甲", WorkerKind.PERMANENT, "pack", "D")
    times = [_instant(text) for text in ("11-03 07:55", "11-03 17:30", "11-03 21:29", "11-02 20:00")]
    shifts = Shifts(CALENDAR, date(2026, 11, 1), date(2026, 11, 8) + timedelta(days=1))
    punches = [Punch("T1", "1", time, 0) for time in times]
    known = attended(worker, punches, [], shifts, RULES)
    assert [one.duty.day for one in known.matches if one.punches] == [date(2026, 11, 2), date(2026, 11, 3)]
