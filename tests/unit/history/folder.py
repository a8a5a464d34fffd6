"""A small plant of the past: a jar line and tanks over three days, as a folder of readings that the test itself adds up."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.config.settings import Settings, load

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 3, 30), date(2026, 4, 1)
"""The month changes within."""
SERIAL = "CGKK223812345"
NET_WEIGHT_G = 280
HEADER = "time,heartbeat,packml_state,good,reject,speed,batch"
PINS = ("0001", "0002", "0501")
_WORK = range(8 * 60, 12 * 60)
"""Minutes of the day in which jars are made."""
_AWAY = range(9 * 60, 10 * 60)
"""Minutes of the second day in which the PLC does not answer."""
_RESET = 11 * 60
"""Minute of the second day at which its counters begin again."""
_UNREADABLE = 8 * 60 + 30
"""Minute of the first day at which the good counter cannot be read."""
_QUIET = 15, 7
"""Quiet readings come at minute 7 of each quarter of an hour, so none comes as the production day begins."""
_GLITCH = 6 * 60 + 52
"""Minute of the last day, the last before its production day begins, at which the good counter shows zero for once."""

_MAP = """\
protocol: modbus
tags:
  heartbeat:    {address: "holding:0", type: uint16}
  packml_state: {address: "holding:2", type: uint16, role: packml_state}
  good:         {address: "holding:4", type: uint16, counter: {role: good, max_per_s: 2}}
  reject:       {address: "holding:5", type: uint16, counter: {role: reject, max_per_s: 2}}
  speed:        {address: "holding:6", type: uint16, scale: 0.1, range: [0, 120], role: speed}
  batch:        {address: "holding:8", type: string, length: 16}
"""
_TANKS = """\
protocol: opcua
tags:
  t01_ph: {node: 'nsu=urn:aikou;s="T01"."pH"', unit: pH, range: [0, 14]}
"""
_EDGE = """\
site: {enterprise: tianjiao, site: aikou, line: suanjiao-1, timezone: Asia/Shanghai}
node: {id: aikou-1, data_dir: var}
devices:
  jar_line: {map: jar_line.yaml, endpoint: "modbus-tcp://127.0.0.1:502?unit=1", product: jar_280}
  tanks: {map: tanks.yaml, endpoint: "opc.tcp://127.0.0.1:4840", security: {policy: None}}
mqtt: {url: "mqtt://127.0.0.1:1883"}
historian: {kind: embedded}
products:
  jar_280: {name: 酸椒 280g, net_weight_g: 280, price_yuan_per_jin: 6.0}
target: {year: 2026, mass: 1000万斤, monthly_share: [8.5, 4, 7, 7, 7, 7, 8, 11, 12, 11, 9, 8.5]}
shifts:
  D: {name: 白班, start: 08:00, end: 17:30}
people:
  roster: people.csv
  terminals: {listen: "127.0.0.1:8090", serials: [CGKK223812345]}
"""
_PEOPLE = """\
pin,name,kind,team,shift
0001,李光红,permanent,pack,D
0002,王小明,permanent,pack,D
0501,郑国洪,seasonal,pack,D
"""


@dataclass
class Made:
    """What the jar line made, by production day, as the one who made it knows."""

    good: dict[date, int] = field(default_factory=dict)
    reject: dict[date, int] = field(default_factory=dict)


def seconds(day: date, minute: int) -> int:
    """Return a minute of a local day as seconds since 1970 UTC."""
    return round(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp()) + 60 * minute


def write_configuration(folder: Path, historian: str = "{kind: embedded}") -> Path:
    """Write edge.yaml with all it names; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"jar_line.yaml": _MAP, "tanks.yaml": _TANKS, "people.csv": _PEOPLE}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / "edge.yaml"
    path.write_text(_EDGE.replace("{kind: embedded}", historian), encoding="utf-8")
    return path


