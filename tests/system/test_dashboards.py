"""Every query of every dashboard, as Grafana would send it, against a real InfluxDB that the product filled."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.model.calendar import NS, to_ns
from tests.servers import Server
from tests.system.dashboards_plant import (
    AFTERNOON,
    FIRST,
    LAG_MS,
    LAST,
    MINUTES,
    NIGHT,
    OLDEST_S,
    SHANGHAI,
    Story,
    Truth,
    fill_with_history,
)
from tests.system.dashboards_plant import BEGIN as STORY_BEGIN
from tests.system.grafana import Database, Screen, evaluate, moment, values
from tests.unit.dashboards.boards import BOARDS

GRAMS_PER_JIN, GRAMS_PER_WAN_JIN = 500, 5_000_000
FILLERS = ("jar_line", "pouch_line", "pouch_a", "bulk_line")
VARIABLES = {
    "site": ["aikou"],
    "line": ["suanjiao-1"],
    "device": [*FILLERS, "pasteurizer", "bath", "prep", "inspection", "intake"],
    "node": ["aikou-1"],
    "shift": [".*"],
    "vessel": ["t01", "t02", "p01"],
    "tag": ["fill_weight"],
}
MAY_BE_EMPTY = {
    "中班 15:00\u201323:00：产量": "the shift has just begun",
    "中班 15:00\u201323:00：此刻应产": "the shift has just begun",
    "中班 15:00\u201323:00：进度": "the shift has just begun",
    "中班 15:00\u201323:00：设备综合效率": "the shift has just begun",
    "夜班 23:00\u201307:00：产量": "the shift is to come",
    "夜班 23:00\u201307:00：此刻应产": "the shift is to come",
    "夜班 23:00\u201307:00：进度": "the shift is to come",
    "夜班 23:00\u201307:00：设备综合效率": "the shift is to come",
    "夜班 23:00\u201307:00：出勤": "the shift is to come",
    "各班进度": "two of the three shifts are to come",
    "能耗": "the demo's meters are read as trends, and none as a counter of energy",
}
MAY_BE_NULL = {
    "who": "nobody corrected anything",
    "why": "nobody corrected anything",
    "cause": "nothing waited",
}


@dataclass(frozen=True, slots=True)
class History:
    """Two simulated days in a database, and what the plant says of them."""

    database: Database
    truth: Truth


def _board(name: str) -> Any:
    return BOARDS[f"zh/{name}.json"]


def _screen(board: Any, now: int, **chosen: list[str]) -> Screen:
    """Return what a dashboard shows when it is opened at an instant."""
    local = datetime.fromtimestamp(now / NS, UTC)
    start = to_ns(moment(board["time"]["from"], local, SHANGHAI))
    return Screen(start, now, {**VARIABLES, **chosen})


@pytest.fixture(scope="module")
def history(influxd: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Two days of the simulated plant, imported by `chili-edge history import`."""
    name = f"dashboards_{uuid.uuid4().hex}"
    folder = tmp_path_factory.mktemp("dashboards")
    truth = asyncio.run(fill_with_history(folder, f"http://127.0.0.1:{influxd.port}", name))
    database = Database(influxd.port, name)
    yield History(database, truth)
    database.close()


def shown(
    history: History,
    board: str,
    title: str,
    now: int = AFTERNOON,
    chosen: Mapping[str, list[str]] | None = None,
) -> list[Any]:
    """Return what a panel shows of each of its queries or formulas: the last value of each series."""
    content = _board(board)
    (panel,) = [each for each in content["panels"] if each["title"] == title]
    screen = _screen(content, now, **(chosen or {})).for_panel(panel)
    targets = panel["targets"]
    if any(target["datasource"]["type"] == "__expr__" for target in targets):
        numbers = evaluate(targets, {target["refId"]: screen for target in targets}, history.database)
        return [
            value
            for target in targets
            if not target.get("hide")
            for value in numbers[target["refId"]].values()
        ]
    answers = [history.database.ask(screen.filled_in(target["query"])) for target in targets]
    return [series["values"][-1][1] for answer in answers for series in answer]


@pytest.mark.parametrize(
    "name", [name.removeprefix("zh/").removesuffix(".json") for name in BOARDS if "zh/" in name]
)
def test_every_query_has_an_answer(history: History, name: str) -> None:
    """No query of a panel or variable is refused, and each column of each answer has a value, but for stated reasons."""
    board = _board(name)
    screen = _screen(board, AFTERNOON)
    asked = [
        (variable["name"], screen, variable["query"])
        for variable in board["templating"]["list"]
        if variable["type"] == "query"
    ]
    asked += [
        (panel["title"], screen.for_panel(panel), target["query"])
        for panel in board["panels"]
        for target in panel.get("targets", [])
        if "query" in target
    ]
    assert len(asked) >= 8
    for where, seen, query in asked:
        series = history.database.ask(seen.filled_in(query))
        columns = {column for part in series for column in part["columns"][1:]}
        assert columns or where in MAY_BE_EMPTY, (where, query)
        empty = {column for column in columns if not values(series, column)}
        assert empty <= MAY_BE_NULL.keys(), (where, query)


