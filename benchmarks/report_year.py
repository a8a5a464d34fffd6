"""A year of a plant as its nodes leave it in a historian: five-minute sums, losses, attendance, completeness, marked counts.

The early shift works all year, the middle one when the season asks for it, and at night there is brine to look after: four machines.
Only the last day has its counts one by one; those of a year would be 300 million points, and the reports that are timed read none.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.model.calendar import NS, Calendar

YEAR = 2025
MACHINES, FILLERS, TAGS = 20, 10, 100
SKUS = {"jar_280": 280, "pouch_200": 200, "jar_500": 500, "pouch_500": 500, "bag_5000": 5000}
SHIFTS = ("A", "B", "C")
"""Of eight hours, the first from 07:00 on."""
GRID, QUARTER, SHIFT = 300 * NS, 900 * NS, 8 * 3600 * NS
PLACE = "line=suanjiao-1"
_LOST = (
    ("waiting", "1", "m01"),
    ("waiting", "2", ""),
    ("held", "3", ""),
    ("down", "5", ""),
    ("setup", "8", ""),
)
_MS = 300_000
_TWO_SHIFTS = frozenset({1, 5, 7, 8, 9, 10, 11, 12})
"""Months in which the middle shift works."""
_NIGHT = 4
"""Machines that work at night."""

_EDGE = """\
site: {{enterprise: tianjiao, site: aikou, line: suanjiao-1, timezone: Asia/Shanghai}}
node: {{id: aikou-1, data_dir: data}}
devices:
{devices}
mqtt: {{url: "mqtt://127.0.0.1:1883"}}
historian: {historian}
products:
{products}
calendar: {{week: [mon, tue, wed, thu, fri, sat]}}
target: {{year: 2025, mass: 20000万斤, value: 9亿元, monthly_share: [8.5, 4, 7, 7, 7, 7, 8, 11, 12, 11, 9, 8.5]}}
shifts:
  A: {{name: 早班, start: 07:00, end: 15:00}}
  B: {{name: 中班, start: 15:00, end: 23:00}}
  C: {{name: 夜班, start: 23:00, end: 07:00}}
"""
_MAP = """\
protocol: modbus
address_base: 0
order: CDAB
scan: 1s
rated_per_min: 60
states:
  reasons:
    1: {name: 缺料, kind: starved}
    2: {name: 堵料, kind: blocked}
    3: {name: 卡料, kind: delay}
    5: {name: 故障, kind: failure}
    8: {name: 换产, kind: setup}
tags:
  packml_state: {address: "holding:0", type: uint16, role: packml_state}
  stop_reason:  {address: "holding:1", type: uint16, role: stop_reason}
  sku:          {address: "holding:2", type: uint16, role: sku}
"""
_FILLER = """\
  total_count:  {address: "holding:4", type: uint32, counter: {role: total, max_per_s: 5}}
  good_count:   {address: "holding:6", type: uint32, counter: {role: good, max_per_s: 5}}
  reject_count: {address: "holding:8", type: uint32, counter: {role: reject, max_per_s: 5}}
