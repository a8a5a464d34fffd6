"""Trends of any tags: a window for each pixel or so, raw values when looked at closely, and a gap where nothing good was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.pages.asked import instant_of
from edge.console.question import BadQuestionError, Parameters, Question
from edge.historian.base import Aggregate, Column, Historian, Query, Row, Table, TableRow
from edge.messages.schema import TAG
from edge.model.calendar import NS
from edge.model.plant import Device, Plant
from edge.model.tag import Role as TagRole
from edge.model.tag import Tag
from edge.production.throughput import HOUR

MOST_WINDOWS = 1_000
"""More than a screen can show side by side."""
RAW_WITHIN = 900 * NS
"""A span this short is told value by value: four a second are 3,600."""
SILENCE = 120 * NS
"""A value that does not move is said again after 60 s; when two of these are missing, nobody knows what it was."""
MOST_CURVES = 8
LONGEST = 366 * 86_400 * NS
_STEPS = tuple(
    seconds * NS
    for seconds in (
        *(1, 2, 5, 10, 15, 30),
        *(60, 120, 300, 600, 900, 1800),
        *(3600, 7200, 10_800, 21_600, 43_200),
        *(86_400, 604_800, 2_592_000),
    )
)
_MS = 1_000_000
_COLUMNS = (
    Column("v", Aggregate.MEAN),
    Column("v", Aggregate.MIN),
    Column("v", Aggregate.MAX),
    Column("q", Aggregate.MIN),
)
"""No more than it takes: a week of a busy tag is half a million points, and each column costs the database its share."""
_GOOD = 192


@dataclass(slots=True)
class _Curve:
    """Columns of equal length; a mean of None is a gap, and a band stands only where there is something to span.

    Attributes:
        bad: windows, or values, that were not good.
    """

    times: list[int] = field(default_factory=list)
    means: list[float | None] = field(default_factory=list)
    lows: list[float | None] = field(default_factory=list)
    highs: list[float | None] = field(default_factory=list)
    bad: int = 0

    def add(self, time: int, mean: float | None, low: float | None, high: float | None) -> None:
        self.times.append(time // _MS)
        self.means.append(mean)
        self.lows.append(low)
        self.highs.append(high)

    def gap(self, time: int) -> None:
        self.add(time, None, None, None)


def process_questions(historian: Historian, plant: Plant, clock: Clock) -> list[Question]:
    """Return the questions for what can be looked at (`tags`), and for curves: `trends?of=tanks/ph,tanks/salt&from=…&to=…`.

    Args:
        historian: to be asked.
        plant: whose tags they are.
        clock: what time it is.
    """

    async def tags(_parameters: Parameters) -> dict[str, Any]:
        return {"devices": choices(plant)}

    async def curves(parameters: Parameters) -> dict[str, Any]:
        now = clock.now()
        stop = instant_of(parameters, "to", now)
        start = instant_of(parameters, "from", stop - HOUR)
        wanted = [_key(one) for one in parameters.get("of", "").split(",") if one]
        if len(wanted) > MOST_CURVES:
            raise BadQuestionError(
                f"一次最多 {MOST_CURVES} 条曲线。No more than {MOST_CURVES} curves at once."
            )
        if stop - start > LONGEST:
            raise BadQuestionError("一次最多看一年。No more than a year at once.")
        try:
            return {"now": now // _MS, **await trends(historian, plant, wanted, start, stop)}
        except ValueError as error:
            raise BadQuestionError(f"没有这样的曲线。{error}") from error

    return [Question("tags", Role.VIEWER, tags), Question("trends", Role.VIEWER, curves)]


def _key(text: str) -> tuple[str, str]:
    device, _, tag = text.partition("/")
    return device, tag


def choices(plant: Plant) -> list[dict[str, Any]]:
    """Return the tags that can be looked at, by device; whose badge was read is nobody's trend."""
    return [
        {
            "key": device.key,
            "name": device.name or device.key,
            "tags": [
                {"name": tag.name, "unit": tag.unit, "low": tag.low, "high": tag.high}
                for tag in _shown(device)
            ],
        }
        for device in plant.devices
        if _shown(device)
    ]


