"""What a panel asks: InfluxQL, or arithmetic that Grafana's server does with the answers of other queries."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.text import Json, Text, both

DATASOURCE = {"type": "influxdb", "uid": "${datasource}"}
"""The variable, so that one dashboard serves any data source."""
EXPRESSIONS = {"type": "__expr__", "uid": "__expr__"}
"""Grafana's own arithmetic."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a panel.

    Attributes:
        text: InfluxQL with macros.
        alias: the series' name, with Grafana's `$tag_…`.
        table: rows and columns in place of series.
        hidden: only an expression wants it.
    """

    text: str
    alias: str | Text = ""
    table: bool = False
    hidden: bool = False

    def target(self, ref: str) -> Json:
        """Return it as Grafana's JSON."""
        target: dict[str, Json] = {
            "refId": ref,
            "datasource": DATASOURCE,
            "rawQuery": True,
            "query": self.text,
            "resultFormat": "table" if self.table else "time_series",
            "alias": both(self.alias) if isinstance(self.alias, str) else self.alias,
        }
        return target | {"hide": True} if self.hidden else target


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest number of a query, as a number without a time.

    Attributes:
        of: refId of the query.
        empty: what stands for no value; None for none.
    """

    of: str
    empty: float | None = None

    def target(self, ref: str) -> Json:
        """Return it as Grafana's JSON."""
        settings: dict[str, Json] = {"mode": "dropNN"}
        if self.empty is not None:
            settings = {"mode": "replaceNN", "replaceWithValue": self.empty}
        return {
            "refId": ref,
            "datasource": EXPRESSIONS,
            "type": "reduce",
            "expression": self.of,
            "reducer": "last",
            "settings": settings,
            "hide": True,
        }


@dataclass(frozen=True, slots=True)
class Formula:
    """Arithmetic over refIds: `$C / $D`; the series' labels must agree."""

    text: str
    hidden: bool = False

    def target(self, ref: str) -> Json:
        """Return it as Grafana's JSON."""
        target: dict[str, Json] = {
            "refId": ref,
            "datasource": EXPRESSIONS,
            "type": "math",
            "expression": self.text,
        }
        return target | {"hide": True} if self.hidden else target


Asked = Query | Newest | Formula


def references(asked: tuple[Asked, ...] | list[Asked]) -> list[Json]:
    """Return queries as the targets of a panel, from A on."""
    return [each.target(chr(ord("A") + place)) for place, each in enumerate(asked)]
