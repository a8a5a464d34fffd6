"""Stops as they are found in the historian, and how much planned time each took."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge.historian.embedded import EmbeddedHistorian
from edge.messages.line_protocol import encode
from edge.model.calendar import NS, Break, Calendar, Shift, to_ns
from edge.model.packml import Category, State
from edge.model.plant import Device, Plant
from edge.processing.stops import Stop, stop_point
from edge.production.stops import Stopped, lost, stops

ZONE = ZoneInfo("Asia/Shanghai")
SHIFT = Shift("D", "白班", time(8), time(17, 30), (Break(time(12), time(13, 30)),))
PLANT = Plant(
    "e", "s", "l", Calendar(ZONE, time(7), (SHIFT,)), (Device("jar", (), 1.0), Device("pouch", (), 1.0))
)
MINUTE = 60_000


def at(hour: int, minute: int = 0) -> int:
    """Return a time of 15 September, ns UTC."""
    return to_ns(datetime(2026, 9, 15, hour, minute, tzinfo=ZONE))


def line(
    device: str, begin: int, minutes: int | None, category: Category = Category.HELD, reason: int = 3
) -> str:
    """Return a stop as a node says it."""
    ms = None if minutes is None else minutes * MINUTE
    return encode(stop_point(Stop(begin, category, State.HELD, reason, "", ms), device, "l", "s"))


async def found(tmp_path: Path, *lines: str, now: int = at(18)) -> list[Stopped]:
    """Return what is found of a day of which these stops were said."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write(lines)
        return await stops(historian, PLANT, at(7), now)


async def test_a_stop_takes_no_more_than_its_planned_time(tmp_path: Path) -> None:
    """What reaches into a break or beyond the shift is not lost, and a break is none."""
    before, during, into, meant = await found(
        tmp_path,
        line("jar", at(7, 30), 30),
        line("jar", at(10, 20), 12),
        line("jar", at(11, 50), 30),
        line("jar", at(15), 20, Category.PLANNED, 7),
    )

    assert [one.planned_ms // MINUTE for one in (before, during, into, meant)] == [0, 12, 10, 20]
    assert lost([during, into, before, meant]) == [during, into]


async def test_a_stop_that_is_on_has_no_end(tmp_path: Path) -> None:
    """It counts until now; one that began yesterday and reaches into the day is found, too."""
    (night, on) = await found(
        tmp_path, line("jar", at(7) - 3600 * NS, 90), line("pouch", at(10), None), now=at(10, 30)
    )

    assert (night.device, night.stop) == ("jar", at(7, 30))
    assert (on.stop, on.planned_ms // MINUTE) == (None, 30)


@pytest.mark.parametrize("later", [line("jar", at(11), None), line("jar", at(11), 5)])
async def test_a_stop_whose_end_nobody_said_is_not_taken_for_one_that_is_on(
    tmp_path: Path, later: str
) -> None:
    """A node that was replaced in a stop never says its end: what came later shows that it is over."""
    (only,) = await found(tmp_path, line("jar", at(10), None), later)

    assert only.start == at(11)
