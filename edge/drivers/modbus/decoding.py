"""From the bytes of an answer to values and qualities: compiled once per request, one unpacking per run of equal tags.

Every order comes down to two: the answer as it came, or with the bytes of each word swapped, read big- or
little-endian. CDAB, for one, is little-endian once each word is swapped. Pure.
"""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Callable, Iterator, Sequence

from edge.drivers.modbus.address import DataType, ModbusTag, Order
from edge.drivers.modbus.plan import Request
from edge.drivers.scaling import Scaling
from edge.model.frame import Quality, Value

Columns = tuple[Sequence[Value], Sequence[int]]
"""Values and qualities, as long as the request's tags and in their order."""

_Step = Callable[[bytes, bytes], Columns]
"""Decodes a run of tags from the payload as it came and the payload with the bytes of each word swapped."""

_Finish = Callable[[Sequence[float]], Columns]
"""What becomes of the numbers of a run."""

_CODES = {
    DataType.INT16: "h",
    DataType.UINT16: "H",
    DataType.BCD16: "H",
    DataType.INT32: "i",
    DataType.UINT32: "I",
    DataType.BCD32: "I",
    DataType.INT64: "q",
    DataType.UINT64: "Q",
    DataType.FLOAT32: "f",
    DataType.FLOAT64: "d",
}
_BCD = (DataType.BCD16, DataType.BCD32)
_FLOATS = (DataType.FLOAT32, DataType.FLOAT64)
_ENCODINGS = ("utf-8", "gbk")
_GOOD, _BAD = Quality.GOOD.value, Quality.BAD.value


class Decoder:
    """The decoder of one request."""

    def __init__(self, request: Request) -> None:
        self._steps = [_step(run, request) for run in _runs(request.tags)]
        self._swaps = any(_is_swapped(tag) for tag in request.tags)

    def decode(self, payload: bytes) -> tuple[list[Value], list[int]]:
        """Return values and qualities of the tags of the request.

        Args:
            payload: the data of the answer, exactly `request.payload_bytes` long.
        """
        swapped = _swap(payload) if self._swaps else b""
        values: list[Value] = []
        qualities: list[int] = []
        for step in self._steps:
            more_values, more_qualities = step(payload, swapped)
            values += more_values
            qualities += more_qualities
        return values, qualities


def _runs(tags: Sequence[ModbusTag]) -> Iterator[list[ModbusTag]]:
    """Cut tags, which come by address, where the kind changes or where two overlap."""
    run: list[ModbusTag] = []
    for tag in tags:
        if run and (_kind(tag) != _kind(run[-1]) or _overlap(run[-1], tag)):
            yield run
            run = []
        run.append(tag)
    yield run


def _kind(tag: ModbusTag) -> tuple[object, ...]:
    """Return what tags of one run have in common."""
    address = tag.address
    order = None if address.type is DataType.BOOL else address.order
    return address.type, order, scaling(tag).is_scaled, address.bits > 0, bool(tag.no_value)


def _overlap(tag: ModbusTag, following: ModbusTag) -> bool:
    return tag.address.type is not DataType.BOOL and following.address.start < tag.address.stop


def _is_swapped(tag: ModbusTag) -> bool:
    address = tag.address
    if address.type is DataType.BOOL:
        return False  # picks its byte itself
    if address.type is DataType.STRING:
        return address.order.swaps_bytes
    return address.order in (Order.CDAB, Order.BADC)


def _swap(payload: bytes) -> bytes:
    swapped = bytearray(payload)
    swapped[0::2], swapped[1::2] = payload[1::2], payload[0::2]
    return bytes(swapped)


def _step(tags: Sequence[ModbusTag], request: Request) -> _Step:
    if tags[0].address.type is DataType.BOOL:
        return _bits(tags, request)
    if tags[0].address.type is DataType.STRING:
        return _strings(tags, request)
    return _numbers(tags, request)


def _bits(tags: Sequence[ModbusTag], request: Request) -> _Step:
    places = [_bit_place(tag, request) for tag in tags]
    good = (_GOOD,) * len(tags)

    def step(payload: bytes, _swapped: bytes) -> Columns:
        return [payload[index] & mask != 0 for index, mask in places], good

    return step


def _bit_place(tag: ModbusTag, request: Request) -> tuple[int, int]:
    """Return index and mask of the byte that holds a bit; a register without a bit number means its lowest."""
    offset = tag.address.start - request.start
    if request.table.is_bits:
        return offset // 8, 1 << offset % 8
    bit = tag.address.bit or 0
    is_second_byte = (bit < 8) != tag.address.order.swaps_bytes  # noqa: PLR2004 - bits in a byte
    return 2 * offset + is_second_byte, 1 << bit % 8


