"""Alert rules for Grafana's provisioning: queries of names from the schema, and arithmetic that Grafana's server does.

Alerting knows no variables of a dashboard: a rule asks of all sites, and one of its series is one alert.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from ruamel.yaml import YAML

from dashboards.influxql import Source, outer
from dashboards.plant import View
from dashboards.queries import Asked, Formula, Newest, Query
from dashboards.text import Caption, Json, Language, Text, render
from dashboards.words import alerts as words
from dashboards.words import common
from edge.messages.schema import NODE, OEE, STATE, TAG, TARGET
from edge.model.packml import State

DATASOURCE = "influx-edge"
"""The uid of the provisioned data source: rules cannot choose one."""
MINUTE_S = 60
STOPPED_S = 10 * MINUTE_S
SHIFT_S = 8 * 3600
ENOUGH = 0.85
"""The part of the plan below which a shift is behind."""
_TEN_MINUTES_MS = 600_000
_TWO_HOURS_MS = 7_200_000
_TOLD_IN_TEN_MINUTES = 50
"""A state is told each 10 s, 60 times in ten minutes: so many are nearly all."""
_MACHINE = ("site", "line", "device")


@dataclass(frozen=True, slots=True)
class Rule:
    """An alert rule.

    Attributes:
        name: in its uid.
        caption: title, and what to do.
        asked: queries with the seconds that they look back, and expressions (0 s).
        lasts: how long the condition, which is the last of `asked`, must hold.
        no_data: what no series at all means.
        severity: for the notification policy.
    """

    name: str
    caption: Caption
    asked: Sequence[tuple[int, Asked]]
    lasts: str = "0s"
    no_data: str = "OK"
    severity: str = "warning"


def rules(view: View) -> list[Rule]:
    """Return every rule."""
    limits = view.limits
    return [
        _stopped(view),
        _no_data(),
        _offline(),
        _behind(view),
        _node("outbox-ageing", words.AGEING, "pending_s", "> 900"),
        _node("outbox-filling", words.FILLING, "hours_left", "< 24"),
        _too_cold("ccp-hold", words.HOLD, "zone_3_temperature", limits.hold),
        _too_cold("ccp-core", words.CORE, "core_temperature", limits.core),
    ]


def document(view: View, language: Language) -> str:
    """Return the rules as a provisioning file. It is a template to Grafana: each `$` that is meant stands twice."""
    content = render(
        {
            "apiVersion": 1,
            "groups": [
                {
                    "orgId": 1,
                    "name": words.GROUP,
                    "folder": common.FOLDER,
                    "interval": "1m",
                    "rules": [_json(rule) for rule in rules(view)],
                }
            ],
        },
        language,
    )
    yaml = YAML()
    yaml.width = 10_000
    yaml.default_flow_style = False
    text = io.StringIO()
    yaml.dump(_escaped(content), text)
    return "# Written by python -m dashboards: do not edit.\n" + text.getvalue()


def _stopped(view: View) -> Rule:
    source = Source(STATE).match(device=view.any_filler).without(category="offline")
    distance = _distance_from_running(source.without(category="planned"))
    running = outer({"d": 'min("d")'}, distance, _MACHINE)
    work = Source(OEE).match(device=view.any_filler)
    planned = work.select(work.call("sum", "pbt"), group_by=_MACHINE)
    asked: list[tuple[int, Asked]] = [
        (STOPPED_S, Query(running)),
        # Planned time is told each five minutes, so ten of it are in twenty at the latest.
        (2 * STOPPED_S, Query(planned)),
        (0, Newest("A")),
        (0, Newest("B")),
        (0, Formula(f"$C > 0 && $D >= {_TEN_MINUTES_MS}")),
    ]
    return Rule("line-stopped", words.STOPPED, asked, severity="critical")


def _distance_from_running(source: Source) -> str:
    """Return the SELECT of a number that is 0 where a machine runs and more elsewhere: InfluxQL compares no columns."""
    run = int(State.EXECUTE)
    column = f'({source.field("packml")} - {run}) * ({source.field("packml")} - {run}) AS "d"'
    return source.select(column, group_by=_MACHINE)


def _no_data() -> Rule:
    source = Source(NODE)
    query = source.select(source.call("count", "frames"), group_by=("site", "node"), every="5m", fill="null")
    asked: list[tuple[int, Asked]] = [
        # Of a day: a node is remembered for so long after its last word.
        (24 * 3600, Query(query)),
        (0, Newest("A", empty=0)),
        (0, Formula("$B < 1")),
    ]
    # The window that is on may have begun just now.
    return Rule("no-data", words.NO_DATA, asked, lasts="5m", no_data="Alerting", severity="critical")


def _offline() -> Rule:
    source = Source(STATE).saying(category="offline")
    query = source.select(source.call("count", "packml"), group_by=_MACHINE)
    asked: list[tuple[int, Asked]] = [
        (STOPPED_S, Query(query)),
        (0, Newest("A")),
        (0, Formula(f"$B > {_TOLD_IN_TEN_MINUTES}")),
    ]
    return Rule("device-offline", words.OFFLINE, asked)


def _behind(view: View) -> Rule:
    target = Source(TARGET)
    made = target.select(
        f"{target.call('last', 'actual')} - {target.call('first', 'actual')}", group_by=("site",)
    )
    plan = target.newest("day_plan", "site")
    work = Source(OEE).match(device=view.any_filler)
    inner = work.select(work.call("sum", "pbt", "pbt"), group_by=_MACHINE)
    asked: list[tuple[int, Asked]] = [
        (SHIFT_S, Query(made)),
        (SHIFT_S, Query(plan)),
        (SHIFT_S, Query(outer({"pbt": 'max("pbt")'}, inner, ("site",)))),
        (0, Newest("A")),
        (0, Newest("B")),
        (0, Newest("C")),
        (0, Formula(f"$F > {_TWO_HOURS_MS} && $D < {ENOUGH} * $E * $F / {view.planned_ms}")),
    ]
    about = words.BEHIND.about
    caption = Caption(words.BEHIND.title, _filled(about, percent=f"{100 * ENOUGH:.0f}"))
    return Rule("behind-plan", caption, asked, lasts="15m")


def _node(name: str, caption: Caption, field: str, comparison: str) -> Rule:
    asked: list[tuple[int, Asked]] = [
        (5 * MINUTE_S, Query(Source(NODE).newest(field, "site", "node"))),
        (0, Newest("A")),
        (0, Formula(f"$B {comparison}")),
    ]
    return Rule(name, caption, asked, lasts="5m")


def _too_cold(name: str, caption: Caption, tag: str, limit: float) -> Rule:
    source, states = Source(TAG).equal(tag=tag), Source(STATE)
    asked: list[tuple[int, Asked]] = [
        (3 * MINUTE_S, Query(source.select(source.call("max", "v"), group_by=_MACHINE))),
        (3 * MINUTE_S, Query(outer({"d": 'max("d")'}, _distance_from_running(states), _MACHINE))),
        (0, Newest("A")),
        (0, Newest("B")),
        (0, Formula(f"$C < {limit:g} && $D == 0")),
    ]
    about = _filled(caption.about, limit=f"{limit:g}")
    return Rule(name, Caption(caption.title, about), asked, severity="critical")


def _filled(text: Text, **values: str) -> Text:
    """Return a text with its names in single braces filled in; those in double ones are Grafana's."""
    zh, en = text.zh, text.en
    for name, value in values.items():
        zh, en = zh.replace(f"{{{name}}}", value), en.replace(f"{{{name}}}", value)
    return Text(zh, en)


