"""Frames that wait until nothing speaks against them. Pure.

Where answers carry no number, one that is doubled or late is taken for the answer to the next question, and from then on
each question gets its predecessor's answer, until one is left over. That one betrays the others: so values from such a
line are handed on only once it was left alone for longer than an answer takes, and nothing came.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from edge.model.frame import Frame

LEAST_S = 0.05


MARGIN_S = 0.25
_FORGETTING = 0.9
LONGEST_S = 0.5
"""A frame waits no longer for a rest that the schedule leaves: then the line is made to rest."""


@dataclass(frozen=True, slots=True)
class _Held:
    frame: Frame
    doubts: int
    since: float


class Quarantine:
    """Frames of one line, in the order of their passes."""

    def __init__(self) -> None:
        self._held: deque[_Held] = deque()
        self._slowest = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether no frame is held."""
        return not self._held

    @property
    def rest_s(self) -> float:
        """How long, s, nothing may come before it is sure that nothing was left over."""
        return max(LEAST_S, self._slowest + min(self._slowest, MARGIN_S))

    def answered(self, seconds: float) -> None:
        """Learn how long answers take: the slowest one counts, and is slowly forgotten."""
        self._slowest = max(seconds, _FORGETTING * self._slowest)

    def free_at(self, quiet_from: float) -> float:
        """Return when frames are free if nothing is asked, and nothing comes, from `quiet_from` on; infinity when none is held."""
        return quiet_from + self.rest_s if self._held else math.inf

    def needs_rest(self, now: float) -> bool:
        """Return whether a frame has waited so long that nothing should be asked before it is free."""
        return bool(self._held) and self._held[0].since + LONGEST_S <= now

    def hold(self, frame: Frame, doubts: int, now: float) -> None:
        """Keep a frame; `doubts` were those of its connection when its pass began."""
        self._held.append(_Held(frame, doubts, now))

    def release(self, doubts: int, *, is_quiet: bool) -> list[Frame]:
        """Return the frames that are free: all of a quiet line; bad ones in place of those that have come into doubt."""
        free: list[Frame] = []
        while self._held and (is_quiet or self._held[0].doubts != doubts):
            held = self._held.popleft()
            is_sound = held.doubts == doubts
            frame = held.frame
            free.append(frame if is_sound else Frame.bad(frame.device, frame.tags, frame.time))
        return free
