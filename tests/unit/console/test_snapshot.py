"""What is asked of the historian, over the embedded one: every figure of the page, and nothing that is not ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.console.figures import Attendance, Forecast, Machine, Phase, Plan, Snapshot
from edge.console.snapshot import plan, shift_output, take_snapshot
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.influxdb import InfluxHistorian
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.packml import Category, State
from edge.model.plant import Route
from edge.model.point import FieldValue, Point
from edge.model.states import Reason, States, StopKind
from tests.contract.test_historian import influx_options
from tests.servers import Server
from tests.unit.console.sample import NOW, PLANT, at_work, state, target
from tests.unit.reports.sample import DAY, at, count, heads, other_line


@pytest.fixture
async def historian(tmp_path: Path) -> AsyncIterator[EmbeddedHistorian]:
    """An empty historian."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as opened:
        yield opened


async def snapshot_of(historian: EmbeddedHistorian, *lines: str, now: int = NOW) -> Snapshot:
    """Store lines and take a snapshot."""
    await historian.write(lines)
    return await take_snapshot(historian, PLANT, now)


async def test_a_stop_says_since_when_why_and_for_whom(historian: EmbeddedHistorian) -> None:
    """A machine that stands has its stop's beginning, the reason's name and what it waits for; an ended stop is forgotten."""
    known = replace(
        PLANT.devices[0], states=States(reasons={12: Reason("卡瓶", StopKind.FAILURE)}), rated={"": 62.0}
    )
    await historian.write(
        [
            state("jar_line", NOW - NS, State.SUSPENDED, "waiting", reason=12, cause="pouch_line"),
            stop("jar_line", NOW - 900 * NS, ms=5_000),
            stop("jar_line", NOW - 120 * NS),
            state("pouch_line", NOW - NS, State.ABORTED, "down"),
            stop("pouch_line", NOW - 300 * NS, ms=60_000),
        ]
    )
    snapshot = await take_snapshot(historian, replace(PLANT, devices=(known, *PLANT.devices[1:])), NOW)
    waits, ended = snapshot.machines[:2]
    assert (waits.since, waits.reason_name, waits.cause) == (NOW - 120 * NS, "卡瓶", "袋装线")
    assert waits.rated == 62.0
    assert (ended.since, ended.cause) == (None, "")


def stop(device: str, when: int, **fields: FieldValue) -> str:
    """Return a line of `stop`; one that is on has no length."""
    tags = {"site": "aikou", "line": "suanjiao-1", "device": device}
    said: dict[str, FieldValue] = {"packml": int(State.ABORTED), "category": "down", "reason": 12, **fields}
    return line_protocol.encode(Point("stop", tags, said, when))


async def test_machines_stand_in_the_order_of_the_plant(historian: EmbeddedHistorian) -> None:
    """Each machine has its newest state and its good product of the production day."""
    snapshot = await snapshot_of(historian, *at_work())

    assert snapshot.machines == (
        Machine(
            "jar_line",
            "罐装线",
            NOW - 2 * NS,
            Category.RUNNING,
            State.EXECUTE,
            speed=60.5,
            rated=PLANT.devices[0].rated_for("jar_280"),
            good=30_500,
            grams=30_500 * 280,
        ),
        Machine(
            "pouch_line",
            "袋装线",
            NOW - 9 * NS,
            Category.DOWN,
            State.ABORTED,
            12,
            good=10_025,
            grams=10_000 * 200,
        ),
        Machine("pasteurizer", "杀菌机", NOW - 200 * NS, Category.RUNNING, State.EXECUTE),
        Machine("tanks", "发酵罐", NOW - 5 * NS, Category.OFFLINE, State.UNDEFINED),
        Machine("packer", "装箱机"),
    )


async def test_output_against_the_plan(historian: EmbeddedHistorian) -> None:
    """The day is the sum of its counts, the year the newest target point; pieces of no product are told apart."""
    output = (await snapshot_of(historian, *at_work())).output

    assert output.day_grams == 30_500 * 280 + 10_000 * 200
    assert output.unweighed == 25
    assert (output.year_grams, output.year_time) == (3_600_000_000, NOW - 4 * NS)
    assert output.plan == plan(PLANT, NOW)


