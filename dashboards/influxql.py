"""InfluxQL with Grafana's macros, in the subset that InfluxDB 1.x, 2.x and 3 share; names come from the schema only.

A measurement, field or tag that the schema does not have ends the build, so it can never be an empty panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.messages.schema import FieldType, Measurement

INTERVAL = "$__interval"
"""Grafana's window for the zoom of the panel."""
_SUMMED = "1d"
"""The window of sums that are added up again; any would do."""
_CASTS = {FieldType.INT: "integer", FieldType.FLOAT: "float"}


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

    def chosen(self, *variables: str) -> Source:
        """Return the source with tags that must be among what the dashboard's variables of their names have chosen."""
        return self.match(**{name: f"${{{name}:regex}}" for name in variables})

    def without(self, **values: str) -> Source:
        """Return the source with tags or fields that must differ from a text."""
        return self._with(*(f"{self.column(name)} != '{value}'" for name, value in values.items()))

    def saying(self, **values: str) -> Source:
        """Return the source with fields that must be equal to a text."""
        return self._with(*(f"{self.field(name)} = '{value}'" for name, value in values.items()))

    def above(self, field: str, bound: int) -> Source:
        """Return the source with a field that must be greater than a number."""
        return self._with(f"{self.field(field)} > {bound}")

    def below(self, field: str, bound: int) -> Source:
        """Return the source with a field that must be smaller than a number."""
        return self._with(f"{self.field(field)} < {bound}")

    def column(self, name: str) -> str:
        """Return a tag or a field as InfluxQL writes it.

        Raises:
            KeyError: the schema does not know it.
        """
        return self.tag(name) if name in self.measurement.tags else self.field(name)

    def call(self, function: str, field: str, name: str = "") -> str:
        """Return a function of a field as a column, with a name of its own where one is given."""
        return f"{function}({self.field(field)})" + (f' AS "{name}"' if name else "")

    def select(self, *columns: str, group_by: tuple[str, ...] = (), every: str = "", fill: str = "") -> str:
        """Return a SELECT over the time that the dashboard shows.

        Args:
            columns: expressions, made with `field`, `tag` and `call`.
            group_by: tags.
            every: the window: `INTERVAL` or a fixed one, with its offset.
            fill: what a window without a point has: `none`, `null` or 0.
        """
        where = " AND ".join(("$timeFilter", *self.conditions))
        groups = ([f"time({every})"] if every else []) + [self.tag(tag) for tag in group_by]
        return (
            f'SELECT {", ".join(columns)} FROM "{self.measurement.name}" WHERE {where}'  # noqa: S608 - all quoted
            + (f" GROUP BY {', '.join(groups)}" if groups else "")
            + (f" fill({fill})" if fill else "")
        )

    def newest(self, field: str, *group_by: str) -> str:
        """Return the SELECT of the newest value, of each group where tags are given."""
        return self.select(self.call("last", field), group_by=group_by)

    def sums(self, *fields: str, group_by: tuple[str, ...] = (), every: str = _SUMMED) -> str:
        """Return a SELECT of sums of fields that may be absent, which is 0; for a SELECT around it.

        What no point has is unknown to InfluxQL, and what is computed of it unknown as well: a cast and `fill(0)`, which
        needs windows, make it 0. The columns have the names of the fields.
        """
        columns = (
            f'sum({self.field(name)}::{_CASTS[self.measurement.fields[name]]}) AS "{name}"' for name in fields
        )
        return self.select(*columns, group_by=group_by, every=every, fill="0")

    def _with(self, *conditions: str) -> Source:
        return Source(self.measurement, (*self.conditions, *conditions))


def outer(columns: Mapping[str, str], inner: str, group_by: tuple[str, ...] = (), where: str = "") -> str:
    """Return a SELECT from a SELECT.

    Args:
        columns: expressions over the inner one's columns, by the names that they get.
        inner: the inner SELECT; its time is bounded, and so is this one's.
        group_by: tags of the inner one.
        where: a condition on the inner one's columns.
    """
    selected = ", ".join(f'{expression} AS "{name}"' for name, expression in columns.items())
    groups = ", ".join(f'"{tag}"' for tag in group_by)
    return (
        f"SELECT {selected} FROM ({inner})"  # noqa: S608 - all quoted
        + (f" WHERE {where}" if where else "")
        + (f" GROUP BY {groups}" if groups else "")
    )


def tag_values(measurement: Measurement, tag: str, source: Source | None = None) -> str:
    """Return the query of a dashboard variable: the values of a tag, under the conditions of a source."""
    where = source or Source(measurement)
    conditions = f" WHERE {' AND '.join(where.conditions)}" if where.conditions else ""
    return f'SHOW TAG VALUES FROM "{measurement.name}" WITH KEY = {where.tag(tag)}{conditions}'
