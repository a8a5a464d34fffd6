"""One machine's work, frame by frame: time passes, pieces and clocks are booked, then what it does from now on is noted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from edge.model.frame import Frame, Quality
from edge.model.plant import Device
from edge.model.shifts import Shifts
from edge.model.tag import CounterRole, Role
from edge.processing.counters import Mark
from edge.processing.ledger import Booking
from edge.processing.machine_state import MachineState
from edge.processing.utilisation import (
    Interval,
    Utilisation,
    close,
    elapse,
    is_due,
    produce,
    read_clocks,
    seen_counting,
    turn_to,
)

_HEAVIEST_G = 1_000_000
"""No pack weighs more than a tonne."""


class Work:
    """What a machine made of its time.

    Args:
        device: the machine, or a meter; one that neither tells its state nor counts anything has no work.
        shifts: of the site.
        done: before the last restart.

    Attributes:
        done: so far.
        is_kept: whether the machine works at all.
    """

    def __init__(self, device: Device, shifts: Shifts, done: Utilisation) -> None:
        self.done = done
        self.is_kept = device.tells_state or any(role.is_pieces or role.is_utility for role in device.counts)
        self._device = device
        self._shifts = shifts
        self._clocks = {
            counter.role: name
            for name, counter in device.counters.items()
            if counter.role in (CounterRole.RUN_TIME, CounterRole.DOWN_TIME)
        }
        self._pieces = [name for name, counter in device.counters.items() if counter.role.is_pieces]

    def after(
        self, frame: Frame, bookings: Sequence[Booking], batch: str, state: MachineState, stuck: bool
    ) -> Iterable[Interval]:
        """Book a frame; return what is to be told.

        Args:
            frame: of the machine.
            bookings: what its counters have shown.
            batch: that they are of.
            state: what the machine does after it.
            stuck: its values are old.
        """
        if not self.is_kept:
            return []
        done, told = elapse(self.done, frame.time, self._device, self._shifts)
        if not stuck:
            done = self._clock(done, frame, bookings)
            weight = _weight_mg(frame, self._device.roles.get(Role.NET_WEIGHT))
            done, more = produce(done, bookings, self._device, self._shifts, batch, weight)
            told += more
            if any(_is_read(frame, name) for name in self._pieces):
                done = seen_counting(done)
        if is_due(done):
            done, more = close(done)
            told += more
        self.done = turn_to(done, state, self._device.states.micro_stop_s)
        return told

    def without_frames(self, now: int, state: MachineState) -> Iterable[Interval]:
        """Book the time up to now of a machine that nobody hears of; return what is to be told."""
        if not self.is_kept or not self.done.until:
            return []
        done, told = elapse(self.done, now, self._device, self._shifts)
        if is_due(done):
            done, more = close(done)
            told += more
        self.done = turn_to(done, state, self._device.states.micro_stop_s)
        return told

    def _clock(self, done: Utilisation, frame: Frame, bookings: Sequence[Booking]) -> Utilisation:
        run, down = self._clocks.get(CounterRole.RUN_TIME), self._clocks.get(CounterRole.DOWN_TIME)
        if run is None or not _is_read(frame, run):
            return done
        counted = {booking.tag: booking.amount * 1000 for booking in bookings}
        doubtful = any(
            booking.tag in (run, down) and booking.increment.mark not in (None, Mark.START)
            for booking in bookings
        )
        down_ms = None if down is None else counted.get(down, 0)
        return read_clocks(done, counted.get(run, 0), down_ms, doubtful=doubtful)


def _weight_mg(frame: Frame, tag: str | None) -> int | None:
    """Return what a frame says that a piece weighs, mg."""
    if tag is None or not _is_read(frame, tag):
        return None
    value = frame.values[frame.places[tag]]
    if not isinstance(value, int | float) or not 0 < value <= _HEAVIEST_G:
        return None
    return round(value * 1000)


def _is_read(frame: Frame, tag: str) -> bool:
    place = frame.places.get(tag)
    return place is not None and frame.qualities[place] == Quality.GOOD
