"""Reports of simulated days with a power cut: every number that the simulators know is theirs, and days make months and years."""

from __future__ import annotations

import asyncio
import csv
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from edge.cli import main
from edge.config.settings import Settings, load
from edge.host import open_historian
from edge.model.calendar import NS
from edge.model.oee import Sums
from edge.reports.compose.adding import added
from edge.reports.inquiry import inquire
from edge.reports.render import FORMS, render
from edge.reports.report import Kind, Part, Report, Row, Span
from edge.reports.scope import Days, month_after, range_of, span_of
from edge.reports.style import Style
from simulators.model.park.packing import FILLERS
from simulators.year.command import simulate
from simulators.year.plan import power_cuts
from tests.system.programs import chili_edge
from tests.system.test_history_of_attendance import plant_with_people
from tests.unit.processing.attendance.plant import key_of

pytestmark = pytest.mark.timeout(3600)

_SEED = 1
_CUT = power_cuts(_SEED, 2026, 8)[1].begin.date()
_IS_YEAR = bool(os.environ.get("CHILI_YEAR"))
_FIRST, _LAST = (
    (date(2026, 1, 1), date(2026, 12, 31))
    if _IS_YEAR
    else (_CUT - timedelta(days=1), _CUT + timedelta(days=1))
)
_LATER = 1_830_000_000 * NS
_SKUS = {"jar_280": "1", "pouch_200": "2", "jar_500": "3", "pouch_500": "4", "bag_5000": "5"}
_CROWD = 3
"""Smaller groups are never told of."""

