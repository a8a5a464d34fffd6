"""The order of the processors, and their state as one: what `process` returns and `changes` commit together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from edge.messages import line_protocol
from edge.messages.schema import Stream
from edge.model.calendar import NS
from edge.model.frame import Frame
from edge.model.plant import Device, Plant
from edge.model.point import FieldValue, Point
from edge.model.tag import CounterRole
from edge.processing.ledger import Booking, Ledger, book_frame, count_point, dump, load
from edge.processing.machine_state import MachineState, observe
from edge.processing.output import Output, pack, target_point
from edge.processing.trend import Trend

LEDGER_KEY = "ledger/"
"""State keys of the machines' ledgers begin with this."""
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
    ledger: Ledger = field(default_factory=Ledger)
    state: MachineState = field(default_factory=MachineState)
    said: MachineState = field(default_factory=MachineState)


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
        self._machines = {
            device.key: _Machine(device, load(state[LEDGER_KEY + device.key]))
            if LEDGER_KEY + device.key in state
            else _Machine(device)
            for device in plant.devices
        }
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
        ledger, bookings = book_frame(machine.ledger, frame, machine.device, self._plant.products)
        if ledger != machine.ledger:
            machine.ledger = ledger
            self._changed.add(LEDGER_KEY + frame.device)
        points = [
            count_point(booking, frame.device, self._plant.line, self._plant.site) for booking in bookings
        ]
        self._pack(bookings)
        machine.state = observe(machine.state, frame, machine.device.roles, ledger.sku)
        points += self._state_points(machine, frame.time)
        trend = self._trend.lines(frame) if frame.time >= self._trend_from else []
        return {Stream.LEDGER: _encode(points), Stream.TREND: trend}

    def read_until(self, device: str) -> int | None:
        """Return until when a device had been read when its state was last kept, ns UTC; None before the first time."""
        return self._read.get(device)

    def tick(self, now: int) -> Lines:
        """Return the lines that are due by time alone; call it about once a second."""
        points = []
        for machine in self._machines.values():
            if machine.state.is_stale(now, machine.device.scan):
                machine.state = MachineState(
                    sku=machine.state.sku, seen=machine.state.seen, said=machine.state.said
                )
            points += self._state_points(machine, now)
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
        if key.startswith(READ_KEY):
            return str(self._read[key.removeprefix(READ_KEY)])
        if key == OUTPUT_KEY and self._output:
            return _dump_output(self._output)
        return dump(self._machines[key.removeprefix(LEDGER_KEY)].ledger)

    def _pack(self, bookings: Iterable[Booking]) -> None:
        for booking in bookings:
            if booking.role is CounterRole.GOOD and booking.grams:
                day = self._plant.calendar.production_day(booking.increment.time)
                self._output = pack(self._output, booking.grams, day)
                self._changed.add(OUTPUT_KEY)

    def _state_points(self, machine: _Machine, now: int) -> list[Point]:
        if not machine.state.is_due(machine.said, now):
            return []
        machine.state = machine.said = machine.state.said_at(now)
        return [_state_point(machine.state, machine.device.key, self._plant)]


def _state_point(state: MachineState, device: str, plant: Plant) -> Point:
    fields: dict[str, FieldValue] = {
        "packml": int(state.packml),
        "category": str(state.category),
        "reason": state.reason,
        "sku": state.sku,
    }
    if state.speed is not None:
        fields["speed"] = state.speed
    return Point("state", {"site": plant.site, "line": plant.line, "device": device}, fields, state.said)


def _encode(points: Iterable[Point]) -> list[str]:
    return [line_protocol.encode(point) for point in points]


def _dump_output(output: Output) -> str:
    return json.dumps({"day": output.day.isoformat(), "day_g": output.day_g, "year_g": output.year_g})


def _load_output(text: str) -> Output:
    document = json.loads(text)
    return Output(date.fromisoformat(document["day"]), document["day_g"], document["year_g"])
