"""A few days in virtual time: shifts, pauses, changeovers, cleaning, power cuts, and the same bytes again."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest

from simulators.model.stops import StopReason
from simulators.year.command import simulate
from simulators.year.hours import works_of
from simulators.year.plan import fresh_tonnes, july_breakdown, planned_g, power_cuts, stock_comes
from simulators.year.season import Season

_WORKDAY, _SUNDAY, _PEAK = date(2026, 3, 10), date(2026, 3, 15), date(2026, 9, 8)


def _hashes(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Readings and truth of the same days are identical files; another seed's are not."""
    days = date(2026, 9, 7), date(2026, 9, 9)
    simulate(1, *days, tmp_path / "a")
    simulate(1, *days, tmp_path / "b")
    simulate(2, *days, tmp_path / "c")
    assert _hashes(tmp_path / "a") == _hashes(tmp_path / "b")
    assert _hashes(tmp_path / "a") != _hashes(tmp_path / "c")


def test_a_folder_that_is_in_use_is_left_alone(tmp_path: Path) -> None:
    """Nothing is overwritten."""
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(OSError, match="is not empty: name a new folder"):
        simulate(1, _WORKDAY, _WORKDAY, tmp_path)


def test_one_shift_in_march_and_two_in_september() -> None:
    """Who works when: one shift with a long lunch, two in the peak, the intake alone on Sundays of the season."""
    assert [work.shift for work in works_of(_WORKDAY)] == ["D"]
    assert [work.shift for work in works_of(_PEAK)] == ["A", "B"]
    assert works_of(_SUNDAY) == ()
    assert [work.shift for work in works_of(date(2026, 9, 13))] == ["T"]
    assert works_of(date(2026, 10, 1)) != ()
    assert works_of(date(2026, 2, 17)) == ()


def test_the_machines_work_in_the_shifts_and_rest_in_the_pauses() -> None:
    """No pack is made at night, at lunch, or on a Sunday; the line is cleaned when its work is done."""
    season = Season(1, _WORKDAY, _SUNDAY)
    made: defaultdict[tuple[int, int], int] = defaultdict(int)
    before = 0
    for moment in season.moments():
        packed = season.plant.packed_g
        made[moment.local.isoweekday(), moment.local.hour] += packed - before
        before = packed
    hours = {hour for (_, hour), grams in made.items() if grams}
    assert hours <= {8, 9, 10, 11, 12, 13, 14, 15, 16, 17}
    assert not any(grams for (weekday, _), grams in made.items() if weekday == 7)
    jar_line = season.plant.machines["jar_line"]
    assert jar_line.stopped_s[StopReason.PAUSE] == pytest.approx(5 * 90 * 60, abs=600)
    assert jar_line.stopped_s[StopReason.CLEANING] == pytest.approx(5 * 40 * 60, abs=600)
    assert jar_line.stopped_s[StopReason.CHANGEOVER] > 3 * 25 * 60


def test_a_day_makes_what_was_ordered() -> None:
    """Work ends when the order is done: the week's output is the week's plan, give or take."""
    season = Season(1, _WORKDAY, _SUNDAY)
    for _ in season.moments():
        pass
    planned = sum(planned_g(date(2026, 3, day)) for day in range(10, 16))
    assert season.plant.packed_g == pytest.approx(planned, rel=0.15)


def test_a_power_cut_darkens_everything_and_resets_the_counters_that_are_not_retentive(
    tmp_path: Path,
) -> None:
    """While it lasts nobody answers; afterwards the bulk line counts from zero, the others go on."""
    cut = power_cuts(1, 2026, 3)[0]
    simulate(1, cut.begin.date(), cut.begin.date(), tmp_path / "day")
    for device, retentive in (("jar_line", True), ("bulk_line", False)):
        with gzip.open(tmp_path / "day" / "devices" / device / "2026-03.csv.gz", "rt") as file:
            header, *rows = [line.rstrip("\n").split(",") for line in file]
        dark = [row for row in rows if not any(row[1:])]
        assert len(dark) == cut.minutes
        column = header.index("total_count")
        after = rows[rows.index(dark[-1]) + 1]
        before = rows[rows.index(dark[0]) - 1]
        assert (int(after[column]) >= int(before[column])) is retentive


def test_chili_comes_in_its_season_and_stock_before_it() -> None:
    """Fresh chili from mid-July to October, most of it in August and September; brined stock from March to July."""
    year = [date.fromordinal(date(2026, 1, 1).toordinal() + n) for n in range(365)]
    by_month: Counter[int] = Counter()
    for day in year:
        by_month[day.month] += round(fresh_tonnes(1, day))
    assert {month for month, tonnes in by_month.items() if tonnes} == {7, 8, 9, 10}
    assert 3700 < sum(by_month.values()) < 4100
    assert max(fresh_tonnes(1, day) for day in year) < 110
    assert {day.month for day in year if stock_comes(day)} == {3, 4, 5, 6, 7}


def test_the_breakdown_week_is_july_s_second() -> None:
    """From Monday morning to Saturday noon."""
    outage = july_breakdown(2026)
    assert outage.begin == datetime(2026, 7, 13, 9, 20)  # noqa: DTZ001 - the plant's own wall clock
    assert outage.end == datetime(2026, 7, 18, 12, 0)  # noqa: DTZ001 - see above


def test_an_outage_that_began_before_the_first_day_still_holds() -> None:
    """Days that begin in the middle of July's breakdown week make no jars until it is over."""
    outage = july_breakdown(2026)
    season = Season(1, date(2026, 7, 15), date(2026, 7, 20))
    assert season.outages == (outage,)
    jars: Counter[date] = Counter()
    before = 0
    for moment in season.moments():
        made = season.plant.machines["jar_line"].total
        jars[moment.local.date()] += made - before
        before = made
    assert max(jars[date(2026, 7, day)] for day in (15, 16, 17)) < 200
    assert jars[date(2026, 7, 20)] > 5000
    assert Season(1, date(2026, 7, 20), date(2026, 7, 21)).outages == ()


@pytest.mark.parametrize("year", [2003, 2027])
def test_a_year_without_published_holidays_can_be_lived_through(year: int, tmp_path: Path) -> None:
    """Readings, people and truth are written as of any other days."""
    simulate(1, date(year, 3, 3), date(year, 3, 4), tmp_path / "days")
    assert "jar_line" in (tmp_path / "days" / "truth" / "production.csv").read_text(encoding="utf-8")


def test_bags_are_packed_in_the_second_half_of_a_shift() -> None:
    """The bulk line has an order half of the time; before it there is none, and its time is nobody's loss."""
    season = Season(1, _WORKDAY, _WORKDAY)
    hours = {moment.local.hour for moment in season.moments() if season.plant.machines["bulk_line"].running}
    assert hours
    assert min(hours) >= 12