@pytest.mark.parametrize(
    ("board", "title", "divisor"),
    [
        ("line-overview", "今日产量", GRAMS_PER_JIN),
        ("shift", "早班 07:00\u201315:00：产量", GRAMS_PER_JIN),
        ("line-overview", "今日完成", 24_000_000),
        ("fleet", "各厂今日", 24_000_000),
    ],
)
def test_the_day_is_what_the_plant_made(history: History, board: str, title: str, divisor: int) -> None:
    """To the gram, in the afternoon when only the morning shift has been."""
    (figure,) = shown(history, board, title)

    assert figure == pytest.approx(history.truth.grams(LAST, "A") / divisor)


def test_at_three_in_the_morning_it_is_still_yesterday(history: History) -> None:
    """The production day of the 15th is complete, and its shifts are those of the 15th."""
    truth = history.truth

    (day,) = shown(history, "line-overview", "今日产量", NIGHT)
    (morning,) = shown(history, "shift", "早班 07:00\u201315:00：产量", NIGHT)
    (afternoon,) = shown(history, "shift", "中班 15:00\u201323:00：产量", NIGHT)

    assert day == pytest.approx(truth.grams(FIRST) / GRAMS_PER_JIN)
    assert morning == pytest.approx(truth.grams(FIRST, "A") / GRAMS_PER_JIN)
    assert afternoon == pytest.approx(truth.grams(FIRST, "B") / GRAMS_PER_JIN)


def test_a_shift_is_held_against_its_part_of_the_plan(history: History) -> None:
    """The shift is over, so all of its third of the day's 24 t was due; a shift to come has no figure."""
    made = history.truth.grams(LAST, "A")

    (due,) = shown(history, "shift", "早班 07:00\u201315:00：此刻应产")
    (pace,) = shown(history, "shift", "早班 07:00\u201315:00：进度")
    on_the_wall = shown(history, "line-overview", "各班进度")

    planned_s = max(history.truth.sums(LAST, "A", filler)["pbt_s"] for filler in FILLERS)
    assert due == pytest.approx(24_000_000 * planned_s / 86_400 / GRAMS_PER_JIN, rel=0.001)
    assert pace == pytest.approx(made / GRAMS_PER_JIN / due)
    assert on_the_wall == [pytest.approx(pace)]


def test_the_year_and_its_forecast_are_the_products(history: History) -> None:
    """Made so far, ahead of or behind the plan, and how the host says that the year will end."""
    made = history.truth.grams(FIRST) + history.truth.grams(LAST, "A")
    series = history.database.ask('SELECT "p10", "p50", "p90", "probability" FROM "target" WHERE "p50" > 0')
    ((_, *forecast, probability),) = series[0]["values"]

    assert shown(history, "year", "全年累计") == [pytest.approx(made / GRAMS_PER_WAN_JIN)]
    assert shown(history, "year", "完成率") == [pytest.approx(made / 5_000_000_000)]
    (ahead,) = shown(history, "line-overview", "全年比计划")
    assert ahead == pytest.approx(made / GRAMS_PER_WAN_JIN - 659.0, abs=0.5)
    quantiles = [shown(history, "year", f"年终 {name}")[0] for name in ("P10", "P50", "P90")]
    assert quantiles == [pytest.approx(grams / GRAMS_PER_WAN_JIN) for grams in forecast]
    assert quantiles == sorted(quantiles)
    assert shown(history, "year", "达到目标的概率") == [probability]
    content = _board("year")
    (panel,) = [each for each in content["panels"] if each["title"] == "每日产量与计划"]
    answer = history.database.ask(_screen(content, AFTERNOON).filled_in(panel["targets"][0]["query"]))
    by_day = [day for day in values(answer, "last") if day]
    assert by_day[-2:] == [
        pytest.approx(history.truth.grams(FIRST) / GRAMS_PER_WAN_JIN),
        pytest.approx(history.truth.grams(LAST, "A") / GRAMS_PER_WAN_JIN),
    ]


