"""Laws of reading: any map of any types before a device with any holes and limits; no socket, no clock."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.drivers.modbus.address import DataType, Limits, ModbusTag, Station, Table
from edge.drivers.modbus.decoding import Decoder
from edge.drivers.modbus.exchange import Refusal
from edge.drivers.modbus.holes import LONGEST_PAUSE_S
from edge.drivers.modbus.plan import Request, Span, plan, spanning
from edge.drivers.modbus.reading import EXTRA_REQUESTS, WRONG_ADDRESS, Reading
from edge.drivers.modbus.scan_class import ScanClass, scan_classes
from edge.model.frame import Frame, Value
from tests.unit.drivers.modbus.tags import tag

_KINDS = (
    DataType.UINT16, DataType.INT32, DataType.FLOAT32, DataType.UINT64, DataType.FLOAT64, DataType.BCD16,
    DataType.STRING, DataType.BOOL,
)  # fmt: skip
_WIDEST = 4


@dataclass
class Device:
    """A device that lacks some addresses and takes no more than it takes.

    Attributes:
        missing: its holes.
        code: the exception that it gives for them.
        most: the most registers that it gives at once, whatever its map says.
        even_only: whether it refuses odd counts.
        asked: every request so far.
    """

    missing: set[tuple[Table, int]]
    code: int
    most: int
    even_only: bool
    asked: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> bytes | Refusal:
        """Return the data, or the exception."""
        self.asked.append(request)
        if not request.table.is_bits and (
            request.count > self.most or (self.even_only and request.count % 2)
        ):
            return Refusal(3)
        if self.missing & {(request.table, address) for address in range(request.start, request.stop)}:
            return Refusal(self.code)
        if request.table.is_bits:
            bits = sum(
                _word(address) % 2 << n for n, address in enumerate(range(request.start, request.stop))
            )
            return bits.to_bytes(request.payload_bytes, "little")
        return b"".join(_word(address).to_bytes(2, "big") for address in range(request.start, request.stop))

    def allows(self, span: Span) -> bool:
        """Return whether it would answer: what a map could say that knew all about it."""
        request = Request(span.table, span.start, span.stop - span.start)
        is_answered = isinstance(self.answer(request), bytes)
        self.asked.pop()
        return is_answered


def _word(address: int) -> int:
    return random.Random(address).randrange(0x4000)


@st.composite
def maps(draw: st.DrawFn) -> tuple[ModbusTag, ...]:
    """Return tags with gaps between them, and bits within words that are read too, as the grammar allows."""
    tags: list[ModbusTag] = []
    for table in draw(st.sets(st.sampled_from((Table.HOLDING, Table.INPUT, Table.COIL)), min_size=1)):
        start = draw(st.integers(0, 5))
        for number in range(draw(st.integers(1, 22))):
            kind = DataType.BOOL if table.is_bits else draw(st.sampled_from(_KINDS))
            bit = None if table.is_bits or kind is not DataType.BOOL else draw(st.integers(0, 15))
            length = 2 * draw(st.integers(1, _WIDEST)) if kind is DataType.STRING else 0
            one = tag(f"{table}{number}", start, kind, table=table, bit=bit, length=length)
            tags.append(one)
            if kind is DataType.UINT16 and draw(st.booleans()):
                tags.append(tag(f"{table}{number}bit", start, DataType.BOOL, table=table, bit=3))
            start += one.address.width + draw(st.sampled_from((0, 0, 0, 1, 2, 9, 60)))
    return tuple(tags)


@st.composite
def devices(draw: st.DrawFn, tags: tuple[ModbusTag, ...]) -> Device:
    """Return a device of which some of the map's addresses, and some between them, are missing."""
    places = [
        (one.address.table, one.address.start + n) for one in tags for n in range(one.address.width + 1)
    ]
    return Device(
        draw(st.sets(st.sampled_from(places), max_size=8)),
        draw(st.sampled_from(WRONG_ADDRESS)),
        draw(st.integers(_WIDEST, 125)),
        draw(st.booleans()),
    )


