"""What the hall's PLC program shows besides its probes: a heartbeat, an agitator and a counter of fills. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from simulators.model.vessel import TankReading

_MINUTE_NS = 60_000_000_000
_AGITATED_MIN, _CYCLE_MIN = 10, 60
"""The agitator's minutes in each hour."""
_EMPTY_LEVEL = 5.0
_UINT16, _INT32 = 0xFFFF, 0x7FFF_FFFF


class HallProgram:
    """Watches the tanks."""

    def __init__(self, seed: int) -> None:
        # An old plant's counter: that it begins at zero is nothing to rely on.
        self._fills = Random(f"{seed}/tanks/fills").randrange(100, 1000)
        self._empty: frozenset[int] = frozenset()

    def watch(self, readings: Sequence[TankReading]) -> None:
        """Count the tanks in which the level has begun to rise from the bottom."""
        empty = frozenset(place for place, reading in enumerate(readings) if reading.level < _EMPTY_LEVEL)
        self._fills += len(self._empty - empty)
        self._empty = empty

    def values(self, heartbeat: int, at: int) -> Mapping[str, int | bool]:
        """Return what it shows at a time (ns UTC), by the nodes' names."""
        return {
            "heartbeat": heartbeat & _UINT16,
            "agitator": at // _MINUTE_NS % _CYCLE_MIN < _AGITATED_MIN,
            "fills": self._fills & _INT32,
        }