async def trends(
    historian: Historian, plant: Plant, wanted: Sequence[tuple[str, str]], start: int, stop: int
) -> dict[str, Any]:
    """Return the curves of some tags; times are in ms UTC.

    Args:
        historian: to be asked.
        plant: whose tags they are.
        wanted: device and tag of each curve.
        start: first instant, ns UTC.
        stop: the first one after it.

    Raises:
        ValueError: there is no such tag, or no time between start and stop.
        TransientError: the historian cannot be asked now.
    """
    if start >= stop:
        raise ValueError("a trend needs a start before its end")
    known = {(device.key, tag.name): tag for device in plant.devices for tag in _shown(device)}
    for device, name in wanted:
        if (device, name) not in known:
            raise ValueError(f"there is no tag {name!r} of a device {device!r}")
    every = window(stop - start)
    if every is None:
        curves = [await _raw(historian, _place(plant, *key), start, stop) for key in wanted]
    else:
        tables = [Table(TAG.name, _COLUMNS, start, stop, _place(plant, *key), (), every) for key in wanted]
        curves = [_windows(rows, every) for rows in await historian.tables(tables)]
    return {
        "start": start // _MS,
        "stop": stop // _MS,
        "every": None if every is None else every // _MS,
        "curves": [
            {
                "device": device,
                "tag": name,
                "unit": known[device, name].unit,
                "low": known[device, name].low,
                "high": known[device, name].high,
                "times": curve.times,
                "means": curve.means,
                "lows": curve.lows,
                "highs": curve.highs,
                "bad": curve.bad,
            }
            for (device, name), curve in zip(wanted, curves, strict=True)
        ],
    }


def window(span: int) -> int | None:
    """Return the length of the windows of a span, ns; None when it is short enough for every value."""
    if span <= RAW_WITHIN:
        return None
    # Windows begin at round times, so that one more than fits may be touched.
    least = -(-span // (MOST_WINDOWS - 1))
    return next((step for step in _STEPS if step >= least), least)


def _shown(device: Device) -> list[Tag]:
    return [tag for tag in device.tags if tag.role is not TagRole.BADGE]


def _place(plant: Plant, device: str, tag: str) -> dict[str, str]:
    return {"site": plant.site, "line": plant.line, "device": device, "tag": tag}


def _windows(rows: Iterable[TableRow], every: int) -> _Curve:
    curve, last = _Curve(), None
    for row in rows:
        mean, low, high, quality = row.values
        is_bad = quality is not None and int(quality) < _GOOD
        if last is not None and row.time - last > every + SILENCE:
            curve.gap(last + every)
        last = row.time
        curve.bad += is_bad
        # Where a part was bad the band tells what was read, and no line leads through.
        curve.add(row.time, None if is_bad else _number(mean), _number(low), _number(high))
    return curve


async def _raw(historian: Historian, place: dict[str, str], start: int, stop: int) -> _Curve:
    values = await historian.query(Query(TAG.name, "v", None, start, stop, place))
    qualities = await historian.query(Query(TAG.name, "q", None, start, stop, place))
    texts = await historian.query(Query(TAG.name, "s", None, start, stop, place))
    good = {row.time for row in (*values, *texts)}
    curve, last = _Curve(), None
    for row in sorted(
        (*values, *(row for row in qualities if row.time not in good)), key=lambda row: row.time
    ):
        if last is not None and row.time - last > SILENCE:
            curve.gap(last + 1)
        last = row.time
        _add_raw(curve, row, good)
    return curve


def _add_raw(curve: _Curve, row: Row, good: set[int]) -> None:
    if row.time in good:
        curve.add(row.time, float(row.value), None, None)
    else:
        curve.bad += 1
        curve.gap(row.time)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
