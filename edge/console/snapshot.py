"""Asks the historian for what the page shows; through its port only, so the page is the same from every store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeGuard

from edge.console.figures import Attendance, Forecast, Machine, Output, Phase, Plan, Snapshot
from edge.historian.base import Aggregate, Historian, Query, Row
from edge.messages.schema import ATTENDANCE, COUNT, STATE, STOP, TARGET
from edge.model.calendar import NS, Calendar, Shift
from edge.model.packml import Category, State, category
from edge.model.plan import planned
from edge.model.plant import Device, Plant
from edge.model.point import FieldValue
from edge.model.tag import CounterRole

MEMORY = 7 * 86_400 * NS
"""A machine that was not heard of for longer counts as never heard of."""
RECENT = 60 * NS
"""The speed is asked for this far back: a field that no point has is searched for through the whole span."""
SKEW = 60 * NS
"""How far a node's clock may be ahead of ours before its states are left out."""


async def take_snapshot(historian: Historian, plant: Plant, now: int) -> Snapshot:
    """Return how the line stands at an instant, ns UTC.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    inquiry = _Inquiry(historian, plant, now)
    good = await inquiry.good()
    return Snapshot(
        now,
        plant.site,
        plant.line,
        plant.calendar.zone,
        await inquiry.output(good),
        await inquiry.machines(good),
        tuple(
            [
                await inquiry.attendance(shift)
                for shift in plant.calendar.shifts_of(plant.calendar.production_day(now))
            ]
        ),
    )


@dataclass(frozen=True, slots=True)
class _Good:
    """Good product of the day: pieces and grams by device and product; grams only where they are known."""

    pieces: Mapping[tuple[str, str], int]
    grams: Mapping[tuple[str, str], int]

    @property
    def unweighed(self) -> int:
        return sum(pieces for key, pieces in self.pieces.items() if key not in self.grams)


@dataclass(frozen=True, slots=True)
class _Inquiry:
    historian: Historian
    plant: Plant
    now: int

    async def good(self) -> _Good:
        calendar = self.plant.calendar
        span = calendar.day_span(calendar.production_day(self.now))
        pieces = await self._good_of(span, "n")
        return _Good(pieces, await self._good_of(span, "g"))

    async def _good_of(self, span: tuple[int, int], field: str) -> dict[tuple[str, str], int]:
        where = {**self._line, "counter": str(CounterRole.GOOD)}
        query = Query(COUNT.name, field, Aggregate.SUM, *span, where, ("device", "sku"))
        rows = await self.historian.query(query)
        return {(row.tags["device"], row.tags["sku"]): int(row.value) for row in rows}

    async def output(self, good: _Good) -> Output:
        calendar = self.plant.calendar
        day = calendar.production_day(self.now)
        since, _ = calendar.year_span(day.year)
        query = Query(
            TARGET.name, "actual", Aggregate.LAST, since, self.now + SKEW, {"site": self.plant.site}
        )
        newest = next(iter(await self.historian.query(query)), None)
        today = sum(good.grams.values())
        before = await self._said(day, "before")
        # The node's own sum does not know of corrections; it does until the host has added up the days.
        year = int(newest.value) if newest else None
        return Output(
            day,
            today,
            year if before is None else int(before) + today,
            newest.time if newest else None,
            plan(self.plant, self.now),
            good.unweighed,
            None if before is None else await self._forecast(day),
        )

    async def _forecast(self, day: date) -> Forecast | None:
        said = [await self._said(day, field) for field in ("p10", "p50", "p90", "probability", "provisional")]
        if any(value is None for value in said):
            return None
        p10, p50, p90, probability, provisional = (float(value or 0) for value in said)
        return Forecast(int(p10), int(p50), int(p90), probability, bool(provisional))

    async def _said(self, day: date, field: str) -> FieldValue | None:
        """Return what the host says of a production day: its point stands at the day's first instant."""
        start, _ = self.plant.calendar.day_span(day)
        query = Query(TARGET.name, field, None, start, start + 1, {"site": self.plant.site})
        return next((row.value for row in await self.historian.query(query)), None)

    async def machines(self, good: _Good) -> tuple[Machine, ...]:
        # The state is asked for first: what another field has that is newer still belongs to the machine.
        states, categories = await self._newest("packml", MEMORY), await self._newest("category", MEMORY)
        reasons, speeds = await self._newest("reason", MEMORY), await self._newest("speed", RECENT)
        causes, products = await self._newest("cause", RECENT), await self._newest("sku", RECENT)
        begun, ended = (
            await self._newest("packml", MEMORY, STOP.name),
            await self._newest("ms", MEMORY, STOP.name),
        )
        names = {device.key: device.name or device.key for device in self.plant.devices}
        machines = []
        for device in self.plant.devices:
            key = device.key
            state, kind, cause, sku = (of.get(key) for of in (states, categories, causes, products))
            machine = _machine(device, good, state, kind, reasons.get(key), speeds.get(key))
            waits_for = str(cause.value) if state and _belongs(cause, state) else ""
            machines.append(
                replace(
                    machine,
                    reason_name=_reason_name(device, machine.reason),
                    cause=names.get(waits_for, waits_for),
                    since=_since(machine, begun.get(key), ended.get(key)),
                    rated=device.rated_for(str(sku.value) if state and _belongs(sku, state) else ""),
                )
            )
        return tuple(machines)

    async def _newest(self, field: str, memory: int, measurement: str = STATE.name) -> dict[str, Row]:
        start, stop = self.now - memory, self.now + SKEW
        rows = await self.historian.query(
            Query(measurement, field, Aggregate.LAST, start, stop, self._line, ("device",))
        )
        return {row.tags["device"]: row for row in rows}

    async def attendance(self, shift: Shift) -> Attendance:
        start, stop = _span(shift, self.plant.calendar, self.now)
        if self.now < start:
            return Attendance(shift.name, start, stop, Phase.AHEAD)
        groups = await self._heads(shift, start, stop, "planned")
        return Attendance(
            shift.name,
            start,
            stop,
            Phase.ON if self.now < stop else Phase.OVER,
            _total(groups),
            _total(await self._heads(shift, start, stop, "present")),
            max((row.time for row in groups), default=None),
        )

    async def _heads(self, shift: Shift, start: int, stop: int, field: str) -> list[Row]:
        where = {"site": self.plant.site, "shift": shift.key}
        return await self.historian.query(
            Query(ATTENDANCE.name, field, Aggregate.LAST, start, stop, where, ("team", "kind"))
        )

    @property
    def _line(self) -> dict[str, str]:
        return {"site": self.plant.site, "line": self.plant.line}


