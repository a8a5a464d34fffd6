"""The order of the processors, and their state as one: what `process` returns and `changes` commit together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from edge.messages import line_protocol
from edge.messages.schema import Stream
from edge.model.calendar import NS
from edge.model.frame import Frame, Quality
from edge.model.plant import Device, Plant
from edge.model.point import FieldValue, Point
from edge.model.shifts import Shifts
from edge.model.states import StopKind
from edge.model.tag import CounterRole, Role
from edge.processing import hearing, stops, utilisation_points
from edge.processing.hearing import Hearing
from edge.processing.heartbeat import Heartbeat
from edge.processing.ledger import Booking, Ledger, book_frame, count_point, dump, load
from edge.processing.line_state import RouteState, cause_of, line_point, route_state
from edge.processing.machine_state import MachineState, observe, patience
from edge.processing.output import Output, pack, target_point
from edge.processing.stops import Stop, stop_point
from edge.processing.trend import Trend
from edge.processing.utilisation import Interval, Utilisation
from edge.processing.work import Work

LEDGER_KEY = "ledger/"
"""State keys of the machines' ledgers begin with this."""
UTILISATION_KEY = "utilisation/"
"""And of what they made of their time with this."""
STOP_KEY = "stop/"
"""And of the stops that are on with this."""
HEARING_KEY = "hearing/"
"""And of how long they were heard of with this."""
OUTPUT_KEY = "output"
READ_KEY = "read/"
"""State keys of until when devices have been read begin with this."""
READ_INTERVAL = 10 * NS
"""How exactly that is kept; a history is read again from there, and what comes twice is the same."""
TARGET_INTERVAL = 10 * NS

Lines = dict[Stream, list[str]]
"""Line protocol by the stream that carries it."""


@dataclass(slots=True)
class _Machine:
    device: Device
    ledger: Ledger
    work: Work
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    state: MachineState = field(default_factory=MachineState)
    said: MachineState = field(default_factory=MachineState)
    stop: Stop | None = None
    hearing: Hearing = field(default_factory=Hearing)
    heard: int = 0
    """Until when it had been heard of before the last restart; 0 once it is again."""


