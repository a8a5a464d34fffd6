"""One pass over a scan class, as a state machine: which request next, what came of it. Pure.

A block that is refused for its address is cut in two and asked again, so an address that the device does not have costs
its own tags only: everything else is good in the same pass, or, where much is refused, within log2(tags) + 1 passes.
"""

from __future__ import annotations

from collections import deque

from edge.drivers.modbus.exchange import Refusal
from edge.drivers.modbus.plan import Request, Span, bare, halves
from edge.drivers.modbus.scan_class import Part, ScanClass
from edge.model.frame import Frame, Quality, Value
from edge.model.tag import Tag

WRONG_ADDRESS = (1, 2, 3, 4)
"""Exceptions that a request gets for what it asks: the same one will get it again."""
BUSY = (5, 6)
BUSY_PAUSE_S = 0.1
EXTRA_REQUESTS = 16
"""The most that a pass asks beyond its plan to find what is refused; the rest waits for the next pass."""
_BAD = Quality.BAD.value


class Reading:
    """One pass: ask for `next()`, then `take()` the answer, until there is no next; then `finish()`.

    Attributes:
        pause_s: how long to leave the device alone before the next request.
        complaints: requests that the device refused for good, with a code that it did not give the last time.
    """

    def __init__(self, scan_class: ScanClass, now: float) -> None:
        scan_class.replan()
        self.pause_s = 0.0
        self.complaints: list[tuple[Request, Refusal]] = []
        self._class = scan_class
        self._pending = deque(scan_class.parts)
        self._probe = _request_again(scan_class, now)
        self._extra = EXTRA_REQUESTS
        self._busy_retries = scan_class.station.limits.busy_retries
        self._first: list[Value] | None = None
        self._refusals: list[Span] = []
        self._answered: list[Part] = []
        self._later: list[Part] = []
        self._values: list[Value] = [None] * len(scan_class.names)
        self._qualities: list[int] = [_BAD] * len(scan_class.names)

    def next(self) -> Request | None:
        """Return the request to make now; None when the pass is over."""
        return self._pending[0].request if self._pending else self._probe

    def take(self, answer: bytes | Refusal, now: float) -> None:
        """Take the answer to the request that `next()` gave."""
        self.pause_s = 0.0
        if not self._pending:
            self._take_probe(answer, now)
        elif isinstance(answer, bytes):
            self._take_values(self._pending[0], answer)
        elif answer.code in BUSY and self._busy_retries:
            self._busy_retries -= 1
            self.pause_s = BUSY_PAUSE_S
        else:
            self._take_refusal(self._pending.popleft(), answer)

    def finish(self, time: int, now: float) -> Frame:
        """Return the frame of the pass; what was not answered in it is of bad quality."""
        group = self._class
        if self._refusals or group.is_exploring:
            answers = [part.request.span for part in self._answered]
            unasked = [*self._later, *self._pending]
            if unasked:
                group.explore([*self._answered, *unasked], self._refusals, answers)
            else:
                group.learn(self._refusals, answers, now)
        return Frame(group.station.device, group.names, self._values, self._qualities, time)

    def _take_values(self, part: Part, payload: bytes) -> None:
        values, qualities = part.decoder.decode(payload)
        if part.twice:
            if self._first is None:
                self._first = values
                return
            _compare(part, self._first, values, qualities)
            self._first = None
        self._pending.popleft()
        end = part.first + len(values)
        self._values[part.first : end] = values
        self._qualities[part.first : end] = qualities
        self._answered.append(part)
        part.complaint = 0

    def _take_refusal(self, part: Part, refusal: Refusal) -> None:
        self._first = None
        if refusal.code not in WRONG_ADDRESS:
            self._answered.append(part)
            self._complain(part, refusal)
            return
        self._refusals.append(part.request.span)
        smaller = self._smaller(part)
        if not smaller:
            self._complain(part, refusal)
        elif self._extra >= len(smaller):
            self._extra -= len(smaller)
            self._pending.extendleft(reversed(smaller))
        else:
            self._later += smaller

    def _complain(self, part: Part, refusal: Refusal) -> None:
        if refusal.code != part.complaint:
            self.complaints.append((part.request, refusal))
            part.complaint = refusal.code

    def _smaller(self, part: Part) -> list[Part]:
        parts = []
        first, limits = part.first, self._class.station.limits
        short = bare(part.request, limits)
        for request in (short,) if short else halves(part.request, limits):
            parts.append(self._class.part(request, first))
            first += len(request.tags)
        return parts

    def _take_probe(self, answer: bytes | Refusal, now: float) -> None:
        assert self._probe is not None  # noqa: S101 - next() has given it
        span, self._probe = self._probe.span, None
        if isinstance(answer, bytes):
            self._class.holes.forget()
        else:
            self._class.holes.still_refused(span, now)


def _request_again(scan_class: ScanClass, now: float) -> Request | None:
    """Return a request that was refused and is worth another try; a device that gives nothing at all is asked each time."""
    span = scan_class.holes.probe(now)
    if span is None and not scan_class.parts:
        span = scan_class.refused[0].span
    return Request(span.table, span.start, span.stop - span.start) if span else None


def _compare(part: Part, first: list[Value], second: list[Value], qualities: list[int]) -> None:
    """Make bad what two readings in a row do not agree on: the PLC was writing one half of it while it was read."""
    for number in part.twice:
        if not _agree(part.request.tags[number].tag, first[number], second[number]):
            second[number] = None
            qualities[number] = _BAD


def _agree(tag: Tag, first: Value, second: Value) -> bool:
    """Return whether a value may have become another within a moment: a counter by what its machine makes meanwhile."""
    if tag.counter is None or not isinstance(first, int) or not isinstance(second, int):
        return first == second
    return (second - first) % tag.counter.modulus <= max(1.0, tag.counter.max_per_s)
