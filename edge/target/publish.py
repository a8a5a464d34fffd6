"""The host's task that keeps the forecast of the production day in the historian, where console and Grafana find it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import structlog

from edge.clock import Clock
from edge.errors import EdgeError
from edge.historian.base import Historian
from edge.messages import line_protocol
from edge.messages.schema import TARGET
from edge.model.calendar import NS
from edge.model.plant import Plant, Target
from edge.model.point import FieldValue, Point
from edge.target.made import Made, made_until
from edge.target.standing import Standing, Year, stand

log = structlog.get_logger(__name__)

INTERVAL_S = 600.0
"""A day of the last weeks that was corrected corrects the year within this time, any other one on the next day."""
RECENT = timedelta(days=35)
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
    if plant.target is None:
        return
    forecaster = Forecaster(ask, plant, plant.target)
    while True:
        begun = clock.monotonic()
        try:
            point = await forecaster.point(clock.now())
            if point is not None:
                await write.write([line_protocol.encode(point)])
        except EdgeError as error:
            log.warning("the year's forecast cannot be said now", reason=str(error))
        _, day_ends = plant.calendar.day_span(plant.calendar.production_day(clock.now()))
        pause = max(INTERVAL_S, (clock.monotonic() - begun) / SHARE)
        await asyncio.sleep(max(min(pause, (day_ends - clock.now()) / NS), SHORTEST_S))


class Forecaster:
    """The point of the production day that is on; adds the whole year up once a day, and its last weeks each time."""

    def __init__(self, historian: Historian, plant: Plant, target: Target) -> None:
        self._historian = historian
        self._plant = plant
        self._target = target
        self._day: date | None = None
        self._made = Made()

    async def point(self, now: int) -> Point | None:
        """Return the point of an instant, ns UTC; None when the target is of another year.

        Raises:
            TransientError: the historian cannot be asked now.
        """
        day = self._plant.calendar.production_day(now)
        if day.year != self._target.year:
            return None
        first = date(day.year, 1, 1)
        since = max(day - RECENT, first) if day == self._day else first
        newer = await made_until(self._historian, self._plant, max(day - timedelta(days=1), first), since)
        self._made, self._day = self._made.renewed(newer, since), day
        year = await asyncio.to_thread(stand, self._plant, self._target, self._made, day)
        start, _ = self._plant.calendar.day_span(day)
        return Point(TARGET.name, {"site": self._plant.site}, _fields(year), start)


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