async def test_the_year_and_its_end_are_the_hosts_when_it_has_said_them(historian: EmbeddedHistorian) -> None:
    """What the days before were, by the host's sums, and today's counts make the year; its end stands beside it."""
    start, _ = PLANT.calendar.day_span(DAY)
    said: dict[str, FieldValue] = {"before": 3_000_000_000, "p10": 1, "p50": 2, "p90": 3, "probability": 0.5}
    point = Point("target", {"site": "aikou"}, {**said, "provisional": 1}, start)
    output = (await snapshot_of(historian, *at_work(), line_protocol.encode(point))).output

    assert output.year_grams == 3_000_000_000 + output.day_grams
    assert output.forecast == Forecast(1, 2, 3, 0.5, provisional=True)


async def test_an_end_that_was_said_by_halves_is_not_shown(historian: EmbeddedHistorian) -> None:
    """Without one of its figures there is no forecast."""
    start, _ = PLANT.calendar.day_span(DAY)
    point = Point("target", {"site": "aikou"}, {"before": 1, "p10": 1}, start)

    assert (await snapshot_of(historian, line_protocol.encode(point))).output.forecast is None


def test_plan_up_to_now() -> None:
    """September asks for 12 % in 30 days: 20 t a day, of which nine hours of 24 have passed."""
    day = 5_000_000_000 * 12 // 100 // 30
    so_far = day * 9 // 24
    before = 5_000_000_000 * (85 + 40 + 70 * 4 + 80 + 110) // 1000 + 14 * day

    assert plan(PLANT, NOW) == Plan(day, so_far, 5_000_000_000, before + so_far)


def test_plan_of_another_year() -> None:
    """Without a target, or with one of another year, nothing is asked for."""
    assert PLANT.target is not None
    assert plan(replace(PLANT, target=None), NOW) is None
    assert plan(replace(PLANT, target=replace(PLANT.target, year=2027)), NOW) is None


async def test_heads_by_shift(historian: EmbeddedHistorian) -> None:
    """The shift that is on has the newest count of all its groups; one that has not begun has none."""
    day, night = (await snapshot_of(historian, *at_work())).shifts

    assert day == Attendance("白班", at(15, 8), at(15, 17, 30), Phase.ON, 60, 52, NOW - 6 * NS)
    assert night == Attendance("夜班", at(15, 20), at(16, 8), Phase.AHEAD)


async def test_a_night_shift_is_on_beyond_the_production_day(historian: EmbeddedHistorian) -> None:
    """A shift that runs into the next production day is shown as long as it is on."""
    now = at(16, 7, 30)
    _, night = (await snapshot_of(historian, heads("N", "permanent", 12, 11, at(16, 7, 20)), now=now)).shifts

    assert (night.phase, night.planned, night.present) == (Phase.ON, 12, 11)


async def test_a_shift_that_is_over_keeps_its_last_count(historian: EmbeddedHistorian) -> None:
    """After its end a shift shows how many were there at last."""
    day, _ = (await snapshot_of(historian, *at_work(), now=at(15, 19))).shifts

    assert (day.phase, day.planned, day.present) == (Phase.OVER, 60, 52)


async def test_an_empty_historian_knows_nothing(historian: EmbeddedHistorian) -> None:
    """What nobody has said is unknown, not zero; only what was counted is zero."""
    snapshot = await snapshot_of(historian)

    assert (snapshot.output.day_grams, snapshot.output.year_grams) == (0, None)
    assert [machine.time for machine in snapshot.machines] == [None] * 5
    assert [machine.good for machine in snapshot.machines] == [0, 0, None, None, None]
    assert snapshot.shifts[0].planned is None