def _strings(tags: Sequence[ModbusTag], request: Request) -> _Step:
    spans = [
        slice(2 * (tag.address.start - request.start), 2 * (tag.address.stop - request.start)) for tag in tags
    ]
    is_swapped = _is_swapped(tags[0])

    def step(payload: bytes, swapped: bytes) -> Columns:
        source = swapped if is_swapped else payload
        values = [_text(source[span]) for span in spans]
        return values, _qualities(values)

    return step


def _text(data: bytes) -> str | None:
    """Return text that ends at its first NUL; None when it is in no known encoding."""
    text = data.strip(b"\0 ").partition(b"\0")[0].rstrip(b" ")
    for encoding in _ENCODINGS:
        try:
            return text.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _numbers(tags: Sequence[ModbusTag], request: Request) -> _Step:
    first = tags[0]
    is_swapped = _is_swapped(first)
    unpack_from = struct.Struct(_format(tags)).unpack_from
    offset = 2 * (first.address.start - request.start)
    finish = _finisher(tags)

    def step(payload: bytes, swapped: bytes) -> Columns:
        return finish(unpack_from(swapped if is_swapped else payload, offset))

    return step


def _format(tags: Sequence[ModbusTag]) -> str:
    """Return the struct format of a run; registers between two tags are padding."""
    address = tags[0].address
    parts = [
        f"{2 * (following.address.start - tag.address.stop)}x{_CODES[address.type]}"
        for tag, following in itertools.pairwise(tags)
    ]
    return "".join(["<" if address.order.low_word_first else ">", _CODES[address.type], *parts])


def scaling(tag: ModbusTag) -> Scaling:
    """Return what becomes of a tag's numbers once their bits are read."""
    return Scaling(tag.tag, tag.scale, tag.offset)


def _finisher(tags: Sequence[ModbusTag]) -> _Finish:
    """Return what becomes of a run's numbers: digits, scale, range and quality, as far as the tags need it."""
    good = (_GOOD,) * len(tags)
    kind = tags[0].address.type
    scalings = [scaling(tag) for tag in tags]
    is_scaled = scalings[0].is_scaled
    is_plain = not is_scaled and all(tag.tag.low is tag.tag.high is None for tag in tags)
    # As tuples, since looking attributes up for each value would double the cost of a run.
    scales = [(each.numerator, each.denominator, each.offset) for each in scalings]
    bounds = [(each.low, each.high) for each in scalings]

    def plain_integers(raw: Sequence[float]) -> Columns:
        return raw, good

    def plain_floats(raw: Sequence[float]) -> Columns:
        # One NaN or infinity makes the sum one too; a sum that merely overflows takes the slow way for nothing.
        return (raw, good) if math.isfinite(sum(raw)) else checked(raw)

    def checked(raw: Sequence[float]) -> Columns:
        # NaN is within no bounds and infinity beyond the default ones.
        values = [
            number if low <= number <= high else None for number, (low, high) in zip(raw, bounds, strict=True)
        ]
        return values, _qualities(values)

    def scaled(raw: Sequence[float]) -> Columns:
        return checked(
            [
                number * numerator / denominator + offset
                for number, (numerator, denominator, offset) in zip(raw, scales, strict=True)
            ]
        )

    last = scaled if is_scaled else checked
    if kind in _BCD:
        return lambda raw: last([_digits(number) for number in raw])
    if tags[0].address.bits:
        return _fields(tags, last)
    if tags[0].no_value:
        return _present(tags, last)
    if is_plain:
        return plain_floats if kind in _FLOATS else plain_integers
    return last


def _fields(tags: Sequence[ModbusTag], last: _Finish) -> _Finish:
    """Return what cuts bit fields out of their registers before `last`."""
    cuts = [(tag.address.bit or 0, (1 << tag.address.bits) - 1) for tag in tags]
    return lambda raw: last([int(word) >> bit & mask for word, (bit, mask) in zip(raw, cuts, strict=True)])


def _present(tags: Sequence[ModbusTag], last: _Finish) -> _Finish:
    """Return what makes nothing of the numbers by which a device says that it has no value, before `last`."""
    absent = [_absent(tag) for tag in tags]
    return lambda raw: last(
        [math.nan if number in none else number for number, none in zip(raw, absent, strict=True)]
    )


def _absent(tag: ModbusTag) -> frozenset[int]:
    """Return the raw numbers that are none, as the type reads their bits."""
    kind, bits = tag.address.type, 16 * tag.address.width
    signed = kind in (DataType.INT16, DataType.INT32, DataType.INT64)
    return frozenset(code - (1 << bits) if signed and code >> bits - 1 else code for code in tag.no_value)


def _digits(number: float) -> float:
    """Return the value of binary-coded decimal digits; NaN when one of them is none."""
    text = f"{number:x}"
    return int(text) if text.isdecimal() else math.nan


def _qualities(values: Sequence[Value]) -> list[int]:
    return [_BAD if value is None else _GOOD for value in values]
