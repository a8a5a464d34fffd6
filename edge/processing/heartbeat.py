"""A PLC's heartbeat: values that still come while its program stands are old, and nobody may take them for new."""

from __future__ import annotations

from dataclasses import dataclass

from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value

STUCK_S = 5.0
"""A heartbeat that stands still for longer, and for three readings, is stuck."""
_SCANS = 3


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a heartbeat showed last, and since when, ns UTC; a new one is taken for alive."""

    value: Value = None
    since: int = 0

    def after(self, frame: Frame, tag: str | None) -> Heartbeat:
        """Return the heartbeat after a frame, which need not carry it."""
        place = None if tag is None else frame.places.get(tag)
        if place is None or frame.qualities[place] != Quality.GOOD:
            return self
        value = frame.values[place]
        # A clock that was set back would keep a stuck heartbeat alive for as long.
        return self if value == self.value and frame.time >= self.since else Heartbeat(value, frame.time)

    def is_stuck(self, now: int, scan: float) -> bool:
        """Return whether it has stood still for too long; never where no heartbeat is read."""
        return self.value is not None and now - self.since > max(STUCK_S, _SCANS * scan) * NS
