"""InfluxQL with Grafana's macros, in the subset that InfluxDB 1.x, 2.x and 3 share; names come from the schema only.

A measurement, field or tag that the schema does not have ends the build, so it can never be an empty panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.messages.schema import Measurement

INTERVAL = "$__interval"
"""Grafana's window for the zoom of the panel."""


@dataclass(frozen=True, slots=True)
class Source:
    """A measurement, and the conditions under which its points are looked at."""

    measurement: Measurement
    conditions: tuple[str, ...] = ()

    def field(self, name: str) -> str:
        """Return a field as InfluxQL writes it.

        Raises:
            KeyError: the schema does not know it.
        """
        if name not in self.measurement.fields:
            raise KeyError(f"{self.measurement.name} has no field {name!r}")
        return f'"{name}"'

    def tag(self, name: str) -> str:
        """Return a tag as InfluxQL writes it.

        Raises:
            KeyError: the schema does not know it.
        """
        if name not in self.measurement.tags:
            raise KeyError(f"{self.measurement.name} has no tag {name!r}")
        return f'"{name}"'

    def equal(self, **values: str) -> Source:
        """Return the source with tags that must be equal to a text or to a variable of the dashboard."""
        return self._with(*(f"{self.tag(tag)} = '{value}'" for tag, value in values.items()))

    def match(self, **patterns: str) -> Source:
        """Return the source with tags that must match a pattern as a whole."""
        return self._with(*(f"{self.tag(tag)} =~ /^{pattern}$/" for tag, pattern in patterns.items()))

    def above(self, field: str, bound: int) -> Source:
        """Return the source with a field that must be greater than a number."""
        return self._with(f"{self.field(field)} > {bound}")

    def select(self, *columns: str, group_by: tuple[str, ...] = (), every: str = "", fill: str = "") -> str:
        """Return a SELECT over the time that the dashboard shows.

        Args:
            columns: expressions, made with `field` and `tag`.
            group_by: tags.
            every: the window: `INTERVAL` or a fixed one.
            fill: what a window without a point has: `none` or `null`.
        """
        where = " AND ".join(("$timeFilter", *self.conditions))
        groups = ([f"time({every})"] if every else []) + [self.tag(tag) for tag in group_by]
        return (
            f'SELECT {", ".join(columns)} FROM "{self.measurement.name}" WHERE {where}'  # noqa: S608 - all quoted
            + (f" GROUP BY {', '.join(groups)}" if groups else "")
            + (f" fill({fill})" if fill else "")
        )

    def _with(self, *conditions: str) -> Source:
        return Source(self.measurement, (*self.conditions, *conditions))


def outer(columns: Mapping[str, str], inner: str, group_by: tuple[str, ...] = ()) -> str:
    """Return a SELECT from a SELECT.

    Args:
        columns: function by name of the inner column, whose name it keeps.
        inner: the inner SELECT.
        group_by: tags of the inner one.
    """
    selected = ", ".join(f'{function}("{name}") AS "{name}"' for name, function in columns.items())
    groups = ", ".join(f'"{tag}"' for tag in group_by)
    return f"SELECT {selected} FROM ({inner})" + (f" GROUP BY {groups}" if groups else "")  # noqa: S608 - all quoted


def tag_values(measurement: Measurement, tag: str, **where: str) -> str:
    """Return the query of a dashboard variable: the values of a tag."""
    source = Source(measurement).equal(**where)
    conditions = f" WHERE {' AND '.join(source.conditions)}" if where else ""
    return f'SHOW TAG VALUES FROM "{measurement.name}" WITH KEY = {source.tag(tag)}{conditions}'
