"""Alert rules as Grafana reads them, against a real InfluxDB: each fires for its own trouble, and none without one."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from ruamel.yaml import YAML

from dashboards import alerts
from dashboards.plant import view_of
from dashboards.text import Language
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.model.calendar import NS
from tests.servers import Server
from tests.system.dashboards_plant import BEGIN, LINE, MINUTES, STEP, Story
from tests.system.grafana import Database, Screen, evaluate

VIEW = view_of(LINE, date(2026, 9, 15))
NOW = BEGIN + MINUTES * 60 * NS - STEP
"""The instant of the last word."""
JAR, PASTEURIZER = "jar_line", "pasteurizer"
STORIES: dict[str, tuple[Story, dict[str, str]]] = {
    "all is well": (Story(), {}),
    "the filler stands for 15 minutes": (Story(stops=MINUTES - 15), {"chili-line-stopped": JAR}),
    "the filler stands for 5 minutes": (Story(stops=MINUTES - 5), {}),
    "the filler does not answer for 15 minutes": (Story(offline=MINUTES - 15), {"chili-device-offline": JAR}),
    "the filler does not answer for 3 minutes": (Story(offline=MINUTES - 3), {}),
    "the hold zone is too cold for 5 minutes": (Story(cold=MINUTES - 5), {"chili-ccp-hold": PASTEURIZER}),
    "the hold zone is too cold for 2 minutes": (Story(cold=MINUTES - 2), {}),
    "half of the pace": (Story(per_minute=30), {"chili-behind-plan": ""}),
    "the host is away": (Story(oldest_s=1000), {"chili-outbox-ageing": ""}),
    "the node says nothing for 12 minutes": (Story(silent=MINUTES - 12), {"chili-no-data": ""}),
}


def _as_grafana_reads(value: Any) -> Any:
    """Return a provisioning file with its escapes undone; a `$` that is none would be taken for an environment variable."""
    if isinstance(value, str):
        parts = value.split("$$")
        assert not any("$" in part for part in parts), value
        return "$".join(parts)
    if isinstance(value, dict):
        return {key: _as_grafana_reads(each) for key, each in value.items()}
    return [_as_grafana_reads(each) for each in value] if isinstance(value, list) else value


def _rules() -> list[Any]:
    document = YAML(typ="safe").load(alerts.document(VIEW, Language.EN))
    (group,) = _as_grafana_reads(document)["groups"]
    return list(group["rules"])


def _fires(rule: Any, database: Database) -> set[str]:
    """Return the devices, or an empty name, for which the condition of a rule holds now."""
    targets = [each["model"] for each in rule["data"]]
    screens = {
        each["refId"]: Screen(NOW - each["relativeTimeRange"]["from"] * NS, NOW) for each in rule["data"]
    }
    found = evaluate(targets, screens, database)[rule["condition"]]
    return {dict(labels).get("device", "") for labels, holds in found.items() if holds == 1}


@pytest.mark.parametrize("story", STORIES)
async def test_each_rule_fires_for_its_own_trouble_alone(influxd: Server, story: str) -> None:
    """Two and a half hours of a small line in its shift, looked at as they end."""
    told, expected = STORIES[story]
    name = f"alerts_{uuid.uuid4().hex}"
    options = InfluxOptions(kind="influxdb", url=f"http://127.0.0.1:{influxd.port}", database=name)
    async with InfluxHistorian(options) as historian:
        await historian.write(list(told.lines()))
    database = Database(influxd.port, name)

    firing = {rule["uid"]: _fires(rule, database) for rule in _rules()}
    database.close()

    assert {uid: devices for uid, devices in firing.items() if devices} == {
        uid: {device} for uid, device in expected.items()
    }


def test_every_rule_has_its_story() -> None:
    """But for the second limit of the same kind, and the outbox's other end."""
    told = {uid for _, expected in STORIES.values() for uid in expected}

    assert {rule["uid"] for rule in _rules()} - told == {"chili-ccp-core", "chili-outbox-filling"}


def test_rules_are_fit_for_grafana() -> None:
    """Fixed uids, one data source, a condition that is the last step, and no variable of a dashboard."""
    rules = _rules()
    assert len({rule["uid"] for rule in rules}) == len(rules) == 8
    for rule in rules:
        steps = rule["data"]
        assert rule["condition"] == steps[-1]["refId"]
        assert steps[-1]["model"]["type"] == "math"
        assert {step["datasourceUid"] for step in steps} == {"influx-edge", "__expr__"}
        assert all(step["relativeTimeRange"]["from"] > 0 for step in steps if "query" in step["model"])
        assert all("${" not in step["model"].get("query", "") for step in steps)
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert "$labels." in rule["annotations"]["description"]
