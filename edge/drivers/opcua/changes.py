"""From changes of watched tags to Frames: each change is kept once, and what does not change is said to hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from edge.model.frame import Frame, Quality, Value

_TUPLES = 1000
"""Combinations of tags that come together and are remembered, so that each has one tuple of names."""

_MOMENT = 1000
"""What time stamps tell apart, ns."""


class Change(NamedTuple):
    """A new value of one tag.

    Attributes:
        tag: its place among the server's tags.
        time: when it was acquired, ns UTC.
    """

    tag: int
    value: Value
    quality: int
    time: int


class Changes:
    """The tags of a server as they last were."""

    def __init__(self, device: str, names: Sequence[str]) -> None:
        self._device = device
        self._names = tuple(names)
        self._known: dict[int, tuple[int, Value, int, int]] = {}
        self._tuples = {tuple(range(len(self._names))): self._names}

    def forget(self) -> None:
        """Begin anew, as with a new session: what was known may not hold any more."""
        self._known.clear()

    @property
    def newest(self) -> Mapping[int, int]:
        """The time stamp of the newest value of each tag."""
        return {tag: time for tag, _, quality, time in self._known.values() if quality}

    def frames(self, changes: Iterable[tuple[int, Value, int, int]], now: int) -> list[Frame]:
        """Return the frames of changes (`Change` or a plain tuple like it) that came together.

        The nth change of each tag is in the nth frame; one that repeats what is known, time stamp included, in none.
        Another value with the time stamp of the one before comes 1 ns later: of two at one time a historian keeps one.
        """
        known = self._known
        layers: list[list[tuple[int, Value, int, int]]] = []
        depths: dict[int, int] = {}
        for tag, value, quality, stamp in changes:
            before, time = known.get(tag), stamp
            if before is not None and before[3] - _MOMENT < stamp <= before[3]:
                if before[1] == value and before[2] == quality:
                    continue
                time = before[3] + 1
            change = known[tag] = tag, value, quality, time
            depth = depths.get(tag, 0)
            depths[tag] = depth + 1
            if depth == len(layers):
                layers.append([])
            layers[depth].append(change)
        return [self._frame(layer, now) for layer in layers]

    def frame(self, readings: Sequence[tuple[int, Value, int, int]], now: int) -> Frame:
        """Return a frame of what was read at once, whether it is known or not."""
        return self._frame(readings, now)

    def know(self, readings: Iterable[tuple[int, Value, int, int]]) -> None:
        """Take what has been said already."""
        self._known |= {reading[0]: reading for reading in readings}

    def time_of(self, tag: int) -> int | None:
        """Return the time stamp of a tag's newest value."""
        return self._known[tag][3] if tag in self._known else None

    def contradicted(
        self, readings: Iterable[tuple[int, Value, int, int]]
    ) -> dict[int, tuple[int, Value, int, int]]:
        """Return what is known of tags that a reading finds bad though they are known as good, or good though as bad."""
        return {
            reading[0]: known
            for reading in readings
            if (known := self._known.get(reading[0])) is not None and bool(reading[2]) != bool(known[2])
        }

    def calm(self, tag: int) -> None:
        """Let a value hold as a good one: what was lost before it made it doubtful only when it came."""
        _, value, quality, time = self._known[tag]
        if quality:
            self._known[tag] = tag, value, Quality.GOOD.value, time

    def holding(self, time: int) -> Frame | None:
        """Return a frame of all that is known, if anything is.

        Args:
            time: of an answer that proves that nothing else has changed, ns UTC. A subscription is silent about what
                stands still; a counter that stands still is not a gap, and its machine is not offline.
        """
        if not self._known:
            return None
        tags, values, qualities, _ = zip(*self._known.values(), strict=True)
        return Frame(self._device, self._named(tags), values, qualities, time)

    def past(self, samples: Sequence[tuple[int, Value, int, int]]) -> list[Frame]:
        """Return the frames of samples out of a history, by their time; what is known of now stays as it is."""
        layers: list[list[tuple[int, Value, int, int]]] = []
        depths: dict[int, int] = {}
        for sample in sorted(samples, key=lambda sample: sample[3]):
            depth = depths[sample[0]] = depths.get(sample[0], -1) + 1
            if depth == len(layers):
                layers.append([])
            layers[depth].append(sample)
        return [self._frame(layer, layer[0][3], is_past=True) for layer in layers]

    def _frame(
        self, layer: Sequence[tuple[int, Value, int, int]], now: int, *, is_past: bool = False
    ) -> Frame:
        tags, values, qualities, times = zip(*layer, strict=True)
        return Frame(self._device, self._named(tags), values, qualities, now, times, is_past)

    def _named(self, tags: tuple[int, ...]) -> tuple[str, ...]:
        names = self._tuples.get(tags)
        if names is None:
            if len(self._tuples) >= _TUPLES:
                self._tuples = {tuple(range(len(self._names))): self._names}
            names = self._tuples[tags] = tuple(self._names[tag] for tag in tags)
        return names
