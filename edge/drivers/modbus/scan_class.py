"""The tags of a station that are read together, and the requests that read them as far as the device is known. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from edge.drivers.modbus.address import ModbusTag, Station
from edge.drivers.modbus.decoding import Decoder
from edge.drivers.modbus.holes import Holes
from edge.drivers.modbus.plan import Request, Span, in_order, plan, unlike
from edge.drivers.modbus.timing import ETHERNET, Cost
from edge.model.frame import Frame


class Part:
    """A request of a scan class, and the place of its tags in the class's columns.

    Attributes:
        first: the column of its first tag.
        twice: which of its tags count only when two readings agree, by their place in the request.
        complaint: the exception code that was last spoken of.
    """

    __slots__ = ("complaint", "decoder", "first", "request", "twice")

    def __init__(self, request: Request, first: int) -> None:
        self.request = request
        self.first = first
        self.decoder = Decoder(request)
        self.twice = tuple(number for number, tag in enumerate(request.tags) if tag.twice)
        self.complaint = 0


class ScanClass:
    """The tags of a station with one period.

    Attributes:
        names: tag names by table and address; every Frame carries this same tuple.
        parts: the requests of the next pass: none that the device is known to refuse.
        refused: tags that it refuses, each as the request that reads it alone.
    """

    def __init__(
        self,
        station: Station,
        tags: tuple[ModbusTag, ...],
        holes: Holes,
        cost: Cost = ETHERNET,
        *,
        is_numbered: bool = True,
    ) -> None:
        self.station = station
        self.period = tags[0].scan
        self.holes = holes
        self.names = tuple(tag.tag.name for tag in tags)
        self._tags = tags
        self._cost = cost
        self._is_numbered = is_numbered
        self._known: dict[tuple[int, Span, int], Part] = {}
        self._version = -1
        self._refusals: list[Span] = []
        self._answers: list[Span] = []
        self.parts: tuple[Part, ...] = ()
        self.refused: tuple[Request, ...] = ()
        self.replan()

    @property
    def is_exploring(self) -> bool:
        """Whether refusals are not fully understood yet."""
        return bool(self._refusals)

    def replan(self) -> None:
        """Make the plan anew, if the device has shown another side since the last one and is understood by now."""
        if self.is_exploring or self._version == self.holes.version:
            return
        self._version = self.holes.version
        legal = self.holes if len(self.holes) else None
        limits = self.station.limits
        requests = plan(self._tags, limits, self._cost, legal)
        if not self._is_numbered:
            requests = tuple(unlike(requests, limits, self.holes))
        firsts = itertools.accumulate((len(request.tags) for request in requests), initial=0)
        parts: list[Part] = []
        refused: list[Request] = []
        for request, first in zip(requests, firsts, strict=False):
            if self.holes.allows(request.span) or not self.holes.refuses(request.span):
                parts.append(self.part(request, first))
            else:
                refused.append(request)
        self.parts, self.refused = tuple(parts), tuple(refused)

    def learn(self, refusals: Iterable[Span], answers: Iterable[Span], now: float) -> None:
        """Take what a pass has shown in full; `explore` may have brought it the beginnings."""
        self.holes.learn([*self._refusals, *refusals], [*self._answers, *answers], now)
        self._refusals, self._answers = [], []

    def explore(self, parts: Iterable[Part], refusals: Iterable[Span], answers: Iterable[Span]) -> None:
        """Take what a pass has shown that could not ask to the end; the next one goes on with these requests."""
        self._refusals += refusals
        self._answers += answers
        self.parts = tuple(parts)

    def part(self, request: Request, first: int) -> Part:
        """Return a request with its decoder, which is compiled once however often plans change."""
        # Two tags of a device with even counts and the first of them alone are read by the same registers.
        key = first, request.span, len(request.tags)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Part(request, first)
        return known

    def bad(self, time: int) -> Frame:
        """Return the frame that says: nothing of this could be read."""
        return Frame.bad(self.station.device, self.names, time)


def scan_classes(station: Station, cost: Cost = ETHERNET, *, is_numbered: bool = True) -> list[ScanClass]:
    """Return the scan classes of a station, the fastest first; what one learns of the device, all know.

    Args:
        station: the device.
        cost: of a request over its line.
        is_numbered: whether its answers carry a number by which they are told apart.
    """
    holes = Holes()
    groups = itertools.groupby(in_order(station.tags), key=lambda tag: tag.scan)
    return [ScanClass(station, tuple(group), holes, cost, is_numbered=is_numbered) for _, group in groups]
