"""A line of a device's readings → a Frame, as its driver would have made it from the same registers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from edge.drivers.modbus.address import DataType, ModbusTag
from edge.drivers.opcua.address import OpcuaTag
from edge.drivers.scaling import Scaling
from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value

PlacedTag = ModbusTag | OpcuaTag
"""A tag with its place in the PLC, its scale and its offset, as the map of its device has it."""
Convert = Callable[[str], Value]
"""Takes a field that is not empty and returns its value, None when it is bad; a ValueError says what is damaged."""

TIME = "time"
"""Heading of the first column."""
_NAMED = 3
"""Columns that an error names; a file of another machine has too many."""
_GOOD, _BAD = Quality.GOOD.value, Quality.BAD.value
_BITS = {"0": False, "1": True}
_FLOATS = (DataType.FLOAT32, DataType.FLOAT64)
_INTEGERS = {
    DataType.INT16: (-(2**15), 2**15 - 1),
    DataType.INT32: (-(2**31), 2**31 - 1),
    DataType.INT64: (-(2**63), 2**63 - 1),
    DataType.UINT16: (0, 2**16 - 1),
    DataType.UINT32: (0, 2**32 - 1),
    DataType.UINT64: (0, 2**64 - 1),
    DataType.BCD16: (0, 10**4 - 1),
    DataType.BCD32: (0, 10**8 - 1),
}
"""The lowest and the highest number of each type."""


class Columns:
    """One file of a device's readings: its header, then its lines one after the other.

    Most fields stand still from line to line, so only what changed is converted.

    Args:
        device: its key.
        header: the first line.
        tags: those of the device's map, by name.
        skip_unknown: leave columns out that the map does not have, rather than refuse them.

    Raises:
        ValueError: it is no header of this device; says why.
    """

    def __init__(
        self, device: str, header: str, tags: Mapping[str, PlacedTag], *, skip_unknown: bool = False
    ) -> None:
        first, *names = header.split(",")
        if first != TIME or not names:
            raise ValueError(f"the first line is {TIME},TAG,TAG,… (given: {header[:40]})")
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"column {twice} is there twice")
        unknown = [name for name in names if name not in tags]
        if unknown and not skip_unknown:
            named = ", ".join(unknown[:_NAMED]) + (
                f" and {len(unknown) - _NAMED} more" if unknown[_NAMED:] else ""
            )
            raise ValueError(f"the map of {device} has no tag {named}: add it, or import with --skip-unknown")
        self._device = device
        self._width = len(names)
        self._kept = [place for place, name in enumerate(names) if name in tags] if unknown else None
        self.names = tuple(name for name in names if name in tags)
        self._converters = [converter(tags[name]) for name in self.names]
        self._all_good = (_GOOD,) * len(self.names)
        self._fields = [""] * len(self.names)
        self._values: list[Value] = [None] * len(self.names)

    def frame(self, line: str) -> Frame:
        """Return the frame of a line; of bad quality throughout when the device did not answer.

        Raises:
            ValueError: it is cut or damaged; says where.
        """
        first, *fields = line.split(",")
        if len(fields) != self._width:
            raise ValueError(
                f"{len(fields) + 1} fields instead of {self._width + 1}: the line is cut or damaged"
            )
        time = seconds(first) * NS
        if self._kept is not None:
            fields = [fields[place] for place in self._kept]
        if fields != self._fields:
            self._take(fields)
        values = self._values
        qualities = (
            [_BAD if value is None else _GOOD for value in values] if None in values else self._all_good
        )
        return Frame(self._device, self.names, values, qualities, time)

    def _take(self, fields: list[str]) -> None:
        values = self._values.copy()
        place = 0
        try:
            for place, (field, former) in enumerate(zip(fields, self._fields, strict=True)):
                if field != former:
                    values[place] = self._converters[place](field) if field else None
        except ValueError as error:
            raise ValueError(f"{self.names[place]}: {error} (given: {fields[place][:40]})") from None
        self._fields, self._values = fields, values


def seconds(text: str) -> int:
    """Return a time in whole seconds since 1970 UTC.

    Raises:
        ValueError: it is none.
    """
    if not text.isdecimal():
        raise ValueError(f"a time is in whole seconds since 1970 UTC (given: {text[:40]})")
    return int(text)


def converter(tag: PlacedTag) -> Convert:
    """Return what makes values of a tag's fields: the number in the PLC, then scale and range as in its driver."""
    scaling = Scaling(tag.tag, tag.scale, tag.offset)
    if isinstance(tag, OpcuaTag):
        return _variant(scaling, is_number=_means_a_number(tag))
    kind = tag.address.type
    if kind is DataType.BOOL:
        return _bit
    if kind is DataType.STRING:
        return str
    return _float(scaling) if kind in _FLOATS else _integer(scaling, kind)


def _bit(text: str) -> bool:
    if text not in _BITS:
        raise ValueError("a bool is 0 or 1")
    return _BITS[text]


def _float(scaling: Scaling) -> Convert:
    def convert(text: str) -> Value:
        try:
            return scaling.value(float(text))
        except ValueError:
            raise ValueError("not a number") from None

    return convert


def _integer(scaling: Scaling, kind: DataType) -> Convert:
    low, high = _INTEGERS[kind]

    def convert(text: str) -> Value:
        try:
            number = int(text)
        except ValueError:
            raise ValueError(f"no {kind} as it stands in the PLC, before scale and offset") from None
        if not low <= number <= high:
            raise ValueError(f"a {kind} is {low} to {high}")
        return scaling.value(number)

    return convert


def _variant(scaling: Scaling, *, is_number: bool) -> Convert:
    """Return the converter of an OPC UA tag, whose map names no type: a number where there is one, else text."""

    def convert(text: str) -> Value:
        try:
            return scaling.value(int(text))
        except ValueError:
            pass
        try:
            return scaling.value(float(text))
        except ValueError:
            if is_number:
                raise ValueError("not a number") from None
            return text

    return convert


def _means_a_number(tag: OpcuaTag) -> bool:
    means = tag.tag
    bounded = means.low is not None or means.high is not None
    return bool(means.counter or means.role or means.unit or means.deadband or bounded) or (
        tag.scale != 1 or tag.offset != 0
    )
