"""What Grafana does with a dashboard or an alert rule before InfluxDB sees it, and with the answers afterwards.

Macros, variables and the panel's own time as its InfluxQL data source fills them in; of its server-side expressions
`reduce` (last) and `math`, whose series meet by their labels. Written from its documentation: no Grafana runs here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import urllib3

Labels = tuple[tuple[str, str], ...]
Numbers = dict[Labels, float]
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_STEP = re.compile(r"([+-])(\d+)([smhd])|/([dy])")


@dataclass(frozen=True, slots=True)
class Screen:
    """What somebody has chosen: from and to, ns UTC, and the values of the variables."""

    start: int
    stop: int
    variables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    interval: str = "1m"

    def for_panel(self, panel: Any) -> Screen:
        """Return the same as a panel sees it: some look at their own time."""
        if "timeFrom" not in panel:
            return self
        return replace(self, start=self.stop - seconds(panel["timeFrom"]) * 10**9)

    def filled_in(self, query: str) -> str:
        """Return a query as InfluxDB gets it."""
        span = f"time >= {self.start // 10**6}ms and time <= {self.stop // 10**6}ms"
        query = query.replace("$timeFilter", span).replace("$__interval", self.interval)
        for name, values in self.variables.items():
            pattern = "|".join(value if value == ".*" else re.escape(value) for value in values)
            query = query.replace(f"${{{name}:regex}}", f"({pattern})" if len(values) > 1 else pattern)
            query = query.replace(f"${name}", values[0])
        assert "$" not in query.replace("$/", ""), query
        return query


class Database:
    """A database that can be asked as Grafana asks it."""

    def __init__(self, port: int, name: str) -> None:
        self._url = f"http://127.0.0.1:{port}/query"
        self._name = name
        self._http = urllib3.PoolManager(retries=False, timeout=10)

    def ask(self, query: str) -> list[Any]:
        """Return the series of an answer without an error."""
        fields = {"db": self._name, "q": query, "epoch": "ms"}
        response = self._http.request("POST", self._url, fields=fields, encode_multipart=False)
        document = json.loads(response.data)
        assert "error" not in document, f"{query}: {document}"
        (result,) = document["results"]
        assert "error" not in result, f"{query}: {result}"
        return list(result.get("series", []))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.clear()


def seconds(span: str) -> int:
    """Return how long `10m` is."""
    return int(span[:-1]) * _UNITS[span[-1]]


def moment(expression: str, now: datetime, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Return what an expression of Grafana's date mathematics means at an instant, in a time zone.

    Args:
        expression: `now-420m/d+420m`.
        now: the instant.
        zone: of the dashboard.
        last: it is the end of a span, which is rounded up to the last millisecond.
    """
    local = now.astimezone(zone)
    for sign, amount, unit, rounding in _STEP.findall(expression.removeprefix("now")):
        if rounding:
            local = local.replace(hour=0, minute=0, second=0, microsecond=0)
            local = local.replace(month=1, day=1) if rounding == "y" else local
            if last:
                assert rounding == "d"
                local += timedelta(days=1) - timedelta(milliseconds=1)
        else:
            step = timedelta(seconds=int(amount) * _UNITS[unit])
            local += step if sign == "+" else -step
    return local


def values(series: list[Any], column: str) -> list[Any]:
    """Return what is not empty in a column of all series."""
    return [
        row[part["columns"].index(column)]
        for part in series
        for row in part["values"]
        if row[part["columns"].index(column)] is not None
    ]


def evaluate(targets: Sequence[Any], screens: Mapping[str, Screen], database: Database) -> dict[str, Numbers]:
    """Return the numbers of each expression among the targets of a panel, by their refIds.

    Args:
        targets: queries and expressions, in an order in which each names only those before it.
        screens: what each query is filled in with, by its refId.
        database: to be asked.
    """
    series: dict[str, list[Any]] = {}
    found: dict[str, Numbers] = {}
    for target in targets:
        ref = target["refId"]
        if target["datasource"]["type"] != "__expr__":
            series[ref] = database.ask(screens[ref].filled_in(target["query"]))
        elif target["type"] == "reduce":
            found[ref] = _reduced(series[target["expression"]], target)
        else:
            found[ref] = _computed(target["expression"], found)
    return found


def _reduced(series: list[Any], target: Any) -> Numbers:
    assert target["reducer"] == "last"
    settings, numbers = target["settings"], Numbers()
    for part in series:
        column = [math.nan if row[1] is None else float(row[1]) for row in part["values"]]
        if settings["mode"] == "replaceNN":
            column = [settings["replaceWithValue"] if math.isnan(each) else each for each in column]
        else:
            column = [each for each in column if not math.isnan(each)]
        numbers[tuple(sorted(part.get("tags", {}).items()))] = column[-1] if column else math.nan
    return numbers


def _computed(expression: str, found: Mapping[str, Numbers]) -> Numbers:
    """Return an expression of each set of labels that all its operands have; a condition is 1 or 0."""
    names = sorted(set(re.findall(r"\$([A-Z])", expression)))
    python = re.sub(r"\$([A-Z])", r"\1", expression).replace("&&", " and ")
    labels = set.intersection(*(set(found[name]) for name in names))
    return {
        label: float(eval(python, {"__builtins__": {}}, {name: found[name][label] for name in names}))  # noqa: S307
        for label in sorted(labels)
    }