@pytest.mark.parametrize("machines", [("jar_line",), ("bulk_line",), FILLERS])
def test_oee_is_that_of_the_plant(history: History, machines: tuple[str, ...]) -> None:
    """Of one machine and of several together: ratios of sums, within 0.2 points of what the plant did."""
    lived = history.truth.sums(LAST, "A", *machines)
    chosen = {"device": list(machines), "shift": ["A"]}

    found = {
        title: shown(history, "oee", title, chosen=chosen)[0]
        for title in ("设备综合效率", "可用率", "性能率", "合格率")
    }

    quality = lived["good"] / lived["total"]
    assert found["可用率"] == pytest.approx(lived["apt_s"] / lived["pbt_s"], abs=0.002)
    assert found["性能率"] == pytest.approx(lived["ideal_s"] / lived["apt_s"], abs=0.002)
    assert found["合格率"] == pytest.approx(quality, abs=0.0001)
    assert found["设备综合效率"] == pytest.approx(lived["ideal_s"] / lived["pbt_s"] * quality, abs=0.002)


def test_what_was_lost_is_what_was_not_produced(history: History) -> None:
    """The losses of a machine and shift add up to its planned time without its production time."""
    lived = history.truth.sums(LAST, "A", "jar_line")
    content = _board("oee")
    (panel,) = [each for each in content["panels"] if each["title"] == "损失清单"]
    screen = _screen(content, AFTERNOON, device=["jar_line"], shift=["A"])

    series = history.database.ask(screen.filled_in(panel["targets"][0]["query"]))

    assert sum(values(series, "ms")) / 1000 == pytest.approx(lived["pbt_s"] - lived["apt_s"], abs=5)


def test_heads_are_those_of_the_terminals(history: History) -> None:
    """Planned and present of the shift that is over, as its people were."""
    found = shown(history, "shift", "早班 07:00\u201315:00：出勤")
    rates = shown(history, "attendance", "出勤率", chosen={"shift": ["A"]})

    present, planned = found
    assert present == history.truth.heads(LAST, "A", "present")
    assert planned >= history.truth.heads(LAST, "A", "planned")
    assert rates == [pytest.approx(present / planned)]


def test_the_nodes_health_is_what_it_says(history: History) -> None:
    """Lag, the oldest that waits, and that every point is accounted for."""
    assert shown(history, "edge-health", "轮询滞后") == [LAG_MS]
    assert shown(history, "edge-health", "最老的积压") == [OLDEST_S]
    assert shown(history, "edge-health", "去向不明的点") == [0]
    assert shown(history, "edge-health", "发件箱占用") == [2.5]


def test_every_map_of_the_demo_has_its_tanks(history: History) -> None:
    """The variable finds tanks and pits by their pH, and nothing else."""
    content = _board("process")
    (variable,) = [each for each in content["templating"]["list"] if each["name"] == "vessel"]

    series = history.database.ask(_screen(content, AFTERNOON).filled_in(variable["query"]))

    assert len(values(series, "value")) == 24 + 60
    assert variable["regex"] == "/^([a-z]+[0-9]+)_ph$/"


def test_nothing_old_is_shown_as_now(history: History) -> None:
    """A day after the last word, whatever says how things are now is empty, and the last word says since when."""
    board, late = _board("line-overview"), AFTERNOON + 2 * 86_400 * NS
    recent = [panel for panel in board["panels"] if "timeFrom" in panel]
    assert len(recent) >= 6
    for panel in recent:
        screen = _screen(board, late).for_panel(panel)
        assert [history.database.ask(screen.filled_in(target["query"])) for target in panel["targets"]] == [
            [] for _ in panel["targets"]
        ], panel["title"]


async def _told(influxd: Server, story: Story) -> Database:
    name = f"story_{uuid.uuid4().hex}"
    options = InfluxOptions(kind="influxdb", url=f"http://127.0.0.1:{influxd.port}", database=name)
    async with InfluxHistorian(options) as historian:
        await historian.write(list(story.lines()))
    return Database(influxd.port, name)


async def test_a_gap_in_the_data_is_a_gap_on_the_screen(influxd: Server) -> None:
    """No state and no temperature is drawn on through the minutes in which nobody was reading."""
    gap = range(60, 90)
    database = await _told(influxd, Story(gap=gap))
    board = _board("line-overview")
    screen = replace(_screen(board, STORY_BEGIN + MINUTES * 60 * NS), start=STORY_BEGIN)
    for title in ("设备状态", "杀菌温度（关键限值）", "速度"):
        (panel,) = [each for each in board["panels"] if each["title"] == title]
        for series in database.ask(screen.filled_in(panel["targets"][0]["query"])):
            known = [value is not None for _, value in series["values"][:MINUTES]]
            assert known.count(False) >= len(gap) - 1, title
            assert not any(known[gap.start + 1 : gap.stop - 1]), title
            assert all(known[: gap.start]), title
    database.close()
