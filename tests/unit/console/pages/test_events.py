"""The events of a day: stops, silence and doubtful entries in one list, with who has seen them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.console.pages.events import events_question
from edge.console.question import BadQuestionError
from edge.historian.embedded import EmbeddedHistorian
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.packml import State
from edge.model.point import FieldValue, Point
from edge.model.states import Reason, States, StopKind
from tests.fakes import FakeClock
from tests.unit.console.sample import NOW, PLANT
from tests.unit.reports.sample import at, count

JAM = States(reasons={7: Reason("卡瓶", StopKind.FAILURE)})
DEVICES = (replace(PLANT.devices[0], states=JAM), *PLANT.devices[1:])
JAMMED = replace(PLANT, devices=DEVICES)


def stop(machine: str, when: int, category: str, **fields: FieldValue) -> str:
    """Return a line of `stop`; one without `ms` is still on."""
    tags = {"site": PLANT.site, "line": PLANT.line, "device": machine}
    said: dict[str, FieldValue] = {"packml": int(State.ABORTED), "category": category, "reason": 0, **fields}
    return line_protocol.encode(Point("stop", tags, said, when))


async def nobody(_keys: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Tell that nobody saw anything."""
    return {}


async def told(tmp_path: Path, *lines: str, **parameters: str) -> dict[str, Any]:
    """Return what the page is told when this was written."""

    async def seen(keys: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        return {key: {"user": "王", "time": "09-15 11:00", "note": ""} for key in keys if "jar_line" in key}

    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write(lines)
        question = events_question(historian, JAMMED, FakeClock(NOW), seen)
        return dict(await question.answer(parameters))


async def test_what_happened_is_told_newest_first_with_who_saw_it(tmp_path: Path) -> None:
    """A stop has its reason's name and its length, silence is another kind, a doubtful entry says what it is."""
    found = await told(
        tmp_path,
        stop("jar_line", at(15, 10, 20), "down", reason=7, ms=720_000),
        stop("tanks", at(15, 15), "offline"),
        count("pouch_line", "good", 40, at(15, 13), "pouch_200", gap=900),
    )

    silent, entry, jam = found["events"]
    assert (jam["kind"], jam["reason_name"], jam["ms"]) == ("stop", "卡瓶", 720_000)
    assert (jam["start"], jam["stop"]) == (str(at(15, 10, 20)), str(at(15, 10, 32)))
    assert jam["clock"] == "09-15 10:20:00"
    assert jam["acknowledged"]["user"] == "王"
    assert (silent["kind"], silent["until"], silent["acknowledged"]) == ("communication", None, None)
    assert (entry["kind"], entry["n"], entry["gap_s"], entry["product"]) == ("entry", 40, 900, "酸椒 200g")
    assert found["devices"][0]["reasons"] == [{"reason": 7, "name": "卡瓶"}]
    assert found["lost_ms"] == jam["planned_ms"] == 720_000


async def test_a_node_that_was_off_is_one_event_and_no_lost_time(tmp_path: Path) -> None:
    """Machines that were silent together are told once, from the first until the last; a later one stays alone."""
    lines = [
        stop(one.key, at(15, 9) + number * NS, "offline", ms=3_600_000)
        for number, one in enumerate(PLANT.devices)
    ]
    alone = stop("tanks", at(15, 12), "offline", ms=600_000)

    found = await told(tmp_path, *lines, alone, stop("tanks", at(15, 14), "down", ms=600_000))

    tank, silent, outage = found["events"]
    assert (tank["kind"], silent["device"], silent["kind"]) == ("stop", "tanks", "communication")
    assert outage["key"] == f"communication:*:{at(15, 9)}"
    assert (outage["kind"], outage["clock"]) == ("communication", "09-15 09:00:00")
    assert outage["ms"] == 3_600_000 + (len(PLANT.devices) - 1) * 1_000
    assert outage["devices"] == sorted(one.key for one in PLANT.devices)
    assert outage["of"] == len(PLANT.devices)
    assert found["lost_ms"] == 0


async def test_half_of_the_machines_are_silent_each_for_itself(tmp_path: Path) -> None:
    """Two machines of five have no common reason that we know of."""
    found = await told(
        tmp_path,
        stop("jar_line", at(15, 9), "offline", ms=3_600_000),
        stop("pouch_line", at(15, 9), "offline", ms=3_600_000),
    )

    assert sorted(one["device"] for one in found["events"]) == ["jar_line", "pouch_line"]


async def test_short_stops_are_counted_and_listed_when_asked_for(tmp_path: Path) -> None:
    """A stop of a minute is a micro-stop."""
    line = stop("jar_line", at(15, 10, 20), "held", ms=60_000)

    without, with_it = await told(tmp_path, line), await told(tmp_path, line, micro="1")

    assert (without["events"], without["micro"]) == ([], 1)
    assert [one["ms"] for one in with_it["events"]] == [60_000]


async def test_another_day_is_another_days(tmp_path: Path) -> None:
    """A day without events is told as one, and says which day is today."""
    found = await told(tmp_path, stop("jar_line", at(15, 10), "down", ms=720_000), day="2026-09-14")

    assert (found["day"], found["today"], found["events"]) == ("2026-09-14", "2026-09-15", [])


@pytest.mark.parametrize(
    "wrong", [{"day": "2026-13-01"}, {"day": "yesterday"}, {"day": "9999-12-31"}, {"micro": "2"}]
)
async def test_what_cannot_be_asked_is_refused_with_a_sentence(tmp_path: Path, wrong: dict[str, str]) -> None:
    """What is no day, or none of a plant, says how to write it."""
    (name,) = wrong
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        question = events_question(historian, PLANT, FakeClock(NOW), nobody)
        with pytest.raises(BadQuestionError, match=name):
            await question.answer(wrong)
