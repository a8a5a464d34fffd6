"""Line overview: whether the line runs, what stopped it, whether the day is on plan, and who is missing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.influxql import INTERVAL, Source, outer, tag_values
from dashboards.panels import (
    DATASOURCE,
    Json,
    Panel,
    Query,
    bars,
    gauge,
    lines,
    place,
    stat,
    state_timeline,
    steps,
    table,
)
from edge.messages.schema import ATTENDANCE, COUNT, STATE, TAG, TARGET
from edge.model.mass import GRAMS_PER_JIN
from edge.model.packml import Category
from edge.model.tag import CounterRole

SCHEMA_VERSION = 39
"""Grafana 10.4 and 11; newer ones migrate it when they load it, older ones would not know a later one."""
GRAMS_PER_WAN_JIN = GRAMS_PER_JIN * 10_000
PASTEURIZER_TAGS = "(zone_[0-9]+|core)_temperature"
"""Names in the pasteurizers' PLC maps."""
GAPS_SHOWN = 100

STATES: Mapping[Category, tuple[str, str]] = MappingProxyType(
    {
        Category.RUNNING: ("运行", "green"),
        Category.WAITING: ("等待", "yellow"),
        Category.HELD: ("保持", "orange"),
        Category.SETUP: ("准备", "blue"),
        Category.IDLE: ("空闲", "super-light-blue"),
        Category.DOWN: ("停机", "red"),
        Category.PLANNED: ("计划停", "light-purple"),
        Category.ONLINE: ("在线", "super-light-green"),
        Category.OFFLINE: ("离线", "#808080"),
    }
)
"""Name and colour of each time class."""

_TARGET = Source(TARGET).equal(site="$site")
_STATE = Source(STATE).equal(site="$site", line="$line").match(device="${device:regex}")
_COUNT = Source(COUNT).equal(site="$site", line="$line").match(device="${device:regex}")
_TAGS = Source(TAG).equal(site="$site", line="$line").match(tag=PASTEURIZER_TAGS)
_HEADS = Source(ATTENDANCE).equal(site="$site")


def line_overview() -> Mapping[str, Json]:
    """Return the dashboard."""
    return {
        "id": None,
        "uid": "chili-line-overview",
        "title": "产线总览 Line overview",
        "description": "产线是否在运行、为什么停、当日是否达到计划、谁没有到岗。由 python -m dashboards 生成，请勿手改。",
        "tags": ["chili-edge"],
        "timezone": "browser",
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-12h", "to": "now"},
        "timepicker": {},
        "annotations": {"list": []},
        "links": [],
        "templating": {"list": _variables()},
        "panels": place(
            [
                (5, [(6, _today()), (4, _today_share()), (6, _year()), (4, _year_share()), (4, _ahead())]),
                (7, [(24, _states())]),
                (9, [(12, _speed()), (12, _pieces())]),
                (9, [(12, _temperatures()), (12, _jin())]),
                (8, [(9, _attendance()), (15, _gaps())]),
            ]
        ),
    }


def _today() -> Panel:
    query = _TARGET.select(f"last({_TARGET.field('day_actual')}) / {GRAMS_PER_JIN}")
    return stat(
        "今日产量",
        "本生产日（默认 07:00 起）的合格品，由边缘节点按计数器累计。",
        "suffix: 斤",
        Query(query),
        decimals=0,
    )


def _today_share() -> Panel:
    return stat(
        "今日完成",
        "今日产量 ÷ 全天计划。100% 表示完成全天计划。",
        "percentunit",
        Query(_newest_ratio("day_actual", "day_plan")),
        thresholds=steps((None, "text"), (1, "green")),
        decimals=1,
    )


def _year() -> Panel:
    query = _TARGET.select(f"last({_TARGET.field('actual')}) / {GRAMS_PER_WAN_JIN}")
    return stat(
        "全年累计",
        "本生产年的合格品，目标 1,000 万斤（以配置为准）。",
        "suffix: 万斤",
        Query(query),
        decimals=2,
    )


def _year_share() -> Panel:
    return gauge(
        "全年完成率",
        "全年累计 ÷ 全年目标。",
        "percentunit",
        Query(_newest_ratio("actual", "year")),
        min=0,
        max=1,
        thresholds=steps((None, "blue"), (1, "green")),
        decimals=1,
    )


def _ahead() -> Panel:
    inner = _TARGET.select(
        f'({_TARGET.field("actual")} - {_TARGET.field("plan")}) / {GRAMS_PER_WAN_JIN} AS "ahead"'
    )
    return stat(
        "比计划",
        "全年累计减去到此刻的计划：正数超前，负数落后。",
        "suffix: 万斤",
        Query(outer({"ahead": "last"}, inner)),
        thresholds=steps((None, "red"), (0, "green")),
        decimals=2,
    )


def _newest_ratio(part: str, whole: str) -> str:
    ratio = f'{_TARGET.field(part)} / {_TARGET.field(whole)} AS "ratio"'
    return outer({"ratio": "last"}, _TARGET.select(ratio))


