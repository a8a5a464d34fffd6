"""One suite for every historian: the embedded one and a real InfluxDB 1.x; VictoriaMetrics for the v2 write path."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import urllib3

from edge.errors import RejectedError, TransientError
from edge.historian.base import Aggregate, Column, Historian, Query, Row, Table, TableRow
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.messages import line_protocol
from edge.model.point import FieldValue, Point
from tests.contract.historian_model import ModelHistorian
from tests.servers import Server, influxd_server

T0 = 1_793_577_600_000_000_000
EVER = (-(2**63), 2**63)
ALL_COUNTS = Query("count", "n", None, *EVER)


def influx_options(server: Server, **changes: object) -> InfluxOptions:
    """Return options for a database of the test's own."""
    options = InfluxOptions(
        kind="influxdb", url=f"http://127.0.0.1:{server.port}", database=f"test_{uuid.uuid4().hex}"
    )
    return options.model_copy(update=changes)


@pytest.fixture(params=["embedded", "influxdb"])
async def historian(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Historian]:
    """Each implementation, empty."""
    made: EmbeddedHistorian | InfluxHistorian
    if request.param == "embedded":
        made = EmbeddedHistorian(tmp_path / "historian.db")
    else:
        made = InfluxHistorian(influx_options(request.getfixturevalue("influxd")))
    async with made as opened:
        yield opened


def count(n: int, time: int, **tags: str) -> str:
    """Return a line of the measurement `count`."""
    every_tag = {"counter": "total", "device": "jar_line", "line": "l1", "site": "aikou", **tags}
    return line_protocol.encode(Point("count", every_tag, {"n": n}, time))


def random_lines(rng: random.Random) -> list[str]:
    """Return lines of few series at few times, so that they meet, with random parts of their fields."""
    lines = []
    for _ in range(rng.randrange(1, 60)):
        device, line = rng.choice(["甲 线", "b,=\"'", "c"]), rng.choice(["l1", "l2", ""])
        time = T0 + rng.randrange(-50, 50)
        if rng.random() < 0.5:
            tags = {"counter": "good", "device": device, "line": line, "site": "aikou"}
            fields: Mapping[str, FieldValue] = {
                "n": rng.randrange(-5, 5),
                "g": rng.randrange(10**12),
                "mark": f'补录 "{device}"\\',
            }
            point = Point("count", tags, _some(rng, fields), time)
        else:
            tags = {"device": device, "line": line, "site": "aikou", "tag": "t"}
            fields = {"v": rng.randrange(-1000, 1000) / 4, "q": rng.choice([0, 64, 192])}
            point = Point("tag", tags, _some(rng, fields), time)
        lines.append(line_protocol.encode(point))
    return lines


def _some(rng: random.Random, fields: Mapping[str, FieldValue]) -> Mapping[str, FieldValue]:
    kept = rng.sample(sorted(fields), rng.randrange(1, len(fields) + 1))
    return {key: fields[key] for key in kept}


def random_query(rng: random.Random) -> Query:
    """Return any question whose answer does not depend on the order of equal times."""
    measurement, field = rng.choice(
        [("count", "n"), ("count", "g"), ("count", "mark"), ("tag", "v"), ("tag", "q")]
    )
    aggregate = rng.choice(
        [Aggregate.COUNT, Aggregate.FIRST, Aggregate.LAST] if field == "mark" else [*Aggregate, None]
    )
    start, stop = sorted(T0 + rng.randrange(-60, 60) for _ in range(2))
    group_by = tuple(rng.sample(["device", "line"], rng.randrange(3)))
    if aggregate is None:
        group_by = ("line", "device")
    where = {"line": rng.choice(["l1", "", "nowhere"])} if rng.random() < 0.3 else {}
    every = rng.choice([None, 1, 7, 30]) if aggregate else None
    offset = rng.choice([0, 0, -45, 1, 4, 100]) if every else 0
    return Query(measurement, field, aggregate, start, stop, where, group_by, every, offset)