"""
_OTHER = '  infeed_count: {address: "holding:4", type: uint32, counter: {role: infeed, max_per_s: 5}}\n'


def write_configuration(folder: Path, influxdb: str | None) -> Path:
    """Write an edge.yaml with 20 machines of 100 tags; return its path."""
    for name, counters in (("filler", _FILLER), ("other", _OTHER)):
        values = TAGS - 3 - counters.count("\n")
        tags = "".join(
            f'  value_{number}: {{address: "holding:{100 + 2 * number}", type: float32}}\n'
            for number in range(values)
        )
        (folder / f"{name}.yaml").write_text(_MAP + counters + tags, encoding="utf-8")
    devices = [
        f"  m{number:02}: {{map: {'filler' if number < FILLERS else 'other'}.yaml, name: {number} 号机,"
        f' endpoint: "modbus-tcp://127.0.0.1:{1000 + number}?unit=1"}}'
        for number in range(MACHINES)
    ]
    products = [
        f"  {key}: {{name: {key}, sku: {number}, net_weight_g: {grams}, price_yuan_per_jin: 6.{number}}}"
        for number, (key, grams) in enumerate(SKUS.items(), 1)
    ]
    historian = f"{{kind: influxdb, url: {influxdb}, database: chili}}" if influxdb else "{kind: embedded}"
    text = _EDGE.format(devices="\n".join(devices), products="\n".join(products), historian=historian)
    (folder / "edge.yaml").write_text(text, encoding="utf-8")
    return folder / "edge.yaml"


def days() -> Iterator[tuple[date, int]]:
    """Yield each production day of the year with its start, ns UTC."""
    calendar = Calendar(ZoneInfo("Asia/Shanghai"))
    day = date(YEAR, 1, 1)
    while day.year == YEAR:
        yield day, calendar.day_span(day)[0]
        day += timedelta(days=1)


def lines(day: date, start: int) -> Iterator[str]:
    """Yield the lines of a production day."""
    rng = random.Random(day.toordinal())
    works = day.weekday() != 6
    for number in range(MACHINES):
        if works:
            yield from _sums(rng, day, start, number)
        for at in range(96):
            if rng.random() < 0.995:
                yield f"source,device=m{number:02},{PLACE},site=aikou ms=900000i {start + (at + 1) * QUARTER - 1_000_000}"
        if rng.random() < 0.2:
            stamp = start + rng.randrange(86_400) * NS
            tags = f"counter=good,device=m{number:02},{PLACE},site=aikou,sku={_sku(day, number)}"
            yield f'count,{tags} n=40i,g=11200i,total=1i,gap=65i,mark="gap_reset" {stamp}'
    if works:
        yield from _heads(rng, start)
    if (day.month, day.day) == (12, 31):
        yield from _counts(day, start)


def _sku(day: date, number: int) -> str:
    return list(SKUS)[(number + day.toordinal() // 2) % len(SKUS)]


def _sums(rng: random.Random, day: date, start: int, number: int) -> Iterator[str]:
    sku, is_filler = _sku(day, number), number < FILLERS
    for at in range(288):
        time, shift = start + (at + 1) * GRID - 1_000_000, SHIFTS[at * GRID // SHIFT]
        if (shift == "B" and day.month not in _TWO_SHIFTS) or (shift == "C" and number < MACHINES - _NIGHT):
            continue
        tags = f"device=m{number:02},{PLACE},shift={shift},site=aikou,sku={sku}"
        lost = rng.choice((0, 0, rng.randrange(_MS)))
        ran, (category, reason, cause) = _MS - lost, rng.choice(_LOST)
        fields = f"pbt={_MS}i,apt={ran}i"
        if lost:
            fields += f",{ {'down': 'adot', 'setup': 'asut'}.get(category, 'adet') }={lost}i,stops=1i"
            fields += f",{ {'1': 'starved', '2': 'blocked'}.get(reason, 'micro_ms') }={lost}i"
            yield (
                f"loss,category={category}{f',cause={cause}' if cause else ''},device=m{number:02},{PLACE},reason={reason},"
                f"shift={shift},site=aikou ms={lost}i,stops=1i,micro=0i {time}"
            )
        good, bad = ran // 1000, rng.randrange(3)
        if is_filler:
            fields += (
                f",ideal={(good + bad) * 1000}i,pq={good + bad}i,gq={good}i,sq={bad}i,g={good * SKUS[sku]}i"
            )
            fields += f",weighed={good}i,weight_mg={good * (SKUS[sku] * 1000 + 1500)}i"
        else:
            fields += f",ideal={good * 1000}i,pq={good}i,gq={good}i,infeed={good}i"
        yield f"oee,{tags} {fields} {time}"


def _heads(rng: random.Random, start: int) -> Iterator[str]:
    for number, shift in enumerate(SHIFTS):
        for team in range(5):
            for kind in ("permanent", "seasonal"):
                planned = 10 + team
                for at in range(16):
                    present = planned - rng.randrange(3)
                    yield (
                        f"attendance,kind={kind},shift={shift},site=aikou,team=t{team} planned={planned}i,present={present}i,"
                        f"late=1i,absent={planned - present}i,leave=0i,questions=0i,hours={present * at / 2},"
                        f"cost={present * at * 12.25} {start + number * SHIFT + at * 1800 * NS}"
                    )


def _counts(day: date, start: int) -> Iterator[str]:
    """Yield a good and a total piece each second."""
    for number in range(FILLERS):
        sku = _sku(day, number)
        for counter in ("good", "total"):
            tags = f"counter={counter},device=m{number:02},{PLACE},site=aikou,sku={sku}"
            for second in range(86_400):
                yield f"count,{tags} n=1i,g={SKUS[sku]}i,total={second}i {start + second * NS + 500_000_000}"
