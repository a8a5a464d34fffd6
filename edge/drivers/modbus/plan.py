"""Which requests read a device's tags: the cheapest that its limits allow, and never a value in two halves. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from edge.drivers.modbus.address import ADDRESS_SPACE, Limits, ModbusTag, Table
from edge.drivers.modbus.timing import ETHERNET, Cost

_NS = 1_000_000_000
_BITS_PER_BYTE = 8


@dataclass(frozen=True, slots=True)
class Span:
    """Addresses `start` to `stop - 1` of a table."""

    table: Table
    start: int
    stop: int

    @property
    def length(self) -> int:
        """How many they are."""
        return self.stop - self.start

    def holds(self, other: Span) -> bool:
        """Return whether the other lies within this one."""
        return self.table is other.table and self.start <= other.start and other.stop <= self.stop


@dataclass(frozen=True, slots=True)
class Request:
    """One read: `count` registers or bits of a table from wire address `start`.

    Attributes:
        tags: what it reads, by address; several may share a register.
    """

    table: Table
    start: int
    count: int
    tags: tuple[ModbusTag, ...] = ()

    @property
    def stop(self) -> int:
        """The first wire address after it."""
        return self.start + self.count

    @property
    def span(self) -> Span:
        """Its addresses."""
        return Span(self.table, self.start, self.stop)

    @property
    def payload_bytes(self) -> int:
        """Bytes of data in its answer."""
        return (self.count + 7) // 8 if self.table.is_bits else 2 * self.count

    @property
    def readings(self) -> int:
        """How often it is made in a pass: a second time for the sake of any tag that counts only when two agree."""
        return 2 if any(tag.twice for tag in self.tags) else 1

    @property
    def waste(self) -> int:
        """Registers, or bits, that are read along without being a tag's."""
        used = 0
        stop = self.start
        for tag in self.tags:
            used += max(0, tag.address.stop - max(stop, tag.address.start))
            stop = max(stop, tag.address.stop)
        return self.count - used


class Legal(Protocol):
    """What is known of the addresses that a device has."""

    def allows(self, span: Span) -> bool:
        """Return whether nothing is known against reading these addresses in one request."""
        ...


def plan(
    tags: Sequence[ModbusTag], limits: Limits, cost: Cost = ETHERNET, legal: Legal | None = None
) -> tuple[Request, ...]:
    """Return the requests that read `tags`, by period, table and address, at the least cost in all.

    Neighbours share a request while reading the addresses between them that nobody asked for is cheaper than another
    request, and the whole is within the limits. A request never mixes periods. A tag that is known to be refused gets
    a request of its own.
    """
    groups = itertools.groupby(in_order(tags), key=lambda tag: (tag.scan, tag.address.table))
    return tuple(request for _, group in groups for request in _cheapest(tuple(group), limits, cost, legal))


def in_order(tags: Sequence[ModbusTag]) -> tuple[ModbusTag, ...]:
    """Return tags by period, table and address: the order in which a plan reads them."""
    return tuple(sorted(tags, key=_place))


def spanning(tags: Sequence[ModbusTag], limits: Limits) -> Request:
    """Return the request that just spans tags of one table, which come by address."""
    first = tags[0].address
    span = _span(first.table, first.start, max(tag.address.stop for tag in tags), limits)
    return Request(span.table, span.start, span.stop - span.start, tuple(tags))


def halves(request: Request, limits: Limits) -> tuple[Request, ...]:
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
    return spanning(tags[:number], limits), spanning(tags[number:], limits)


def unlike(requests: Iterable[Request], limits: Limits, legal: Legal) -> Iterator[Request]:
    """Yield requests of which no two in a row have answers of equal form, as far as that can be had by reading on.

    Where answers carry no number, their form is all that tells the answer to one from that to the one before.
    """
    before: Request | None = None
    for request in requests:
        longer = _longer(request, limits) if before is not None and _is_alike(request, before) else request
        before = longer if legal.allows(longer.span) else request
        yield before


def bare(request: Request, limits: Limits) -> Request | None:
    """Return a request without what it reads on behind its tags; None when that is nothing."""
    short = spanning(request.tags, limits)
    return short if short.count < request.count else None


def _is_alike(request: Request, other: Request) -> bool:
    return request.table is other.table and request.payload_bytes == other.payload_bytes


def _longer(request: Request, limits: Limits) -> Request:
    """Return a request whose answer is longer; the same one where the device may not take it."""
    is_bits = request.table.is_bits
    more = _BITS_PER_BYTE if is_bits else 1 + limits.even_only
    fits = request.count + more <= _limit(limits, is_bits=is_bits) and request.stop + more <= ADDRESS_SPACE
    is_wanted = limits.gap is None or more <= limits.gap
    return replace(request, count=request.count + more) if fits and is_wanted else request


def _span(table: Table, start: int, stop: int, limits: Limits) -> Span:
    """Return what is asked for to read some addresses: one more, where a device answers even counts only."""
    if limits.even_only and not table.is_bits and (stop - start) % 2:
        return Span(table, start, stop + 1) if stop < ADDRESS_SPACE else Span(table, start - 1, stop)
    return Span(table, start, stop)


def _place(tag: ModbusTag) -> tuple[float, Table, int, int, int, str]:
    address = tag.address
    return tag.scan, address.table, address.start, address.stop, address.bit or 0, tag.tag.name


def _cheapest(tags: Sequence[ModbusTag], limits: Limits, cost: Cost, legal: Legal | None) -> list[Request]:
    """Cut tags of one period and table into requests: the best cut before each tag, from the best ones before it."""
    is_bits = tags[0].address.table.is_bits
    longest = max(_limit(limits, is_bits=is_bits), *(tag.address.width for tag in tags)) + 1
    prices = [round(_NS * cost.of(count, bits=is_bits)) for count in range(longest + 1)]
    best, cuts = [0], [0]
    for end in range(1, len(tags) + 1):
        # Of equally good cuts the last one, which fills the requests from the front.
        price, begin = min(
            (best[begin] + prices[count], -begin) for begin, count in _blocks(tags, end, limits, legal)
        )
        best.append(price)
        cuts.append(-begin)
    requests: list[Request] = []
    end = len(tags)
    while end:
        requests.append(spanning(tags[cuts[end] : end], limits))
        end = cuts[end]
    return requests[::-1]


def _blocks(
    tags: Sequence[ModbusTag], end: int, limits: Limits, legal: Legal | None
) -> Iterator[tuple[int, int]]:
    """Yield where a request that ends with tag `end - 1` may begin, and its length; a tag alone always may."""
    last = tags[end - 1].address
    table, following, stop = last.table, last.start, last.stop
    limit = _limit(limits, is_bits=table.is_bits)
    widest = ADDRESS_SPACE if limits.gap is None else limits.gap
    even = limits.even_only and not table.is_bits
    yield end - 1, last.width + (even and last.width % 2)
    for begin in range(end - 2, -1, -1):
        address = tags[begin].address
        start, gap = address.start, following - address.stop
        stop = max(stop, address.stop)
        count = stop - start
        count += even and count % 2
        if count > limit or gap > widest:
            return
        if legal is not None and not legal.allows(_span(table, start, stop, limits)):
            return
        following = start
        yield begin, count


def _limit(limits: Limits, *, is_bits: bool) -> int:
    return limits.bits if is_bits else limits.registers