def random_table(rng: random.Random) -> Table:
    """Return several questions about the same points."""
    query = random_query(rng)
    fields = {"count": ["n", "g", "mark"], "tag": ["v", "q"]}[query.measurement]
    columns = []
    for field in rng.choices(fields, k=rng.randrange(1, 5)):
        known = [Aggregate.COUNT, Aggregate.FIRST, Aggregate.LAST] if field == "mark" else [*Aggregate]
        columns.append(Column(field, rng.choice(known)))
    return Table(
        query.measurement,
        tuple(columns),
        query.start,
        query.stop,
        query.where,
        query.group_by,
        query.every,
        query.offset,
    )


@pytest.mark.parametrize("seed", range(6))
async def test_answers_like_the_model(historian: Historian, seed: int) -> None:
    """Whatever is written, and written again, every question is answered as the model answers it."""
    rng, model = random.Random(seed), ModelHistorian()
    for _ in range(3):
        lines = random_lines(rng)
        for _ in range(rng.randrange(1, 3)):
            await historian.write(lines)
        model.write(lines)

    for query in (random_query(rng) for _ in range(60)):
        assert await historian.query(query) == model.query(query), query
    tables = [random_table(rng) for _ in range(60)]
    for table in tables:
        assert await historian.table(table) == model.table(table), table
    assert await historian.tables(tables) == [model.table(table) for table in tables]


async def test_many_windows(historian: Historian) -> None:
    """A span with more windows than are looked at one by one is answered the same."""
    model = ModelHistorian()
    lines = [count(n, T0 + 7 * n * n, device=f"d{n % 3}") for n in range(40)]
    await historian.write(lines)
    model.write(lines)
    columns = (Column("n", Aggregate.SUM), Column("n", Aggregate.MAX), Column("g", Aggregate.MEAN))
    table = Table("count", columns, T0, T0 + 20_000, {}, ("device",), 5, 3)

    assert await historian.table(table) == model.table(table)


async def test_a_table_says_what_is_not_there(historian: Historian) -> None:
    """A column without values is None where another has some, and where none has any there is no row."""
    await historian.write(
        [f"tag,device=d,line=l,site=s,tag=t v=3.0 {T0}", f'tag,device=d,line=l,site=s,tag=u s="x" {T0}']
    )
    columns = (Column("v", Aggregate.SUM), Column("q", Aggregate.COUNT), Column("q", Aggregate.MIN))
    table = Table("tag", columns, T0 - 1, T0 + 1, group_by=("tag",))

    for every, time in ((None, T0 - 1), (1000, T0)):
        assert await historian.table(replace(table, every=every)) == [
            TableRow({"tag": "t"}, time, (3.0, None, None))
        ]


async def test_an_empty_historian_answers_nothing(historian: Historian) -> None:
    """A question about nothing has no rows, with windows or without."""
    await historian.write([])

    for query in (ALL_COUNTS, *(replace(ALL_COUNTS, aggregate=aggregate) for aggregate in Aggregate)):
        assert await historian.query(query) == []
    for every in (None, 10):
        table = Table("count", (Column("n", Aggregate.SUM), Column("n", Aggregate.COUNT)), *EVER, every=every)
        assert await historian.table(table) == []
    assert await historian.tables([table] * 3) == [[], [], []]
    assert await historian.tables([]) == []


async def test_keeps_the_ends_of_int64(historian: Historian) -> None:
    """Integers are exact through the whole int64."""
    extremes = [2**63 - 1, -(2**63), 2**53 + 1]
    await historian.write([count(n, T0 + at) for at, n in enumerate(extremes)])

    assert [row.value for row in await historian.query(ALL_COUNTS)] == extremes


