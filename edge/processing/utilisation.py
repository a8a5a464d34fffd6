"""What a machine made of its planned busy time: the sums of ISO 22400-2, kept by shift, product and batch.

Time goes to what the machine was last seen doing, until it is seen doing something else; for as long as it is believed,
`patience`, and then to nobody knows what. A PLC with clocks of its own (run_time, down_time) knows better than its readers
how long it ran: then its clocks give the times, and what was seen only says what the lost time was lost to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from edge.model.oee import Sums, counted, ideal_ns
from edge.model.packml import Category
from edge.model.plant import Device
from edge.model.shifts import Shifts
from edge.model.states import Element, StopKind
from edge.model.tag import CounterRole
from edge.processing.ledger import Booking
from edge.processing.machine_state import MachineState, patience

MS = 1_000_000
"""Nanoseconds in a millisecond."""
GRID = 300_000 * MS
"""Sums are told about this often, ns."""
SLEW = 2_000 * MS
"""Further back than this a clock was set, and not merely read in another order."""
LONGEST = 31 * 86_400_000 * MS
"""Nobody waits for a longer time to be booked as unknown; a clock that wakes up in 1970 jumps further."""
EFFECTIVENESS = "effectiveness"
"""The fault of a shift whose effectiveness is above 1: a rated speed, a counter or a clock is wrong."""
CLOCK = "clock"
"""The fault of sums with time of a PLC's clock that was reset or set: some of it may be missing."""
_STEP, _APART = 1000, 500
"""Stamps are whole microseconds and, below them, how often the clock was set back; from `_APART` on, of what is told apart."""
_METERS = {CounterRole.ENERGY: "wh", CounterRole.STEAM: "steam", CounterRole.WATER: "water"}


class Activity(NamedTuple):
    """What time is booked to.

    Attributes:
        element: of ISO 22400-2.
        category: for people.
        reason: the stop reason, 0 for none.
        kind: what that is; "" when the map does not say.
        cause: device that a starved or blocked machine waits for, `""` when none is known.
    """

    element: Element
    category: Category
    reason: int = 0
    kind: str = ""
    cause: str = ""


UNKNOWN = Activity(Element.UNKNOWN, Category.OFFLINE)
_RUNNING = Activity(Element.PRODUCTION, Category.RUNNING)
_UNSEEN = Activity(Element.DELAY, Category.HELD)
"""A stop that the clocks know of, but that nobody saw."""


class Key(NamedTuple):
    """What sums are kept apart by."""

    shift: str = ""
    sku: str = ""
    batch: str = ""


class Loss(NamedTuple):
    """Time lost to one thing, ms; the stops that ended, and how many of them were short."""

    ms: int = 0
    stops: int = 0
    micro: int = 0

    def plus(self, ms: int = 0, stops: int = 0, micro: int = 0) -> Loss:
        """Return the loss with more of it."""
        return Loss(self.ms + ms, self.stops + stops, self.micro + micro)


@dataclass(frozen=True, slots=True)
class Utilisation:
    """What must survive a `kill -9`.

    Attributes:
        until: time is booked up to here, ns UTC; 0 for never.
        seen: when the machine was last read.
        doing: what it does since then.
        stopped, stop: since when it stands, ns UTC, and what it stood for first; 0 while it does not.
        lost: planned time that this stop has taken so far, ms.
        failed: it is down, and that has been counted.
        key, opened, sums, losses: what has not been told yet, and since when.
        pending: what was seen since the PLC's clocks were last read, ms.
        in_the_dark: the state was not known at some time since the counters were last read.
        rest: of the ideal time, ns: less than a millisecond.
        shift_apt, shift_ideal: of the shift so far, ms.
        turns: how often the clock was set back.
        told: stamp of the newest sums that were told.
        fault: of what has not been told yet.
    """

    until: int = 0
    seen: int = 0
    doing: Activity = UNKNOWN
    stopped: int = 0
    stop: Activity = UNKNOWN
    lost: int = 0
    failed: bool = False
    key: Key = field(default_factory=Key)
    opened: int = 0
    sums: Sums = field(default_factory=Sums)
    losses: Mapping[Activity, Loss] = field(default_factory=dict)
    pending: Mapping[Activity, int] = field(default_factory=dict)
    in_the_dark: bool = False
    rest: int = 0
    shift_apt: int = 0
    shift_ideal: int = 0
    turns: int = 0
    told: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """Sums that are told: of one key, up to an instant, ns UTC; `fault` says why they, or their shift's, may be wrong."""

    key: Key
    time: int
    sums: Sums
    losses: Mapping[Activity, Loss]
    fault: str = ""


