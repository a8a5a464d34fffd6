"""Health as the historian knows it: who was heard of when, for how long, and what each node says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edge.console.pages.system import DAY, MEMORY, system, system_question
from edge.historian.embedded import EmbeddedHistorian
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.packml import State
from edge.model.point import FieldValue, Point
from tests.fakes import FakeClock
from tests.unit.console.pages.test_events import stop
from tests.unit.console.sample import NOW, PLANT, state

QUARTER = 900 * NS


def node(when: int, **fields: FieldValue) -> str:
    """Return a line of `node`."""
    return line_protocol.encode(Point("node", {"site": PLANT.site, "node": "aikou-1"}, fields, when))


def heard(machine: str, when: int, ms: int) -> str:
    """Return a line of `source`."""
    tags = {"site": PLANT.site, "line": PLANT.line, "device": machine}
    return line_protocol.encode(Point("source", tags, {"ms": ms}, when))


async def told(tmp_path: Path, *lines: str) -> dict[str, Any]:
    """Return what the page is told when this was written."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write(lines)
        return await system(historian, PLANT, NOW)


async def test_a_machine_was_heard_of_when_its_state_was_read(tmp_path: Path) -> None:
    """One that nobody hears was heard of last when its silence began, though its state is still told."""
    found = await told(
        tmp_path,
        state("jar_line", NOW - 3 * NS, State.EXECUTE, "running"),
        stop("tanks", NOW - 3600 * NS, "offline"),
        state("tanks", NOW - 5 * NS, State.UNDEFINED, "offline"),
        state("pouch_line", NOW - MEMORY - NS, State.EXECUTE, "running"),
    )
    ages = {one["key"]: one["age_s"] for one in found["devices"]}

    assert ages == {"jar_line": 3, "pouch_line": None, "pasteurizer": None, "tanks": 3600, "packer": None}


async def test_the_share_is_of_the_24_hours_that_were_told(tmp_path: Path) -> None:
    """A machine that was away for six hours was heard of for three quarters, one that said nothing has no share."""
    last = NOW - 300 * NS
    quarters = [last - number * QUARTER for number in range(DAY // QUARTER)]
    found = await told(
        tmp_path,
        *(heard("jar_line", when, 900_000) for when in (*quarters, last - DAY)),
        *(heard("tanks", when, 0 if number < 24 else 900_000) for number, when in enumerate(quarters)),
    )
    shares = {one["key"]: one["share"] for one in found["devices"]}

    assert (shares["jar_line"], shares["tanks"], shares["packer"]) == (100.0, 75.0, None)


async def test_the_newest_health_of_a_node_is_told(tmp_path: Path) -> None:
    """Each figure with its age; one that was never told is None."""
    found = await told(
        tmp_path,
        node(NOW - 20 * NS, acquired=90, pending=9, outbox_percent=0.5, hours_left=900.0, dropped=0),
        node(NOW - 10 * NS, acquired=100, pending=2, outbox_percent=0.25, hours_left=950.5, dropped=0),
    )

    (one,) = found["nodes"]
    assert (one["node"], one["pending"], one["outbox_percent"], one["hours_left"]) == (
        "aikou-1",
        2,
        0.25,
        950.5,
    )
    assert (one["age_s"], one["timeouts"]) == (10, None)


async def test_an_empty_historian_tells_of_silence_only(tmp_path: Path) -> None:
    """No machine was heard of and no node; the host tells of itself."""

    async def box() -> Mapping[str, Any]:
        return {"historian": "embedded"}

    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        found = await system_question(historian, PLANT, FakeClock(NOW), box).answer({})

    assert (found["nodes"], found["host"]) == ([], {"historian": "embedded"})
    assert {one["last"] for one in found["devices"]} == {None}
