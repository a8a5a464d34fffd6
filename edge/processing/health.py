"""The node's own health, as the point that dashboards watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.model.frame import Frame, Quality
from edge.model.point import Point


@dataclass(slots=True)
class Health:
    """What the node has read since it started."""

    frames: int = 0
    bad_values: int = 0

    def count(self, frame: Frame) -> None:
        """Count a frame and its values of bad quality."""
        self.frames += 1
        self.bad_values += frame.qualities.count(Quality.BAD.value)

    def point(self, site: str, node: str, tallies: Mapping[str, int | float], now: int) -> Point:
        """Return the `node` point of an instant, with the tallies of the other stages: fields of that measurement."""
        fields = {"frames": self.frames, "bad_values": self.bad_values, **tallies}
        return Point("node", {"site": site, "node": node}, fields, now)
