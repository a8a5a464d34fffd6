"""How raw tags of the embedded historian grow old: one value a minute stays of them, as it was measured.

Of each series, minute and kind of value (number, text, bad) the last one stays, so questions about old times are answered
from the same table. What is counted is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

MINUTE_NS, DAY_NS = 60 * 10**9, 86_400 * 10**9
STEP_NS = DAY_NS // 4
"""What one transaction looks at, of one series."""
TABLE = "CREATE TABLE IF NOT EXISTS tag_thinned (series INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT"

_THIN = f"""
    DELETE FROM tag WHERE series = ? AND time >= ? AND time < ? AND time NOT IN (
        SELECT max(time) FROM tag WHERE series = ? AND time >= ? AND time < ?
        GROUP BY time / {MINUTE_NS}, v IS NULL, s IS NULL
    )
"""  # noqa: S608 - a number of ours

Execute = Callable[[str, tuple[int, ...]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Instants, ns UTC: raw before `raw` becomes minutes, minutes before `minutes` go."""

    raw: int
    minutes: int | None

    @classmethod
    def at(cls, now: int, raw_days: int, minute_days: int | None) -> Self:
        """Return the limits of an instant."""
        raw = (now - raw_days * DAY_NS) // STEP_NS * STEP_NS
        return cls(raw, None if minute_days is None else now - max(minute_days, raw_days) * DAY_NS)


@dataclass(frozen=True, slots=True)
class Step:
    """A span of a series to thin, or to forget."""

    series: int
    start: int
    stop: int
    forget: bool = False


def next_step(execute: Execute, limits: Limits) -> Step | None:
    """Return what is to be done next; None when nothing is."""
    if limits.minutes is not None:
        query = "SELECT id, (SELECT min(time) FROM tag WHERE series = id) AS first FROM tag_series WHERE first < ? LIMIT 1"
        for series, first in execute(query, (limits.minutes,)):
            return Step(series, first, min(first + DAY_NS, limits.minutes), forget=True)
    query = (
        "SELECT id, (SELECT min(time) FROM tag WHERE series = id AND time >= coalesce(until, -1 << 62)) AS first"
        " FROM tag_series LEFT JOIN tag_thinned ON series = id WHERE first < ? LIMIT 1"
    )
    for series, first in execute(query, (limits.raw,)):
        start = first // STEP_NS * STEP_NS
        return Step(series, start, start + STEP_NS)
    return None


def statements(step: Step) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the statements of a step, with their parameters."""
    span = (step.series, step.start, step.stop)
    if step.forget:
        yield "DELETE FROM tag WHERE series = ? AND time >= ? AND time < ?", span
        return
    yield _THIN, (*span, *span)
    yield (
        "INSERT INTO tag_thinned VALUES (?, ?) ON CONFLICT (series) DO UPDATE SET until = excluded.until",
        (step.series, step.stop),
    )
