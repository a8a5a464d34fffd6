"""A day at work: who came, when they pressed the terminals, and what they should have pressed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from simulators.people.attlog import Status, Terminal, Verify
from simulators.people.roster import Kind
from simulators.people.shifts import Shift, has_overtime
from simulators.people.staff import Employment, Pattern, shift_of

_ATTENDANCE = (0.93, 0.97)
_LATE = 0.03
_LATE_S = (5 * 60, 40 * 60)
_MISSING = 0.015
_MISSING_IS_OUT = 0.8
_TWICE = 0.04
_TWICE_S = (2, 90)
_WRONG_KEY = 0.04
_WRONG_KEYS = {
    Status.IN: ((Status.OUT, Status.NONE, Status.OVERTIME_IN), (14, 4, 2)),
    Status.OUT: ((Status.IN, Status.NONE, Status.OVERTIME_OUT), (14, 4, 2)),
}
_MINUTE_S = 60
_OVERTIME_MIN = ((30, 60, 90), (1, 2, 7))
_OVERTIME_DAYS = 4
"""In a month of overtime everybody is asked on all but each fourth day: 21 days of 90 min stay below the 36 h of the law."""
_SELDOM_OVERTIME = 0.05
_SELDOM_OVERTIME_MIN = ((30, 60), (2, 1))
_HALF_DAY = 0.02


@dataclass(frozen=True, slots=True)
class Record:
    """A line of a terminal's log.

    Attributes:
        local: the terminal's clock.
        pin: who.
        status: the key that was pressed; often enough the wrong one.
        verify: how the terminal knew them.
        terminal: where.
    """

    local: datetime
    pin: str
    status: Status
    verify: Verify
    terminal: Terminal


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody's stay at the plant for a shift, as it really was.

    Attributes:
        pin: who.
        shift: key of the shift.
        arrived: local time at the terminal, whether the arrival was recorded or not.
        left: local time at the terminal, likewise.
        minutes: worked: from the shift's start, or the arrival if it was later, to the end of work; breaks are taken off.
        late: whole minutes by which the arrival was late; 0 = in time, and always for piecework.
        missed: the key that was forgotten; None = both were pressed.
    """

    pin: str
    shift: str
    arrived: datetime
    left: datetime
    minutes: int
    late: int
    missed: Status | None


@dataclass(frozen=True, slots=True)
class Group:
    """The truth of a shift, team and kind: heads, but for `minutes`, which are those of all of them together."""

    day: date
    shift: str
    team: str
    kind: Kind
    planned: int
    present: int
    late: int
    absent: int
    missing_punch: int
    minutes: int


@dataclass(frozen=True, slots=True)
class DayAttendance:
    """The shifts that began on a day.

    Attributes:
        groups: by shift, team and kind.
        presences: by PIN.
        records: in order of time; those of the night shift reach into the next day.
    """

    groups: tuple[Group, ...]
    presences: tuple[Presence, ...]
    records: tuple[Record, ...]


def day(seed: int, on: date, staff: Sequence[Employment]) -> DayAttendance:
    """Let everybody who is planned on a day come, or not."""
    rng = Random(f"{seed}/attendance/{on}")
    attendance = rng.uniform(*_ATTENDANCE)
    planned = [(employment, shift) for employment in staff if (shift := shift_of(employment, on))]
    came = {
        employment.pin: _presence(rng, employment, shift, on)
        for employment, shift in planned
        if rng.random() < attendance
    }
    records = [
        record
        for employment, _ in planned
        if employment.pin in came
        for record in _records(rng, came[employment.pin], _terminal(employment))
    ]
    return DayAttendance(
        groups=tuple(_groups(on, planned, came)),
        presences=tuple(came[pin] for pin in sorted(came)),
        records=tuple(sorted(records, key=lambda record: (record.local, record.pin))),
    )


def _terminal(employment: Employment) -> Terminal:
    return Terminal.WORKSHOP if employment.pattern is Pattern.PIECEWORK else Terminal.GATE


