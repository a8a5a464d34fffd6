"""A folder of readings becomes what the test itself adds up, once, however often the import is ended and begun again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from edge.errors import ConfigurationError, TransientError
from edge.historian.base import Aggregate, Query, Row
from edge.historian.embedded import EmbeddedHistorian
from edge.history import command
from edge.history.command import Done, Options, import_history
from edge.history.contents import Contents, open_folder
from edge.history.replay import plant_of
from edge.history.screen import Screen
from edge.history.sources import Sources
from edge.host import HISTORIAN_FILE
from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.calendar import NS
from edge.outbox.sqlite import FILE, Outbox, read_state
from edge.outbox.worker import OutboxThread
from edge.processing.ledger import load
from edge.processing.pipeline import Pipeline
from edge.records.records import Records
from tests.fakes import FakeClock
from tests.unit.history.folder import (
    FIRST,
    LAST,
    NET_WEIGHT_G,
    PINS,
    ZONE,
    Made,
    seconds,
    settings,
    write_readings,
)

DAYS = (FIRST, FIRST + timedelta(days=1), LAST)


async def run(folder: Path, options: Options = Options()) -> Done:  # noqa: B008 - frozen
    """Import the readings of a folder into the plant beside them."""
    with Screen() as screen:
        return await import_history(folder / "year", settings(folder / "plant"), options, FakeClock(), screen)


async def ask(folder: Path, query: Query) -> list[Row]:
    """Ask the plant's historian."""
    async with EmbeddedHistorian(folder / "plant" / "var" / HISTORIAN_FILE, read_only=True) as historian:
        return await historian.query(query)


async def counted(folder: Path, counter: str, day: date, field: str = "n") -> int:
    """Return the sum of a counter over a production day."""
    start = seconds(day, 7 * 60) * NS
    query = Query("count", field, Aggregate.SUM, start, start + 86_400 * NS, {"counter": counter})
    return sum(int(row.value) for row in await ask(folder, query))


async def everything(folder: Path) -> dict[tuple[str, str], list[Row]]:
    """Return all that the plant's historian holds of the ledger stream."""
    fields = {
        "count": ("n", "g", "total", "gap", "mark"),
        "state": ("packml", "category", "reason", "speed", "sku"),
        "target": ("actual", "plan", "day_actual"),
        "attendance": ("planned", "present", "late", "hours"),
    }
    tags = {
        "count": ("counter", "device", "sku"),
        "state": ("device",),
        "attendance": ("shift", "team", "kind"),
    }
    return {
        (name, field): await ask(folder, Query(name, field, None, 0, 2**62, {}, tags.get(name, ())))
        for name, names in fields.items()
        for field in names
    }


def state(folder: Path) -> Mapping[str, str]:
    """Return what the plant's node would go on from."""
    return read_state(folder / "plant" / "var" / FILE)