def settings(folder: Path) -> Settings:
    """Return the settings of a plant whose files are written into a folder."""
    return load(write_configuration(folder))


def write_readings(folder: Path, last: date = LAST) -> Made:
    """Write the folder of readings, and return what was made."""
    made = Made()
    days = [FIRST + timedelta(days=number) for number in range((last - FIRST).days + 1)]
    _write_manifest(folder, last)
    write_lines(folder / "devices" / "jar_line", ".csv.gz", HEADER, _jar_line(made, days))
    write_lines(folder / "devices" / "tanks", ".csv.gz", "time,t01_ph", _tanks(days))
    write_lines(folder / "terminals" / SERIAL, ".txt.gz", None, _punches(days))
    return made


def _write_manifest(folder: Path, last: date) -> None:
    folder.mkdir(parents=True)
    manifest = {"format": 1, "from": f"{FIRST}", "to": f"{last}", "devices": ["jar_line", "tanks"]}
    (folder / "readings.json").write_text(json.dumps({**manifest, "terminals": [SERIAL]}))


def write_lines(folder: Path, suffix: str, header: str | None, lines: Iterable[str]) -> None:
    """Write lines that begin with their time into the files of their months."""
    months: dict[str, list[str]] = {}
    for line in lines:
        time = int(line.replace("\t", ",").partition(",")[0])
        month = f"{datetime.fromtimestamp(time, ZONE):%Y-%m}"
        months.setdefault(month, [header] if header else []).append(line)
    folder.mkdir(parents=True)
    for month, content in months.items():
        write_gzip(folder / f"{month}{suffix}", content)


def write_gzip(path: Path, lines: Sequence[str]) -> None:
    """Write a compressed file of lines."""
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))


def read_gzip(path: Path) -> list[str]:
    """Return the lines of a compressed file."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def _jar_line(made: Made, days: Sequence[date]) -> Iterator[str]:
    """Yield its lines: a reading a minute while jars are made, else one each quarter of an hour."""
    odd = days[1]
    good, reject, total = 65_000, 40, 0  # good goes round on the first day
    for day in days:
        made.good[day] = made.reject[day] = 0
        for minute in range(24 * 60):
            works = minute in _WORK
            if day == odd and minute == _RESET:
                good = reject = 0
            if works:
                total += 1
                pieces, bad = 50 + total % 9, int(total % 7 == 0)
                good, reject = (good + pieces) % 65_536, reject + bad
                made.good[day] += pieces
                made.reject[day] += bad
            if not works and minute % _QUIET[0] != _QUIET[1]:
                continue
            time = seconds(day, minute)
            if day == odd and minute in _AWAY:
                yield f"{time},,,,,,"
                continue
            seen = {(FIRST, _UNREADABLE): "", (LAST, _GLITCH): 0}.get((day, minute), good)
            speed = 1999 if minute == _WORK.start else (573 if works else 0)  # 199.9 is out of its range
            yield f"{time},{time // 60 % 65_536},{6 if works else 2},{seen},{reject},{speed},B{day:%m%d}"


def _tanks(days: Sequence[date]) -> Iterator[str]:
    for day in days:
        for minute in range(_QUIET[1], 24 * 60, _QUIET[0]):
            yield f"{seconds(day, minute)},{4.2 - minute / 10_000:.4f}"


def _punches(days: Sequence[date]) -> Iterator[str]:
    """Yield who comes: one worker late, one not on the last day; the terminal repeats itself an hour later."""
    for day in days:
        came = [(seconds(day, 7 * 60 + 50), PINS[0]), (seconds(day, 7 * 60 + 55), PINS[1])]
        if day != LAST:
            came.append((seconds(day, 8 * 60 + 20), PINS[2]))
        for later in (2, 3600):
            for time, pin in came:
                local = datetime.fromtimestamp(time, ZONE)
                yield f"{time + later}\t{pin}\t{local:%Y-%m-%d %H:%M:%S}\t0\t15\t0"