def _presence(rng: Random, employment: Employment, shift: Shift, on: date) -> Presence:
    start, end = shift.start * _MINUTE_S, shift.end * _MINUTE_S
    late_s = 0
    if shift.flexible:
        arrived, left = _flexible(rng, start, end)
        work_end = min(left, end)
    else:
        if rng.random() < _LATE:
            late_s = rng.randint(*_LATE_S)
        arrived = start + late_s if late_s else start - _skewed(rng, 1, 25, 8)
        work_end = end + _MINUTE_S * _overtime(rng, employment, shift, on)
        left = work_end + _skewed(rng, 0, 15, 3)
    midnight = datetime.combine(on, time())
    missed = None
    if rng.random() < _MISSING:
        missed = Status.OUT if rng.random() < _MISSING_IS_OUT else Status.IN
    return Presence(
        pin=employment.pin,
        shift=shift.key,
        arrived=midnight + timedelta(seconds=arrived),
        left=midnight + timedelta(seconds=left),
        minutes=shift.worked(-(-max(arrived, start) // _MINUTE_S), work_end // _MINUTE_S),
        late=late_s // _MINUTE_S,
        missed=missed,
    )


def _flexible(rng: Random, start: int, end: int) -> tuple[int, int]:
    """Return when a piece worker comes and goes, s of the day: most stay all day, a few only until noon."""
    arrived = start + _skewed(rng, -15, 75, 5)
    if rng.random() < _HALF_DAY:
        return arrived, (start + end) // 2 - _skewed(rng, 0, 60, 30)
    return arrived, end - _skewed(rng, -10, 150, 25)


def _skewed(rng: Random, low: float, high: float, mode: float) -> int:
    """Return seconds from a triangular distribution over minutes."""
    return round(rng.triangular(low, high, mode) * _MINUTE_S)


def _overtime(rng: Random, employment: Employment, shift: Shift, on: date) -> int:
    """Return minutes of overtime, in steps of 30; the late shift has its bus to catch and the watch its relief."""
    if shift.key not in ("D", "A"):
        return 0
    if has_overtime(on):
        asked = (on.day + employment.turn) % _OVERTIME_DAYS != 0
        return rng.choices(*_OVERTIME_MIN)[0] if asked else 0
    return rng.choices(*_SELDOM_OVERTIME_MIN)[0] if rng.random() < _SELDOM_OVERTIME else 0


def _records(rng: Random, presence: Presence, terminal: Terminal) -> Iterable[Record]:
    for status, local in ((Status.IN, presence.arrived), (Status.OUT, presence.left)):
        if status is presence.missed:
            continue
        pressed = rng.choices(*_WRONG_KEYS[status])[0] if rng.random() < _WRONG_KEY else status
        verify = rng.choices((Verify.FACE, Verify.FINGER), (2, 1))[0]
        yield Record(local, presence.pin, pressed, verify, terminal)
        if rng.random() < _TWICE:
            again = local + timedelta(seconds=rng.randint(*_TWICE_S))
            yield Record(again, presence.pin, pressed, verify, terminal)


def _groups(
    on: date, planned: Sequence[tuple[Employment, Shift]], came: dict[str, Presence]
) -> Iterable[Group]:
    members: dict[tuple[str, str, Kind], list[Presence | None]] = {}
    for employment, shift in planned:
        group = members.setdefault((shift.key, employment.team, employment.kind), [])
        group.append(came.get(employment.pin))
    for (key, team, kind), people in sorted(members.items()):
        present = [presence for presence in people if presence is not None]
        yield Group(
            day=on,
            shift=key,
            team=team,
            kind=kind,
            planned=len(people),
            present=len(present),
            late=sum(presence.late > 0 for presence in present),
            absent=len(people) - len(present),
            missing_punch=sum(presence.missed is not None for presence in present),
            minutes=sum(presence.minutes for presence in present),
        )
