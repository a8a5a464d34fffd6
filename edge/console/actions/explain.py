"""To give a stop its reason: time that was lost to one is moved to another, by entries of their own."""

from __future__ import annotations

import asyncio
from collections import Counter

from pydantic import Field

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.actions.action import Action, Done, Form
from edge.console.actions.fields import Commit, Instant, Key, Said, by_reason, device_of
from edge.console.question import BadQuestionError
from edge.historian.base import Aggregate, Historian, Query
from edge.messages.schema import LOSS
from edge.model.calendar import NS
from edge.model.plant import Plant
from edge.production.explanations import TOLD_WITHIN, Explanation, lines

LONGEST = 7 * 86_400 * NS
"""A stop that is said to have lasted longer is a mistake."""
_MS = 1_000_000


class ExplainStop(Form):
    """A stop and its reason; `was` is needed only when time was lost to several reasons then."""

    device: Key
    start: Instant = Field(alias="from")
    stop: Instant = Field(alias="to")
    reason: int = Field(ge=0, le=2**31)
    why: Said
    was: int | None = Field(default=None, ge=0, le=2**31)


def explain_stop(historian: Historian, plant: Plant, commit: Commit, clock: Clock) -> Action[ExplainStop]:
    """Return the action.

    Args:
        historian: that is asked what was lost.
        plant: whose machines they are.
        commit: has the entries written.
        clock: what time it is.
    """
    one_at_a_time = asyncio.Lock()

    async def perform(form: ExplainStop, who: str) -> Done:
        device = device_of(plant, form.device)
        known = device.states.reasons
        if form.reason not in known:
            named = ", ".join(f"{number} {one.name}" for number, one in sorted(known.items())) or "-"
            raise BadQuestionError(f"这台设备没有这个原因。The machine has no such reason; it has: {named}")
        now = clock.now()
        if not form.start < form.stop <= now:
            raise BadQuestionError("结束要晚于开始,并且已经过去。A stop ends after it begins, and is over.")
        if form.stop - form.start > LONGEST:
            raise BadQuestionError("停机不会超过七天。No stop is longer than seven days.")
        async with one_at_a_time:
            lost = await _lost(historian, plant, form)
            was = form.was if form.was is not None else await _booked_to(historian, plant, form, lost)
            if was == form.reason:
                raise BadQuestionError("已经是这个原因。It is booked to that reason already.")
            said = Explanation(form.device, form.start, form.stop, was, form.reason, who, form.why, now)
            points = await lines(historian, plant, said)
            if not points:
                raise BadQuestionError(
                    f"那段时间没有记在原因 {was} 上的停机。Nothing was lost to reason {was} then."
                )
            await commit(points)
            after = await _lost(historian, plant, form)
        return Done(f"{form.device} {form.start}..{form.stop}: {form.why}", by_reason(lost), by_reason(after))

    return Action("explain_stop", Role.SUPERVISOR, ExplainStop, perform)


async def _lost(historian: Historian, plant: Plant, form: ExplainStop) -> Counter[int]:
    """Return what was lost to each reason in the sums of a stop's time, ms."""
    return await _sum(historian, plant, form, form.start, form.stop + TOLD_WITHIN)


async def _booked_to(historian: Historian, plant: Plant, form: ExplainStop, lost: Counter[int]) -> int:
    """Return the reason that a stop is booked to: what it was explained as last, or the only one there is."""
    begin = form.stop // _MS * _MS
    said = await _sum(historian, plant, form, begin, begin + _MS)
    found = [reason for reason, ms in said.items() if ms > 0] or [r for r, ms in lost.items() if ms > 0]
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadQuestionError("那段时间没有记下停机。No time was lost then.")
    named = ", ".join(map(str, sorted(found)))
    raise BadQuestionError(
        f"那段时间有几个停机原因({named}),请说明改哪一个。Time was lost to several reasons then ({named}): say which (was)."
    )


async def _sum(historian: Historian, plant: Plant, form: ExplainStop, start: int, stop: int) -> Counter[int]:
    place = {"site": plant.site, "line": plant.line, "device": form.device}
    query = Query(LOSS.name, "ms", Aggregate.SUM, start, stop, place, ("reason",))
    found: Counter[int] = Counter()
    for row in await historian.query(query):
        found[int(row.tags["reason"] or 0)] += int(row.value)
    return found
