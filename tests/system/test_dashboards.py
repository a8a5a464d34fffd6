"""Every query of every dashboard, as Grafana would send it, against a real InfluxDB filled by the node's own code."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import urllib3

from dashboards.build import build
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.messages import line_protocol
from edge.model.calendar import NS, Calendar, Shift, to_ns
from edge.model.frame import Frame, Quality, Value
from edge.model.plant import Device, Plant, Target
from edge.model.product import Product
from edge.model.tag import Counter, CounterRole, Role, Tag
from edge.processing.attendance.heads import Heads, point
from edge.processing.pipeline import Pipeline
from tests.servers import Server

START = to_ns(datetime(2026, 9, 15, 2, tzinfo=UTC))
MINUTES = 90
GAP = range(30, 50)
"""Minutes in which nobody reads."""
JAR = Device(
    "jar_line",
    (
        Tag("state", role=Role.PACKML_STATE),
        Tag("speed", role=Role.SPEED),
        Tag("good", counter=Counter(CounterRole.GOOD, 2**32, 3)),
        Tag("reject", counter=Counter(CounterRole.REJECT, 2**32, 3)),
    ),
    scan=60.0,
    product="jar_280",
)
PASTEURIZER = Device("pasteurizer", (Tag("zone_1_temperature"), Tag("core_temperature")), scan=60.0)
PLANT = Plant(
    "tianjiao",
    "aikou",
    "suanjiao-1",
    Calendar(ZoneInfo("Asia/Shanghai"), time(7), (Shift("D", "白班", time(8), time(17, 30)),)),
    (JAR, PASTEURIZER),
    {"jar_280": Product("jar_280", "酸椒 280g", 280, Decimal(6))},
    Target(2026, 5_000_000_000, 60_000_000, (Decimal(10),) * 10 + (Decimal(0),) * 2),
)


def lines() -> Iterator[str]:
    """Yield what a node says in an hour and a half of 60 good pieces a minute, with a gap."""
    pipeline = Pipeline(PLANT, {})
    for minute in (minute for minute in range(MINUTES) if minute not in GAP):
        now = START + minute * 60 * NS
        frames = (
            _frame(JAR, now, 6, 60.0, 60 * minute, minute),
            _frame(PASTEURIZER, now, 88.5 + minute % 2, 85.0 + minute % 2),
        )
        for said in (*map(pipeline.process, frames), pipeline.tick(now)):
            for of_stream in said.values():
                yield from of_stream
        heads = Heads(size=3, planned=3, present=2, absent=1)
        yield line_protocol.encode(point(PLANT.site, "D", ("t1", "seasonal"), heads, now))


def _frame(device: Device, now: int, *values: Value) -> Frame:
    tags = tuple(tag.name for tag in device.tags)
    return Frame(device.key, tags, values, (Quality.GOOD,) * len(tags), now)


def filled_in(query: str) -> str:
    """Return a query as Grafana sends it."""
    stop = START + MINUTES * 60 * NS
    for name, value in {
        "$timeFilter": f"time >= {START // 1_000_000}ms and time <= {stop // 1_000_000}ms",
        "$__interval": "1m",
        "$site": PLANT.site,
        "$line": PLANT.line,
        "${device:regex}": "(jar_line|pasteurizer)",
    }.items():
        query = query.replace(name, value)
    assert "$" not in query.replace("$/", "")
    return query


class Database:
    """A database that can be asked as Grafana asks it."""

    def __init__(self, port: int, name: str) -> None:
        self._url = f"http://127.0.0.1:{port}/query"
        self._name = name
        self._http = urllib3.PoolManager(retries=False, timeout=10)

    def ask(self, query: str) -> list[Any]:
        """Return the series of an answer without an error."""
        fields = {"db": self._name, "q": query, "epoch": "ms"}
        response = self._http.request("POST", self._url, fields=fields, encode_multipart=False)
        (result,) = json.loads(response.data)["results"]
        assert "error" not in result, f"{query}: {result}"
        return list(result.get("series", []))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.clear()


@pytest.fixture
async def database(influxd: Server) -> AsyncIterator[Database]:
    """A database with a node's points, written as ingest writes them."""
    name = f"test_{uuid.uuid4().hex}"
    options = InfluxOptions(kind="influxdb", url=f"http://127.0.0.1:{influxd.port}", database=name)
    async with InfluxHistorian(options) as historian:
        await historian.write(list(lines()))
    database = Database(influxd.port, name)
    yield database
    database.close()


def values(series: list[Any], column: str) -> list[Any]:
    """Return what is not empty in a column of all series."""
    return [
        row[part["columns"].index(column)]
        for part in series
        for row in part["values"]
        if row[part["columns"].index(column)] is not None
    ]


def board() -> Any:
    """Return the line overview."""
    return json.loads(build()["line_overview.json"])


def panel_query(title: str) -> str:
    """Return the first query of a panel."""
    (query,) = [panel["targets"][0]["query"] for panel in board()["panels"] if panel["title"] == title]
    return filled_in(query)


async def test_every_query_has_an_answer(database: Database) -> None:
    """No query of a panel or variable is refused, and each gives at least one value."""
    variables = [
        variable["query"] for variable in board()["templating"]["list"] if variable["type"] == "query"
    ]
    targets = [target["query"] for panel in board()["panels"] for target in panel["targets"]]
    assert len(variables) == 3
    assert len(targets) >= 13

    for query in map(filled_in, (*variables, *targets)):
        found = database.ask(query)
        columns = {column for series in found for column in series["columns"][1:]}
        assert columns, query
        assert all(values(found, column) for column in columns), query


async def test_the_figures_are_the_plants(database: Database) -> None:
    """What the panels show is what the machine made: pieces, jin, people, states and the gap."""
    made = 60 * (MINUTES - 1)

    assert sum(values(database.ask(panel_query("每小时合格与次品")), "sum")) == made
    assert values(database.ask(panel_query("今日产量")), "last") == [pytest.approx(made * 280 / 500)]
    assert sum(values(database.ask(panel_query("每小时产量")), "sum")) == pytest.approx(made * 280 / 500)
    people = database.ask(panel_query("出勤"))
    assert (values(people, "planned"), values(people, "present")) == ([3], [2])
    (gap,) = values(database.ask(panel_query("断线补记")), "gap")
    assert gap == 60 * (len(GAP) + 1)
    assert set(values(database.ask(panel_query("设备状态")), "last")) == {"running", "online"}


async def test_a_gap_in_the_data_is_a_gap_on_the_screen(database: Database) -> None:
    """No state is drawn on through the minutes in which nobody was reading."""
    series = database.ask(panel_query("设备状态"))
    (jar,) = [part for part in series if part["tags"]["device"] == "jar_line"]

    assert [state for _, state in jar["values"][:MINUTES]].count(None) >= len(GAP) - 1