def plan(plant: Plant, now: int) -> Plan | None:
    """Return what the plan asks for at an instant; None when it is for another year or there is none."""
    calendar, target = plant.calendar, plant.target
    day = calendar.production_day(now)
    if target is None or target.year != day.year:
        return None
    so_far, of_day = planned(target, calendar, now)
    before, _ = planned(target, calendar, calendar.day_span(day)[0])
    return Plan(of_day, so_far - before, target.as_of(day).goal_mass, so_far)


def _machine(
    device: Device, good: _Good, state: Row | None, kind: Row | None, reason: Row | None, speed: Row | None
) -> Machine:
    name = device.name or device.key
    counts = any(tag.counter and tag.counter.role is CounterRole.GOOD for tag in device.tags)
    pieces = _of(good.pieces, device.key) if counts else None
    grams = _of(good.grams, device.key) if counts else None
    if state is None:
        return Machine(device.key, name, good=pieces, grams=grams)
    return Machine(
        device.key,
        name,
        state.time,
        _category(kind, state),
        _state(state),
        int(reason.value) if _belongs(reason, state) else 0,
        speed=float(speed.value) if _belongs(speed, state) else None,
        good=pieces,
        grams=grams,
    )


def _span(shift: Shift, calendar: Calendar, now: int) -> tuple[int, int]:
    """Return the span of a shift that is on, else of the one that begins within the production day."""
    for current, start, stop in calendar.current_shifts(now):
        if current == shift:
            return start, stop
    return calendar.shift_span(shift, calendar.production_day(now))


def _since(machine: Machine, begun: Row | None, ended: Row | None) -> int | None:
    """Return when the stop began that is on: the newest one, if it has no length yet and the machine does not run."""
    if begun is None or machine.category is Category.RUNNING or (ended and ended.time >= begun.time):
        return None
    return begun.time


def _reason_name(device: Device, reason: int) -> str:
    known = device.states.reasons.get(reason)
    return known.name if known else ""


def _belongs(field: Row | None, state: Row) -> TypeGuard[Row]:
    """Tell a field of the newest state from one of an earlier state, which the newest did not have."""
    return field is not None and field.time >= state.time


def _state(row: Row) -> State:
    return State(int(row.value)) if row.value in set(State) else State.UNDEFINED


def _category(row: Row | None, state: Row) -> Category:
    """Return the category that the node gave; one that this host does not know is told from the state."""
    if _belongs(row, state) and row.value in set(Category):
        return Category(str(row.value))
    return category(_state(state))


def _of(figures: Mapping[tuple[str, str], int], device: str) -> int:
    return sum(figure for (key, _), figure in figures.items() if key == device)


def _total(rows: Sequence[Row]) -> int | None:
    return sum(int(row.value) for row in rows) if rows else None
