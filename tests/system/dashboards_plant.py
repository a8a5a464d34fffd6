"""Databases for the dashboards' tests, filled by the product itself: two simulated days, and minutes of a small line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.config.settings import load
from edge.demo.configuration import MACHINES, write_configuration
from edge.host import open_historian
from edge.messages import line_protocol
from edge.messages.schema import Stream
from edge.model.calendar import NS, Calendar, Shift, to_ns
from edge.model.frame import Frame, Quality, Value
from edge.model.packml import State
from edge.model.plant import Device, Plant, Target
from edge.model.point import Point
from edge.model.product import Product
from edge.model.tag import Counter as Counts
from edge.model.tag import CounterRole, Role, Tag
from edge.node_health import health_fields
from edge.outbox.budget import Usage
from edge.outbox.tally import Tally
from edge.processing.health import Health
from edge.processing.pipeline import Pipeline
from edge.target.publish import Forecaster
from simulators.model.park.packing import FILLERS
from simulators.people.attlog import Terminal
from simulators.people.staff import staff
from simulators.year.command import simulate
from tests.system.programs import chili_edge
from tests.unit.processing.attendance.plant import SHIFTS, worker_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
SEED = 1
FIRST, LAST = date(2026, 9, 15), date(2026, 9, 16)
AFTERNOON = to_ns(datetime(2026, 9, 16, 15, tzinfo=SHANGHAI))
"""The morning shift has just ended."""
NIGHT = to_ns(datetime(2026, 9, 16, 3, tzinfo=SHANGHAI))
"""Of the production day of the 15th."""
STEP = 10 * NS
NODE = "aikou-1"
LAG_MS, OLDEST_S = 40, 3


@dataclass(frozen=True, slots=True)
class Truth:
    """What the simulated plant says that it did."""

    folder: Path

    def grams(self, day: date, shift: str = "") -> int:
        """Return the good product of all fillers on a day, or in one of its shifts."""
        return sum(
            int(row["grams"])
            for row in self.rows("production")
            if row["machine"] in FILLERS and row["day"] == str(day) and shift in ("", row["shift"])
        )

    def sums(self, day: date, shift: str, *machines: str) -> Counter[str]:
        """Return the times, s, and pieces of machines in a shift, added up."""
        found: Counter[str] = Counter()
        for row in self.rows("oee"):
            if (row["day"], row["shift"]) == (str(day), shift) and row["machine"] in machines:
                names = ("apt_s", "pbt_s", "ideal_s", "total", "good")
                found.update({name: float(row[name]) for name in names})
        return found

    def heads(self, day: date, shift: str, column: str) -> int:
        """Return the heads of a shift."""
        return sum(
            int(row[column])
            for row in self.rows("attendance")
            if (row["day"], row["shift"]) == (str(day), shift)
        )

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Yield the rows of a table."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8") as file:
            yield from csv.DictReader(file)


async def fill_with_history(folder: Path, url: str, database: str) -> Truth:
    """Import two simulated days into a database, with the host's forecast and a night's health of the node."""
    simulate(SEED, FIRST, LAST, folder / "readings")
    plant = folder / "plant"
    plant.mkdir()
    (plant / "people.csv").write_text(_roster(), encoding="utf-8")
    ports = {simulator: number for number, (_, _, simulator, _) in enumerate(MACHINES.values(), 1)}
    servers = {"broker": 100, "console": 0, "terminals": 101}
    serials = [terminal.value for terminal in Terminal]
    config = write_configuration(plant, ports | servers, serials, 1.0, AFTERNOON, url)
    text = config.read_text(encoding="utf-8").replace("database: chili", f"database: {database}")
    config.write_text(_with_people(text), encoding="utf-8")
    outcome = chili_edge("history", "import", folder / "readings", "-c", config, "--trend-days", "1")
    assert outcome.code == 0, outcome.err
    settings = load(config)
    target = settings.plant.target
    assert target is not None
    async with open_historian(settings) as historian:
        forecast = await Forecaster(historian, settings.plant, target).point(AFTERNOON)
        assert forecast is not None
        start = to_ns(datetime(2026, 9, 16, 7, tzinfo=SHANGHAI))
        healths = (_health(settings.plant.site, start, now) for now in range(start, AFTERNOON + 1, STEP))
        await historian.write([line_protocol.encode(point) for point in (forecast, *healths)])
    return Truth(folder / "readings" / "truth")


def _roster() -> str:
    """Return the plant's staff as a roster."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("pin", "name", "kind", "team", "shift", "first", "last"))
    for one in map(worker_of, staff(SEED, FIRST.year)):
        writer.writerow((one.pin, one.name, one.kind, one.team, one.shift, one.first, one.last))
    return text.getvalue()


