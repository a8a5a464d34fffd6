"""Process values: pasteurisers and fermentation against their limits."""

from __future__ import annotations

from dashboards import board
from dashboards.board import Board
from dashboards.boards.shared import LATELY, tags
from dashboards.influxql import INTERVAL, outer
from dashboards.panels import Panel, bar_gauge, bars, lines, stat, steps
from dashboards.plant import View
from dashboards.queries import Query
from dashboards.text import Caption, Json
from dashboards.words import common
from dashboards.words import process as words
from edge.messages.schema import TAG

GOOD = 192
"""OPC UA's number for a good reading."""
HOLD_ZONE = "zone_3_temperature"
ZONES = "(zone_[0-9]+|core)_temperature"
_OF_DEVICE = tags.chosen("device")


def process(view: View) -> Board:
    """Return the dashboard."""
    limits = view.limits
    ph = steps((None, "green"), (limits.ph_target, "orange"), (limits.ph, "red"))
    salt = steps((None, "orange"), (limits.salt[0], "green"), (limits.salt[1], "orange"))
    return Board(
        "process",
        words.BOARD,
        view.day,
        [board.site(TAG), board.line(), board.device(TAG), board.vessel(), board.point()],
        [
            (
                5,
                [
                    (6, _hold(limits.hold)),
                    (6, _core(limits.core)),
                    (6, _steam(view)),
                    (6, _above(limits.ph, ph)),
                ],
            ),
            (9, [(24, _zones(limits.hold))]),
            (
                7,
                [
                    (12, _trend(words.BELT, "belt_speed", "suffix: m/min", view)),
                    (12, _trend(words.PRESSURE, "steam_pressure", "suffix: MPa", view)),
                ],
            ),
            (9, [(12, _of_vessels(words.PH, "ph", "pH", ph)), (12, _levels())]),
            (
                8,
                [
                    (
                        8,
                        _of_vessels(
                            words.TEMPERATURE, "temperature", "celsius", steps((None, "green")), limits=False
                        ),
                    ),
                    (8, _of_vessels(words.SALT, "salt", "percent", salt)),
                    (
                        8,
                        _of_vessels(
                            words.TOTAL_ACID,
                            "acid",
                            "percent",
                            steps((None, "orange"), (limits.acid, "green")),
                        ),
                    ),
                ],
            ),
            (8, [(12, _any_point()), (12, _bad())]),
        ],
        refresh="30s",
    )


def _hold(limit: float) -> Panel:
    source = tags.match(tag=HOLD_ZONE)
    return stat(
        words.HOLD,
        "celsius",
        [Query(source.select(source.call("min", "v"), group_by=("device",)), "$tag_device")],
        recent=LATELY,
        background=True,
        decimals=1,
        thresholds=steps((None, "red"), (limit, "green")),
    )


def _core(limit: float) -> Panel:
    return _latest(words.CORE, "core_temperature", "celsius", steps((None, "red"), (limit, "green")))


def _steam(view: View) -> Panel:
    _, high = view.ranges.get("steam_pressure", (None, None))
    thresholds = steps((None, "red"), (0.3, "green"), (0.4, "orange"))
    return _latest(words.STEAM, "steam_pressure", "suffix: MPa", thresholds, high)


def _latest(caption: Caption, tag: str, unit: str, thresholds: Json, high: float | None = None) -> Panel:
    query = tags.match(tag=tag).newest("v", "device")
    return stat(
        caption,
        unit,
        [Query(query, "$tag_device")],
        recent=LATELY,
        decimals=2,
        min=None if high is None else 0,
        max=high,
        thresholds=thresholds,
    )


def _above(limit: float, thresholds: Json) -> Panel:
    source = tags.match(tag="${vessel:regex}_ph")
    inner = source.select(source.call("last", "v", "v"), group_by=("tag",))
    query = outer({"v": '"v"'}, inner, ("tag",), where=f'"v" > {limit}')
    return bar_gauge(
        words.ACID,
        "pH",
        [Query(query, "$tag_tag")],
        recent=LATELY,
        min=3,
        max=7,
        decimals=2,
        thresholds=thresholds,
    )


def _zones(limit: float) -> Panel:
    source = tags.match(tag=ZONES)
    query = source.select(source.call("mean", "v"), group_by=("device", "tag"), every=INTERVAL, fill="null")
    return lines(
        words.ZONES,
        "celsius",
        [Query(query, "$tag_device $tag_tag")],
        limits=True,
        # A value that stands still is said again every minute only.
        interval="1m",
        decimals=1,
        thresholds=steps((None, "red"), (limit, "green")),
    )


def _trend(caption: Caption, tag: str, unit: str, view: View) -> Panel:
    low, high = view.ranges.get(tag, (None, None))
    source = tags.match(tag=tag)
    query = source.select(source.call("mean", "v"), group_by=("device",), every=INTERVAL, fill="null")
    return lines(caption, unit, [Query(query, "$tag_device")], interval="1m", decimals=2, min=low, max=high)


def _of_vessels(caption: Caption, name: str, unit: str, thresholds: Json, *, limits: bool = True) -> Panel:
    source = tags.match(tag=f"${{vessel:regex}}_{name}")
    query = source.select(source.call("mean", "v"), group_by=("tag",), every=INTERVAL, fill="null")
    return lines(
        caption,
        unit,
        [Query(query, "$tag_tag")],
        limits=limits,
        interval="1m",
        decimals=2,
        thresholds=thresholds,
    )


def _levels() -> Panel:
    query = tags.match(tag="${vessel:regex}_level").newest("v", "tag")
    return bar_gauge(
        words.LEVEL,
        "percent",
        [Query(query, "$tag_tag")],
        recent=LATELY,
        min=0,
        max=110,
        decimals=0,
        thresholds=steps((None, "red"), (20, "blue"), (105, "orange")),
    )


def _any_point() -> Panel:
    source = _OF_DEVICE.equal(tag="$tag")
    query = source.select(source.call("mean", "v"), group_by=("device", "tag"), every=INTERVAL, fill="null")
    return lines(words.POINT, "none", [Query(query, "$tag_device $tag_tag")], interval="1m")


def _bad() -> Panel:
    source = _OF_DEVICE.below("q", GOOD)
    query = source.select(source.call("count", "q"), group_by=("device",), every="1h", fill="none")
    return bars(words.BAD, common.POINTS, [Query(query, "$tag_device")], interval="1h", decimals=0)
