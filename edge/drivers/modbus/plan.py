"""Which requests read a device's tags: as few as its limits allow, and never a value in two halves. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edge.drivers.modbus.address import Limits, ModbusTag, Table


@dataclass(frozen=True, slots=True)
class Request:
    """One read: `count` registers or bits of a table from wire address `start`.

    Attributes:
        tags: what it reads, by address; several may share a register.
    """

    table: Table
    start: int
    count: int
    tags: tuple[ModbusTag, ...]

    @classmethod
    def of(cls, tags: Sequence[ModbusTag]) -> Request:
        """Return the request that just spans tags of one table, which come by address."""
        start = tags[0].address.start
        return cls(tags[0].address.table, start, max(tag.address.stop for tag in tags) - start, tuple(tags))

    @property
    def stop(self) -> int:
        """The first wire address after it."""
        return self.start + self.count

    @property
    def payload_bytes(self) -> int:
        """Bytes of data in its answer."""
        return (self.count + 7) // 8 if self.table.is_bits else 2 * self.count


def plan(tags: Sequence[ModbusTag], limits: Limits) -> tuple[Request, ...]:
    """Return the requests that read `tags`, by period, table and address.

    Neighbours share a request while the addresses between them that nobody asked for are at most `limits.gap` and the
    whole is within `limits.registers` or `limits.bits`. A request never mixes periods.
    """
    groups = itertools.groupby(sorted(tags, key=_place), key=lambda tag: (tag.scan, tag.address.table))
    return tuple(request for _, group in groups for request in _merged(group, limits))


def halves(request: Request) -> tuple[Request, ...]:
    """Return two requests for the tags of one that the device refused; none when they all share its registers.

    It is cut at its widest gap, where the address that the device does not have most likely is; else in the middle.
    """
    tags = request.tags
    stops = itertools.accumulate((tag.address.stop for tag in tags), max)
    cuts = [
        (tag.address.start - stop, -abs(2 * number - len(tags)), number)
        for number, (tag, stop) in enumerate(zip(tags[1:], stops, strict=False), start=1)
        if tag.address.start >= stop
    ]
    if not cuts:
        return ()
    number = max(cuts)[-1]
    return Request.of(tags[:number]), Request.of(tags[number:])


def _place(tag: ModbusTag) -> tuple[float, Table, int, int, int, str]:
    address = tag.address
    return tag.scan, address.table, address.start, address.stop, address.bit or 0, tag.tag.name


def _merged(tags: Iterator[ModbusTag], limits: Limits) -> Iterator[Request]:
    block: list[ModbusTag] = []
    stop = 0
    for tag in tags:
        address = tag.address
        limit = limits.bits if address.table.is_bits else limits.registers
        span = max(stop, address.stop) - block[0].address.start if block else 0
        if block and (address.start - stop > limits.gap or span > limit):
            yield Request.of(block)
            block, stop = [], 0
        block.append(tag)
        stop = max(stop, address.stop)
    if block:
        yield Request.of(block)
