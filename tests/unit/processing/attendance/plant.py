"""The site whose attendance is tested, with the shifts of domain facts; and the simulated year as its records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from edge.model.calendar import Break, Calendar, Shift, to_ns
from edge.model.personnel import Entry, EntryKind, Punch, Worker, WorkerKind
from edge.model.work_days import MONDAY_TO_SATURDAY, WorkDays
from edge.processing.attendance import turns
from edge.processing.attendance.rules import Rules
from edge.work_days.published import published
from edge.work_days.rules import by_rule
from simulators.people.attendance import Record
from simulators.people.staff import Employment, Pattern, shift_of

ZONE = ZoneInfo("Asia/Shanghai")
_NOON = (Break(time(12), time(13, 30)),)
_SUMMER, _SEASON = frozenset({6, 7, 8, 9}), frozenset({8, 9, 10})
SHIFTS = (
    Shift("D", "白班", time(8), time(17, 30), _NOON, frozenset(range(1, 13)) - _SUMMER),
    Shift("S", "白班", time(7, 30), time(17), _NOON, _SUMMER),
    Shift("A", "早班", time(7), time(15, 30), (Break(time(11), time(11, 30)),), _SEASON),
    Shift("B", "中班", time(15, 30), time(0), (Break(time(18, 30), time(19)),), _SEASON),
    Shift(
        "C",
        "夜班",
        time(23, 30),
        time(7, 30),
        (Break(time(2), time(2, 15)), Break(time(5), time(5, 15))),
    ),
    Shift(
        "T",
        "计件",
        time(6, 30),
        time(18, 30),
        (Break(time(12), time(12, 30)), Break(time(15, 30), time(16))),
        frozenset({7, 8, 9, 10}),
    ),
)
WORK_DAYS = WorkDays(MONDAY_TO_SATURDAY, published=published, rules=by_rule)
CALENDAR = Calendar(ZONE, time(7), SHIFTS, WORK_DAYS)
RULES = Rules(flexible=frozenset({"T"}))
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
_MONDAY = date(2001, 1, 1)


def ns(text: str) -> int:
    """Return a local time like `2026-08-03 07:55` as ns UTC."""
    return to_ns(datetime.fromisoformat(text).replace(tzinfo=ZONE))


def worker_of(one: Employment) -> Worker:
    """Return somebody of the simulated staff as a line of the roster."""
    return Worker(
        one.pin,
        one.name,
        WorkerKind(one.kind),
        one.team,
        _turns(one),
        first=one.first,
        last=one.last,
    )


def exceptions_of(one: Employment, worker: Worker) -> list[Entry]:
    """Return the days on which the simulated plan is not the pattern: those that the law wants off."""
    days = [one.first + timedelta(days=number) for number in range((one.last - one.first).days + 1)]
    found = []
    for day in days:
        planned = shift_of(one, day)
        key = key_of(planned.key, day) if planned else turns.OFF
        pattern = turns.parse(worker.shift)
        if (pattern.shift_on(day, works=WORK_DAYS.works(day), begins=_begins) or turns.OFF) != key:
            found.append(Entry(worker.id, EntryKind.SHIFT, day, key, "plan", "a rest in a week without", 0))
    return found


def punches_of(records: Iterable[Record]) -> list[Punch]:
    """Return what the simulated terminals recorded."""
    return [
        Punch(record.terminal, record.pin, to_ns(record.local.replace(tzinfo=ZONE)), record.status)
        for record in records
    ]


def key_of(simulated: str, day: date) -> str:
    """Return the shift that the simulators call D all year long."""
    return "S" if simulated == "D" and day.month in _SUMMER else simulated


def _begins(key: str, day: date) -> bool:
    return next(shift for shift in SHIFTS if shift.key == key).begins_on(day)


def _turns(one: Employment) -> str:
    if one.pattern is Pattern.WATCH:
        start = next(day for n in range(3) if ((day := FIRST + timedelta(n)).toordinal() + one.turn) % 3 == 1)
        return f"C,C,-@{start}"
    if one.pattern is Pattern.PIECEWORK:
        week = ["T"] * 7
        week[one.turn % 7] = turns.OFF
        return f"{','.join(week)}@{_MONDAY}"
    by_pattern = {Pattern.EARLY_FIRST: "B|D|S/A|D|S", Pattern.LATE_FIRST: "A|D|S/B|D|S", Pattern.DAY: "D|S"}
    return by_pattern[one.pattern]