@st.composite
def plants(draw: st.DrawFn) -> tuple[ScanClass, Device]:
    """Return a scan class and the device that it reads."""
    tags = draw(maps())
    device = draw(devices(tags))
    limits = Limits(
        registers=draw(st.integers(_WIDEST, 125)),
        bits=draw(st.integers(8, 2000)),
        gap=draw(st.none() | st.integers(0, 12)),
        even_only=device.even_only or draw(st.booleans()),
    )
    is_numbered = draw(st.booleans())
    (group,) = scan_classes(Station("press", 1, limits, tags), is_numbered=is_numbered)
    return group, device


def read(group: ScanClass, answer: Callable[[Request], bytes | Refusal], now: float = 0.0) -> Frame:
    """Make one pass."""
    reading = Reading(group, now)
    while (request := reading.next()) is not None:
        reading.take(answer(request), now)
    return reading.finish(0, now)


def truth(group: ScanClass) -> list[Value]:
    """Return what a device without holes or limits holds."""
    return one_by_one(group, Device(set(), 2, 125, even_only=False))


def one_by_one(group: ScanClass, device: Device) -> list[Value]:
    """Return what reading each tag by itself gives."""
    tags = {one.tag.name: one for one in group.station.tags}
    values: list[Value] = []
    for name in group.names:
        request = spanning((tags[name],), group.station.limits)
        answer = device.answer(request)
        device.asked.pop()
        values.append(Decoder(request).decode(answer)[0][0] if isinstance(answer, bytes) else None)
    return values


def depth(group: ScanClass) -> int:
    """Return log2(tags) + 1."""
    return math.ceil(math.log2(len(group.names) + 1)) + 1


@settings(max_examples=40)
@given(plants())
def test_every_tag_is_what_reading_it_alone_gives(plant: tuple[ScanClass, Device]) -> None:
    """Within log2(tags) + 1 passes, and in each one after; meanwhile a tag may be missing but never wrong."""
    group, device = plant
    alone, true = one_by_one(group, device), truth(group)
    frames = [read(group, device.answer) for _ in range(depth(group) + 3)]

    for number, frame in enumerate(frames):
        assert all(value in (None, right) for value, right in zip(frame.values, true, strict=True))
        if number >= depth(group):
            # A device with even counts may give a tag in a block that it does not give alone.
            assert all(wanted in (None, value) for value, wanted in zip(frame.values, alone, strict=True))


@settings(max_examples=40)
@given(plants())
def test_the_requests_are_bounded(plant: tuple[ScanClass, Device]) -> None:
    """No pass makes more than its plan and 17 more; all that is learned costs 4 (r + s) (log2(tags) + 2) requests at most.

    r is the number of tags that are refused, s that of requests which remain once everything is known.
    """
    group, device = plant
    planned = len(group.parts)
    refused = one_by_one(group, device).count(None)
    counts = []
    for _ in range(4 * depth(group)):
        before = len(device.asked)
        read(group, device.answer)
        counts.append(len(device.asked) - before)
    settled = counts[-1]

    assert max(counts) <= max(planned, 2 * len(group.names)) + EXTRA_REQUESTS + 1
    extra = sum(max(0, count - settled) for count in counts)
    assert extra <= 4 * (refused + settled) * (depth(group) + 1)


@settings(max_examples=40)
@given(plants())
def test_what_is_learned_is_close_to_the_best(plant: tuple[ScanClass, Device]) -> None:
    """Once the device is known it takes at most half as many requests again as a map that says all, and two more."""
    group, device = plant
    for _ in range(4 * depth(group)):
        read(group, device.answer)
    device.asked.clear()
    read(group, device.answer)
    best = plan(group.station.tags, group.station.limits, legal=device)
    served = [request for request in best if device.allows(request.span)]

    assert len(device.asked) <= 1.5 * len(served) + 2


@settings(max_examples=40)
@given(plants())
def test_a_device_that_changes_is_read_whole_again(plant: tuple[ScanClass, Device]) -> None:
    """After a program download everything is good within two passes of the next try, whatever was learned before."""
    group, device = plant
    for _ in range(2 * depth(group)):
        read(group, device.answer)
    device.missing.clear()
    device.most = 125
    now = LONGEST_PAUSE_S
    for _ in range(2):
        now += LONGEST_PAUSE_S
        read(group, device.answer, now)
    frames = [read(group, device.answer, now + n) for n in range(depth(group))]

    assert list(frames[-1].values) == truth(group)