def activity(state: MachineState) -> Activity:
    """Return what a machine's time is booked to."""
    return Activity(state.element, state.category, state.reason, state.kind or "", state.cause)


def elapse(now: Utilisation, time: int, device: Device, shifts: Shifts) -> tuple[Utilisation, list[Interval]]:
    """Book the time up to an instant, ns UTC, and tell the sums of each shift and day that ended by then.

    What is read in the first instant of a day is of that day, as its entries in the ledger are.
    """
    if not now.until or not -SLEW <= time - now.until <= LONGEST:
        # What was summed up rests where the clock stood, as the entries do that it is of.
        now, told = close(now)
        stopped, turns = time if now.stopped else 0, now.turns + (time < now.until)
        told_at = 0 if time < now.until else now.told
        begun = replace(
            now, until=time, seen=time, opened=time, told=told_at, stopped=stopped, turns=turns, lost=0
        )
        return replace(begun, key=begun.key._replace(shift=shifts.at(time).key)), told
    told = []
    believed = now.seen + patience(device.scan)
    while True:
        stretch = shifts.at(now.until)
        if stretch.start == now.until or stretch.key != now.key.shift:
            # A site without shifts, or with one round the clock, is looked at once a day.
            ends = stretch.key != now.key.shift or stretch.opens_day
            now, intervals = close(now, ends_shift=ends)
            told += intervals
            now = replace(now, key=now.key._replace(shift=stretch.key))
        if now.until >= time:
            break
        is_believed = now.until < believed
        stop = min(time, stretch.stop, believed) if is_believed else min(time, stretch.stop)
        doing = now.doing if is_believed else UNKNOWN
        now = _spend(now, doing, stop, device, is_planned=stretch.is_planned)
    return now, told


def _spend(now: Utilisation, doing: Activity, stop: int, device: Device, *, is_planned: bool) -> Utilisation:
    """Book time that was spent in one way: at once, or when the PLC's clocks are read."""
    ms = stop // MS - now.until // MS
    in_the_dark = now.in_the_dark or doing.element is Element.UNKNOWN
    is_busy = doing.element is Element.PRODUCTION or (is_planned and doing.element is not Element.PLANNED)
    if not device.tells_state:
        return replace(now, until=stop)
    if is_planned or CounterRole.DOWN_TIME in device.counts:
        now = _stand(now, doing, ms)
    if CounterRole.RUN_TIME not in device.counts:
        spent = _book(now, doing, ms) if is_busy else now
        return replace(spent, until=stop, in_the_dark=in_the_dark)
    if not is_busy and CounterRole.DOWN_TIME not in device.counts:
        doing = doing._replace(element=Element.PLANNED)
    pending = {**now.pending, doing: now.pending.get(doing, 0) + ms}
    return replace(now, pending=pending, until=stop, in_the_dark=in_the_dark)


def _stand(now: Utilisation, doing: Activity, ms: int) -> Utilisation:
    """Note planned time in which a machine does not run: only this makes a stop or a failure of it."""
    if doing.element in (Element.PRODUCTION, Element.PLANNED) or not ms:
        return now
    if now.stopped:
        now = replace(now, lost=now.lost + ms)
    if doing.element is Element.DOWN and not now.failed:
        now = replace(now, sums=now.sums + Sums(failures=1), failed=True)
    return now


