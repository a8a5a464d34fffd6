"""Whether the figures can be trusted: when each machine was heard of last, how its node is, and how this box is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.question import Parameters, Question
from edge.historian.base import Aggregate, Column, Historian, Query, Row, Table
from edge.messages.schema import NODE, SOURCE, STATE, STOP
from edge.model.calendar import NS, local_time
from edge.model.packml import Category
from edge.model.plant import Plant

MEMORY = 7 * 86_400 * NS
"""Who was not heard of for longer counts as never heard of."""
SKEW = 60 * NS
"""How far a node's clock may be ahead of ours."""
DAY = 86_400 * NS
_MS = 1_000_000
_HEALTH = (
    *("outbox_percent", "hours_left", "pending", "pending_s", "dropped", "unaccounted", "lag_ms"),
    *("timeouts", "bad_values"),
)
Box = Callable[[], Awaitable[Mapping[str, Any]]]
"""Tells how the host is: its versions, its disk, its broker, its dead letters."""


def system_question(historian: Historian, plant: Plant, clock: Clock, box: Box) -> Question:
    """Return the question for the health of machines, nodes and host."""

    async def ask(_parameters: Parameters) -> dict[str, Any]:
        return {**await system(historian, plant, clock.now()), "host": await box()}

    return Question("system", Role.VIEWER, ask)


async def system(historian: Historian, plant: Plant, now: int) -> dict[str, Any]:
    """Return when each machine was read well last, for how much of 24 hours it was heard of, and each node's newest health.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    asked = _Asked(historian, plant, now)
    states, shares = await asked.newest(STATE.name, "category"), await asked.shares()
    began = await asked.newest(STOP.name, "category")
    devices = []
    for device in plant.devices:
        last = _last_good(states.get(device.key), began.get(device.key))
        category = states.get(device.key)
        devices.append(
            {
                "key": device.key,
                "name": device.name or device.key,
                "category": None if category is None else str(category.value),
                "last": None if last is None else asked.clock(last),
                "age_s": None if last is None else max(0, now - last) // NS,
                "share": shares.get(device.key),
            }
        )
    return {"time": asked.clock(now), "devices": devices, "nodes": await asked.nodes()}


def _last_good(state: Row | None, stop: Row | None) -> int | None:
    """Return when a machine was heard of last: a machine that nobody hears is told of, too, and says so."""
    if state is None or state.value != Category.OFFLINE:
        return state.time if state else None
    return stop.time if stop is not None and stop.value == Category.OFFLINE else None


class _Asked:
    def __init__(self, historian: Historian, plant: Plant, now: int) -> None:
        self._historian, self._plant, self._now = historian, plant, now

    def clock(self, time: int) -> str:
        return f"{local_time(time, self._plant.calendar.zone):%Y-%m-%d %H:%M:%S}"

    async def newest(self, measurement: str, field: str) -> dict[str, Row]:
        """Return the newest value of each machine."""
        where = {"site": self._plant.site, "line": self._plant.line}
        span = (self._now - MEMORY, self._now + SKEW)
        rows = await self._historian.query(
            Query(measurement, field, Aggregate.LAST, *span, where, ("device",))
        )
        return {row.tags["device"]: row for row in rows}

    async def shares(self) -> dict[str, float]:
        """Return for how much of the 24 hours up to the newest word of any machine each was heard of, in percent."""
        newest = await self.newest(SOURCE.name, "ms")
        if not newest:
            return {}
        stop = max(row.time for row in newest.values()) + 1
        where = {"site": self._plant.site, "line": self._plant.line}
        rows = await self._historian.query(
            Query(SOURCE.name, "ms", Aggregate.SUM, stop - DAY, stop, where, ("device",))
        )
        heard = {row.tags["device"]: int(row.value) * _MS for row in rows}
        return {key: round(min(100.0, 100 * heard.get(key, 0) / DAY), 1) for key in newest}

    async def nodes(self) -> list[dict[str, Any]]:
        """Return the newest health of each node that spoke within a day."""
        where, span = {"site": self._plant.site}, (self._now - DAY, self._now + SKEW)
        columns = tuple(Column(field, Aggregate.LAST) for field in _HEALTH)
        rows = await self._historian.table(Table(NODE.name, columns, *span, where, ("node",)))
        times = {
            row.tags["node"]: row.time
            for row in await self._historian.query(
                Query(NODE.name, "acquired", Aggregate.LAST, *span, where, ("node",))
            )
        }
        return [
            {
                "node": row.tags["node"],
                **dict(zip(_HEALTH, row.values, strict=True)),
                **self._age(times.get(row.tags["node"])),
            }
            for row in rows
        ]

    def _age(self, time: int | None) -> dict[str, Any]:
        if time is None:
            return {"last": None, "age_s": None}
        return {"last": self.clock(time), "age_s": max(0, self._now - time) // NS}