async def test_another_line_is_not_ours(historian: EmbeddedHistorian) -> None:
    """States and counts of another line or site change nothing."""
    expected = await snapshot_of(historian, *at_work())
    await historian.write(
        [
            other_line(count("jar_line", "good", 77, NOW - NS, "jar_280")),
            other_line(state("jar_line", NOW - NS, State.HELD, "held")),
            other_line(target(1, NOW)),
            other_line(heads("D", "permanent", 1, 1, NOW)),
        ]
    )

    assert await take_snapshot(historian, PLANT, NOW) == expected


async def test_the_speed_of_an_earlier_state_is_gone(historian: EmbeddedHistorian) -> None:
    """A state without speed has none, although an earlier one of this minute had."""
    snapshot = await snapshot_of(
        historian,
        state("jar_line", NOW - 20 * NS, State.EXECUTE, "running", speed=60.0),
        state("jar_line", NOW - NS, State.UNDEFINED, "offline"),
    )

    assert (snapshot.machines[0].category, snapshot.machines[0].speed) == (Category.OFFLINE, None)


async def test_what_a_newer_node_says(historian: EmbeddedHistorian) -> None:
    """A category that this host does not know is told from the state, and an unknown state is one."""
    snapshot = await snapshot_of(
        historian,
        state("jar_line", NOW, State.HELD, "resting"),
        state("pouch_line", NOW, State.HELD, "resting").replace("packml=11i", "packml=99i"),
    )

    assert [(machine.category, machine.state) for machine in snapshot.machines[:2]] == [
        (Category.HELD, State.HELD),
        (Category.OFFLINE, State.UNDEFINED),
    ]


async def test_last_years_output_is_not_this_years(historian: EmbeddedHistorian) -> None:
    """On New Year's Day, before the first target point, the year is unknown."""
    now = at(1, 7, month=1)
    snapshot = await snapshot_of(historian, target(4_900_000_000, now - NS), now=now)

    assert snapshot.output.year_grams is None


async def test_the_page_is_the_same_from_influxdb(historian: EmbeddedHistorian, influxd: Server) -> None:
    """A real InfluxDB that holds the same lines gives the same page."""
    expected = await snapshot_of(historian, *at_work())
    async with InfluxHistorian(influx_options(influxd)) as influxdb:
        await influxdb.write(at_work())

        assert await take_snapshot(influxdb, PLANT, NOW) == expected


async def test_a_shift_against_its_part_of_the_plan(historian: EmbeddedHistorian) -> None:
    """The shift that is on has what was counted since it began, its part of the day's plan, and where it leads."""
    shift = (await snapshot_of(historian, *at_work())).output.shift
    assert shift is not None
    asked = plan(PLANT, NOW)
    assert asked is not None

    # Of 9½ and 12 planned hours of the day, eight have passed; the jars of seven o'clock were not yet packed by it.
    grams = 30_500 * 280 + 10_000 * 200
    assert (shift.name, shift.start, shift.stop) == ("白班", at(15, 8), at(15, 17, 30))
    assert (shift.grams, shift.projected) == (grams, grams * 95 // 80)
    assert shift.plan is not None
    assert shift.plan_so_far is not None
    assert shift.plan * 80 // 95 == pytest.approx(shift.plan_so_far, abs=1)
    assert 0 < shift.plan < asked.day


def test_a_young_shift_leads_nowhere_yet() -> None:
    """Ten minutes are needed before the pace says something; a plant without a plan has a pace all the same."""
    begin, stop = at(15, 8), at(15, 17, 30)

    assert shift_output(PLANT, "D", begin, stop, begin + 599 * NS, 1_000).projected is None
    later = shift_output(replace(PLANT, target=None), "D", begin, stop, begin + 3600 * NS, 1_000)
    assert (later.plan, later.plan_so_far, later.projected) == (None, None, 9_500)


async def test_the_ways_through_the_line(historian: EmbeddedHistorian) -> None:
    """The page is told which machines stand behind one another."""
    route = Route("jars", ("jar_line", "pasteurizer"), "jar_line")
    snapshot = await take_snapshot(historian, replace(PLANT, routes=(route,)), NOW)

    assert snapshot.routes == (route.machines,)