def produce(
    now: Utilisation,
    bookings: Iterable[Booking],
    device: Device,
    shifts: Shifts,
    batch: str,
    weight_mg: int | None = None,
) -> tuple[Utilisation, list[Interval]]:
    """Book the pieces that counters have shown, to the product and batch of which they were made, and what meters have.

    Args:
        now: what was booked so far.
        bookings: what the counters have shown.
        device: the machine.
        shifts: of the site.
        batch: that the pieces are of.
        weight_mg: of a piece, when it is known.
    """
    told: list[Interval] = []
    apart: dict[tuple[int, Key], Sums] = {}
    is_rated = CounterRole.RUN_TIME in device.counts or not now.in_the_dark
    for booking in bookings:
        if booking.role in _METERS:
            now = replace(now, sums=now.sums + Sums(**{_METERS[booking.role]: booking.amount}))
        if not booking.role.is_pieces or not booking.increment.n:
            continue
        time = booking.increment.time
        if not shifts.same_day(time, now.until):
            # A value with a time of its own, of the day that is over: it is told there, where its entry is.
            its = time, Key(shifts.at(time).key, booking.sku, batch)
            sums, _ = _made(now, booking, device, is_rated=False, weight_mg=weight_mg)
            apart[its] = apart.get(its, Sums()) + sums
            continue
        key = Key(now.key.shift, booking.sku, batch)
        if key != now.key:
            now, intervals = close(now)
            told += intervals
            now = replace(now, key=key)
        now = _add(now, booking, device, is_rated=is_rated, weight_mg=weight_mg)
    told += [
        Interval(key, time // _STEP * _STEP + _APART + now.turns % _APART, sums, {})
        for (time, key), sums in apart.items()
    ]
    return now, told


def seen_counting(now: Utilisation) -> Utilisation:
    """Note that the counters were read: what they show next was made in plain sight."""
    return replace(now, in_the_dark=False) if now.in_the_dark else now


def turn_to(now: Utilisation, state: MachineState, micro_stop_s: float) -> Utilisation:
    """Note what the machine does from now on: stops that begin, end and were short.

    A stop is as long as the planned time that it took; one within a break or after the shift is none.
    """
    doing = activity(state)
    now = replace(now, seen=state.seen)
    if doing == now.doing:
        return now
    if doing.element is not Element.DOWN:
        now = replace(now, failed=False)
    stands = doing.element in (Element.DELAY, Element.DOWN)
    if stands and not now.stopped:
        now = replace(now, stopped=now.until, stop=doing, lost=0)
    elif not stands and now.stopped and not now.lost:
        now = replace(now, stopped=0)
    elif not stands and now.stopped:
        ms = now.lost
        micro = doing.element is Element.PRODUCTION and ms < micro_stop_s * 1000
        loss = now.losses.get(now.stop, Loss()).plus(stops=1, micro=int(micro))
        now = replace(
            now,
            stopped=0,
            sums=now.sums + Sums(stops=1, micro=int(micro), micro_ms=ms if micro else 0),
            losses={**now.losses, now.stop: loss},
        )
    return replace(now, doing=doing)


def read_clocks(now: Utilisation, run_ms: int, down_ms: int | None, *, doubtful: bool = False) -> Utilisation:
    """Book the time that the PLC's own clocks have counted since they were last read.

    Args:
        now: what was booked so far.
        run_ms: in which the machine produced.
        down_ms: in which it should have produced; None when it has no such clock.
        doubtful: a clock was reset or stands elsewhere, so that some of its time is not known.
    """
    if doubtful:
        now = replace(now, fault=CLOCK)
    lost = {
        doing: ms
        for doing, ms in now.pending.items()
        if ms and doing.element not in (Element.PRODUCTION, Element.PLANNED)
    }
    if down_ms is None:
        ran = sum(ms for doing, ms in now.pending.items() if doing.element is Element.PRODUCTION)
        down_ms = max(0, ran + sum(lost.values()) - run_ms)
    else:
        # The clock knows that this time was lost, if not to what.
        lost = {_known(doing): ms for doing, ms in lost.items()}
    now = _book(replace(now, pending={}), _RUNNING, run_ms)
    for doing, ms in _shares(down_ms, lost or {_UNSEEN: 1}).items():
        now = _book(now, doing, ms)
    return now


def close(now: Utilisation, *, ends_shift: bool = False) -> tuple[Utilisation, list[Interval]]:
    """Tell what has been summed up; nothing when there is nothing to tell."""
    is_impossible = ends_shift and now.shift_ideal > now.shift_apt + GRID // MS
    fault = EFFECTIVENESS if is_impossible else now.fault
    closed = replace(now, opened=now.until, sums=Sums(), losses={}, fault="")
    if ends_shift:
        closed = replace(closed, shift_apt=0, shift_ideal=0)
    if not now.sums and not fault:
        return closed, []
    # Before the end of the span that it is of, not before its begin, and unlike any other stamp of this machine: see counters.
    stamp = max(now.until - MS, now.opened) // _STEP * _STEP + now.turns % _APART
    stamp = stamp if stamp > now.told else now.told + _STEP
    return replace(closed, told=stamp), [Interval(now.key, stamp, now.sums, now.losses, fault)]


def is_due(now: Utilisation) -> bool:
    """Return whether it is time to tell."""
    return now.until // GRID != now.opened // GRID


def _known(doing: Activity) -> Activity:
    return doing._replace(element=Element.DELAY) if doing.element is Element.UNKNOWN else doing


def _book(now: Utilisation, doing: Activity, ms: int) -> Utilisation:
    """Add busy time."""
    if ms <= 0:
        return now
    waits = {doing.kind: ms} if doing.kind in (StopKind.STARVED, StopKind.BLOCKED) else {}
    sums = now.sums + Sums(pbt=ms, **{_FIELDS[doing.element]: ms}, **waits)
    if doing.element is Element.PRODUCTION:
        return replace(now, sums=sums, shift_apt=now.shift_apt + ms)
    losses = {**now.losses, doing: now.losses.get(doing, Loss()).plus(ms)}
    return replace(now, sums=sums, losses=losses)


_FIELDS = {
    Element.PRODUCTION: "apt",
    Element.SETUP: "asut",
    Element.DELAY: "adet",
    Element.DOWN: "adot",
    Element.UNKNOWN: "unknown",
}


def _shares(whole: int, weights: Mapping[Activity, int]) -> dict[Activity, int]:
    """Return a time split by weights, to the millisecond."""
    total = sum(weights.values())
    shares = {doing: whole * weight // total for doing, weight in weights.items()}
    largest = max(weights, key=lambda doing: weights[doing])
    shares[largest] += whole - sum(shares.values())
    return shares


def _add(
    now: Utilisation, booking: Booking, device: Device, *, is_rated: bool, weight_mg: int | None
) -> Utilisation:
    sums, rest = _made(now, booking, device, is_rated=is_rated, weight_mg=weight_mg)
    return replace(now, sums=now.sums + sums, rest=rest, shift_ideal=now.shift_ideal + sums.ideal)


def _made(
    now: Utilisation, booking: Booking, device: Device, *, is_rated: bool, weight_mg: int | None
) -> tuple[Sums, int]:
    """Return the sums of a booking, and what is left of its ideal time, ns: less than a millisecond."""
    n, is_good = booking.increment.n, booking.role is CounterRole.GOOD
    sums = counted(booking.role, n, device.counts)
    rated, ideal, unrated = device.rated_for(booking.sku), now.rest, 0
    if rated and is_rated and device.tells_state:
        ideal += ideal_ns(sums.pq, rated)
    else:
        unrated = sums.pq
    weighed = n if is_good and weight_mg is not None else 0
    more = Sums(
        ideal=ideal // MS,
        unrated=unrated,
        g=booking.grams or 0 if is_good else 0,
        weighed=weighed,
        weight_mg=weighed * (weight_mg or 0),
    )
    return sums + more, ideal % MS