class Pipeline:
    """Every processor of one node.

    Neither awaits nor asks for the time, so a caller that takes lines and `changes()` without awaiting in between
    holds one consistent cut of both.

    Args:
        plant: what is measured and what is planned.
        state: what `changes` returned before the last restart; empty on a new node.
        trend_from: raw tags are said of frames from this instant on, ns UTC; a replay of the past leaves older ones out.
    """

    def __init__(self, plant: Plant, state: Mapping[str, str], trend_from: int = 0) -> None:
        self._plant = plant
        shifts = Shifts(plant.calendar)
        self._machines = {device.key: _machine(device, state, shifts) for device in plant.devices}
        self._routes = {route.key: RouteState() for route in plant.routes}
        self._output = _load_output(state[OUTPUT_KEY]) if OUTPUT_KEY in state else None
        self._read = {
            device.key: int(state[READ_KEY + device.key])
            for device in plant.devices
            if READ_KEY + device.key in state
        }
        self._trend = Trend(plant)
        self._trend_from = trend_from
        self._target_said = 0
        self._changed: set[str] = set()

    def process(self, frame: Frame) -> Lines:
        """Return the lines that a frame gives rise to."""
        if frame.is_past:
            return {Stream.TREND: self._trend.past(frame) if frame.time >= self._trend_from else []}
        machine = self._machines[frame.device]
        if any(frame.qualities) and not 0 <= frame.time - self._read.get(frame.device, 0) < READ_INTERVAL:
            self._read[frame.device] = frame.time
            self._changed.add(READ_KEY + frame.device)
        stuck = self._is_stuck(machine, frame)
        bookings: list[Booking] = []
        if not stuck:
            ledger, bookings = book_frame(machine.ledger, frame, machine.device, self._plant.products)
            if ledger != machine.ledger:
                machine.ledger = ledger
                self._changed.add(LEDGER_KEY + frame.device)
        points = [
            count_point(booking, frame.device, self._plant.line, self._plant.site)
            for booking in bookings
            if booking.role.is_pieces
        ]
        self._pack(bookings)
        former = machine.state.batch
        self._observe(machine, frame, stuck=stuck)
        points += self._work_points(
            machine, machine.work.after(frame, bookings, former, machine.state, stuck)
        )
        points += self._hearing_points(machine, frame.time, frame)
        points += self._stop_points(machine)
        points += self._state_points(machine, frame.time)
        points += self._line_points(frame.device, frame.time)
        trend = self._trend.lines(frame) if frame.time >= self._trend_from else []
        return {Stream.LEDGER: _encode(points), Stream.TREND: trend}

    def read_until(self, device: str) -> int | None:
        """Return until when a device had been read when its state was last kept, ns UTC; None before the first time."""
        return self._read.get(device)

    def find(self, frame: Frame) -> None:
        """Take note of how a machine was found, without saying or booking anything: that was done at the time."""
        machine = self._machines[frame.device]
        self._observe(machine, frame, stuck=self._is_stuck(machine, frame))
        machine.state = machine.said = machine.state.said_at(frame.time)
        if frame.time >= self._trend_from:
            self._trend.lines(frame)

    def tick(self, now: int) -> Lines:
        """Return the lines that are due by time alone; call it about once a second."""
        points = []
        for machine in self._machines.values():
            if machine.state.is_stale(now, machine.device.scan):
                machine.state = machine.state.lost()
                points += self._work_points(machine, machine.work.without_frames(now, machine.state))
                points += self._stop_points(machine)
                points += self._hearing_points(machine, now)
            points += self._state_points(machine, now)
        points += self._line_points(None, now)
        target = self._plant.target
        if target is not None and not 0 <= now - self._target_said < TARGET_INTERVAL:
            self._target_said = now
            output = pack(self._output, 0, self._plant.calendar.production_day(now))
            points.append(target_point(output, target, self._plant.calendar, self._plant.site, now))
        return {Stream.LEDGER: _encode(points)}

    def changes(self) -> dict[str, str]:
        """Return the state that changed since the last call, as text by key."""
        changed, self._changed = self._changed, set()
        return {key: self._text(key) for key in sorted(changed)}

    def _text(self, key: str) -> str:
        if key == OUTPUT_KEY and self._output:
            return _dump_output(self._output)
        if key.startswith(READ_KEY):
            return str(self._read[key.removeprefix(READ_KEY)])
        kind, _, device = key.partition("/")
        machine = self._machines[device]
        if kind + "/" == STOP_KEY:
            return stops.dump(machine.stop)
        if kind + "/" == HEARING_KEY:
            return hearing.dump(machine.hearing)
        is_ledger = kind + "/" == LEDGER_KEY
        return dump(machine.ledger) if is_ledger else utilisation_points.dump(machine.work.done)

    def _is_stuck(self, machine: _Machine, frame: Frame) -> bool:
        machine.heartbeat = machine.heartbeat.after(frame, machine.device.roles.get(Role.HEARTBEAT))
        return machine.heartbeat.is_stuck(frame.time, machine.device.scan)

    def _observe(self, machine: _Machine, frame: Frame, *, stuck: bool) -> None:
        state = observe(machine.state, frame, machine.device, machine.ledger.sku, stuck=stuck)
        machine.state = state
        if state.kind in (StopKind.STARVED, StopKind.BLOCKED):
            cause = cause_of(frame.device, self._states(), self._plant.routes)
            machine.state = replace(state, cause=cause)

    def _states(self) -> dict[str, MachineState]:
        return {key: machine.state for key, machine in self._machines.items()}

    def _pack(self, bookings: Iterable[Booking]) -> None:
        for booking in bookings:
            if booking.role is CounterRole.GOOD and booking.grams:
                day = self._plant.calendar.production_day(booking.increment.time)
                self._output = pack(self._output, booking.grams, day)
                self._changed.add(OUTPUT_KEY)

    def _work_points(self, machine: _Machine, told: Iterable[Interval]) -> list[Point]:
        if machine.work.is_kept:
            self._changed.add(UTILISATION_KEY + machine.device.key)
        plant, key = self._plant, machine.device.key
        return [
            point
            for interval in told
            for point in utilisation_points.points(interval, key, plant.line, plant.site)
        ]

    def _hearing_points(self, machine: _Machine, now: int, frame: Frame | None = None) -> list[Point]:
        if frame is None:
            heard, told = hearing.pass_time(machine.hearing, now)
        else:
            good = Quality.GOOD in frame.qualities
            heard, told = hearing.hear(
                machine.hearing, now, machine.device, self._plant.calendar, is_good=good
            )
        plant, key = self._plant, machine.device.key
        if heard != machine.hearing:
            machine.hearing = heard
            self._changed.add(HEARING_KEY + key)
        return [hearing.point(key, plant.line, plant.site, time, ms) for time, ms in told]

    def _state_points(self, machine: _Machine, now: int) -> list[Point]:
        if not machine.state.is_due(machine.said, now):
            return []
        machine.state = machine.said = machine.state.said_at(now)
        return [_state_point(machine.state, machine.device.key, self._plant)]

    def _stop_points(self, machine: _Machine) -> list[Point]:
        seen, heard = machine.state.seen, machine.heard
        if not seen:
            return []
        told: list[Stop] = []
        if heard and seen - heard > patience(machine.device.scan) + READ_INTERVAL:
            told, machine.stop = stops.absence(machine.stop, heard, seen), None
        machine.heard = 0
        machine.stop, news = stops.after(machine.stop, machine.state)
        told += news
        if told:
            self._changed.add(STOP_KEY + machine.device.key)
        plant, key = self._plant, machine.device.key
        return [stop_point(stop, key, plant.line, plant.site) for stop in told]

    def _line_points(self, device: str | None, now: int) -> list[Point]:
        """Return the points of the routes that a device is on, or of all."""
        points = []
        for route in self._plant.routes:
            if device is None or device in route.machines:
                said = self._routes[route.key]
                state = route_state(route, self._states(), self._plant.routes)
                if state.is_due(said, now):
                    self._routes[route.key] = state = replace(state, said=now)
                    points.append(line_point(route, state, self._plant.site, self._plant.line))
        return points


