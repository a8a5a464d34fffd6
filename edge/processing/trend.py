"""Raw tags for the historian: a line for each value that moved, straight from the Frame's columns."""

from __future__ import annotations

import math

from edge.messages.line_protocol import field_text, prefix
from edge.model.calendar import NS
from edge.model.frame import Frame, Value
from edge.model.plant import Plant

REPEAT = 60 * NS
"""A value that does not move is said again after this time, so that a flat line is told from a missing one."""


class Trend:
    """What was last sent of each tag. It need not survive a restart: the first frame then sends everything again."""

    def __init__(self, plant: Plant) -> None:
        self._prefixes = {
            (device.key, tag.name): prefix(
                "tag", {"site": plant.site, "line": plant.line, "device": device.key, "tag": tag.name}
            )
            for device in plant.devices
            for tag in device.tags
        }
        self._deadbands = {
            (device.key, tag.name): tag.deadband for device in plant.devices for tag in device.tags
        }
        self._sent: dict[tuple[str, str], tuple[Value, int, int]] = {}

    def lines(self, frame: Frame) -> list[str]:
        """Return the lines of the values that are new: moved beyond their deadband, of another quality, or old."""
        lines = []
        times = frame.times
        for place, (name, value, quality) in enumerate(
            zip(frame.tags, frame.values, frame.qualities, strict=True)
        ):
            key = (frame.device, name)
            time = frame.time if times is None else times[place]
            sent = self._sent.get(key)
            if sent is not None and sent[1] == quality and time - sent[2] < REPEAT:
                still = value == sent[0] or _moved(value, sent[0]) <= self._deadbands[key]
                if still:
                    continue
            self._sent[key] = (value, quality, time)
            lines.append(f"{self._prefixes[key]} {_fields(value, quality)} {time}")
        return lines


def _moved(value: Value, sent: Value) -> float:
    """Return how far a number moved; anything else that differs moved beyond every deadband."""
    if isinstance(value, int | float) and isinstance(sent, int | float):
        return abs(value - sent)
    return math.inf


def _fields(value: Value, quality: int) -> str:
    if value is None:
        return f"q={int(quality)}i"
    if isinstance(value, str):
        return f"s={field_text(value)},q={int(quality)}i"
    return f"v={float(value)!r},q={int(quality)}i"
