"""Raw tags for the historian: a line for each value that moved, straight from the Frame's columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import repeat

from edge.messages.line_protocol import field_text, prefix
from edge.model.calendar import NS
from edge.model.frame import Frame, Value
from edge.model.plant import Plant
from edge.model.tag import Role

REPEAT = 60 * NS
"""A value that does not move is said again after this time, so that a flat line is told from a missing one."""


@dataclass(slots=True)
class _Channel:
    """A tag, and what was last sent of it; `time` is None before that."""

    prefix: str
    deadband: float
    value: Value = None
    quality: int = 0
    time: int | None = None


class Trend:
    """What was last sent of each tag. It need not survive a restart: the first frame then sends everything again."""

    def __init__(self, plant: Plant) -> None:
        self._channels = {
            device.key: {
                tag.name: _Channel(
                    prefix(
                        "tag", {"site": plant.site, "line": plant.line, "device": device.key, "tag": tag.name}
                    ),
                    tag.deadband,
                )
                for tag in device.tags
                if tag.role is not Role.BADGE  # whose badge it was stays on the node
            }
            for device in plant.devices
        }

    def lines(self, frame: Frame) -> list[str]:
        """Return the lines of the values that are new: moved beyond their deadband, of another quality, or old."""
        lines = []
        channels = self._channels[frame.device]
        times = repeat(frame.time) if frame.times is None else frame.times
        # strict would refuse the endless repetition of one time.
        columns = zip(frame.tags, frame.values, frame.qualities, times, strict=False)
        for name, value, quality, time in columns:
            channel = channels.get(name)
            if channel is None:
                continue
            if (
                channel.time is not None
                and channel.quality == quality
                and time - channel.time < REPEAT
                and (value == channel.value or _moved(value, channel.value) <= channel.deadband)
            ):
                continue
            channel.value, channel.quality, channel.time = value, quality, time
            lines.append(f"{channel.prefix} {_fields(value, quality)} {time}")
        return lines

    def past(self, frame: Frame) -> list[str]:
        """Return the lines of a frame of the past: each value, since what lies around it in time has been sent already."""
        channels = self._channels[frame.device]
        times = repeat(frame.time) if frame.times is None else frame.times
        columns = zip(frame.tags, frame.values, frame.qualities, times, strict=False)
        return [
            f"{channels[name].prefix} {_fields(value, quality)} {time}"
            for name, value, quality, time in columns
        ]


def _moved(value: Value, sent: Value) -> float:
    """Return how far a number moved; anything else that differs moved beyond every deadband."""
    if isinstance(value, int | float) and isinstance(sent, int | float):
        return abs(value - sent)
    return math.inf


def _fields(value: Value, quality: int) -> str:
    if value is None:
        return f"q={quality:d}i"
    if isinstance(value, str):
        return f"s={field_text(value)},q={quality:d}i"
    return f"v={float(value)!r},q={quality:d}i"