def _machine(device: Device, state: Mapping[str, str], shifts: Shifts) -> _Machine:
    ledger, work = state.get(LEDGER_KEY + device.key), state.get(UTILISATION_KEY + device.key)
    done = utilisation_points.load(work) if work else Utilisation()
    stop = state.get(STOP_KEY + device.key)
    return _Machine(
        device,
        load(ledger) if ledger else Ledger(),
        Work(device, shifts, done),
        stop=stops.load(stop) if stop else None,
        hearing=hearing.load(state[HEARING_KEY + device.key])
        if HEARING_KEY + device.key in state
        else Hearing(),
        heard=int(state.get(READ_KEY + device.key, 0)),
    )


def _state_point(state: MachineState, device: str, plant: Plant) -> Point:
    fields: dict[str, FieldValue] = {
        "packml": int(state.packml),
        "category": str(state.category),
        "reason": state.reason,
        "sku": state.sku,
        "cause": state.cause,
    }
    if state.speed is not None:
        fields["speed"] = state.speed
    return Point("state", {"site": plant.site, "line": plant.line, "device": device}, fields, state.said)


def _encode(points: Iterable[Point]) -> list[str]:
    return [line_protocol.encode(point) for point in points]


def _dump_output(output: Output | None) -> str:
    if output is None:
        raise ValueError("there is no output yet")
    return json.dumps({"day": output.day.isoformat(), "day_g": output.day_g, "year_g": output.year_g})


def _load_output(text: str) -> Output:
    document = json.loads(text)
    return Output(date.fromisoformat(document["day"]), document["day_g"], document["year_g"])
