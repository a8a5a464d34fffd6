"""From an OPC UA DataValue's parts to a value, a quality and a time. Pure: knows nothing of asyncua."""

from __future__ import annotations

from datetime import datetime

from edge.drivers.opcua.address import OpcuaTag
from edge.drivers.scaling import Scaling
from edge.model.calendar import NS, to_ns
from edge.model.frame import Quality, Value

PLAUSIBLE = 86_400 * NS
"""A time stamp that is further than a day from ours is that of a clock that nobody has set, or of a value set long ago."""
_SEVERITY_BIT = 30
_SEVERITIES = (Quality.GOOD.value, Quality.UNCERTAIN.value, Quality.BAD.value, Quality.BAD.value)
_OVERFLOW = 0x480
"""Info type "DataValue" with its overflow bit: the server's queue of a monitored item was too short."""


class Decoder:
    """What becomes of one tag's raw values: scale, range and quality."""

    __slots__ = ("_scaling",)

    def __init__(self, tag: OpcuaTag) -> None:
        self._scaling = Scaling(tag.tag, tag.scale, tag.offset)

    def decode(self, raw: object, status: int) -> tuple[Value, int]:
        """Return value and quality; None and bad for what is no boolean, number or text.

        Args:
            raw: the content of the Variant; None when there is none.
            status: the StatusCode.
        """
        quality = severity(status)
        value = self._value(raw) if quality else None
        return (value, quality) if value is not None else (None, Quality.BAD.value)

    def _value(self, raw: object) -> Value:
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str):
            return str(raw)
        if isinstance(raw, int):
            return self._scaling.value(int(raw))
        return self._scaling.value(raw) if isinstance(raw, float) else None


def severity(status: int) -> int:
    """Return the quality that a StatusCode stands for: its two highest bits."""
    return _SEVERITIES[status >> _SEVERITY_BIT & 3]


def lost_values(status: int) -> bool:
    """Return whether the server says that values before this one did not fit into its queue."""
    return status & _OVERFLOW == _OVERFLOW


def acquired(source: datetime | None, server: datetime | None, now: int) -> int:
    """Return when a value was acquired, ns UTC: by its source if that is plausible, else by the server, else `now`.

    Args:
        source: the source's time stamp, aware, if it came.
        server: the server's; one that does not know the time sends 1601-01-01.
        now: ns UTC.
    """
    for moment in (source, server):
        if moment is not None:
            time = to_ns(moment)
            if abs(time - now) <= PLAUSIBLE:
                return time
    return now
