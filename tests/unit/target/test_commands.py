"""`target show`, `target backtest` and `calendar`, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.cli import main
from edge.historian.embedded import EmbeddedHistorian
from edge.host import HISTORIAN_FILE
from tests.unit.reports.sample import at, made_line


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    """Return the edge.yaml of a folder that `init` wrote."""
    assert main(["init", str(tmp_path / "plant")]) == 0
    return tmp_path / "plant" / "edge.yaml"


@pytest.fixture
async def stored(plant: Path) -> Path:
    """Store some output of January and February."""
    days = [
        made_line("jar_line", 50_000, at(day, 9, month=month), "jar_280")
        for month in (1, 2)
        for day in range(5, 28)
    ]
    async with EmbeddedHistorian(plant.parent / "var" / HISTORIAN_FILE) as historian:
        await historian.write(days)
    return plant


def test_the_year_in_lines(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mass and value, each with what is made, what is needed, and how it will end."""
    capsys.readouterr()
    assert main(["target", "show", "-c", str(stored), "--date", "2026-03-01", "--lang", "zh"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == "2026 年，截至 2026-03-01 开始前"
    assert lines[1].startswith(
        "产量 128.80 万斤，完成 12.9%（目标 1,000.00），计划 125.00，进度指数 1.030，差额 +3.80"
    )
    assert "剩余 247 个生产日" in lines[2]
    assert "P10" in lines[3]
    assert lines[4].startswith("产值 772.80 万元")
    assert len(lines) == 7


def test_the_back_test_in_lines(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """WAPE and coverage, and each forecast with what came."""
    capsys.readouterr()
    assert main(["target", "backtest", "-c", str(stored), "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[0].startswith("month's end (asked after 1, 2 and 3 weeks): ")
    assert "WAPE" in lines[0]
    assert "actual" in lines[1]


def test_a_back_test_of_nothing_says_so(plant: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a month that is over there is nothing to look at."""
    capsys.readouterr()
    assert main(["target", "backtest", "-c", str(plant), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "no month is over that could be looked at\n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_year_whose_holidays_are_not_published_says_so(
    plant: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its calendar is shown all the same, by the law alone."""
    capsys.readouterr()
    assert main(["calendar", "-c", str(plant), "--year", "2090", "--lang", language]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert ("暂定" if language == "zh" else "provisional") in lines[1]
    assert any("2090-10-01" in line for line in lines)


def test_the_calendar_of_a_published_year(plant: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Months add up, and a make-up workday is told from a holiday."""
    capsys.readouterr()
    assert main(["calendar", "-c", str(plant), "--year", "2026", "--lang", "zh"]) == 0
    out = capsys.readouterr().out

    assert out.splitlines()[0] == "2026 年 289 个生产日，各月：25 17 26 24 22 24 27 26 25 21 25 27"
    assert "2026-09-20 周日  上班  国庆节  (国务院)" in out
    assert "2026-10-01 周四  法定节假日" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["target", "show", "--date", "2031-01-01"], "it is of 2026, and has nothing to say of 2031-01-01"),
        (["target", "forecast"], "forecast"),
        (["calendar", "--year", "last"], "last is not a year like 2026"),
    ],
)
def test_a_wrong_argument_is_one_line(
    plant: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and what may stand there."""
    capsys.readouterr()
    assert main([*arguments, "-c", str(plant)]) == 2
    error = capsys.readouterr().err

    assert message in error
    assert len(error.splitlines()) == 1


def test_a_plant_without_a_target_says_so(plant: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to show."""
    text = plant.read_text(encoding="utf-8")
    begin, end = text.index("target:"), text.index("# Shifts;")
    plant.write_text(text[:begin] + text[end:], encoding="utf-8")

    assert main(["target", "show", "-c", str(plant)]) == 2
    assert "edge.yaml has no such block" in capsys.readouterr().err
