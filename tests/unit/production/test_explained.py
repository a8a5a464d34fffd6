"""What people said of stops is found again: the newest word of each, and nobody's is made up."""

from __future__ import annotations

from pathlib import Path

from edge.historian.embedded import EmbeddedHistorian
from edge.messages import line_protocol
from edge.model.point import Point
from edge.production.explained import Explained, explained
from edge.production.explanations import Explanation, lines
from tests.unit.console.sample import PLANT
from tests.unit.reports.sample import at

START, STOP = at(15, 10, 20), at(15, 10, 32)
MS = 1_000_000


def lost(reason: int, ms: int, when: int = at(15, 10, 35)) -> str:
    """Return a line of `loss` as the node says it."""
    tags = {"site": PLANT.site, "line": PLANT.line, "device": "jar_line", "shift": "D", "category": "down"}
    return line_protocol.encode(Point("loss", {**tags, "cause": "", "reason": str(reason)}, {"ms": ms}, when))


async def test_the_newest_word_of_a_stop_is_told(tmp_path: Path) -> None:
    """Who first said 12 and then 21 said 21; the sums that the node told are nobody's word."""
    said = Explanation("jar_line", START, STOP, 7, 12, "王", "缺膜", at(15, 11))
    again = Explanation("jar_line", START, STOP, 12, 21, "李", "其实是换辊", at(15, 12, 0, 1))
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write([lost(7, 720_000)])
        before = await explained(historian, PLANT, at(15, 7), at(15, 16))
        for one in (said, again):
            await historian.write(await lines(historian, PLANT, one))
        after = await explained(historian, PLANT, at(15, 7), STOP)
        elsewhere = await explained(historian, PLANT, at(15, 7), STOP - 2 * MS)

    assert (before, elsewhere) == ({}, {})
    assert after == {("jar_line", STOP // MS): Explained(21, "李", "其实是换辊", again.entered)}