def _json(rule: Rule) -> Json:
    data: list[Json] = []
    for place, (seconds, asked) in enumerate(rule.asked):
        ref = chr(ord("A") + place)
        model = asked.target(ref)
        assert isinstance(model, dict)  # noqa: S101 - for mypy: a target is an object
        source: Json = {"type": "influxdb", "uid": DATASOURCE}
        if isinstance(asked, Query):
            model = {**model, "datasource": source, "intervalMs": 1000, "maxDataPoints": 43200}
        data.append(
            {
                "refId": ref,
                "relativeTimeRange": {"from": seconds, "to": 0},
                "datasourceUid": DATASOURCE if isinstance(asked, Query) else "__expr__",
                "model": {key: value for key, value in model.items() if key != "hide"},
            }
        )
    return {
        "uid": f"chili-{rule.name}",
        "title": rule.caption.title,
        "condition": chr(ord("A") + len(rule.asked) - 1),
        "data": data,
        "noDataState": rule.no_data,
        "execErrState": "Error",
        "for": rule.lasts,
        "annotations": {"summary": rule.caption.title, "description": rule.caption.about},
        "labels": {"severity": rule.severity, "team": "chili-edge"},
        "isPaused": False,
    }


def _escaped(value: Json) -> Json:
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _escaped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return value
