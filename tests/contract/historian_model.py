"""What every historian should answer, said as simply as can be: a dictionary and loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from edge.historian.base import Aggregate, Query, Row
from edge.messages import line_protocol
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
        for point in self._points.values():
            if self._concerns(point, query):
                tags = tuple(point.tags.get(tag, "") for tag in query.group_by)
                window = point.time // query.every * query.every if query.every else query.start
                groups.setdefault((tags, window), []).append((point.time, point.fields[query.field]))
        rows = [row for group, samples in groups.items() for row in self._rows(query, group, samples)]
        return sorted(rows, key=lambda row: (*row.tags.values(), row.time))

    @staticmethod
    def _concerns(point: Point, query: Query) -> bool:
        return (
            point.measurement == query.measurement
            and query.field in point.fields
            and query.start <= point.time < query.stop
            and all(point.tags.get(tag, "") == value for tag, value in query.where.items())
        )

    @staticmethod
    def _rows(query: Query, group: Group, samples: list[Sample]) -> list[Row]:
        tags = dict(zip(query.group_by, group[0], strict=True))
        if query.aggregate is None:
            return [Row(tags, time, value) for time, value in samples]
        if query.aggregate in (Aggregate.FIRST, Aggregate.LAST):
            sign = 1 if query.aggregate is Aggregate.LAST else -1
            time, value = max(samples, key=lambda sample: (sign * sample[0], sample[1]))
            return [Row(tags, time, value)]
        return [Row(tags, group[1], _REDUCE[query.aggregate]([value for _, value in samples]))]
