"""What every historian should answer, said as simply as can be: a dictionary and loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from edge.historian.base import Aggregate, Query, Row, Table, TableRow
from edge.messages import line_protocol
from edge.messages.schema import MEASUREMENTS
from edge.model.point import FieldValue, Point

Group = tuple[tuple[str, ...], int]
Sample = tuple[int, FieldValue]

_REDUCE: dict[Aggregate, Callable[[list[FieldValue]], FieldValue]] = {
    Aggregate.SUM: sum,  # type: ignore[dict-item]
    Aggregate.COUNT: len,
    Aggregate.MIN: min,
    Aggregate.MAX: max,
    Aggregate.MEAN: lambda values: sum(values) / len(values),  # type: ignore[arg-type]
}


class ModelHistorian:
    """All points in a dictionary by measurement, tags and time."""

    def __init__(self) -> None:
        self._points: dict[tuple[str, tuple[tuple[str, str], ...], int], Point] = {}

    def write(self, lines: Sequence[str]) -> None:
        """Merge the fields of each line into its point."""
        for point in map(line_protocol.parse, lines):
            key = (point.measurement, tuple(sorted(point.tags.items())), point.time)
            old = self._points.get(key)
            fields = {**(old.fields if old else {}), **point.fields}
            self._points[key] = Point(point.measurement, point.tags, fields, point.time)

    def query(self, query: Query) -> list[Row]:
        """Answer by looking at every point."""
        groups: dict[Group, list[Sample]] = {}
        for tags, window, point in self._found(query):
            if query.field in point.fields:
                groups.setdefault((tags, window), []).append((point.time, point.fields[query.field]))
        rows = [row for group, samples in groups.items() for row in self._rows(query, group, samples)]
        return sorted(rows, key=lambda row: (*row.tags.values(), row.time))

    def table(self, table: Table) -> list[TableRow]:
        """Answer by looking at every point."""
        groups: dict[Group, list[list[Sample]]] = {}
        for tags, window, point in self._found(table):
            samples = groups.setdefault((tags, window), [[] for _ in table.columns])
            for column, its in zip(table.columns, samples, strict=True):
                if column.field in point.fields:
                    its.append((point.time, point.fields[column.field]))
        return [
            TableRow(
                dict(zip(table.group_by, tags, strict=True)),
                window,
                tuple(
                    _reduced(column.aggregate, its)[1] if its else None
                    for column, its in zip(table.columns, samples, strict=True)
                ),
            )
            for (tags, window), samples in sorted(groups.items(), key=lambda item: item[0])
            if any(samples)
        ]

    def _found(self, asked: Query | Table) -> Iterator[tuple[tuple[str, ...], int, Point]]:
        for point in self._points.values():
            tags = {tag: point.tags.get(tag, "") for tag in MEASUREMENTS[point.measurement].tags}
            if (
                point.measurement == asked.measurement
                and asked.start <= point.time < asked.stop
                and all(tags[tag] == value for tag, value in asked.where.items())
            ):
                window = asked.start
                if asked.every is not None:
                    window = (point.time - asked.offset) // asked.every * asked.every + asked.offset
                yield tuple(tags[tag] for tag in asked.group_by), window, point

    @staticmethod
    def _rows(query: Query, group: Group, samples: list[Sample]) -> list[Row]:
        tags, window = dict(zip(query.group_by, group[0], strict=True)), group[1]
        if query.aggregate is None:
            return [Row(tags, time, value) for time, value in samples]
        time, value = _reduced(query.aggregate, samples)
        return [Row(tags, window if time is None or query.every is not None else time, value)]


def _reduced(aggregate: Aggregate, samples: list[Sample]) -> tuple[int | None, FieldValue]:
    """Return the value of an aggregate, and its own time if it has one."""
    if aggregate in (Aggregate.FIRST, Aggregate.LAST):
        sign = 1 if aggregate is Aggregate.LAST else -1
        return max(samples, key=lambda sample: (sign * sample[0], sample[1]))
    return None, _REDUCE[aggregate]([value for _, value in samples])
