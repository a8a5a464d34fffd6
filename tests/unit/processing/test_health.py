"""The node's own point."""

from __future__ import annotations

from edge.messages.line_protocol import encode
from edge.messages.schema import NODE
from edge.model.frame import Frame, Quality
from edge.processing.health import Health


def test_counts_frames_and_bad_values() -> None:
    """Frames and bad values are counted, what other stages count is added, and every name is in the schema."""
    health = Health()
    health.count(Frame("jar_line", ("a", "b", "c"), (1, None, 2), (192, Quality.BAD, Quality.UNCERTAIN), 5))
    health.count(Frame.bad("jar_line", ("a", "b"), 6))
    tallies = {"pending": 7, "pending_bytes": 8, "dropped": 0, "punches": 9, "unknown_punches": 1}
    point = health.point("aikou", "aikou-1", tallies, 10)
    assert point.fields == {"frames": 2, "bad_values": 3, **tallies}
    assert set(point.fields) <= set(NODE.fields)
    assert encode(point).startswith("node,node=aikou-1,site=aikou frames=2i,bad_values=3i")
