"""The supervisor's questions: who is there, who is missing, what is to be settled, and what the law will say soon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from edge.model.calendar import NS, local_time
from edge.model.personnel import Worker
from edge.people.desk import Desk, Everybody
from edge.people.month import month_of, warning_text
from edge.people.questions import Kind, Open, open_questions
from edge.processing.attendance.rules import MINUTE
from edge.processing.attendance.stay import Stay

_DAY = timedelta(days=1)
_CLOCK_OFF = 300 * NS


def today(desk: Desk, day: date) -> Iterator[str]:
    """Yield how a day stands: heads and who is missing, by shift, and what waits to be settled."""
    known = desk.everybody(day - _DAY, day)
    people = [(one.worker, stay) for one in known.people for stay in one.stays(desk.now, desk.rules)]
    yield f"{day:%Y-%m-%d} as of {local_time(desk.now, desk.calendar.zone):%Y-%m-%d %H:%M}"
    for shift in desk.calendar.shifts:
        for began in (day - _DAY, day):
            here = [(w, s) for w, s in people if (s.duty.shift, s.duty.day) == (shift.key, began)]
            if here and (began == day or here[0][1].duty.end > desk.now):
                yield from _shift(desk, shift.name, began, here)
    settle = list(questions(desk, day - 7 * _DAY, day))
    if settle:
        yield f"to be settled: {len(settle)}; chili-edge people questions"
    yield from _strangers(desk, known)
    for one in month_of(desk, day.replace(day=1)).warned:
        if not one.passed or one.day >= day - _DAY:
            yield warning_text(one)


def questions(desk: Desk, first: date, last: date) -> Iterator[str]:
    """Yield what cannot be known without asking somebody: missing punches, punches of no shift, of nobody, of no time."""
    for one in open_questions(desk, first, last):
        yield _question(desk, one)


def terminals(desk: Desk) -> Iterator[str]:
    """Yield every terminal that spoke to the node: refused ones, and those whose clock is off, too."""
    for one in desk.records.terminals():
        state = "is refused: it is not in people.terminals.serials" if not one.known else "is heard"
        off = f", its clock is {one.error // NS:+d} s off" if abs(one.error) >= _CLOCK_OFF else ""
        yield f"{one.serial}  {state}{off}, last {_moment(desk, one.seen)}"


def _shift(desk: Desk, name: str, day: date, people: Sequence[tuple[Worker, Stay]]) -> Iterator[str]:
    stays = [stay for _, stay in people]
    begun = desk.now >= stays[0].duty.start + desk.rules.grace * MINUTE
    came, planned = sum(stay.came for stay in stays), sum(stay.duty.planned for stay in stays)
    leave = sum(bool(stay.duty.leave) and not stay.came for stay in stays)
    late = sum(stay.late > 0 for stay in stays)
    yield f"{stays[0].duty.shift} {name} {day:%m-%d}: planned {planned}, present {came}, late {late}, on leave {leave}"
    groups = (
        ("missing" if begun else "not yet here", [w for w, s in people if s.is_absent]),
        ("late", [w for w, s in people if s.late]),
        ("not planned", [w for w, s in people if s.came and not s.duty.planned]),
    )
    for label, workers in groups:
        if workers:
            yield f"  {label}: {', '.join(f'{one.id} {one.name} ({one.team})' for one in workers)}"


def _strangers(desk: Desk, known: Everybody) -> Iterator[str]:
    pins = Counter(punch.pin for punch in known.unknown)
    for pin, count in sorted(pins.items()):
        yield f"PIN {pin} is nobody's: {count} punches; chili-edge people pin {pin} WORKER"
    for one in desk.records.terminals():
        if not one.known or abs(one.error) >= _CLOCK_OFF:
            yield f"terminal {one.serial}: see chili-edge people terminals"


def _question(desk: Desk, one: Open) -> str:
    moment = _moment(desk, one.time)
    if one.worker is not None and one.kind is Kind.MISSING:
        return f"{one.worker.id}  {one.day}  {one.shift}  no punch {one.gap}, the other at {moment}  {one.worker.name}"
    if one.worker is not None:
        return f"{one.worker.id}  {moment}  a punch of no shift  {one.worker.name}"
    if one.kind is Kind.STRANGER:
        return f"PIN {one.pin}  {moment}  is nobody's: chili-edge people pin {one.pin} WORKER"
    return f"PIN {one.pin}  {moment}  a time that cannot be: write down when it was"


def _moment(desk: Desk, time: int) -> str:
    return f"{local_time(time, desk.calendar.zone):%Y-%m-%d %H:%M:%S}"
