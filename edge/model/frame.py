"""A device's tags read together: the only thing that travels from a driver to processing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

Value = bool | int | float | str | None
"""A decoded and scaled tag value; None when its quality is bad."""


class Quality(IntEnum):
    """OPC quality by its severity bits (OPC UA Part 4, StatusCode; classic OPC DA's 192/64/0)."""

    GOOD = 192
    UNCERTAIN = 64
    BAD = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """Parallel columns of one device, read together.

    Attributes:
        device: the device's key in `devices:` of edge.yaml.
        tags: tag names; a driver passes the same tuple object for each frame of a scan class.
        values: as long as `tags`; None where the quality is bad.
        qualities: as long as `tags`; numbers of `Quality`.
        time: acquisition time of the whole frame, ns UTC: the middle of the request.
        times: per tag source times, ns UTC, where the protocol has them (OPC UA); else None.
        is_past: whether these values come late, out of a history, while newer ones are known already: they complete the
            trend and say nothing about now. What was made in a gap, its counter's next live reading says.
    """

    device: str
    tags: tuple[str, ...]
    values: Sequence[Value]
    qualities: Sequence[int]
    time: int
    times: Sequence[int] | None = None
    is_past: bool = False

    @property
    def places(self) -> Mapping[str, int]:
        """Where each tag stands in the columns."""
        return _places(self.tags)

    @classmethod
    def bad(cls, device: str, tags: tuple[str, ...], time: int) -> Frame:
        """Return a frame that says: none of these tags could be read."""
        return cls(device, tags, (None,) * len(tags), (Quality.BAD,) * len(tags), time)


@lru_cache(1024)
def _places(tags: tuple[str, ...]) -> Mapping[str, int]:
    return {tag: place for place, tag in enumerate(tags)}
