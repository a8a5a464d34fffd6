"""What forms of actions are made of: text of one line, instants, machines; each wrong one refused with a sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from edge.console.question import BadQuestionError
from edge.model.plant import Device, Plant

Commit = Callable[[Sequence[str]], Awaitable[None]]
"""Has lines of line protocol committed; RejectedError, TransientError."""
_LAST_NS = 2**63 - 1


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line.isprintable():
        raise ValueError("a text of letters and signs")
    return line


Key = Annotated[str, Field(min_length=1, max_length=64)]
Said = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_one_line), Field(min_length=1)]
"""What a person says, in one line."""
Instant = Annotated[int, Field(ge=0, le=_LAST_NS)]
"""ns UTC; pages may send the digits as a string, since a number of JavaScript does not hold them all."""


def device_of(plant: Plant, key: str) -> Device:
    """Return a machine by its key.

    Raises:
        BadQuestionError: there is none.
    """
    found = next((device for device in plant.devices if device.key == key), None)
    if found is None:
        known = ", ".join(device.key for device in plant.devices)
        raise BadQuestionError(f"没有这台设备。There is no such machine; there are: {known}")
    return found


def by_reason(lost: Mapping[int, int]) -> dict[str, int]:
    """Return ms by reason as JSON has it."""
    return {str(reason): ms for reason, ms in sorted(lost.items()) if ms}
