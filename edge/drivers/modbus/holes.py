"""The addresses that a device refuses, as far as its answers tell: learned, remembered, and asked for again later. Pure.

A refusal says that some address in a block does not exist, not which one. Whatever holds a refused span will be refused
too, so the smallest ones are all that a plan must keep out of its requests. Where all parts of a refused block are
answered, and nothing as long as the block ever was, the block was too long for the device.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from edge.drivers.modbus.address import Table
from edge.drivers.modbus.plan import Span

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0


@dataclass(slots=True)
class _Refusal:
    """A refused span: the request that showed it, and when to make that one again."""

    evidence: Span
    pause: float
    retry_at: float


class Holes:
    """What one unit refused.

    Attributes:
        version: changes whenever another plan may be the best one.
    """

    def __init__(self) -> None:
        self.version = 0
        self._refusals: dict[Span, _Refusal] = {}
        self._longest: dict[Table, int] = {}
        self._too_long: dict[Table, int] = {}

    def __len__(self) -> int:
        return len(self._refusals)

    def allows(self, span: Span) -> bool:
        """Return whether nothing that was refused lies within a span, and it is not too long."""
        too_long = self._too_long.get(span.table)
        if too_long is not None and span.length >= too_long:
            return False
        return not any(span.holds(refused) for refused in self._refusals)

    def refuses(self, span: Span) -> bool:
        """Return whether a span, or a part of it, was asked for by itself and refused; otherwise that is only supposed."""
        return any(span.holds(refusal.evidence) for refusal in self._refusals.values())

    def learn(self, refused: Iterable[Span], served: Collection[Span], now: float) -> None:
        """Take what a pass has shown: the requests that were refused for their address, and those that were answered."""
        for span in served:
            self._longest[span.table] = max(span.length, self._longest.get(span.table, 0))
        unknown = sorted((span for span in refused if self.allows(span)), key=lambda each: each.length)
        for table in {span.table for span in unknown}:
            self._learn_length([span for span in unknown if span.table is table], served, now)
        for span in unknown:
            if self.allows(span):
                narrowed = _narrowed(span, served)
                self._refuse(_seam(span, served) if narrowed is None else narrowed, span, now)

    def probe(self, now: float) -> Span | None:
        """Return a request that was refused and may be made again by now; None when there is none."""
        due = [refusal for refusal in self._refusals.values() if refusal.retry_at <= now]
        return min(due, key=lambda refusal: refusal.retry_at).evidence if due else None

    def still_refused(self, evidence: Span, now: float) -> None:
        """Leave the refusals that a request showed alone for twice as long as before."""
        for refusal in self._refusals.values():
            if refusal.evidence == evidence:
                refusal.pause = min(2 * refusal.pause, LONGEST_PAUSE_S)
                refusal.retry_at = now + refusal.pause

    def forget(self) -> None:
        """Believe nothing any more: a request that was refused has been answered, so the device has changed."""
        self._refusals.clear()
        self._longest.clear()
        self._too_long.clear()
        self.version += 1

    def _learn_length(self, refused: Sequence[Span], served: Collection[Span], now: float) -> None:
        """Find out whether spans of one table, by length, were refused for being too long: then nothing as long was ever served."""
        shortest, longest = refused[0], self._longest.get(refused[0].table, 0)
        if shortest.length > longest and _narrowed(shortest, served) is None:
            self._too_long[shortest.table] = longest + 1
            self._refuse(shortest, shortest, now)

    def _refuse(self, span: Span, evidence: Span, now: float) -> None:
        self._refusals[span] = _Refusal(evidence, FIRST_PAUSE_S, now + FIRST_PAUSE_S)
        self.version += 1


def _narrowed(refused: Span, served: Collection[Span]) -> Span | None:
    """Return what is left of a refused span between what was served at either end of it; None when nothing is."""
    inside = [span for span in served if refused.holds(span)]
    start, stop = refused.start, refused.stop
    for span in sorted(inside, key=lambda each: each.start):
        start = max(start, span.stop) if span.start <= start else start
    for span in sorted(inside, key=lambda each: -each.stop):
        stop = min(stop, span.start) if span.stop >= stop else stop
    return Span(refused.table, start, stop) if start < stop else None


def _seam(refused: Span, served: Collection[Span]) -> Span:
    """Return where a span that was served in parts only must be cut: the device does not give the two in one answer."""
    seams = [span.start for span in served if refused.holds(span) and span.start > refused.start]
    if not seams:
        return refused
    seam = min(seams, key=lambda each: abs(2 * each - refused.start - refused.stop))
    return Span(refused.table, seam - 1, seam + 1)
