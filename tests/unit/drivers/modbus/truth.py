"""Registers that say whose they are and when they were read, and a check of every value that a driver hands on.

A value may be published as good only if the device held it at that address of that unit after this pass had asked for
it: not the neighbour's, not another unit's, and not what it was a pass ago.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.drivers.modbus.address import DataType, ModbusTag, Station, Table
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.exchange import Answer
from edge.drivers.modbus.plan import Request
from edge.model.frame import Frame, Quality, Value
from tests.unit.drivers.modbus.tags import tag

TICK_S = 0.0001
WORDS = 4
_FUNCTIONS = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}
_TIME_BITS, _ADDRESS_BITS = 36, 16
_LAST_TICK = (1 << _TIME_BITS) - 1


def memory(unit: int, function: int, address: int, now: float) -> int:
    """Return a register: four in a row hold unit, function, address and time; a bit, some of the time's hash."""
    if function <= 2:
        return _hash(unit, function, _ticks(now)) >> address % 32 & 1
    first = address - address % WORDS
    whole = (unit << 4 | function) << _ADDRESS_BITS + _TIME_BITS | first << _TIME_BITS | _ticks(now)
    return whole >> 16 * (WORDS - 1 - address % WORDS) & 0xFFFF


def _ticks(now: float) -> int:
    return round(now / TICK_S) & _LAST_TICK


def _hash(unit: int, function: int, ticks: int) -> int:
    value = (ticks * 0x9E3779B1 ^ unit * 0x85EBCA6B ^ function * 0xC2B2AE35) & 0xFFFFFFFF
    value = (value ^ value >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
    return value ^ value >> 13


def quads(*starts: int, table: Table = Table.HOLDING, scan: float = 1.0) -> list[ModbusTag]:
    """Return tags of which each holds where and when it was read."""
    kind = DataType.UINT64
    return [tag(f"{table}{start}", start, kind, table=table, scan=scan) for start in starts]


def bits(count: int, table: Table = Table.COIL, scan: float = 1.0) -> list[ModbusTag]:
    """Return tags of the first bits of a table."""
    return [tag(f"{table}{n}", n, DataType.BOOL, table=table, scan=scan) for n in range(count)]


class Moment:
    """The memory of a device, which stands still while a request is answered."""

    def __init__(self) -> None:
        self.now = 0.0

    def take(self) -> None:
        """Let the memory be what it is at this moment."""
        self.now = asyncio.get_running_loop().time()

    def __call__(self, unit: int, function: int, address: int) -> int | None:
        """Return a register."""
        return memory(unit, function, address, self.now)


@dataclass
class Verdict:
    """What a driver has handed on.

    Attributes:
        frames, values: how many; `values` are the good ones, each of which was checked.
        wrong: what was published as good and is not what the device held.
        good_at: when the last wholly good frame of each device came.
    """

    frames: int = 0
    values: int = 0
    wrong: list[str] = field(default_factory=list)
    good_at: dict[str, float] = field(default_factory=dict)


class WatchedDriver(ModbusDriver):
    """A driver that notes what it asked for, and when; `emit` checks what it hands on against that."""

    def watch(self, stations: list[Station]) -> None:
        """Begin to note."""
        self.verdict = Verdict()
        self._asked: dict[tuple[int, Table, int], float] = {}
        self._windows: dict[int, dict[int, tuple[float, float]]] = {}
        self._places = {
            one.device: (one.unit, {each.tag.name: each for each in one.tags}) for one in stations
        }
        read = self._connection.read

        async def noted(unit: int, request: Request, timeout: float) -> Answer:  # noqa: ASYNC109
            now = asyncio.get_running_loop().time()
            for each in request.tags:
                self._asked[unit, request.table, each.address.start] = now
            return await read(unit, request, timeout)

        self._connection.read = noted  # type: ignore[method-assign]

    async def _hand_on(self, frame: Frame, doubts: int, emit: object) -> None:
        """Note when the values of a pass were asked for, before a later pass asks again."""
        now = asyncio.get_running_loop().time()
        unit, tags = self._places[frame.device]
        windows = {}
        for place, name in enumerate(frame.tags):
            address = tags[name].address
            windows[place] = self._asked.get((unit, address.table, address.start), now), now
        self._windows[frame.time, frame.device, frame.tags] = windows  # type: ignore[index]
        await super()._hand_on(frame, doubts, emit)  # type: ignore[arg-type]

    async def emit(self, frame: Frame) -> None:
        """Check a frame."""
        verdict, now = self.verdict, asyncio.get_running_loop().time()
        verdict.frames += 1
        windows = self._windows.pop((frame.time, frame.device, frame.tags), None)  # type: ignore[call-overload]
        good = [place for place, quality in enumerate(frame.qualities) if quality == Quality.GOOD]
        if not good:
            return
        assert windows is not None, "a frame that no pass has made"
        verdict.values += len(good)
        unit, tags = self._places[frame.device]
        for place in good:
            one, value = tags[frame.tags[place]], frame.values[place]
            if one.address.type is DataType.UINT64 and not _is_right(one, unit, value, windows[place]):
                verdict.wrong.append(
                    f"{frame.device}.{one.tag.name} at {now:.4f}: {value:#x}, asked {windows[place]}"
                )
        for table, window in {(tags[frame.tags[place]].address.table, windows[place]) for place in good}:
            read = {tags[frame.tags[n]].address.start: frame.values[n] for n in good if windows[n] == window}
            if table.is_bits and not _bits_are_right(read, unit, table, window):
                verdict.wrong.append(f"{frame.device}: {table} at {now:.4f}: {read}")
        if len(good) == len(frame.tags):
            verdict.good_at[frame.device] = now


def _bits_are_right(read: Mapping[int, Value], unit: int, table: Table, window: tuple[float, float]) -> bool:
    """Return whether the bits of a request were all so at one moment since it was made."""
    since, until = window
    return any(
        all(_hash(unit, _FUNCTIONS[table], ticks) >> start % 32 & 1 == value for start, value in read.items())
        for ticks in range(_ticks(since) - 1, _ticks(until) + 2)
    )


def _is_right(one: ModbusTag, unit: int, value: Value, window: tuple[float, float]) -> bool:
    assert isinstance(value, int)
    where, ticks = value >> _TIME_BITS, value & _LAST_TICK
    address = one.address
    expected = (unit << 4 | _FUNCTIONS[address.table]) << _ADDRESS_BITS | address.start
    since, until = window
    earliest = _ticks(since) - 1
    return where == expected and ticks - earliest & _LAST_TICK <= (until - since) / TICK_S + 3
