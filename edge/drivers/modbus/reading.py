"""One pass over the tags of a station that share a period, as a state machine: which request next, what came of it.

It also remembers which blocks a device refused and in which smaller ones it gave its tags. Pure.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from edge.drivers.modbus.address import Station
from edge.drivers.modbus.decoding import Decoder
from edge.drivers.modbus.plan import Request, halves, plan
from edge.model.frame import Frame, Quality, Value

_WRONG_ADDRESS = (2, 3)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The exception response of a device that is there but does not give what was asked.

    Attributes:
        code: Modbus application protocol V1.1b3, section 7.
    """

    code: int


@dataclass(slots=True, eq=False)
class Part:
    """A request with its decoder and how the device took it.

    Attributes:
        refused: whether its address was refused when last asked.
        complaint: the exception code that was last spoken of.
    """

    request: Request
    decoder: Decoder = field(init=False)
    refused: bool = False
    complaint: int = 0

    def __post_init__(self) -> None:
        self.decoder = Decoder(self.request)


class ScanClass:
    """The tags of a station that are read together.

    Attributes:
        names: tag names by address; every Frame carries this same tuple.
        parts: the requests of the next pass: the plan, less the blocks that the device refused as a whole.
    """

    def __init__(self, station: Station, requests: tuple[Request, ...]) -> None:
        self.station = station
        self.period = requests[0].tags[0].scan
        self.names = tuple(tag.tag.name for request in requests for tag in request.tags)
        self._planned = tuple(Part(request) for request in requests)
        self.parts = self._planned

    def bad(self, time: int) -> Frame:
        """Return the frame that says: nothing of this could be read."""
        return Frame.bad(self.station.device, self.names, time)

    def learn(self, parts: tuple[Part, ...], *, changed: bool) -> None:
        """Keep the requests that served in the last pass, or forget them when the device has `changed`."""
        self.parts = self._planned if changed else parts


def scan_classes(station: Station) -> list[ScanClass]:
    """Return the scan classes of a station, the fastest first."""
    requests = plan(station.tags, station.limits)
    groups = itertools.groupby(requests, key=lambda request: request.tags[0].scan)
    return [ScanClass(station, tuple(group)) for _, group in groups]


class Reading:
    """One pass over a scan class: ask for `next()`, then `take()` the answer, until there is no next.

    A block refused for its address (exceptions 2 and 3) is cut in two and asked again in the same pass, so an
    address that the device does not have costs its own tags only, and at most one more request per tag, once.

    Attributes:
        complaints: requests that the device refused for good with a code that it did not give the last time.
    """

    def __init__(self, scan_class: ScanClass) -> None:
        self._class = scan_class
        self._pending = list(reversed(scan_class.parts))
        self._asked: list[Part] = []
        self._changed = False
        self._values: list[Value] = []
        self._qualities: list[int] = []
        self.complaints: list[tuple[Request, Refusal]] = []

    def next(self) -> Request | None:
        """Return the request to make now; None when the pass is over."""
        return self._pending[-1].request if self._pending else None

    def take(self, answer: bytes | Refusal) -> None:
        """Take the answer to the request that `next()` gave."""
        part = self._pending.pop()
        if isinstance(answer, bytes):
            values, qualities = part.decoder.decode(answer)
            self._values += values
            self._qualities += qualities
            self._changed |= part.refused
            part.refused = False
        elif answer.code in _WRONG_ADDRESS and (smaller := halves(part.request)):
            self._pending += reversed([Part(request) for request in smaller])
            return
        else:
            self._fill(len(part.request.tags))
            part.refused = answer.code in _WRONG_ADDRESS
            if answer.code != part.complaint:
                self.complaints.append((part.request, answer))
                part.complaint = answer.code
        self._asked.append(part)

    def finish(self, time: int) -> Frame:
        """Return the frame of the pass; what was not answered in it is of bad quality."""
        if self._changed or not self._pending:
            self._class.learn(tuple(self._asked), changed=self._changed)
        self._fill(len(self._class.names) - len(self._values))
        return Frame(self._class.station.device, self._class.names, self._values, self._qualities, time)

    def _fill(self, count: int) -> None:
        self._values += [None] * count
        self._qualities += [Quality.BAD.value] * count
