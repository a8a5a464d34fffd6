"""Attendance on the console's pages: open questions by name for a supervisor, and their answers. Each look is logged first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import Field

from edge.clock import Clock
from edge.config.settings import Settings
from edge.console.access.roles import Role
from edge.console.access.visitor import Visitor
from edge.console.actions.action import Action, Done, Form
from edge.console.actions.fields import Said
from edge.console.question import BadQuestionError, Parameters, PersonalQuestion
from edge.errors import ConfigurationError
from edge.model.calendar import local_time
from edge.model.personnel import Entry, Worker
from edge.people import decisions
from edge.people.desk import ALWAYS, Desk, at_desk
from edge.people.questions import Kind, Open, open_questions
from edge.records.records import FILE

BACK = timedelta(days=7)
"""Questions of so many days are shown."""
T = TypeVar("T")


class Decision(StrEnum):
    """What may be decided about an open question."""

    CONFIRM = "confirm"
    """What was assumed for the forgotten punch is right."""
    PUNCH = "punch"
    """The forgotten punch was at `time`."""
    VOID = "void"
    """The punch that there is does not count."""
    SHIFT = "shift"
    """The worker's shift of that day was `shift`."""
    PIN = "pin"
    """The PIN is `worker`'s, from `since` on."""


CHOICES = {
    Kind.MISSING: (Decision.CONFIRM, Decision.PUNCH, Decision.VOID),
    Kind.STRAY: (Decision.VOID, Decision.SHIFT),
    Kind.STRANGER: (Decision.PIN,),
    Kind.ODD: (),
}
_NEEDS = {Decision.PUNCH: "time", Decision.SHIFT: "shift", Decision.PIN: "worker"}


class Settle(Form):
    """An answer to an open question; `question` is its key."""

    question: str = Field(min_length=1, max_length=200)
    decision: Decision
    why: Said
    time: datetime | None = None
    shift: str | None = Field(default=None, min_length=1, max_length=64)
    worker: str | None = Field(default=None, min_length=1, max_length=64)
    since: date | None = None


def attendance_questions(settings: Settings, clock: Clock) -> PersonalQuestion:
    """Return the question for what is to be settled, with names."""

    def found(desk: Desk) -> dict[str, Any]:
        desk.look("questions")
        return {"questions": [_document(desk, one) for one in _open(desk)]}

    async def ask(_parameters: Parameters, visitor: Visitor) -> dict[str, Any]:
        return await with_desk(settings, clock, visitor.user, found)

    return PersonalQuestion("attendance_questions", Role.SUPERVISOR, ask)


def settle_attendance(settings: Settings, clock: Clock) -> Action[Settle]:
    """Return the action. The node sees the decision within a second and tells the new heads."""

    async def perform(form: Settle, who: str) -> Done:
        needed = _NEEDS.get(form.decision)
        if needed is not None and getattr(form, needed) is None:
            raise BadQuestionError(f"还要填写 {needed}。This decision needs {needed}, too.")
        return await with_desk(settings, clock, who, lambda desk: _settle(desk, form))

    return Action("settle_attendance", Role.SUPERVISOR, Settle, perform)


def _settle(desk: Desk, form: Settle) -> Done:
    known = {one.key: one for one in _open(desk)}
    question = known.get(form.question)
    if question is None:
        raise BadQuestionError("这个问题已经有答案,或者不存在。That question is settled already, or is none.")
    if form.decision not in CHOICES[question.kind]:
        allowed = ", ".join(CHOICES[question.kind]) or "-"
        raise BadQuestionError(f"不能这样决定。That cannot be decided about it; what can: {allowed}")
    whose = question.worker.id if question.worker else form.worker or ""
    worker = desk.worker(whose, f"settle: {form.decision}")
    entries = _decide(desk, form, question, worker)
    # The audit knows the decision by its number; whom it is about only the records know.
    numbers = ", ".join(str(entry.number) for entry in entries)
    return Done(
        f"decision {numbers}",
        {"open": len(known), "kind": str(question.kind)},
        {"open": len(list(_open(desk))), "decision": str(form.decision)},
        {"decisions": [entry.number for entry in entries]},
    )


def _decide(desk: Desk, form: Settle, question: Open, worker: Worker) -> list[Entry]:
    moment = local_time(question.time, desk.calendar.zone).replace(microsecond=0, tzinfo=None)
    match form.decision:
        case Decision.CONFIRM:
            day = question.day or moment.date()
            return [decisions.confirm(desk, worker, day, question.shift, form.why)]
        case Decision.PUNCH:
            time = form.time or moment
            zone = desk.calendar.zone
            return [
                decisions.punch(
                    desk,
                    worker,
                    time.astimezone(zone).replace(tzinfo=None) if time.tzinfo else time,
                    form.why,
                )
            ]
        case Decision.VOID:
            return decisions.void(desk, worker, moment, form.why)
        case Decision.SHIFT:
            return [decisions.shift(desk, worker, moment.date(), form.shift or "", form.why)]
        case Decision.PIN:
            return [decisions.give_pin(desk, worker, question.pin, form.since or ALWAYS, form.why)]


async def with_desk(settings: Settings, clock: Clock, who: str, work: Callable[[Desk], T]) -> T:
    """Return what somebody finds at the desk of the node's records.

    Raises:
        BadQuestionError: the records are not on this machine, or it cannot be done; says why.
    """

    def sit_down() -> T:
        if settings.people is None or not (settings.data_dir / FILE).exists():
            raise BadQuestionError(
                "考勤记录不在这台机器上。The records of attendance are not on this machine: settle it where the node runs"
                " (chili-edge people)."
            )
        try:
            with at_desk(settings, clock, who) as desk:
                return work(desk)
        except ConfigurationError as error:
            raise BadQuestionError(str(error)) from None

    return await asyncio.to_thread(sit_down)


def _open(desk: Desk) -> list[Open]:
    return list(open_questions(desk, desk.today - BACK, desk.today))


def _document(desk: Desk, one: Open) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": str(one.kind),
        "worker": one.worker.id if one.worker else "",
        "name": one.worker.name if one.worker else "",
        "team": one.worker.team if one.worker else "",
        "pin": one.pin,
        "day": str(one.day) if one.day else "",
        "shift": one.shift,
        "gap": str(one.gap) if one.gap else "",
        "time": one.time,
        "clock": f"{local_time(one.time, desk.calendar.zone):%m-%d %H:%M}",
        "choices": [str(choice) for choice in CHOICES[one.kind]],
    }