def _with_people(configuration: str) -> str:
    """Return the demo's configuration with the other shifts of the plant's people, after those that have the output."""
    others = "".join(
        f'  {one.key}: {{name: {one.name}, start: "{one.start:%H:%M}", end: "{one.end:%H:%M}"'
        f"{f', months: {sorted(one.months)}' if one.months else ''}}}\n"
        for one in SHIFTS
        if one.key not in "ABC"
    )
    return (
        configuration.replace("routes:\n", f"{others}routes:\n") + "  wages: {permanent: 25, seasonal: 16}\n"
    )


def _health(site: str, start: int, now: int, oldest_s: int = OLDEST_S) -> Point:
    """Return what a node says of itself that reads 500 values in 10 s and loses a few."""
    number = (now - start) // STEP
    ledger, trend = 100 * number, 400 * number
    tallies = {
        Stream.LEDGER: Tally(ledger + 50, ledger, {}, 50, 1, 5000, oldest_s),
        Stream.TREND: Tally(trend, trend),
    }
    driver = {"missed": number // 100, "timeouts": number // 200, "strays": 0, "lag_ms": LAG_MS}
    people = {"punches": number // 50, "unknown_punches": 0}
    figures = {**health_fields(tallies, Usage(10**8, 4 * 10**9, 1000.0)), **driver, **people}
    return Health(frames=10 * number, bad_values=number // 7).point(site, NODE, figures, now)


JAR = Device(
    "jar_line",
    (
        Tag("state", role=Role.PACKML_STATE),
        Tag("speed", role=Role.SPEED),
        Tag("good", counter=Counts(CounterRole.GOOD, 2**32, 3)),
        Tag("reject", counter=Counts(CounterRole.REJECT, 2**32, 3)),
    ),
    scan=10.0,
    product="jar_280",
)
PASTEURIZER = Device(
    "pasteurizer",
    (
        Tag("state", role=Role.PACKML_STATE),
        Tag("zone_3_temperature"),
        Tag("core_temperature"),
    ),
    scan=10.0,
)
LINE = Plant(
    "tianjiao",
    "aikou",
    "suanjiao-1",
    Calendar(SHANGHAI, time(7), (Shift("D", "白班", time(8), time(17, 30)),)),
    (JAR, PASTEURIZER),
    {"jar_280": Product("jar_280", "酸椒 280g", 280, Decimal(6))},
    Target(2026, 2_000_000_000, 24_000_000, (Decimal(10),) * 10 + (Decimal(0),) * 2),
)
BEGIN = to_ns(datetime(2026, 9, 15, 1, tzinfo=UTC))
MINUTES = 150


@dataclass(frozen=True, slots=True)
class Story:
    """What happens on the small line in two and a half hours of the day shift.

    Attributes:
        per_minute: good pieces while it runs.
        stops, offline, cold, silent: minute from which on the filler stands, does not answer, the hold zone is too cold,
            and the node says nothing any more; never when not given.
        oldest_s: what waits longest in the outbox.
        gap: minutes in which nobody reads.
    """

    per_minute: int = 60
    stops: int = MINUTES
    offline: int = MINUTES
    cold: int = MINUTES
    silent: int = MINUTES
    oldest_s: int = 3
    gap: range = range(0)

    def lines(self) -> Iterator[str]:
        """Yield what a node says of it."""
        pipeline, made = Pipeline(LINE, {}), 0
        for step in range(MINUTES * 6):
            now, minute = BEGIN + step * STEP, step // 6
            if minute in self.gap or minute >= self.silent:
                continue
            runs = minute < min(self.stops, self.offline)
            made += self.per_minute // 6 if runs else 0
            for frame in self._frames(now, minute, made, runs=runs):
                for lines in pipeline.process(frame).values():
                    yield from lines
            for lines in pipeline.tick(now).values():
                yield from lines
            yield line_protocol.encode(_health(LINE.site, BEGIN, now, self.oldest_s))

    def _frames(self, now: int, minute: int, made: int, *, runs: bool) -> Iterator[Frame]:
        state, speed = (State.EXECUTE, 60.0) if runs else (State.ABORTED, 0.0)
        answers = minute < self.offline
        yield _frame(JAR, now, (int(state), speed, made, made // 60), answers=answers)
        hold = 80.0 if minute >= self.cold else 88.0
        yield _frame(PASTEURIZER, now, (int(State.EXECUTE), hold + minute % 2, 86.0 + minute % 2))


def _frame(device: Device, now: int, values: tuple[Value, ...], *, answers: bool = True) -> Frame:
    tags, size = tuple(tag.name for tag in device.tags), len(device.tags)
    if not answers:
        return Frame(device.key, tags, (None,) * size, (Quality.BAD,) * size, now)
    return Frame(device.key, tags, values, (Quality.GOOD,) * size, now)