def punched(folder: Path) -> list[frozenset[str]]:
    """Return who punched on each day, by the plant's records."""
    records = Records(folder / "plant" / "var")
    try:
        spans = [(seconds(day, 0) * NS, seconds(day, 24 * 60) * NS) for day in DAYS]
        return [frozenset(punch.pin for punch in records.punches(*span)) for span in spans]
    finally:
        records.close()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Write the readings, and return what was made."""
    return write_readings(tmp_path / "year")


async def test_every_day_is_counted_to_the_piece(tmp_path: Path, made: Made) -> None:
    """Rollover, reset, an hour without answer and a value that could not be read cost nothing and double nothing."""
    done = await run(tmp_path)

    for day in DAYS:
        assert await counted(tmp_path, "good", day) == made.good[day]
        assert await counted(tmp_path, "good", day, "g") == made.good[day] * NET_WEIGHT_G
        assert await counted(tmp_path, "reject", day) == made.reject[day]
    assert (done.last, done.days, done.punches) == (LAST, 4, 16)


async def test_what_an_hour_without_answer_hid_is_marked_as_a_gap(tmp_path: Path, made: Made) -> None:
    """The pieces are counted at its end, and say how long nobody knew; a quiet quarter of an hour is no gap."""
    await run(tmp_path)

    gaps = await ask(tmp_path, Query("count", "gap", None, 0, 2**62, {"counter": "good"}))
    assert [(row.time, row.value) for row in gaps] == [(seconds(DAYS[1], 10 * 60) * NS, 61 * 60)]
    assert made.good[DAYS[1]] > 0


async def test_states_and_bad_values_are_those_of_the_readings(tmp_path: Path, made: Made) -> None:
    """The machine runs, is away and rests as its lines say, and a speed out of range is none."""
    await run(tmp_path)

    def at(minute: int, field: str) -> Query:
        time = seconds(DAYS[1], minute) * NS
        return Query("state", field, None, time, time + NS, {"device": "jar_line"})

    found = [(await ask(tmp_path, at(minute, "category")))[0].value for minute in (480, 570, 600, 727)]
    assert found == ["running", "offline", "running", "down"]
    (first,) = await ask(tmp_path, Query("state", "packml", Aggregate.FIRST, 0, 2**62))
    assert first.time == seconds(FIRST, 0) * NS
    assert await ask(tmp_path, at(480, "speed")) == []
    assert (await ask(tmp_path, at(481, "speed")))[0].value == 57.3
    away = [
        row.time // NS
        for row in await ask(tmp_path, Query("state", "category", None, 0, 2**62, {"device": "jar_line"}))
        if row.value == "offline" and row.time >= seconds(FIRST, 7) * NS
    ]
    assert away
    assert all(seconds(DAYS[1], 540) <= time < seconds(DAYS[1], 600) for time in away)
    assert made.good


async def test_the_same_frames_give_a_live_node_the_same_ledger(tmp_path: Path, made: Made) -> None:
    """One pipeline that never restarts ends with the same state and has counted the same pieces at the same times."""
    await run(tmp_path)

    plant = settings(tmp_path / "plant")
    contents = open_folder(tmp_path / "year", plant)
    seen = plant_of(plant.plant, [device.device for device in contents.devices])
    days = contents.days(seen.calendar)
    sources, pipeline = Sources(contents, seen.calendar, days[0]), Pipeline(seen, {})
    lines = [
        line
        for day in days
        for frame in sources.day(day).frames
        for line in pipeline.process(frame)[Stream.LEDGER]
    ]
    live = {
        (point.time, point.fields["n"])
        for point in map(parse, lines)
        if (point.measurement, point.tags.get("counter")) == ("count", "good")
    }
    stored = await ask(tmp_path, Query("count", "n", None, 0, 2**62, {"counter": "good"}))
    assert {(row.time, row.value) for row in stored} == live
    changes = pipeline.changes()
    assert {key: value for key, value in state(tmp_path).items() if key in changes} == changes
    assert sum(made.good.values()) == load(changes["ledger/jar_line"]).accounts["good"].state.total


async def test_people_are_there_from_the_moment_their_punch_was_received(tmp_path: Path, made: Made) -> None:
    """Nobody is present before they came, who came late is present later, and a repeated punch is one punch."""
    await run(tmp_path)

    async def present(day: date, minute: int) -> int:
        stop = seconds(day, minute) * NS
        query = Query("attendance", "present", Aggregate.LAST, stop - 3600 * NS, stop, {}, ("team", "kind"))
        return sum(int(row.value) for row in await ask(tmp_path, query))

    assert [await present(FIRST, minute) for minute in (480, 495, 505)] == [0, 2, 3]
    assert await present(LAST, 17 * 60 + 30) == 2
    assert punched(tmp_path) == [set(PINS), set(PINS), set(PINS[:2])]
    assert made.good


async def test_the_year_goes_on_from_what_was_imported(tmp_path: Path, made: Made) -> None:
    """The newest target point, and the state that the live node starts with, contain the whole of history."""
    await run(tmp_path)

    (row,) = await ask(tmp_path, Query("target", "actual", Aggregate.LAST, 0, 2**62))
    grams = sum(made.good.values()) * NET_WEIGHT_G
    assert row.value == grams
    plant = settings(tmp_path / "plant").plant
    pipeline = Pipeline(plant, state(tmp_path))
    now = round(datetime(2026, 4, 2, 9, tzinfo=ZONE).timestamp()) * NS
    target = [parse(line) for line in pipeline.tick(now)[Stream.LEDGER] if line.startswith("target")]
    assert target[0].fields["actual"] == grams


@pytest.mark.parametrize("stage", ["before the commit", "after the commit", "while it writes"])
async def test_an_import_that_dies_goes_on_and_counts_once(
    tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Wherever a day ends, the next run stores the same points as a run that was never ended."""
    write_readings(tmp_path / "whole" / "year")
    await run(tmp_path / "whole")
    commits, writes = 0, 0
    commit, write = OutboxThread.commit, EmbeddedHistorian.write

    async def dying_commit(self: OutboxThread, *arguments: object) -> None:
        nonlocal commits
        commits += 1
        if stage == "before the commit" and commits == 2:
            raise TransientError("killed")
        await commit(self, *arguments)  # type: ignore[arg-type]
        if stage == "after the commit" and commits == 2:
            raise TransientError("killed")

    async def dying_write(self: EmbeddedHistorian, lines: list[str]) -> None:
        nonlocal writes
        writes += 1
        if stage == "while it writes" and writes == 2:
            await write(self, lines[: len(lines) // 2])
            raise TransientError("killed")
        await write(self, lines)

    monkeypatch.setattr(OutboxThread, "commit", dying_commit)
    monkeypatch.setattr(EmbeddedHistorian, "write", dying_write)
    monkeypatch.setattr("edge.history.writer.ATTEMPTS", 1)
    with pytest.raises((TransientError, ExceptionGroup)):
        await run(tmp_path)
    monkeypatch.undo()
    done = await run(tmp_path)

    assert 0 < done.days < 4
    assert await everything(tmp_path) == await everything(tmp_path / "whole")
    assert state(tmp_path) == state(tmp_path / "whole")
    assert sum([await counted(tmp_path, "good", day) for day in DAYS]) == sum(made.good.values())
    assert punched(tmp_path) == punched(tmp_path / "whole")


async def test_a_finished_import_is_not_repeated(tmp_path: Path, made: Made) -> None:
    """A second run changes nothing, and says so."""
    await run(tmp_path)
    before, points = state(tmp_path), await everything(tmp_path)

    done = await run(tmp_path)

    assert (done.days, done.last) == (0, LAST)
    assert "nothing to do" in "".join(command.summary(done, 1.0))
    assert (state(tmp_path), await everything(tmp_path)) == (before, points)
    assert made.good


async def test_a_node_that_has_counted_takes_no_history(tmp_path: Path, made: Made) -> None:
    """Two ledgers of one machine do not add up: it is refused before anything is written."""
    outbox = Outbox(tmp_path / "plant" / "var" / FILE, "aikou-1")
    outbox.commit({}, {"ledger/jar_line": "{}"}, 1)
    outbox.close()

    with pytest.raises(ConfigurationError, match="has counted already"):
        await run(tmp_path)
    assert state(tmp_path) == {"ledger/jar_line": "{}"}
    assert made.good


async def test_an_import_does_not_go_on_after_the_node_has_run(
    tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger of a half import that a live node took over is that node's."""
    days = Contents.days
    with monkeypatch.context() as half:
        half.setattr(Contents, "days", lambda *arguments: days(*arguments)[:2])
        await run(tmp_path)
    outbox = Outbox(tmp_path / "plant" / "var" / FILE, "aikou-1")
    outbox.commit({}, {"ledger/jar_line": "{}"}, 1)
    outbox.close()

    with pytest.raises(ConfigurationError, match="counted on its own"):
        await run(tmp_path)
    assert made.good


@pytest.mark.parametrize(("days", "first"), [(0, None), (1, LAST), (2, DAYS[1]), (None, FIRST)])
async def test_raw_tags_are_stored_of_the_last_days(
    tmp_path: Path, made: Made, days: int | None, first: date | None
) -> None:
    """None, some or all of them; counts are always whole."""
    await run(tmp_path, replace(Options(), trend_days=days))

    found = await ask(tmp_path, Query("tag", "v", Aggregate.FIRST, 0, 2**62, {"tag": "t01_ph"}))
    began = {None: [], FIRST: [seconds(FIRST, 7) * NS]}.get(first, [seconds(first or FIRST, 427) * NS])
    assert [row.time for row in found] == began
    assert await counted(tmp_path, "good", FIRST) == made.good[FIRST]
