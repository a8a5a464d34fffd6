"""To correct a count: an entry of its own for what a counter missed, or counted too much."""

from __future__ import annotations

import asyncio

from pydantic import Field, field_validator

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.actions.action import Action, Done, Form
from edge.console.actions.fields import Commit, Instant, Key, Said, device_of
from edge.console.question import BadQuestionError
from edge.errors import ConfigurationError
from edge.historian.base import Aggregate, Historian, Query
from edge.messages.schema import COUNT
from edge.model.plant import Plant
from edge.model.tag import CounterRole
from edge.production.entries import Correction, free_stamp, lines, product_at

MOST_PIECES = 10_000_000


class CorrectCount(Form):
    """What a counter missed, or counted too much; `sku` is what it counted last before then when it is not given."""

    device: Key
    counter: CounterRole
    n: int = Field(ge=-MOST_PIECES, le=MOST_PIECES)
    at: Instant
    why: Said
    sku: str | None = Field(default=None, max_length=64)

    @field_validator("n")
    @classmethod
    def _something(cls, n: int) -> int:
        if not n:
            raise ValueError("a number of pieces that is not 0")
        return n


def correct_count(historian: Historian, plant: Plant, commit: Commit, clock: Clock) -> Action[CorrectCount]:
    """Return the action.

    Args:
        historian: that is asked what was counted.
        plant: whose machines they are.
        commit: has the entry written.
        clock: what time it is.
    """
    one_at_a_time = asyncio.Lock()

    async def perform(form: CorrectCount, who: str) -> Done:
        device, now = device_of(plant, form.device), clock.now()
        if form.at > now:
            raise BadQuestionError("时间还没有到。That time is still to come.")
        async with one_at_a_time:
            sku = form.sku
            if sku is None:
                sku = await product_at(historian, plant, device.key, form.counter, form.at)
            said = Correction(device, form.counter, sku, form.n, form.at, who, form.why, now)
            stamp = await free_stamp(historian, plant, said)
            try:
                points = lines(said, stamp, plant)
            except ConfigurationError as error:
                raise BadQuestionError(
                    f"没有这个计数器或产品。There is no such counter or product: {error}"
                ) from None
            before = await _counted(historian, plant, form)
            await commit(points)
            after = await _counted(historian, plant, form)
        about = f"{form.device} {form.counter} {form.n:+d} {sku or '?'} at {form.at}: {form.why}"
        return Done(about, {"day_pieces": before}, {"day_pieces": after})

    return Action("correct_count", Role.SUPERVISOR, CorrectCount, perform)


async def _counted(historian: Historian, plant: Plant, form: CorrectCount) -> int:
    """Return what a counter counted on the production day of a correction, pieces."""
    start, stop = plant.calendar.day_span(plant.calendar.production_day(form.at))
    place = {"site": plant.site, "line": plant.line, "device": form.device, "counter": str(form.counter)}
    rows = await historian.query(Query(COUNT.name, "n", Aggregate.SUM, start, stop, place))
    return sum(int(row.value) for row in rows)
