"""To acknowledge an event: somebody has seen it, and says so once (ISA-18.2 knows no way back)."""

from __future__ import annotations

import asyncio
from typing import Annotated

from pydantic import Field

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.access.store import Acknowledgement, Store
from edge.console.actions.action import Action, Done, Form
from edge.console.actions.fields import Said
from edge.console.question import BadQuestionError

KINDS = ("stop", "communication", "entry", "correction", "alarm")
Event = Annotated[
    str,
    Field(
        max_length=256,
        pattern=rf"^(?:{'|'.join(KINDS)}):[^\s:]{{1,64}}(?::[^\s:]{{0,64}}){{0,3}}:\d{{1,19}}$",
    ),
]
"""What names an event for good: its kind, its machine, what else tells it from others, and its time in ns UTC."""


class Acknowledge(Form):
    """An event, and what is said to it."""

    event: Event
    note: Said | None = None


def acknowledge(store: Store, clock: Clock) -> Action[Acknowledge]:
    """Return the action.

    Args:
        store: that keeps who has seen what.
        clock: what time it is.
    """

    async def perform(form: Acknowledge, who: str) -> Done:
        now = clock.now()
        if int(form.event.rpartition(":")[2]) > now:
            raise BadQuestionError("这件事还没有发生。That event is still to come.")
        said = Acknowledgement(now, who, form.note or "")
        earlier = await asyncio.to_thread(store.acknowledge, form.event, said)
        if earlier is not None:
            raise BadQuestionError(f"{earlier.user} 已经确认过。{earlier.user} has acknowledged it already.")
        return Done(form.event, {}, {"time": said.time, "user": who, "note": said.note})

    return Action("acknowledge", Role.SUPERVISOR, Acknowledge, perform)