def _states() -> Panel:
    query = _STATE.select(
        f"last({_STATE.field('category')})", group_by=("device",), every=INTERVAL, fill="null"
    )
    mapping: dict[str, Json] = {
        category: {"text": text, "color": colour, "index": index}
        for index, (category, (text, colour)) in enumerate(STATES.items())
    }
    return state_timeline(
        "设备状态",
        "每台设备的状态；空白表示没有数据，不是上一个状态的延续。",
        [Query(query, "$tag_device")],
        mappings=[{"type": "value", "options": mapping}],
        # A state is said every 10 s at least: shorter windows would have holes.
        interval="20s",
    )


def _speed() -> Panel:
    query = _STATE.select(f"mean({_STATE.field('speed')})", group_by=("device",), every=INTERVAL, fill="null")
    return lines(
        "速度",
        "设备自报的速度；离线时没有曲线。",
        "suffix: 件/分",
        [Query(query, "$tag_device")],
        interval="20s",
        min=0,
    )


def _pieces() -> Panel:
    return bars(
        "每小时合格与次品",
        "按小时累计的件数。断线后补记的件数记在恢复的那一小时，见“断线补记”。",
        "suffix: 件",
        [
            Query(_hourly("n", role), title)
            for role, title in ((CounterRole.GOOD, "合格"), (CounterRole.REJECT, "次品"))
        ],
        overrides=[_colour("合格", "green"), _colour("次品", "red")],
        interval="1h",
        decimals=0,
    )


def _jin() -> Panel:
    return bars(
        "每小时产量",
        "按小时累计的合格品重量，按产品分色。产品未知的件数没有重量。",
        "suffix: 斤",
        [Query(_hourly("g", CounterRole.GOOD, f" / {GRAMS_PER_JIN}", "sku"), "$tag_sku")],
        interval="1h",
        decimals=0,
    )


def _hourly(field: str, role: CounterRole, scale: str = "", *group_by: str) -> str:
    source = _COUNT.equal(counter=role)
    return source.select(f"sum({source.field(field)}){scale}", group_by=group_by, every="1h", fill="none")


def _temperatures() -> Panel:
    query = _TAGS.select(f"mean({_TAGS.field('v')})", group_by=("device", "tag"), every=INTERVAL, fill="null")
    # A value that stands still is said again every minute only.
    return lines(
        "杀菌机温度",
        "各温区与中心温度；读数不良的时段没有曲线。",
        "celsius",
        [Query(query, "$tag_device $tag_tag")],
        interval="1m",
        decimals=1,
    )


def _attendance() -> Panel:
    groups = ("shift", "team", "kind")
    columns = [f'last({_HEADS.field(name)}) AS "{name}"' for name in ("planned", "present")]
    query = outer({"planned": "sum", "present": "sum"}, _HEADS.select(*columns, group_by=groups), ("shift",))
    return table(
        "出勤",
        "所选时间内每个班次最近一次统计的应到与实到人数；不含任何个人信息。",
        "suffix: 人",
        Query(query, table=True),
        {"Time": "", "shift": "班次", "planned": "应到", "present": "实到"},
    )


def _gaps() -> Panel:
    source = _COUNT.equal(counter=CounterRole.GOOD).above("gap", 0)
    columns = (source.tag("device"), source.field("gap"), source.field("n"))
    jin = f'{source.field("g")} / {GRAMS_PER_JIN} AS "jin"'
    return table(
        "断线补记",
        "断线后一次记入的合格品：数量准确，但产出时刻不明。",
        "none",
        Query(f"{source.select(*columns, jin)} ORDER BY time DESC LIMIT {GAPS_SHOWN}", table=True),
        {"Time": "恢复时间", "device": "设备", "gap": "断线时长", "n": "件", "jin": "斤"},
        overrides=[_unit("断线时长", "s")],
    )


def _colour(name: str, colour: str) -> Json:
    return {
        "matcher": {"id": "byName", "options": name},
        "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}],
    }


def _unit(name: str, unit: str) -> Json:
    return {"matcher": {"id": "byName", "options": name}, "properties": [{"id": "unit", "value": unit}]}


def _variables() -> list[Json]:
    return [
        {"name": "datasource", "label": "数据源", "type": "datasource", "query": "influxdb", "refresh": 1},
        _variable("site", "工厂", tag_values(STATE, "site")),
        _variable("line", "产线", tag_values(STATE, "line", site="$site")),
        _variable("device", "设备", tag_values(STATE, "device", site="$site", line="$line"), several=True),
    ]


def _variable(name: str, label: str, query: str, *, several: bool = False) -> Json:
    variable: dict[str, Json] = {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": DATASOURCE,
        "query": query,
        "refresh": 2,
        "sort": 1,
        "multi": several,
        "includeAll": several,
    }
    return variable | {"current": {"text": ["All"], "value": ["$__all"]}} if several else variable
