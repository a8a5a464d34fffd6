"""What was missed while nobody listened, and which part of it to ask the server's history for next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edge.model.calendar import NS

SLICE = 600 * NS
"""How much of a gap is asked for at once."""
MOST = 20
"""Gaps of a tag that wait; a link that breaks again and again makes more than can ever be filled."""


@dataclass(slots=True)
class Gap:
    """A time of which nothing is known of a tag.

    Attributes:
        place: of the tag.
        start, end: time stamps of the last value before and of the first one after it, ns UTC; both are known.
    """

    place: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of some gaps.

    Attributes:
        places: of the tags that miss it.
        start, end: ns UTC.
    """

    places: tuple[int, ...]
    start: int
    end: int


class Gaps:
    """The gaps of one server's tags, from one session to the next: what is not filled in one waits for the next.

    Args:
        lookback: how far back a gap is filled, s.
        marks: the newest known time stamp of each tag, as of an earlier run, ns UTC.
    """

    def __init__(self, lookback: float, marks: Mapping[int, int] | None = None) -> None:
        self._lookback = round(lookback * NS)
        self._marks: dict[int, int] = dict(marks or {})
        self._gaps: dict[int, list[Gap]] = {}

    def __bool__(self) -> bool:
        return bool(self._gaps)

    @property
    def is_waiting(self) -> bool:
        """Whether something was known before, so that the next value ends a gap."""
        return bool(self._marks)

    @property
    def places(self) -> list[int]:
        """Tags with gaps."""
        return list(self._gaps)

    def lost(self, newest: Mapping[int, int]) -> None:
        """Take the newest time stamp of each tag when a session ends: there its gap begins."""
        self._marks |= newest

    def found(self, first: Mapping[int, int], now: int) -> None:
        """Take the time stamp of the first value of each tag in a new session: there its gap ends."""
        for place, end in first.items():
            if (start := self._marks.pop(place, None)) is not None:
                self.add(place, max(start, now - self._lookback), end)

    def add(self, place: int, start: int, end: int) -> None:
        """Add a gap, if any time lies within it; of many the newest become one, and what lies between them comes again."""
        if not self._lookback or end - start <= 1:
            return
        gaps = self._gaps.setdefault(place, [])
        if len(gaps) < MOST:
            gaps.append(Gap(place, start, end))
        else:
            gaps[-1].end = end

    def forget(self, places: Iterable[int]) -> None:
        """Leave the gaps of tags open: their node keeps no history."""
        for place in places:
            self._gaps.pop(place, None)

    def next(self, most: int) -> Slice | None:
        """Return what to ask for next: the oldest slice, for up to `most` tags that miss a part of it."""
        firsts = [gaps[0] for gaps in self._gaps.values()]
        if not firsts:
            return None
        start = min(gap.start for gap in firsts)
        touched = [gap for gap in firsts if gap.start < start + SLICE][:most]
        end = min(start + SLICE, max(gap.end for gap in touched))
        return Slice(tuple(gap.place for gap in touched), start, end)

    def misses(self, place: int, time: int) -> bool:
        """Return whether a sample of a tag lies within its gap."""
        gaps = self._gaps.get(place)
        return gaps is not None and gaps[0].start < time < gaps[0].end

    def fill(self, done: Slice) -> None:
        """Take note that all there is of a slice has been handed on, its end included."""
        for place in done.places:
            gaps = self._gaps.get(place)
            if not gaps:
                continue
            gap = gaps[0]
            gap.start = max(gap.start, done.end)
            if gap.end - gap.start <= 1:
                gaps.pop(0)
            if not gaps:
                del self._gaps[place]
