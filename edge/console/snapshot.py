"""Asks the historian for what the page shows; through its port only, so the page is the same from every store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from edge.console.figures import Attendance, Forecast, Machine, Output, Phase, Plan, ShiftOutput, Snapshot
from edge.historian.base import Aggregate, Column, Historian, Query, Row, Table, TableRow
from edge.messages.schema import ATTENDANCE, COUNT, STATE, STOP, TARGET
from edge.model.calendar import NS, Calendar, Shift
from edge.model.packml import Category, State, category
from edge.model.plan import planned
from edge.model.plant import Device, Plant
from edge.model.point import FieldValue
from edge.model.shifts import Shifts
from edge.model.tag import CounterRole
from edge.production.stops import planned_ms

MEMORY = 7 * 86_400 * NS
"""A machine that was not heard of for longer counts as never heard of."""
RECENT = 60 * NS
"""The speed is asked for this far back: a field that no point has is searched for through the whole span."""
SKEW = 60 * NS
"""How far a node's clock may be ahead of ours before its states are left out."""
TELLING_MS = 600_000
"""Planned time of a shift after which its pace says something about its end."""
_SAID = ("before", "p10", "p50", "p90", "probability", "provisional")
_Said = Mapping[str, FieldValue | None]
"""What the host says of a production day, by field."""


async def take_snapshot(historian: Historian, plant: Plant, now: int) -> Snapshot:
    """Return how the line stands at an instant, ns UTC.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    inquiry = _Inquiry(historian, plant, now)
    good, of_shift, said = await inquiry.sums()
    return Snapshot(
        now,
        plant.site,
        plant.line,
        plant.calendar.zone,
        await inquiry.output(good, of_shift, said),
        await inquiry.machines(good),
        tuple(
            [
                await inquiry.attendance(shift)
                for shift in plant.calendar.shifts_of(plant.calendar.production_day(now))
            ]
        ),
        tuple(route.machines for route in plant.routes),
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

    async def sums(self) -> tuple[_Good, _Good, _Said]:
        """Return the good product of the day and of the shift that is on, and what the host says of the day: one request."""
        calendar = self.plant.calendar
        day = calendar.day_span(calendar.production_day(self.now))
        shift = self._shift()
        span = (self.now, self.now + 1) if shift is None else (shift[1], self.now + SKEW)
        where = {**self._line, "counter": str(CounterRole.GOOD)}
        figures = (Column("n", Aggregate.SUM), Column("g", Aggregate.SUM))
        last = tuple(Column(field, Aggregate.LAST) for field in _SAID)
        today, of_shift, said = await self.historian.tables(
            [
                Table(COUNT.name, figures, *day, where, ("device", "sku")),
                Table(COUNT.name, figures, *span, where, ("device", "sku")),
                # The host's word stands at the day's first instant.
                Table(TARGET.name, last, day[0], day[0] + 1, {"site": self.plant.site}),
            ]
        )
        values = said[0].values if said else (None,) * len(_SAID)
        return _good(today), _good(of_shift), dict(zip(_SAID, values, strict=True))

    async def output(self, good: _Good, of_shift: _Good, said: _Said) -> Output:
        calendar = self.plant.calendar
        day = calendar.production_day(self.now)
        since, _ = calendar.year_span(day.year)
        query = Query(
            TARGET.name, "actual", Aggregate.LAST, since, self.now + SKEW, {"site": self.plant.site}
        )
        newest = next(iter(await self.historian.query(query)), None)
        today, before = sum(good.grams.values()), said["before"]
        # The node's own sum does not know of corrections; it does until the host has added up the days.
        year = int(newest.value) if newest else None
        return Output(
            day,
            today,
            year if before is None else int(before) + today,
            newest.time if newest else None,
            plan(self.plant, self.now),
            good.unweighed,
            None if before is None else _forecast(said),
            self._shift_output(sum(of_shift.grams.values())),
        )

    def _shift(self) -> tuple[Shift, int, int] | None:
        return next(iter(self.plant.calendar.current_shifts(self.now)), None)

    def _shift_output(self, grams: int) -> ShiftOutput | None:
        on = self._shift()
        if on is None:
            return None
        shift, start, stop = on
        return shift_output(self.plant, shift.name, start, stop, self.now, grams)

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


def shift_output(plant: Plant, name: str, start: int, stop: int, now: int, grams: int) -> ShiftOutput:
    """Return a shift's output against its plan, and where it leads if it goes on like this."""
    shifts, day = Shifts(plant.calendar), plant.calendar.production_day(start)
    whole, so_far = planned_ms(shifts, start, stop), planned_ms(shifts, start, min(now, stop))
    projected = grams * whole // so_far if so_far >= TELLING_MS else None
    of_plan = plan(plant, start)
    of_day = planned_ms(shifts, *plant.calendar.day_span(day))
    if of_plan is None or not of_day:
        return ShiftOutput(name, start, stop, grams, projected=projected)
    asked, asked_so_far = (of_plan.day * part // of_day for part in (whole, so_far))
    return ShiftOutput(name, start, stop, grams, asked, asked_so_far, projected)


def plan(plant: Plant, now: int) -> Plan | None:
    """Return what the plan asks for at an instant; None when it is for another year or there is none."""
    calendar, target = plant.calendar, plant.target
    day = calendar.production_day(now)
    if target is None or target.year != day.year:
        return None
    so_far, of_day = planned(target, calendar, now)
    before, _ = planned(target, calendar, calendar.day_span(day)[0])
    return Plan(of_day, so_far - before, target.as_of(day).goal_mass, so_far)


def _good(rows: Sequence[TableRow]) -> _Good:
    sums = {(row.tags["device"], row.tags["sku"]): row.values for row in rows}
    return _Good(
        {key: int(pieces) for key, (pieces, _) in sums.items() if pieces is not None},
        {key: int(grams) for key, (_, grams) in sums.items() if grams is not None},
    )


def _forecast(said: _Said) -> Forecast | None:
    ends = [said[field] for field in _SAID[1:]]
    if any(value is None for value in ends):
        return None
    p10, p50, p90, probability, provisional = (float(value or 0) for value in ends)
    return Forecast(int(p10), int(p50), int(p90), probability, bool(provisional))


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
