"""The host's task that keeps the forecast of the production day in the historian, where console and Grafana find it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from edge.clock import Clock
from edge.errors import EdgeError
from edge.historian.base import Historian
from edge.messages import line_protocol
from edge.messages.schema import TARGET
from edge.model.calendar import NS
from edge.model.plant import Plant, Target
from edge.model.point import FieldValue, Point
from edge.target.made import made_until
from edge.target.standing import Standing, Year, stand

log = structlog.get_logger(__name__)

INTERVAL_S = 600.0
"""A day that was corrected corrects the year within this time."""
SHORTEST_S = 1.0
SHARE = 0.02
"""The part of its time that a store under load spends on the year's sums."""


async def keep_forecast(ask: Historian, write: Historian, plant: Plant, clock: Clock) -> None:
    """Say how the year will end, at each new production day and every 10 minutes, until cancelled.

    Args:
        ask: a historian of its own: a year takes a while to add up, and the console does not wait.
        write: where points come to rest.
        plant: with its target; without one there is nothing to say.
        clock: what time it is.
    """
    target = plant.target
    if target is None:
        return
    while True:
        begun = clock.monotonic()
        try:
            point = await forecast_point(ask, plant, target, clock.now())
            if point is not None:
                await write.write([line_protocol.encode(point)])
        except EdgeError as error:
            log.warning("the year's forecast cannot be said now", reason=str(error))
        _, day_ends = plant.calendar.day_span(plant.calendar.production_day(clock.now()))
        pause = max(INTERVAL_S, (clock.monotonic() - begun) / SHARE)
        await asyncio.sleep(max(min(pause, (day_ends - clock.now()) / NS), SHORTEST_S))


async def forecast_point(historian: Historian, plant: Plant, target: Target, now: int) -> Point | None:
    """Return the point of the production day that is on; None when the target is of another year."""
    day = plant.calendar.production_day(now)
    if day.year != target.year:
        return None
    made = await made_until(historian, plant, day - timedelta(days=1) if day.timetuple().tm_yday > 1 else day)
    year = await asyncio.to_thread(stand, plant, target, made, day)
    return Point(TARGET.name, {"site": plant.site}, _fields(year), plant.calendar.day_span(day)[0])


def _fields(year: Year) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {
        "before": round(year.mass.made),
        **_outlook(year.mass, ""),
        "provisional": int(year.provisional),
    }
    if year.mass.required is not None:
        fields["required"] = round(year.mass.required)
    if year.value is not None:
        fields |= {"value": round(year.value.made), **_outlook(year.value, "value_")}
    return fields


def _outlook(standing: Standing, prefix: str) -> dict[str, FieldValue]:
    quantiles = {f"{prefix}p{percent}": standing.outlook.quantile(percent / 100) for percent in (10, 50, 90)}
    return {**quantiles, f"{prefix}probability": standing.probability}
