"""What edge.yaml says about time becomes the plant's calendar and plan."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from edge.config.settings import load
from edge.errors import ConfigurationError
from edge.model.calendar import Break
from edge.model.plant import Plant, Stock
from edge.model.work_days import DayKind, Origin

HEAD = """\
site: {enterprise: e, site: s, line: l, timezone: Asia/Shanghai}
node: {id: n}
mqtt: {url: "mqtt://127.0.0.1"}
"""
TARGET = "target: {year: 2026, mass: 1000万斤, value: 6000万元, monthly_share: [8.5, 4, 7, 7, 7, 7, 8, 11, 12, 11, 9, 8.5]"


def plant_of(folder: Path, text: str) -> Plant:
    """Return the plant of an edge.yaml with these blocks."""
    file = folder / "edge.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return load(file).plant


def test_without_a_block_the_calendar_is_chinas_from_monday_to_saturday(tmp_path: Path) -> None:
    """A make-up Sunday is worked, a holiday is not; next year is provisional."""
    days = plant_of(tmp_path, "").calendar.work_days

    assert days.works(date(2026, 9, 20))
    assert days.works(date(2026, 9, 19))
    assert not days.works(date(2026, 10, 6))
    assert not days.is_provisional(2026)


def test_the_sites_own_days(tmp_path: Path) -> None:
    """They win, with their names; a year that the file has in full is not provisional."""
    (tmp_path / "days.yaml").write_text(
        "complete: [2031]\ndays: {2026-10-01: work, 2031-03-03: {kind: rest, name: 检修}}\n", encoding="utf-8"
    )
    days = plant_of(tmp_path, "calendar: {week: [mon, sun], overrides: days.yaml}\n").calendar.work_days
    repairs = days.day(date(2031, 3, 3))

    assert days.works(date(2026, 10, 1))
    assert days.works(date(2026, 10, 11))
    assert not days.works(date(2026, 10, 13))
    assert (repairs.kind, repairs.name, repairs.origin) == (DayKind.REST, "检修", Origin.OWN)
    assert not days.is_provisional(2031)
    assert days.is_provisional(2032)


def test_a_file_of_days_that_is_no_yaml_is_a_fault_of_that_file(tmp_path: Path) -> None:
    """It is named, and so is every other fault."""
    (tmp_path / "days.yaml").write_text("days: [", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"days\.yaml:\d+:\d+: file: is not YAML"):
        plant_of(tmp_path, "calendar: {overrides: days.yaml}\n")


def test_breaks_and_months_of_shifts(tmp_path: Path) -> None:
    """A break of a night shift may be after midnight."""
    blocks = 'shifts: {N: {name: 夜, start: 20:00, end: 08:00, breaks: ["00:00-00:30"], months: [8, 9]}}\n'
    (shift,) = plant_of(tmp_path, blocks).calendar.shifts

    assert shift.breaks == (Break(time(0), time(0, 30)),)
    assert shift.months == {8, 9}


def test_a_revision_keeps_what_it_does_not_change(tmp_path: Path) -> None:
    """Shares and value stay as they were in the version before."""
    blocks = (
        f"{TARGET}, revisions: [{{since: 2026-05-01, mass: 900万斤}}, {{since: 2026-08-01, value: 5000万元}}],"
        " stock: {day: 2026-10-31, mass: 100t}}\n"
    )
    target = plant_of(tmp_path, blocks).target
    assert target is not None
    first, second = target.revisions

    assert (first.mass, first.value) == (4_500_000_000, 60_000_000)
    assert (second.mass, second.value) == (4_500_000_000, 50_000_000)
    assert second.monthly_share == target.monthly_share
    assert (target.goal_mass, target.baseline.mass) == (4_500_000_000, 5_000_000_000)
    assert target.stock == Stock(date(2026, 10, 31), 100_000_000, 0, Decimal("0.95"))
