"""A report of a day that is known by heart, and of spans, subjects and plants of which little is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from edge.errors import ConfigurationError, TransientError
from edge.historian.base import Table, TableRow
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.oee import Sums
from edge.model.packml import Category
from edge.model.plan import mass_curve
from edge.model.plant import Plant
from edge.model.point import FieldValue, Point
from edge.reports.inquiry import inquire
from edge.reports.render import render
from edge.reports.report import Amount, Heads, Kind, Part, Report, Row, Source, Span
from edge.reports.scope import range_of, span_of
from edge.reports.style import Style
from tests.unit.reports.sample import DAY, PLANT, MemoryHistorian, at, count, heads, known_day, made_line

LATER = at(1, 12, month=12)
HOUR_MS = 3_600_000


def oee(machine: str, when: int, shift: str = "", sku: str = "", **values: int) -> str:
    """Return a line of sums."""
    tags = {"site": "aikou", "line": "suanjiao-1", "device": machine, "shift": shift, "sku": sku}
    fields: dict[str, FieldValue] = dict(values)
    return line_protocol.encode(Point("oee", tags, fields, when))


def loss(machine: str, when: int, category: str, reason: int, ms: int, cause: str = "") -> str:
    """Return a line of lost time."""
    tags = {
        "site": "aikou", "line": "suanjiao-1", "device": machine, "shift": "D", "category": category,
        "reason": str(reason), "cause": cause,
    }  # fmt: skip
    return line_protocol.encode(Point("loss", tags, {"ms": ms, "stops": 1, "micro": 0}, when))


def source(machine: str, when: int, ms: int) -> str:
    """Return a line that tells for how long a device was heard of."""
    tags = {"site": "aikou", "line": "suanjiao-1", "device": machine}
    return line_protocol.encode(Point("source", tags, {"ms": ms}, when))


async def report(
    lines: Sequence[str],
    span: Span | None = None,
    about: tuple[Part, str] | None = None,
    plant: Plant = PLANT,
    now: int = LATER,
    since: int | None = None,
) -> Report:
    """Return the report of the day that is known, or of another span."""
    return await inquire(
        MemoryHistorian(lines), plant, span or span_of(Kind.DAY, DAY), now, about, None, since
    )


def by_key(found: Report, part: Part) -> dict[str, Row]:
    """Return the rows of a part."""
    return {row.key: row for row in found.parts[part]}


async def test_a_day_is_told_to_the_gram() -> None:
    """Pieces, grams, yuan and what has no price or weight; the neighbours of the day do not count."""
    found = await report(known_day())

    jars, pouches = 32_500 * 280, 10_001 * 200
    yuan = Decimal(jars) / 500 * 6 + Decimal(pouches) / 500 * Decimal("6.5")
    assert found.total.good == Amount(32_500 + 10_001 + 25, jars + pouches, 25, yuan, 0)
    assert found.uncounted == 0
    assert found.until == at(16, 6, 59, 59)
    assert (found.start, found.stop) == (at(15, 7), at(16, 7))
    machines = by_key(found, Part.MACHINE)
    assert list(machines) == ["jar_line", "pouch_line", "pasteurizer"]
    assert machines["jar_line"].good == Amount(32_500, jars, 0, Decimal(jars) / 500 * 6)
    assert machines["pasteurizer"] == Row("pasteurizer", "杀菌机")
    products = by_key(found, Part.PRODUCT)
    assert list(products) == ["jar_280", "pouch_200", ""]
    assert products[""].good == Amount(25, 0, 25)


async def test_a_day_has_its_month_its_year_and_what_it_is_compared_with() -> None:
    """Each of the same sums; of the year there is the output alone."""
    found = await report(known_day())
    jar = 280

    assert found.month
    assert found.month.good
    assert found.month.good.grams == 32_500 * jar + 10_001 * 200 + 1_000 * jar
    assert found.year
    assert found.year.good
    assert found.year.good.grams == found.month.good.grams + 5_000_000 * jar
    assert found.year.is_brief
    assert found.year.sums is None
    assert found.before
    assert found.before.good == Amount(1_000, 1_000 * jar, 0, Decimal(1_000 * jar) / 500 * 6)
    assert found.last_year == Row("", "", plan=None, doubtful=None)


async def test_heads_are_the_newest_count_of_each_shift() -> None:
    """A night shift is that of the day on which it begins; the one before it is not."""
    found = await report(known_day())

    day, night = Heads(1, 60, 52), Heads(1, 12, 12)
    assert found.total.heads == Heads(2, 72, 64)
    assert [row.heads for row in found.parts[Part.SHIFT][:2]] == [day, night]
    assert found.parts[Part.PERIOD] == found.parts[Part.SHIFT]
    assert by_key(found, Part.TEAM) == {"t1": Row("t1", "t1", heads=Heads(2, 72, 64))}
    assert found.questions == 0


async def test_doubts_are_listed_with_what_was_booked() -> None:
    """Gaps and resets, in the order of time; the start of a counter is none."""
    found = await report(known_day())

    assert [(doubt.mark, doubt.counter, doubt.n, doubt.g, doubt.gap) for doubt in found.doubts] == [
        ("reset", "good", 1, 200, None),
        ("gap", "good", 2_000, 560_000, 3_900),
        ("gap", "reject", 9, 2_520, 3_900),
        ("gap", "good", 500, 140_000, 65),
    ]
    assert found.more_doubts == 0
    assert (found.total.doubtful, by_key(found, Part.MACHINE)["pouch_line"].doubtful) == (4, 1)


async def test_many_doubts_are_counted_and_corrections_are_all_told() -> None:
    """Of 300 the first 200 in time are listed, a correction of the evening among them."""
    lines = [
        count("jar_line", "good", 1, at(15, 9) + number * NS, "jar_280", gap=60) for number in range(300)
    ]
    tags = {"site": "aikou", "line": "suanjiao-1", "device": "jar_line", "counter": "good", "sku": "jar_280"}
    fields: dict[str, FieldValue] = {
        "n": -5, "g": -1_400, "mark": "correction", "who": "王芳", "why": "退货", "entered": at(17, 9),
    }  # fmt: skip
    lines.append(line_protocol.encode(Point("count", tags, fields, at(15, 20))))

    found = await report(lines, since=at(17, 8))
    assert (len(found.doubts), found.more_doubts, found.total.doubtful) == (200, 101, 300)
    assert found.doubts[-1].who == "王芳"
    assert [doubt.n for doubt in found.changed] == [-5]
    assert (await report(lines, since=at(17, 10))).changed == ()


async def test_plan_goal_and_curve_are_those_of_the_day() -> None:
    """To the fraction; what was made stands in the curve up to the day and no further."""
    found = await report(known_day())
    assert PLANT.target
    curve = mass_curve(PLANT.target, PLANT.calendar)

    assert found.total.plan == curve.of(DAY)
    assert found.goal
    assert found.goal.until == curve.until(DAY + timedelta(days=1))
    assert len(found.curve) == 365
    made = {day.day: day.made for day in found.curve}
    assert found.year
    assert found.year.good
    assert made[DAY] == found.year.good.grams
    assert made[DAY + timedelta(days=1)] is None
    assert found.outlook
    assert found.outlook.day == DAY + timedelta(days=1)
    assert found.outlook.mass.made == found.year.good.grams


async def test_what_is_on_counts_until_now() -> None:
    """A day that is half over: how much has passed, and no comparison with the ledger yet."""
    noon = at(15, 13)
    found = await report([*known_day(), source("jar_line", at(15, 10), HOUR_MS)], now=noon)

    assert found.uncounted is None
    assert found.sources[0] == Source("jar_line", "罐装线", HOUR_MS, 6 * HOUR_MS)
    assert found.sources[1].watched == 0
    assert by_key(found, Part.MACHINE)["jar_line"].watched == (HOUR_MS, 6 * HOUR_MS)
    assert found.total.watched == (HOUR_MS, 18 * HOUR_MS)
    assert found.outlook
    assert found.outlook.day == DAY


async def test_a_machine_that_was_heard_of_and_made_nothing_made_zero() -> None:
    """A day of rest is no day without data."""
    found = await report([source("jar_line", at(15, 10), HOUR_MS)])

    machines = by_key(found, Part.MACHINE)
    assert machines["jar_line"].good == Amount()
    assert machines["pouch_line"].good is None
    assert found.total.good == Amount()
    assert found.total.sums == Sums()


@pytest.mark.parametrize(
    "span",
    [
        span_of(Kind.DAY, date(2026, 12, 24)),
        span_of(Kind.WEEK, date(2027, 12, 31)),
        span_of(Kind.MONTH, date(2028, 2, 1)),
        span_of(Kind.SEASON, date(2025, 2, 1)),
        span_of(Kind.YEAR, date(2024, 2, 1)),
        span_of(Kind.YEAR, date(2026, 2, 1)),
        range_of(date(2025, 11, 1), date(2026, 4, 1)),
        range_of(date(1970, 1, 1), date(1970, 1, 2)),
    ],
)
@pytest.mark.parametrize("plant", ["whole", "bare"])
async def test_nothing_known_is_a_report_that_says_so(span: Span, plant: str) -> None:
    """The future, years without a plan, days before the plant, a site without machines: None, never 0, and never an error."""
    bare = Plant("e", "aikou", "suanjiao-1", dataclasses.replace(PLANT.calendar, shifts=()))
    found = await report([], span, plant=bare if plant == "bare" else PLANT)

    assert found.until is None
    assert found.total.good is None
    assert found.total.sums is None
    assert found.questions is None
    assert (found.doubts, found.losses, found.strips, found.weights) == ((), (), (), ())
    assert all(utility.amount is None for utility in found.utilities)
    assert (found.goal is None) == (plant == "bare" or span.last.year != 2026)
    for form in ("text", "csv"):
        assert render(found, form, Style())


async def test_a_machine_that_was_renamed_has_its_own_row() -> None:
    """What the old name counted is output, by its key; what no counter of good product counted is not."""
    when = at(15, 12)
    lines = [
        *known_day(),
        count("old_line", "good", 7, when, "jar_280"),
        made_line("old_line", 7, when, "jar_280"),
        oee("old_belt", when, pq=9, gq=9, infeed=9),
    ]
    found = await report(lines)

    machines = by_key(found, Part.MACHINE)
    assert list(machines)[-2:] == ["old_belt", "old_line"]
    assert machines["old_line"].good == Amount(7, 1_960, 0, Decimal(1_960) / 500 * 6)
    assert machines["old_belt"].good is None
    assert machines["old_belt"].sums == Sums(pq=9, gq=9, infeed=9)
    assert found.total.good
    assert found.total.good.pieces == 32_500 + 10_001 + 25 + 7

    about = await report(lines, about=(Part.MACHINE, "old_line"))
    assert about.total.good
    assert about.total.good.pieces == 7
    assert about.sources == (Source("old_line", "old_line", None, 24 * HOUR_MS),)


async def test_a_report_of_one_machine_is_of_nothing_else() -> None:
    """No plan, no heads, no outlook; its own losses, strip and doubts."""
    lines = [
        *known_day(),
        oee("jar_line", at(15, 8), "D", "jar_280", pbt=300_000, apt=300_000),
        loss("pouch_line", at(15, 9), "down", 5, 600_000),
        loss("jar_line", at(15, 9), "waiting", 1, 300_000, "pasteurizer"),
    ]
    found = await report(lines, about=(Part.MACHINE, "jar_line"))

    assert found.subject
    assert found.subject.name == "罐装线"
    assert found.total.good
    assert found.total.good.pieces == 32_500
    assert (found.total.plan, found.total.heads, found.goal, found.outlook, found.curve) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert found.parts.keys() == {Part.PERIOD, Part.PRODUCT, Part.SHIFT}
    assert [(one.device, one.cause, one.category) for one in found.losses] == [
        ("jar_line", "杀菌机", Category.WAITING)
    ]
    assert {doubt.device for doubt in found.doubts} == {"jar_line"}
    assert found.uncounted == 0


async def test_a_report_of_one_product_or_shift_is_of_nothing_else() -> None:
    """A shift has its people, a product has none."""
    lines = [*known_day(), oee("jar_line", at(15, 9), "D", "jar_280", pq=5, gq=5, g=1_400, pbt=1_000)]

    product = await report(lines, about=(Part.PRODUCT, "pouch_200"))
    assert product.total.good == Amount(10_001, 2_000_200, 0, Decimal(2_000_200) / 500 * Decimal("6.5"))
    assert product.total.heads is None
    shift = await report(lines, about=(Part.SHIFT, "D"))
    assert shift.total.good == Amount(5, 1_400, 0, Decimal(1_400) / 500 * 6)
    assert shift.total.heads == Heads(1, 60, 52)
    assert shift.parts.keys() == {Part.PERIOD, Part.MACHINE, Part.PRODUCT, Part.TEAM}
    unknown = await report(lines, about=(Part.PRODUCT, ""))
    assert unknown.total.good == Amount(25, 0, 25)


async def test_a_team_is_shown_beside_the_output_of_its_shifts() -> None:
    """Its heads are its own, machines' times are nobody's; a shift on which it was not counted is not its."""
    lines = [
        heads("D", "permanent", 20, 19, at(15, 17)),
        oee("jar_line", at(15, 9), "D", "jar_280", pq=5, gq=5, g=1_400),
        oee("jar_line", at(15, 21), "N", "jar_280", pq=7, gq=7, g=1_960),
        oee("jar_line", at(14, 9), "D", "jar_280", pq=9, gq=9, g=2_520),
    ]
    found = await report(lines, about=(Part.TEAM, "t1"))

    assert found.total.good == Amount(5, 1_400, 0, Decimal(1_400) / 500 * 6)
    assert found.total.sums is None
    assert found.total.heads == Heads(1, 20, 19)
    assert found.month
    assert found.month.good == found.total.good
    assert found.year
    assert not found.year.is_brief


@pytest.mark.parametrize(
    ("about", "known"),
    [
        ((Part.MACHINE, "nobody"), "jar_line, pouch_line, pasteurizer"),
        ((Part.PRODUCT, "nothing"), "jar_280, pouch_200"),
        ((Part.SHIFT, "Z"), "D, N"),
        ((Part.TEAM, "t9"), "t1"),
    ],
)
async def test_who_is_not_known_is_an_error_that_names_who_is(about: tuple[Part, str], known: str) -> None:
    """A report of nobody would be a page of nothing."""
    with pytest.raises(ConfigurationError, match=f"there is no {about[0]} '{about[1]}'; there are: {known}"):
        await report(known_day(), about=about)


async def test_nobody_has_teams_where_nobody_was_counted() -> None:
    """The message says that there are none."""
    with pytest.raises(ConfigurationError, match="there are: none"):
        await report([], about=(Part.TEAM, "t1"))


async def test_strips_are_of_a_day_and_tell_rest_from_the_unknown() -> None:
    """Machines that tell what they do; here one that the configuration no longer has."""
    lines = [
        oee("old", at(15, 8), "D", pbt=300_000, apt=200_000),
        loss("old", at(15, 8), "down", 5, 100_000),
        loss("old", at(15, 8, 5), "down", 5, 300_000),
        source("old", at(15, 7, 59), 900_000),
    ]
    (strip,) = (await report(lines)).strips

    assert [(cell.start, cell.category) for cell in strip.cells] == [
        (at(15, 7), None),
        (at(15, 7, 45), Category.PLANNED),
        (at(15, 8), Category.RUNNING),
        (at(15, 8, 5), Category.DOWN),
        (at(15, 8, 10), None),
    ]
    assert strip.cells[-1].stop == at(16, 7)
    assert (await report(lines, span_of(Kind.WEEK, DAY))).strips == ()


async def test_a_historian_that_is_away_is_one_error() -> None:
    """Whichever question met it first."""

    class Away(MemoryHistorian):
        async def tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:  # noqa: ARG002 - the port's own
            raise TransientError("away")

    with pytest.raises(TransientError, match="away"):
        await inquire(Away(), PLANT, span_of(Kind.DAY, DAY), LATER)
