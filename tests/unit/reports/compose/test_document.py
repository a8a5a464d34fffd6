"""Documents of whole reports: every part of them, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from edge.model.oee import Sums
from edge.reports.compose import compose
from edge.reports.document import Cell, Document, KeyFigure, Table
from edge.reports.report import Amount, Kind, Part, Report, Row, Span, Subject
from edge.reports.rounding import percent
from edge.reports.style import Style
from tests.unit.reports import samples
from tests.unit.reports.sample_bookings import DAY, at

MAKERS = (
    samples.day,
    samples.week,
    samples.month,
    samples.season,
    samples.year,
    samples.unwatched,
    samples.future,
    samples.planless,
    samples.of_machine,
)


def cells(document: Document) -> list[Cell]:
    """Return every cell of a document."""
    return [
        cell
        for table in document.tables
        for row in (*table.rows, *([table.total] if table.total else []))
        for cell in row
    ]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_every_unknown_cell_says_why(make: Callable[[], Report]) -> None:
    """A cell that is not known refers to a footnote, and every footnote is referred to, in order of first use."""
    document = compose(make(), Style())
    used = [note for cell in cells(document) for note in cell.notes]
    assert all(cell.notes for cell in cells(document) if cell.value is None)
    assert list(dict.fromkeys(used)) == list(range(1, len(document.footnotes) + 1))


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_languages_have_one_shape(make: Callable[[], Report]) -> None:
    """A reader of English finds the same tables, columns and numbers as a reader of Chinese."""
    chinese, english = (compose(make(), Style(language)) for language in ("zh", "en"))
    assert shape(chinese) == shape(english)


def table(document: Document, key: str) -> Table:
    """Return a table of a document."""
    return next(one for one in document.tables if one.key == key)


def column(found: Table, key: str) -> list[object]:
    """Return the values of a column, those of the last line last."""
    at = [one.key for one in found.columns].index(key)
    return [row[at].value for row in (*found.rows, *([found.total] if found.total else []))]


def figure(document: Document, key: str) -> KeyFigure:
    """Return a key figure of a document."""
    return next(one for one in document.figures if one.key == key)


def shape(document: Document) -> object:
    """Return all of a document that no language changes."""
    return (
        document.name,
        [(figure.key, figure.share, figure.good) for figure in document.figures],
        [(table.key, [column.key for column in table.columns], len(table.rows)) for table in document.tables],
        [(cell.notes, cell.value) for cell in cells(document) if not isinstance(cell.value, str)],
        [
            (picture.chart, [(one.role, one.values) for one in picture.series])
            for picture in document.pictures
        ],
        (len(document.footnotes), len(document.remarks), len(document.blanks), sorted(document.words)),
    )


def test_a_day_has_what_managers_expect() -> None:
    """The tables of a 生产日报 in the order of reading, and what is filled in by hand and signed."""
    document = compose(samples.day(), Style())
    assert [one.key for one in document.tables] == [
        "cumulative", "periods", "products", "machines", "teams", "losses", "utilities", "weights", "comparison", "sources",
        "doubts", "corrections", "sums",
    ]  # fmt: skip
    assert (document.title, document.name) == ("生产日报", "day-2026-09-15")
    assert document.subtitle == "天娇公司 · 艾口 · 酸椒一线 · 2026年9月15日（周二）"
    assert document.signatures == ("填报", "审核", "批准")
    assert "库存（原料/半成品/成品）" in document.blanks
    assert document.warning == ""


def test_a_month_has_its_shifts() -> None:
    """Days are the periods of a month, so shifts have a table of their own."""
    document = compose(samples.month(), Style())
    assert len(table(document, "periods").rows) == 30
    assert column(table(document, "shifts"), "shift") == ["早班", "中班", "夜班", "合计"]


def test_days_add_up_to_months_and_months_to_the_year() -> None:
    """Exactly, in every unit: what a total shows is what the longer report shows of it."""
    style = Style(mass="wan_jin")
    year, month = compose(samples.year(), style), compose(samples.month(), style)
    assert column(table(month, "periods"), "actual")[-1] == column(table(year, "periods"), "actual")[8]
    made = [row.good.grams if row.good else 0 for row in samples.year().parts[Part.PERIOD]]
    assert column(table(year, "periods"), "actual")[-1] == Fraction(sum(made), 5_000_000)


def test_raw_sums_are_the_reports_own() -> None:
    """Nothing in them is scaled: grams, pieces and ms of every row, and their keys are the headings."""
    report = samples.day()
    sums = table(compose(report, Style("en", "t", "wan_yuan")), "sums")
    assert [one.key for one in sums.columns] == [one.heading for one in sums.columns]
    assert report.total.good is not None
    assert report.total.sums is not None
    assert column(sums, "good_grams")[0] == report.total.good.grams
    assert column(sums, "good_yuan")[0] == report.total.good.yuan
    assert column(sums, "apt")[0] == report.total.sums.apt
    assert column(sums, "scope").count("machine") == 5


def test_output_is_read_against_its_plan() -> None:
    """A day that reached its plan is good news, one that did not is bad, and one that is on is neither."""
    report = samples.day()
    found = figure(compose(report, Style()), "output")
    assert (found.text, found.good) == ("47,764斤", True)
    assert found.detail == "计划 46,154斤，完成 103.5%，超前 1,610斤"
    late = replace(report, total=replace(report.total, plan=Fraction(30_000_000)))
    assert figure(compose(late, Style()), "output").good is False
    on = replace(late, sources=tuple(replace(one, passed=3_600_000) for one in late.sources))
    assert figure(compose(on, Style()), "output").good is None
    assert compose(on, Style()).warning == "该期间尚未结束：数据截至 09-16 06:59。"


def test_a_year_that_is_on_is_read_against_the_plan_until_now() -> None:
    """Not against the plan of all of it: in September nobody is 269 万斤 behind."""
    found = figure(compose(samples.year(), Style(mass="wan_jin")), "year")
    assert found.detail == "年目标 1,000.00万斤，完成 73.1%；到 9月30日 为止计划 71.5%，超前 15.99万斤"
    assert found.good is True


def test_outlook_and_value() -> None:
    """How the year will end, with its odds; each as the forecast says."""
    document = compose(samples.day(), Style("en", "t", "wan_yuan"))
    outlook = samples.outlook(DAY)
    end = outlook.mass.outlook.quantile(0.5)
    assert figure(document, "outlook").text == f"{end / 1_000_000:,.3f} t"
    assert percent(Fraction(outlook.mass.probability)) in figure(document, "outlook").detail
    assert figure(document, "required").text.endswith(" t")
    assert figure(document, "value_outlook").text.endswith(" 10k CNY")


@pytest.mark.parametrize(
    ("make", "warning"),
    [
        (samples.future, "该期间尚未开始"),
        (samples.unwatched, "该期间没有数据"),
        (samples.year, "该期间尚未结束"),
        (samples.month, ""),
    ],
)
def test_what_must_be_known_first(make: Callable[[], Report], warning: str) -> None:
    """To come, silent or not over: said before any figure, and no figure is 0 for it."""
    document = compose(make(), Style())
    assert document.warning.startswith(warning)
    assert bool(document.warning) == bool(warning)
    if make in {samples.future, samples.unwatched}:
        assert figure(document, "output").text == "—"


def test_a_line_that_was_cut_off_says_since_when() -> None:
    """A day that is over of which the evening is missing."""
    report = replace(samples.day(), until=at(DAY, 18, 30))
    assert compose(report, Style()).warning == "数据只到 18:30，之后没有收到任何数据。"


def test_a_day_without_output_says_so() -> None:
    """It was watched, and nothing was made."""
    report = samples.day()
    idle = replace(report, total=replace(report.total, good=Amount()))
    assert compose(idle, Style()).warning == "该期间有采集，但没有合格品产出。"


@pytest.mark.parametrize(
    ("span", "key", "name"),
    [
        (Span(Kind.WEEK, date(2026, 9, 14), date(2026, 9, 20)), None, "week-2026-09-14"),
        (Span(Kind.SEASON, date(2026, 7, 1), date(2026, 9, 30)), None, "season-2026-Q3"),
        (Span(Kind.RANGE, date(2026, 7, 1), date(2026, 7, 9)), None, "range-2026-07-01_2026-07-09"),
        (Span(Kind.YEAR, date(2026, 1, 1), date(2026, 12, 31)), "jar_line", "year-2026-jar_line"),
        (Span(Kind.DAY, date(2026, 1, 1), date(2026, 1, 1)), "../a b", "day-2026-01-01-..~2fa~20b"),
        (Span(Kind.DAY, date(2026, 1, 1), date(2026, 1, 1)), "", "day-2026-01-01-unknown"),
    ],
)
def test_names_are_safe_for_files(span: Span, key: str | None, name: str) -> None:
    """ASCII, without a separator, and different for different keys."""
    subject = None if key is None else Subject(Part.MACHINE, key, key)
    assert compose(replace(samples.unwatched(), span=span, subject=subject), Style()).name == name


def test_a_day_without_plans_of_shifts_has_its_own() -> None:
    """The last line has the plan of the day, whole: no shift of it is left out."""
    document = compose(samples.day(), Style())
    periods = table(document, "periods")
    assert periods.total is not None
    plan = periods.total[[one.key for one in periods.columns].index("plan")]
    assert plan.notes == ()
    assert plan.value == Fraction(samples.day().total.plan or 0) / 500


def test_machines_that_pass_on_what_others_made_do_not_dilute_a_ratio() -> None:
    """The last line's OEE is of the machines that count output; its hours and stops are of all."""
    of_day = samples.day()
    makers = tuple(row for row in of_day.parts[Part.MACHINE] if row.good is not None)
    tunnel = Row(
        "tunnel", "隧道", sums=Sums(pbt=36_000_000, apt=18_000_000, adet=18_000_000, pq=9, gq=9, unrated=9)
    )
    alone, beside = (
        table(compose(replace(of_day, parts={**of_day.parts, Part.MACHINE: rows}), Style()), "machines")
        for rows in (makers, (*makers, tunnel))
    )

    for key in ("availability", "effectiveness", "quality", "oee"):
        assert column(beside, key)[-1] == column(alone, key)[-1] is not None
    assert column(beside, "busy_time")[-1] != column(alone, "busy_time")[-1]


def test_raw_sums_have_no_zero_of_meters() -> None:
    """Meters are beside the machines that count output: their sums would be 0 where the table of utilities has some."""
    keys = [one.key for one in table(compose(samples.day(), Style()), "sums").columns]

    assert "g" in keys
    assert not {"wh", "steam", "water"} & set(keys)
