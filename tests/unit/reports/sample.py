"""A small plant and a day of it whose figures are known by heart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from edge.historian.base import Query, Row, Table, TableRow
from edge.historian.queries import checked, checked_table
from edge.messages import line_protocol
from edge.model.calendar import Calendar, Shift, to_ns
from edge.model.plant import Device, Plant, Target
from edge.model.point import FieldValue, Point
from edge.model.product import Product
from edge.model.tag import Counter, CounterRole, Tag
from tests.contract.historian_model import ModelHistorian

DAY = date(2026, 9, 15)


def device(key: str, name: str, *roles: CounterRole) -> Device:
    """Return a machine with these counters."""
    return Device(key, tuple(Tag(role, counter=Counter(role, 2**32, 3)) for role in roles), 1.0, name=name)


PLANT = Plant(
    "tianjiao",
    "aikou",
    "suanjiao-1",
    Calendar(
        ZoneInfo("Asia/Shanghai"),
        time(7),
        (Shift("D", "白班", time(8), time(17, 30)), Shift("N", "夜班", time(20), time(8))),
    ),
    (
        device("jar_line", "罐装线", CounterRole.GOOD, CounterRole.REJECT, CounterRole.TOTAL),
        device("pouch_line", "袋装线", CounterRole.GOOD, CounterRole.REJECT),
        device("pasteurizer", "杀菌机", CounterRole.INFEED),
    ),
    {
        "jar_280": Product("jar_280", "酸椒 280g", 280, Decimal("6.0")),
        "pouch_200": Product("pouch_200", "酸椒 200g", 200, Decimal("6.5")),
    },
    Target(
        2026,
        5_000_000_000,
        60_000_000,
        tuple(map(Decimal, ("8.5", "4", "7", "7", "7", "7", "8", "11", "12", "11", "9", "8.5"))),
    ),
)


def at(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 9) -> int:
    """Return local time of 2026 as ns UTC."""
    moment = datetime(2026, month, day, hour, minute, second, tzinfo=PLANT.calendar.zone)
    return to_ns(moment.astimezone(UTC))


def count(
    machine: str, counter: str, n: int, when: int, sku: str = "", gap: int | None = None, mark: str = ""
) -> str:
    """Return a line of `count`; pieces of a known product have their grams."""
    fields: dict[str, FieldValue] = {"n": n, "total": n}
    if sku in PLANT.products:
        fields["g"] = n * PLANT.products[sku].net_weight_g
    if gap is not None:
        fields["gap"] = gap
    if mark:
        fields["mark"] = mark
    tags = {"site": "aikou", "line": "suanjiao-1", "device": machine, "counter": counter, "sku": sku}
    return line_protocol.encode(Point("count", tags, fields, when))


def made_line(machine: str, n: int, when: int, sku: str) -> str:
    """Return a line of `oee` with good pieces: what the year's days are summed up from."""
    fields: dict[str, FieldValue] = {"pq": n, "gq": n}
    if sku in PLANT.products:
        fields["g"] = n * PLANT.products[sku].net_weight_g
    tags = {"site": "aikou", "line": "suanjiao-1", "device": machine, "shift": "", "sku": sku}
    return line_protocol.encode(Point("oee", tags, fields, when))


def state(machine: str, when: int) -> str:
    """Return a line of `state`: the machine runs."""
    tags = {"site": "aikou", "line": "suanjiao-1", "device": machine}
    return line_protocol.encode(Point("state", tags, {"packml": 6, "category": "running"}, when))


def heads(shift: str, kind: str, planned: int, present: int, when: int) -> str:
    """Return a line of `attendance`."""
    tags = {"site": "aikou", "shift": shift, "team": "t1", "kind": kind}
    return line_protocol.encode(Point("attendance", tags, {"planned": planned, "present": present}, when))


def known_day() -> list[str]:
    """Return the lines of a year of which one day is looked at: its neighbours must not count for it."""
    jars = (
        (5_000_000, at(1, 12, month=3)),
        (1_000, at(15, 7) - 1),
        (32_000, at(15, 13)),
        (500, at(16, 6, 59, 59)),
        (7_777, at(16, 7)),
    )
    return [
        count("jar_line", "good", 5_000_000, at(1, 12, month=3), "jar_280"),
        # The last instant of the day before, and the first of the day after.
        count("jar_line", "good", 1_000, at(15, 7) - 1, "jar_280"),
        count("jar_line", "good", 7_777, at(16, 7), "jar_280"),
        count("jar_line", "good", 0, at(15, 7), "jar_280", mark="start"),
        count("jar_line", "good", 30_000, at(15, 9), "jar_280"),
        count("jar_line", "good", 2_000, at(15, 13), "jar_280", gap=3_900),
        count("jar_line", "good", 500, at(16, 6, 59, 59), "jar_280", gap=65),
        count("jar_line", "reject", 300, at(15, 9), "jar_280"),
        count("jar_line", "reject", 9, at(15, 13), "jar_280", gap=3_900),
        count("jar_line", "total", 32_815, at(15, 9), "jar_280"),
        count("pouch_line", "good", 10_000, at(15, 10), "pouch_200"),
        count("pouch_line", "good", 25, at(15, 11), ""),
        count("pouch_line", "good", 1, at(15, 12), "pouch_200", mark="reset"),
        count("pasteurizer", "infeed", 30_000, at(15, 9), "jar_280"),
        *(made_line("jar_line", n, when, "jar_280") for n, when in jars),
        made_line("pouch_line", 10_001, at(15, 12), "pouch_200"),
        made_line("pouch_line", 25, at(15, 11), ""),
        state("jar_line", at(15, 9)),
        state("pasteurizer", at(16, 6, 50)),
        heads("D", "permanent", 20, 3, at(15, 8)),
        heads("D", "permanent", 20, 19, at(15, 17)),
        heads("D", "seasonal", 40, 33, at(15, 17)),
        heads("N", "permanent", 12, 12, at(16, 7, 30)),
        heads("N", "permanent", 12, 1, at(15, 7, 30)),
    ]


def other_line(line: str) -> str:
    """Return the same point of a line that is not ours."""
    return line.replace("line=suanjiao-1", "line=suanjiao-2").replace("site=aikou", "site=elsewhere")


class MemoryHistorian:
    """The historian port over a dictionary."""

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self._model = ModelHistorian()
        self._model.write(lines)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:  # noqa: ARG002 - the port's own
        """Keep lines."""
        self._model.write(lines)

    async def query(self, query: Query) -> list[Row]:
        """Answer from all that is kept."""
        return self._model.query(checked(query))

    async def table(self, table: Table) -> list[TableRow]:
        """Answer from all that is kept."""
        return self._model.table(checked_table(table))

    async def tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:
        """Answer each."""
        return [await self.table(table) for table in tables]
