"""From the content of an OPC UA Variant and its StatusCode to a value and a quality. Pure: knows nothing of asyncua."""

from __future__ import annotations

from edge.drivers.opcua.address import OpcuaTag
from edge.drivers.scaling import Scaling
from edge.model.frame import Quality, Value

_SEVERITY_BIT = 30
_GOOD, _UNCERTAIN, _BAD = Quality.GOOD.value, Quality.UNCERTAIN.value, Quality.BAD.value
_SEVERITIES = (_GOOD, _UNCERTAIN, _BAD, _BAD)
_OVERFLOW = 0x480
"""Info type "DataValue" with its overflow bit: the server's queue of a monitored item was too short."""
OUT_OF_RANGE = "is out of the range that its map gives it"


class Decoder:
    """What becomes of one tag's raw values: element, scale, range and quality."""

    __slots__ = ("_index", "_value")

    def __init__(self, tag: OpcuaTag) -> None:
        self._index = tag.index
        self._value = Scaling(tag.tag, tag.scale, tag.offset).value

    def decode(self, raw: object, status: int) -> tuple[Value, int]:
        """Return value and quality; None and bad for what is no boolean, number or text.

        Args:
            raw: the content of the Variant; None when there is none.
            status: the StatusCode.
        """
        if self._index:
            raw = element(raw, self._index)
        quality = _SEVERITIES[status >> _SEVERITY_BIT & 3]
        if not quality:
            return None, _BAD
        if status & _OVERFLOW == _OVERFLOW:
            quality = _UNCERTAIN
        value: Value = None
        if isinstance(raw, float):
            value = self._value(raw)
        elif isinstance(raw, bool):
            value = raw
        elif isinstance(raw, int):
            value = self._value(int(raw))
        elif isinstance(raw, str):
            value = str(raw)
        return (value, quality) if value is not None else (None, _BAD)

    def fault(self, raw: object) -> str:
        """Return why a raw value of good status is no value of this tag, for people."""
        if self._index:
            array, raw = raw, element(raw, self._index)
            if raw is None:
                return f"has no element {list(self._index)}: it is {_what(array)}"
        if isinstance(raw, bool | int | float | str):
            return OUT_OF_RANGE
        if raw is None:
            return "has no value"
        if isinstance(raw, list):
            return f"is {_what(raw)}: say which element with index:"
        return f"is {_what(raw)}: only booleans, numbers and text can be read; read the fields of a structure by their own nodes"


def element(raw: object, index: tuple[int, ...]) -> object:
    """Return an element of an array, None when there is none."""
    for number in index:
        if not isinstance(raw, list) or number >= len(raw):
            return None
        raw = raw[number]
    return raw


def severity(status: int) -> int:
    """Return the quality that a StatusCode stands for: its two highest bits."""
    return _SEVERITIES[status >> _SEVERITY_BIT & 3]


def lost_values(status: int) -> bool:
    """Return whether the server says that values before this one did not fit into its queue."""
    return status & _OVERFLOW == _OVERFLOW


def _what(raw: object) -> str:
    return f"an array of {len(raw)}" if isinstance(raw, list) else f"a {type(raw).__name__}"
