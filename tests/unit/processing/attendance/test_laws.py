"""Laws of attendance: whatever the order and repetition of uploads, and whatever people press."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model.calendar import NS
from edge.model.personnel import Entry, EntryKind, Punch, Worker, WorkerKind
from edge.processing.attendance.day import DaySheet, Roll
from edge.processing.attendance.hours import by_day
from edge.processing.attendance.matching import distinct
from edge.processing.attendance.person import Shifts, attended
from edge.processing.attendance.rules import Limits
from tests.unit.processing.attendance.plant import CALENDAR, RULES, ns

FIRST, LAST = date(2026, 8, 31), date(2026, 9, 4)
START = ns("2026-08-30 18:00")
MINUTES = 6 * 24 * 60
SHIFTS = Shifts(CALENDAR, FIRST, LAST)
TURNS = st.sampled_from(["S", "A", "A/B", "C,C,-", "T,T,T,T,T,T,-", "A,B,C", "A|S,C"])
TIMES = st.lists(st.integers(0, MINUTES * 60), max_size=40)
EXCEPTIONS = st.lists(
    st.tuples(st.dates(FIRST, LAST), st.sampled_from(["A B", "B C", "T", "-", "S A", "C"])), max_size=3
)


def _worker(turns: str) -> Worker:
    return Worker("1", "甲", WorkerKind.PERMANENT, "pack", turns)


def _punches(times: list[int]) -> list[Punch]:
    return [Punch("T1", "1", START + second * NS, second % 6) for second in times]


def _entries(exceptions: list[tuple[date, str]]) -> list[Entry]:
    return [
        Entry("1", EntryKind.SHIFT, day, keys, "me", "test", 0, number=number)
        for number, (day, keys) in enumerate(exceptions, 1)
    ]


@given(TURNS, TIMES, EXCEPTIONS, st.randoms(), st.integers(0, MINUTES))
def test_order_and_repetition_do_not_matter(
    turns: str, times: list[int], exceptions: list[tuple[date, str]], random: Random, now: int
) -> None:
    """Uploads in any order and any number of times give the same shifts, hours, questions and strays."""
    punches, entries = _punches(times), _entries(exceptions)
    shuffled = punches + [punch for punch in punches if random.random() < 0.5]
    random.shuffle(shuffled)
    one = attended(_worker(turns), punches, entries, SHIFTS, RULES)
    other = attended(_worker(turns), shuffled, entries, SHIFTS, RULES)
    assert one == other
    instant = START + now * 60 * NS
    assert one.stays(instant, RULES) == other.stays(instant, RULES)


@given(TURNS, TIMES, EXCEPTIONS, st.integers(0, MINUTES * 2))
def test_hours_are_never_negative_and_never_counted_twice(
    turns: str, times: list[int], exceptions: list[tuple[date, str]], now: int
) -> None:
    """Spans that count follow each other without overlap, and the classes of pay add up to them."""
    worker = _worker(turns)
    known = attended(worker, _punches(times), _entries(exceptions), SHIFTS, RULES)
    instant = START + now * 60 * NS
    stays = known.stays(instant, RULES)
    spans = [span for stay in stays for span in stay.spans()]
    assert all(begin < end for begin, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    assert all(stay.minutes >= 0 and stay.late >= 0 and stay.early >= 0 for stay in stays)
    assert all(end <= instant for _, end in spans)
    hours = by_day(worker, stays, CALENDAR, Limits())
    total = sum((end - begin) // (60 * NS) for begin, end in spans)
    assert sum(one.total for one in hours.values()) == total
    assert all(min(one.normal, one.overtime, one.rest, one.statutory) >= 0 for one in hours.values())
    assert all(0 <= one.night <= one.total for one in hours.values())


@given(TURNS, TIMES, EXCEPTIONS)
def test_every_punch_is_somewhere_once(
    turns: str, times: list[int], exceptions: list[tuple[date, str]]
) -> None:
    """Of the days in between, each distinct punch is of one shift or is left over; every planned shift is there."""
    known = attended(_worker(turns), _punches(times), _entries(exceptions), SHIFTS, RULES)
    used = [time for one in known.matches for time in one.punches] + list(known.strays)
    assert len(used) == len(set(used))
    # Punches of the shifts around these days are not among them.
    inner = ns("2026-08-31 12:00"), ns("2026-09-04 04:00")
    wanted = {
        time
        for time in distinct((punch.time for punch in _punches(times)), RULES)
        if inner[0] <= time < inner[1]
    }
    assert wanted <= set(used)
    keys = [(one.duty.day, one.duty.shift) for one in known.matches]
    assert len(keys) == len(set(keys))
    assert all(one.duty.planned or one.punches for one in known.matches)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, MINUTES * 60)), max_size=60), st.data())
def test_a_sheet_that_is_kept_up_is_the_same_as_one_made_anew(
    presses: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Punch by punch, with looks in between, a day's sheet comes to what it is when everything is there at once."""
    workers = [
        Worker(str(n), "甲", WorkerKind.SEASONAL, "pack", ("A/B", "C,C", "S", "T,T", "A")[n - 1])
        for n in range(1, 6)
    ]
    roll, day = Roll(workers, [], CALENDAR, RULES), FIRST + timedelta(days=1)
    punches = [Punch("T1", str(pin), START + second * NS, 0) for pin, second in presses]
    grown, now = DaySheet(day, roll), START
    for punch in punches:
        grown.add([punch])
        if data.draw(st.booleans()):
            now = max(now, punch.time)
            grown.people(now)
    at_once = DaySheet(day, roll)
    at_once.add(punches)
    end = max(now, START + data.draw(st.integers(0, MINUTES * 2)) * 60 * NS)
    assert sorted(grown.people(end), key=str) == sorted(at_once.people(end), key=str)
    for shift in "ASCT":
        assert grown.heads(shift, end, {}) == at_once.heads(shift, end, {})
