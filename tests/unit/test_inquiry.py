"""Reports of the schedule, made of a historian that has nothing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge.config.samples import maps_directory
from edge.config.settings import Settings, load
from edge.errors import ConfigurationError
from edge.host import open_historian
from edge.inquiry import make_issue
from edge.model.calendar import to_ns
from tests.fakes import FakeClock

NOON = FakeClock(to_ns(datetime(2026, 9, 16, 12, tzinfo=ZoneInfo("Asia/Shanghai"))))
DAY = date(2026, 9, 15)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A plant whose day is reported in both languages."""
    config = tmp_path / "edge.yaml"
    config.write_text(
        f"""
site: {{enterprise: e, site: s, line: l, timezone: Asia/Shanghai}}
node: {{id: n}}
devices: {{jar_line: {{map: "{maps_directory() / "jar_line.yaml"}", endpoint: "modbus-tcp://127.0.0.1:1?unit=1"}}}}
products: {{jar_280: {{name: 酸椒 280g, sku: 1, net_weight_g: 280, price_yuan_per_jin: 6}}}}
mqtt: {{url: "mqtt://127.0.0.1:1"}}
reports:
  destinations: {{archive: {{folder: issued}}}}
  schedule:
    daily: {{report: day, forms: csv, to: archive}}
    english: {{report: day, forms: csv, to: archive, lang: en}}
    monthly: {{report: month, forms: csv, to: archive}}
""",
        encoding="utf-8",
    )
    return load(config)


async def test_a_folder_takes_both_languages(settings: Settings, tmp_path: Path) -> None:
    """Two jobs of one day do not overwrite each other's files."""
    async with open_historian(settings):
        pass

    made = [
        await make_issue(settings, job, DAY, DAY, tmp_path / "made", None, NOON)
        for job in ("daily", "english")
    ]

    names = sorted(Path(file).name for one in made for file in one["files"])
    assert names == ["day-2026-09-15-en.csv", "day-2026-09-15.csv"]
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == names


async def test_days_that_are_no_span_of_the_job_are_refused(settings: Settings, tmp_path: Path) -> None:
    """A day is no month, whatever the schedule says since."""
    with pytest.raises(ConfigurationError, match=r"reports\.schedule\.monthly: .* is no month"):
        await make_issue(settings, "monthly", DAY, DAY, tmp_path, None, NOON)
