"""Frames that wait until nothing speaks against them. Pure.

Where answers carry no number, one that is doubled or late is taken for the answer to the next question, and from then on
each question gets its predecessor's answer, until one is left over. That one betrays the others: so values from such a
line are handed on only after it has stayed quiet for longer than an answer takes.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from edge.model.frame import Frame

LEAST_S = 0.05


@dataclass(frozen=True, slots=True)
class _Held:
    frame: Frame
    doubts: int
    free_at: float


class Quarantine:
    """Frames of one line, in the order of their passes."""

    def __init__(self) -> None:
        self._held: deque[_Held] = deque()
        self._slowest = 0.0

    @property
    def next_moment(self) -> float:
        """When the next frame is free; infinity when none is held."""
        return self._held[0].free_at if self._held else math.inf

    def answered(self, seconds: float) -> None:
        """Learn how long answers take: the slowest one counts, and is slowly forgotten."""
        self._slowest = max(seconds, 0.99 * self._slowest)

    def hold(self, frame: Frame, doubts: int, now: float) -> None:
        """Keep a frame; `doubts` were those of its connection when its pass began."""
        self._held.append(_Held(frame, doubts, now + max(LEAST_S, 2 * self._slowest)))

    def release(self, doubts: int, now: float) -> list[Frame]:
        """Return the frames that are free by now: bad ones in place of those that have come into doubt."""
        free: list[Frame] = []
        while self._held and (self._held[0].free_at <= now or self._held[0].doubts != doubts):
            held = self._held.popleft()
            is_sound = held.doubts == doubts
            frame = held.frame
            free.append(frame if is_sound else Frame.bad(frame.device, frame.tags, frame.time))
        return free