Truth = Mapping[tuple[str, ...], Counter[str]]


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The truth and the configuration of three days that were imported; of the whole year with `make year`."""
    folder = tmp_path_factory.mktemp("reports")
    simulate(_SEED, _FIRST, _LAST, folder / "readings")
    config = plant_with_people(folder / "plant")
    outcome = chili_edge(
        *("history", "import", folder / "readings", "-c", config, "--skip-unknown", "--trend-days", "0"),
        timeout=3000,
    )
    assert outcome.code == 0, outcome.err
    return folder / "readings" / "truth", config


def _truth(file: Path, keys: tuple[str, ...], *columns: str) -> Truth:
    """Return sums of columns by keys."""
    found: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found[tuple(row[key] for key in keys)].update({column: float(row[column]) for column in columns})
    return found


def _of_fillers(truth: Truth) -> Truth:
    """Return what the fillers made, by day and product: their pieces are output, those of machines before and after are not."""
    found: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for (day, sku, machine), made in truth.items():
        if machine in FILLERS:
            found[day, sku].update(made)
    return found


async def _reports(settings: Settings, *spans: Span) -> list[Report]:
    async with open_historian(settings, read_only=True) as historian:
        return [await inquire(historian, settings.plant, span, _LATER) for span in spans]


async def _days(settings: Settings) -> list[Report]:
    return await _reports(settings, *(span_of(Kind.DAY, day) for day in Days(_FIRST, _LAST).each))


def _rows(report: Report, part: Part) -> dict[str, Row]:
    return {row.key: row for row in report.parts[part]}


async def test_output_by_machine_and_product_is_what_was_made(plant: tuple[Path, Path]) -> None:
    """Good and rejected pieces, grams and yuan of each day; the ledger and the sums agree on every one."""
    truth, settings = plant[0], load(plant[1])
    made = _truth(truth / "production.csv", ("day", "machine"), "good", "reject", "grams")
    packed = _of_fillers(_truth(truth / "production.csv", ("day", "sku", "machine"), "grams"))
    for day in await _days(settings):
        on, machines, products = f"{day.span.first}", _rows(day, Part.MACHINE), _rows(day, Part.PRODUCT)
        for machine in FILLERS:
            known, row = made[on, machine], machines[machine]
            assert row.good
            assert row.sums is not None
            assert (row.good.pieces, row.good.grams) == (known["good"], known["grams"]), (on, machine)
            assert (row.sums.gq, row.sums.sq) == (known["good"], known["reject"]), (on, machine)
        for sku, number in _SKUS.items():
            good = products[sku].good if sku in products else None
            of_fillers = packed[on, number]["grams"]
            assert (good.grams if good else 0) == of_fillers, (on, sku)
        assert day.total.good
        assert day.total.good.yuan == sum(row.good.yuan for row in products.values() if row.good)
        assert (day.total.good.unweighed, day.total.good.unpriced, day.uncounted) == (0, 0, 0)


async def test_times_and_losses_of_each_filler_are_its_own(plant: tuple[Path, Path]) -> None:
    """Planned and production time to two seconds, OEE to a tenth of a point; what was lost is the rest of the planned time."""
    truth, settings = plant[0], load(plant[1])
    lived = _truth(truth / "oee.csv", ("day", "machine"), "apt_s", "pbt_s", "ideal_s", "total", "good")
    for day in await _days(settings):
        for machine in FILLERS:
            known, row = lived[f"{day.span.first}", machine], _rows(day, Part.MACHINE)[machine]
            assert row.sums is not None
            lost = sum(loss.ms for loss in day.losses if loss.device == machine) / 1000
            assert row.sums.apt / 1000 == pytest.approx(known["apt_s"], abs=2.0)
            assert row.sums.pbt / 1000 == pytest.approx(known["pbt_s"], abs=2.0)
            assert lost == pytest.approx(known["pbt_s"] - known["apt_s"], abs=4.0)
            if known["total"]:
                oee = known["ideal_s"] / known["pbt_s"] * known["good"] / known["total"]
                assert row.sums.oee == pytest.approx(oee, abs=0.001)


async def test_utilities_are_what_was_used(plant: tuple[Path, Path]) -> None:
    """Electricity once, though the meter of the compressors stands behind the main one.

    The readings end within the last day; and the simulated meters run on while the plant is dark, which their truth does not.
    """
    truth, settings = plant[0], load(plant[1])
    used = _truth(truth / "utilities.csv", ("day",), "energy_kwh", "steam_kg", "water_dm3")
    dark = {str(cut.begin.date()) for month in range(1, 13) for cut in power_cuts(_SEED, 2026, month)}
    days = [day for day in (await _days(settings))[:-1] if f"{day.span.first}" not in dark]
    assert days
    for day in days:
        known = used[(f"{day.span.first}",)]
        amounts = {one.key: one.amount or 0 for one in day.utilities}
        assert amounts["electricity"] / 1000 == pytest.approx(known["energy_kwh"], abs=0.1)
        assert amounts["steam"] / 1000 == pytest.approx(known["steam_kg"], abs=1.0)
        assert amounts["water"] / 1000 == pytest.approx(known["water_dm3"], abs=1.0)


async def test_heads_and_hours_are_those_of_the_people(plant: tuple[Path, Path]) -> None:
    """By day and shift; a shift with punches that are missing is marked, groups that are too small are never told."""
    truth, settings = plant[0], load(plant[1])
    known: defaultdict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    with (truth / "attendance.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            calendar, on = settings.plant.calendar, date.fromisoformat(line["day"])
            shift = next(one for one in calendar.shifts if one.key == key_of(line["shift"], on))
            # One that begins before the production day does is of the day before.
            day = calendar.production_day(shift.span(on, calendar.zone)[0])
            columns = ("planned", "present", "late", "minutes", "missing_punch")
            known[day, shift.key].update({name: int(line[name]) for name in columns})
    checked = 0
    for report in (await _days(settings))[:-1]:
        for key, row in _rows(report, Part.SHIFT).items():
            true = known[report.span.first, key]
            if true["planned"] < _CROWD:
                assert row.heads is None
                continue
            assert row.heads
            assert (row.heads.planned, row.heads.present) == (true["planned"], true["present"])
            if true["missing_punch"]:
                assert row.heads.questions
                continue
            checked += 1
            assert row.heads.late == true["late"]
            assert float(row.heads.hours) == pytest.approx(true["minutes"] / 60, abs=0.05)
    assert checked


async def test_the_power_cut_is_on_the_page(plant: tuple[Path, Path]) -> None:
    """The counters that it zeroed are marked, and nobody heard of anything while it lasted."""
    (day,) = await _reports(load(plant[1]), span_of(Kind.DAY, _CUT))

    assert {(doubt.device, doubt.mark) for doubt in day.doubts if doubt.mark != "gap"} == {
        ("bulk_line", "reset")
    }
    assert day.total.doubtful == len(day.doubts) + day.more_doubts
    heard = {source.device: source for source in day.sources}["jar_line"]
    assert heard.watched is not None
    cut = power_cuts(_SEED, 2026, 8)[1]
    assert (heard.passed - heard.watched) / 1000 == pytest.approx(60 * cut.minutes, abs=90)


async def test_days_make_months_and_months_the_year(plant: tuple[Path, Path]) -> None:
    """In pieces, grams, yuan, times, heads and hours, by machine, product and shift, exactly."""
    settings = load(plant[1])
    # The terminals are read beyond the days that were imported, so the whole month is.
    all_days = Days(_FIRST.replace(day=1), month_after(_LAST.replace(day=1), 1) - timedelta(days=1))
    days = await _reports(settings, *(span_of(Kind.DAY, day) for day in all_days.each))
    months = await _reports(settings, *{span_of(Kind.MONTH, day.span.first): None for day in days})
    year, whole = await _reports(
        settings, span_of(Kind.YEAR, _FIRST), range_of(all_days.first, all_days.last)
    )

    for found, parts in ((year, months), (whole, days), *_by_month(months, days)):
        assert _exact(found.total) == _exact(added([part.total for part in parts]))
        assert _exact(added(found.parts[Part.PERIOD])) == _exact(found.total)
        for part in (Part.MACHINE, Part.PRODUCT, Part.SHIFT, Part.TEAM):
            rows: defaultdict[str, list[Row]] = defaultdict(list)
            for one in parts:
                for row in one.parts[part]:
                    rows[row.key].append(row)
            for key, row in _rows(found, part).items():
                assert _exact(row) == _exact(added(rows[key])), (part, key)
        assert _lost(found) == sum(map(_lost, parts), Counter())
        assert found.total.doubtful == sum(part.total.doubtful or 0 for part in parts)
    assert year.year == year.total
    assert months[-1].month == months[-1].total


def _by_month(months: list[Report], days: list[Report]) -> Iterator[tuple[Report, list[Report]]]:
    for month in months:
        yield month, [day for day in days if month.span.first <= day.span.first <= month.span.last]


def _exact(row: Row) -> tuple[object, ...]:
    """Return what adds up; nothing made is as good as nobody there, and heads that nobody counted as none."""
    return row.good, row.sums or Sums(), row.heads


def _lost(report: Report) -> Counter[tuple[str, ...]]:
    return Counter(
        {
            (loss.device, loss.category, f"{loss.reason}", loss.cause): loss.ms
            for loss in report.losses
            if loss.ms
        }
    )


async def test_every_form_has_the_same_bytes_in_every_process(
    plant: tuple[Path, Path], tmp_path: Path
) -> None:
    """What a command writes is what this process makes of the same figures."""
    config = plant[1]
    (report,) = await _reports(load(config), span_of(Kind.DAY, _CUT))
    for form in FORMS:
        file = tmp_path / f"report.{form}"
        words = ("report", "day", "--date", f"{_CUT}", "-c", config, "--lang", "en", "-o", file)
        outcome = await asyncio.to_thread(chili_edge, *words)
        assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
        assert file.read_bytes() == render(report, form, Style("en")), form


@pytest.mark.parametrize("form", ["csv", "text"])
@pytest.mark.parametrize(
    "words",
    [
        ("year", "--date", "2030"),
        ("season", "--date", "2026-Q1"),
        ("week", "--date", "1999-W01"),
        ("range", "--from", "2025-12-30", "--to", "2026-08-31", "--shift", "A"),
        ("month", "--date", "2026-08", "--team", "pack"),
        ("day", "--date", f"{_CUT}", "--product", "jar_280", "--unit", "t", "--money", "wan_yuan"),
    ],
)
def test_whatever_is_asked_has_an_answer(
    plant: tuple[Path, Path], words: tuple[str, ...], form: str, tmp_path: Path
) -> None:
    """The future, days before there was anything, and parts of the plant: a file, and exit code 0."""
    file = tmp_path / f"report.{form}"

    assert main(["report", *words, "-c", f"{plant[1]}", "-o", f"{file}"]) == 0
    assert file.read_bytes()


def test_nobody_is_refused_with_the_names_of_all(
    plant: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown machine is one line, and exit code 2."""
    assert main(["report", "day", "--machine", "nobody", "-c", f"{plant[1]}"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "there is no machine 'nobody'; there are: intake, prep, pouch_a" in said.err
