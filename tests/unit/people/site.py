"""A small site as files: three shifts, two terminals, a roster; and commands at a given time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.cli import _parser
from edge.config.settings import Settings, load
from edge.model.calendar import to_ns
from edge.model.personnel import Punch
from edge.people.commands import run
from edge.records.records import Records
from tests.fakes import FakeClock

ZONE = ZoneInfo("Asia/Shanghai")
SERIAL = "CGKK223812345"
_EDGE = """\
site: {enterprise: tianjiao, site: aikou, line: suanjiao-1, timezone: Asia/Shanghai}
node: {id: aikou-1, data_dir: var}
mqtt: {url: "mqtt://127.0.0.1:1883"}
shifts:
  D: {name: 白班, start: 08:00, end: 17:30, breaks: ["12:00-13:30"]}
  C: {name: 夜班, start: 23:30, end: 07:30}
people:
  terminals: {listen: "127.0.0.1:0", serials: [CGKK223812345]}
  wages: {permanent: 25, seasonal: 16}
"""
ROSTER = """\
pin,name,kind,team,shift,id
0001,李光红,permanent,pack,D,K-01
0002,王小明,permanent,pack,D,K-02
0003,赵大山,permanent,pack,D,K-03
0501,郑国洪,seasonal,prep,D,S-01
0502,冉红梅,seasonal,prep,D,S-02
0503,田水生,seasonal,prep,D,S-03
0504,白月亮,seasonal,prep,"C,C,-@2026-11-02",S-04
"""
NAMES = ("李光红", "王小明", "赵大山", "郑国洪", "冉红梅", "田水生", "白月亮")


def ns(text: str) -> int:
    """Return a local time like `2026-11-03 07:55` as ns UTC."""
    return to_ns(datetime.fromisoformat(text).replace(tzinfo=ZONE))


@dataclass
class Site:
    """A folder with a configuration, and what time it is."""

    folder: Path
    now: str

    @property
    def settings(self) -> Settings:
        """The configuration."""
        return load(self.folder / "edge.yaml")

    def do(self, *arguments: str) -> list[str]:
        """Run `chili-edge people …` and return its lines."""
        parsed = _parser().parse_args(
            ["people", *arguments, "-c", str(self.folder / "edge.yaml"), "--by", "boss"]
        )
        return run(parsed, self.settings, FakeClock(ns(self.now)))

    def records(self) -> Records:
        """Open the records; the caller closes them."""
        return Records(self.folder / "var")

    def punch(self, *presses: tuple[str, str]) -> None:
        """Let a terminal have pushed punches of `pin, time`."""
        records = self.records()
        punches = [Punch(SERIAL, pin, ns(time), 0) for pin, time in presses]
        records.add_punches(punches, ns(self.now))
        records.close()


def site(folder: Path, now: str = "2026-11-03 09:00", extra: str = "", roster: str = ROSTER) -> Site:
    """Write a site whose roster is imported."""
    (folder / "edge.yaml").write_text(_EDGE + extra, encoding="utf-8")
    (folder / "roster.csv").write_text(roster, encoding="gbk")
    made = Site(folder, now)
    made.do("import", str(folder / "roster.csv"), "--since", "2026-01-01")
    return made
