"""From changes of watched tags to Frames: each change is kept, and what does not change is said to hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from edge.model.frame import Frame, Value


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
    """The watched tags of a server as they last were."""

    def __init__(self, device: str, names: Sequence[str]) -> None:
        self._device = device
        self._names = names
        self._known: dict[int, tuple[Value, int]] = {}
        self._held: tuple[str, ...] = ()

    def frames(self, changes: Iterable[Change], now: int) -> list[Frame]:
        """Return the frames of changes that came together: the nth change of each tag is in the nth frame."""
        layers: list[list[Change]] = []
        depths: dict[int, int] = {}
        for change in changes:
            depth = depths.get(change.tag, 0)
            depths[change.tag] = depth + 1
            if depth == len(layers):
                layers.append([])
            layers[depth].append(change)
            self._know(change)
        return [self._frame(layer, now) for layer in layers]

    def holding(self, time: int) -> Frame | None:
        """Return a frame of all that is known, if anything is.

        Args:
            time: of an answer that proves that nothing else has changed, ns UTC. A subscription is silent about what
                stands still; a counter that stands still is not a gap, and its machine is not offline.
        """
        if not self._known:
            return None
        values, qualities = zip(*self._known.values(), strict=True)
        return Frame(self._device, self._held, values, qualities, time)

    def _know(self, change: Change) -> None:
        is_new = change.tag not in self._known
        self._known[change.tag] = (change.value, change.quality)
        if is_new:
            self._held = tuple(self._names[tag] for tag in self._known)

    def _frame(self, layer: Sequence[Change], now: int) -> Frame:
        tags, values, qualities, times = zip(*layer, strict=True)
        names = tuple(self._names[tag] for tag in tags)
        return Frame(self._device, names, values, qualities, now, times)