async def test_keeps_the_types_of_the_schema(historian: Historian) -> None:
    """A whole float stays a float and an integer an integer, aggregated or not."""
    await historian.write([f"tag,device=d,line=l,site=s,tag=t v=3.0,q=192i {T0}"])
    value, quality = Query("tag", "v", None, *EVER), Query("tag", "q", None, *EVER)

    for aggregate in (None, Aggregate.SUM, Aggregate.LAST, Aggregate.MEAN):
        (row,) = await historian.query(replace(value, aggregate=aggregate))
        assert (type(row.value), row.value) == (float, 3.0)
    for aggregate in (None, Aggregate.SUM, Aggregate.MAX, Aggregate.COUNT):
        (row,) = await historian.query(replace(quality, aggregate=aggregate))
        assert type(row.value) is int


async def test_times_before_1970_fall_into_their_window(historian: Historian) -> None:
    """Windows are counted from 1970 in both directions."""
    await historian.write([count(1, -1), count(2, 0), count(4, -10)])

    rows = await historian.query(replace(ALL_COUNTS, aggregate=Aggregate.SUM, every=10))

    assert [(row.time, row.value) for row in rows] == [(-10, 5), (0, 2)]


async def test_time_of_an_aggregate(historian: Historian) -> None:
    """Without windows first and last keep their own time; everything else has the start of its span or window."""
    await historian.write([count(1, T0 + 3), count(9, T0 + 7)])
    query = replace(ALL_COUNTS, start=T0, stop=T0 + 8)

    times = {
        aggregate: (await historian.query(replace(query, aggregate=aggregate)))[0].time - T0
        for aggregate in Aggregate
    }

    own = {Aggregate.FIRST: 3, Aggregate.LAST: 7}
    assert times == {aggregate: own.get(aggregate, 0) for aggregate in Aggregate}
    for aggregate in Aggregate:
        rows = await historian.query(replace(query, aggregate=aggregate, every=5, offset=(T0 - 1) % 5))
        assert [row.time - T0 for row in rows] == [-1, 4]


async def test_text_that_needs_quoting(historian: Historian) -> None:
    """Quotes and Chinese come back as they went in, and can be asked for."""
    device = "坛 'a\" ,="
    await historian.write([count(5, T0, device=device), count(7, T0, device="other")])

    rows = await historian.query(replace(ALL_COUNTS, where={"device": device}, group_by=("device",)))

    assert rows == [Row({"device": device}, T0, 5)]


@pytest.mark.parametrize(
    "bad",
    [
        "nonsense",
        "strangers,site=s n=1i 1",
        f"count,counter=c,device=d,line=l,site=s n=1.5 {T0}",
        f"count,counter=c,device=d,line=l,site=s n={2**63}i {T0}",
        f"count,counter=c,device=d,line=l,site=s n=1i {2**63}",
        f"tag,device=d,line=l,site=s,tag=t v=1_0 {T0}",
        f"tag,device=d,line=l,site=s,tag=t v=nan {T0}",
    ],
)
async def test_one_bad_line_among_many_is_refused(historian: Historian, bad: str) -> None:
    """A line that nobody can store makes the call fail for good, and the same call without it succeeds."""
    good = [count(n, T0 + n) for n in range(100)]

    with pytest.raises(RejectedError):
        await historian.write([*good[:50], bad, *good[50:]])
    await historian.write(good)

    assert [row.value for row in await historian.query(ALL_COUNTS)] == list(range(100))


@pytest.mark.parametrize(
    "query",
    [
        replace(ALL_COUNTS, measurement="count; DROP"),
        replace(ALL_COUNTS, field='n" FROM x'),
        replace(ALL_COUNTS, where={"worker": "w"}),
        replace(ALL_COUNTS, group_by=("worker",)),
        replace(ALL_COUNTS, aggregate=Aggregate.SUM, every=0),
        replace(ALL_COUNTS, every=10),
        replace(ALL_COUNTS, field="mark", aggregate=Aggregate.SUM),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(historian: Historian, query: Query) -> None:
    """What the schema does not know is a mistake of ours, the same for every historian."""
    with pytest.raises(RejectedError):
        await historian.query(query)


@pytest.mark.parametrize(
    "table",
    [
        Table("count; DROP", (Column("n", Aggregate.SUM),), *EVER),
        Table("count", (), *EVER),
        Table("count", (Column("n", Aggregate.SUM), Column("mark", Aggregate.MAX)), *EVER),
        Table("count", (Column("n", Aggregate.SUM),), *EVER, {"worker": "w"}),
        Table("count", (Column("n", Aggregate.SUM),), *EVER, every=-1),
    ],
)
async def test_a_table_that_makes_no_sense_is_refused(historian: Historian, table: Table) -> None:
    """As a question that makes none."""
    with pytest.raises(RejectedError):
        await historian.table(table)


async def test_influxdb_away_is_transient(tmp_path: Path) -> None:
    """A database that is not there at the start, goes and comes back, loses nothing but time."""
    server = influxd_server(tmp_path)
    server.start()
    server.stop()
    async with InfluxHistorian(influx_options(server)) as historian:
        with pytest.raises(TransientError):
            await historian.write([count(1, T0)])
        with pytest.raises(TransientError):
            await historian.query(ALL_COUNTS)
        server.start()
        await historian.write([count(1, T0)])
        server.kill()
        with pytest.raises(TransientError):
            await historian.write([count(2, T0 + 1)])
        server.start()
        await historian.write([count(2, T0 + 1)])

        assert [row.value for row in await historian.query(ALL_COUNTS)] == [1, 2]
    server.stop()


async def test_v2_write_path(victoria_metrics: Server) -> None:
    """What goes through /api/v2/write is all there: written twice, counted once."""
    site = uuid.uuid4().hex
    lines = [count(n, T0 + n * 1_000_000, site=site, device=f"坛 {n % 3}") for n in range(500)]
    async with InfluxHistorian(influx_options(victoria_metrics)) as historian:
        for _ in range(2):
            await historian.write(lines)

        with pytest.raises(TransientError, match="not of an InfluxDB"):
            await historian.query(ALL_COUNTS)

    exported = _export(victoria_metrics, f'count_n{{site="{site}"}}')

    points = {(device, time): value for device, time, value in exported}
    assert sum(points.values()) == sum(range(500))
    assert len(points) == 500
    assert {device for device, _ in points} == {"坛 0", "坛 1", "坛 2"}


async def test_v2_write_to_a_server_without_it_is_transient(influxd: Server) -> None:
    """`api: v2` towards an InfluxDB 1.6 is a mistake that can be mended: no batch is thrown away for it."""
    async with InfluxHistorian(influx_options(influxd, api="v2")) as historian:
        with pytest.raises(TransientError, match="404"):
            await historian.write([count(1, T0)])


def _export(server: Server, selector: str) -> list[tuple[str, int, int]]:
    base = f"http://127.0.0.1:{server.port}"
    with urllib3.PoolManager() as http:
        http.request("GET", f"{base}/internal/force_flush")
        answer = http.request("GET", f"{base}/api/v1/export", fields={"match[]": selector})
    series = [json.loads(line) for line in answer.data.splitlines()]
    return [
        (each["metric"]["device"], time, value)
        for each in series
        for time, value in zip(each["timestamps"], each["values"], strict=True)
    ]


async def test_tables_of_any_widths_are_answered_together(historian: Historian) -> None:
    """Two columns, three and five of them at once: each as if it had been asked alone."""
    await historian.write([count(n, T0 + n) for n in range(9)])
    columns = tuple(
        Column("n", aggregate)
        for aggregate in (Aggregate.SUM, Aggregate.MIN, Aggregate.MAX, Aggregate.COUNT, Aggregate.MEAN)
    )
    asked = [Table("count", columns[:width], T0, T0 + 9, group_by=("device",)) for width in (2, 3, 5)]

    answers = await historian.tables(asked)

    assert [rows[0].values for rows in answers] == [(36, 0), (36, 0, 8), (36, 0, 8, 9, 4.0)]
    assert answers == [await historian.table(table) for table in asked]
