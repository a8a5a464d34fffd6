"""The shell: one connection per endpoint, one request in flight, all stations and scan classes behind it in turn.

Plan, schedule, turns, decoding and what an answer or its absence means are pure and live beside it.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from edge.backoff import Backoff
from edge.clock import Clock
from edge.drivers.base import Emit
from edge.drivers.modbus.address import Station
from edge.drivers.modbus.connection import Connection, ConnectionLostError, UnitAwayError, UnitSilentError
from edge.drivers.modbus.endpoint import Endpoint
from edge.drivers.modbus.plan import Request
from edge.drivers.modbus.quarantine import Quarantine
from edge.drivers.modbus.reading import Reading
from edge.drivers.modbus.scan_class import ScanClass, scan_classes
from edge.drivers.modbus.timing import cost, quiet_s
from edge.drivers.modbus.units import Units
from edge.drivers.schedule import Schedule
from edge.drivers.talk import Talk
from edge.model.frame import Frame

log = structlog.get_logger(__name__)

_NS = 1_000_000_000
_LINK_BASE_S, _LINK_CAP_S = 0.25, 1.5
"""A connection is tried often enough to have data back within 3 s: one attempt costs next to nothing."""
_LATE_S = 0.6
"""How much later than in time an answer may still come over a line that keeps it, at most as late as the timeout is long."""
_LATE_AFTER_LOSS_S = 2.0
"""The same after a connection broke, whatever the timeout, so that data is back soon."""


@dataclass(slots=True)
class _Pass:
    """A reading that is under way.

    Attributes:
        request: the next one.
        doubts: of the connection when it began.
        quiet_s: the rest before each of its requests.
        ready_at: when its next request may be made, s.
        patience: how long to wait for an answer, s.
        began: when its first request was made, s.
    """

    group: ScanClass
    reading: Reading
    request: Request | None
    doubts: int
    quiet_s: float
    ready_at: float
    patience: float
    began: float = 0.0


class ModbusDriver:
    """Reads all stations behind one endpoint until cancelled; see `edge.drivers.base.Driver`.

    Units take turns request by request. One that does not answer is left alone for growing pauses, so that its timeouts
    do not starve the others.

    Attributes:
        missed: slots that were skipped because reading could not keep up.
        lag_s: the longest that a reading began after its time.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        stations: Sequence[Station],
        clock: Clock,
        backoff: Callable[[], Backoff] = lambda: Backoff(_LINK_BASE_S, _LINK_CAP_S),
    ) -> None:
        self.missed = 0
        self.lag_s = 0.0
        self._endpoint = endpoint
        self._clock = clock
        self._classes = [
            group
            for station in stations
            for group in scan_classes(
                station, cost(endpoint, station.limits.pause_ms), is_numbered=endpoint.transport.is_numbered
            )
        ]
        self._connection = Connection(endpoint)
        self._backoff = backoff()
        self._is_lost = False
        self._is_troubled = False
        self._units = Units(station.unit for station in stations)
        self._schedule = Schedule([group.period for group in self._classes], clock.monotonic())
        self._passes: deque[_Pass] = deque()
        self._quarantine = Quarantine()
        self._talk = Talk()
        self._quiet_from = 0.0
        self._due = 0.0

    @property
    def name(self) -> str:
        """The endpoint, for task names and the log."""
        return str(self._endpoint)

    def tally(self) -> Mapping[str, int]:
        """Return what has happened since the start, as fields of the node's health."""
        strays = self._connection.strays
        return {
            "missed": self.missed,
            "timeouts": self._connection.timeouts,
            "lag_ms": round(1000 * self.lag_s),
            **{f"stray_{kind}": count for kind, count in strays.items()},
        }

    async def run(self, emit: Emit) -> None:
        """Read until cancelled."""
        self._schedule = Schedule([group.period for group in self._classes], self._clock.monotonic())
        self._look_ahead()
        try:
            while True:
                try:
                    await self._turn(emit)
                except ConnectionLostError as error:
                    await self._lose_connection(str(error), emit)
        finally:
            self._connection.close()

    async def _turn(self, emit: Emit) -> None:
        """Make one request, for whoever's turn it is; or wait until there is one to make."""
        now = self._clock.monotonic()
        if not self._quarantine.is_empty:
            await self._release(now, emit)
        if self._due <= now:
            self._begin_passes(now)
        turn = None if self._quarantine.needs_rest(now) else self._whose_turn(now)
        if turn is None:
            if self._is_troubled and not self._quarantine.needs_rest(now) and self._use_idle_moment(now):
                return
            if self._endpoint.close_after_cycle and not self._passes and self._quarantine.is_empty:
                self._connection.close()
            await self._sleep_until(self._next_moment(now))
            return
        quiet_until = self._quiet_from + self._quiet_s(turn)
        if quiet_until > now:
            await self._sleep_until(quiet_until)
        # After the rest, in which a device may have hung up.
        if not self._connection.is_open:
            await self._connection.open()
        await self._ask(turn, emit)

    def _begin_passes(self, now: float) -> None:
        """Begin what is due, one scan class of a unit at a time."""
        busy = {one.group.station.unit for one in self._passes}
        for number in self._schedule.due(now):
            group = self._classes[number]
            unit = group.station.unit
            if unit in busy:
                continue
            busy.add(unit)
            lag = now - self._schedule.due_at(number)
            missed = self._schedule.begin(number, now)
            if not self._is_lost and not self._units.is_struck(unit):
                self.missed += missed
                self.lag_s = max(self.lag_s, lag)
            self._begin_pass(group, now, self._units.patience(unit, self._endpoint.timeout))
        self._look_ahead()

    def _begin_pass(self, group: ScanClass, now: float, patience: float) -> None:
        reading, quiet = Reading(group, now), self._rest_s(group.station)
        self._passes.append(
            _Pass(group, reading, reading.next(), self._connection.doubts, quiet, now, patience)
        )

    def _use_idle_moment(self, now: float) -> bool:
        """Ask a lost unit while nobody else wants to; return whether there is one, and time for it."""
        unit = self._units.worth_a_moment(now)
        if unit is None or self._passes:
            return False
        wanted = min(
            (
                self._schedule.due_at(number)
                for number, group in enumerate(self._classes)
                if not self._units.is_struck(group.station.unit)
            ),
            default=math.inf,
        )
        patience = self._units.patience(unit, self._endpoint.timeout, is_idle=True)
        if now + patience > wanted:
            return False
        number = next(n for n, group in enumerate(self._classes) if group.station.unit == unit)
        self._schedule.begin(number, now)
        self._begin_pass(self._classes[number], now, patience)
        self._look_ahead()
        return True

    def _look_ahead(self) -> None:
        """Find out when the next pass may begin: that of a busy unit does when the unit is free."""
        busy = {one.group.station.unit for one in self._passes}
        self._due = min(
            (
                self._schedule.due_at(number)
                for number, group in enumerate(self._classes)
                if group.station.unit not in busy
            ),
            default=math.inf,
        )

    def _whose_turn(self, now: float) -> _Pass | None:
        """Take the pass that has waited longest and may ask now; after its request it queues up again."""
        for _ in range(len(self._passes)):
            turn = self._passes.popleft()
            if turn.ready_at <= now:
                return turn
            self._passes.append(turn)
        return None

    def _next_moment(self, now: float) -> float:
        """Return when there is something to do again."""
        free_at = self._quarantine.free_at(self._quiet_from)
        if self._quarantine.needs_rest(now):
            return free_at
        waiting = min((one.ready_at for one in self._passes), default=math.inf)
        return min(self._due, waiting, free_at)

    async def _ask(self, turn: _Pass, emit: Emit) -> None:
        """Make the next request of a pass; it queues up again for the one after that."""
        assert turn.request is not None  # noqa: S101 - a pass without a request is over
        asked = self._clock.monotonic()
        turn.began = turn.began or asked
        try:
            answer = await self._connection.read(turn.group.station.unit, turn.request, turn.patience)
        except UnitAwayError as error:
            now = self._clock.monotonic()
            self._quiet_from = asked if isinstance(error, UnitSilentError) else now
            await self._finish(turn, now, emit)
            await self._strike(turn.group, asked, str(error), emit)
            return
        except ConnectionLostError:
            self._units.hush(turn.group.station.unit, asked + min(self._late_s, _LATE_AFTER_LOSS_S))
            raise
        now = self._quiet_from = self._clock.monotonic()
        self._quarantine.answered(now - asked)
        self._units.answered(turn.group.station.unit, now - asked)
        if self._is_troubled:
            self._found(turn.group, now)
            turn.patience = self._endpoint.timeout
        reading = turn.reading
        reading.take(answer, now)
        turn.request = reading.next()
        if turn.request is None:
            await self._finish(turn, now, emit)
        else:
            turn.ready_at = now + reading.pause_s
            self._passes.append(turn)

    async def _finish(self, turn: _Pass, now: float, emit: Emit) -> None:
        self._look_ahead()
        # By the clock at the end alone: it may have been set since the beginning.
        time = self._clock.now() - round(_NS * (now - turn.began) / 2)
        await self._hand_on(turn.reading.finish(time, now), turn.doubts, emit)
        for request, refusal in turn.reading.complaints:
            if times := self._talk.times((turn.group.station.device, request.span, refusal.code), now):
                description = _description(turn.group, request)
                log.warning("modbus refused", **description, code=refusal.code, times=times)

    async def _hand_on(self, frame: Frame, doubts: int, emit: Emit) -> None:
        if self._connection.is_numbered and self._quarantine.is_empty:
            is_sound = doubts == self._connection.doubts
            await emit(frame if is_sound else Frame.bad(frame.device, frame.tags, frame.time))
        else:
            self._quarantine.hold(frame, doubts, self._clock.monotonic())

    async def _release(self, now: float, emit: Emit) -> None:
        is_quiet = self._quarantine.free_at(self._quiet_from) <= now
        if is_quiet:
            self._connection.prove()
        for frame in self._quarantine.release(self._connection.doubts, is_quiet=is_quiet):
            await emit(frame)

    def _found(self, answered: ScanClass, now: float) -> None:
        """Take note that a unit has answered, and with it the connection."""
        unit = answered.station.unit
        if self._is_lost:
            if self._talk.was_said(self.name):
                log.info("modbus back", endpoint=self.name)
            self._is_lost = False
        self._backoff.reset()
        if self._units.is_struck(unit):
            if self._units.find(unit, now) and self._talk.was_said(unit):
                log.info("modbus back", endpoint=self.name, unit=unit)
            for number, group in enumerate(self._classes):
                if group.station.unit == unit and group is not answered:
                    self._schedule.postpone(number, now)
            self._ask_again()
        self._is_troubled = self._units.any_struck

    async def _strike(self, read: ScanClass, asked: float, reason: str, emit: Emit) -> None:
        """Take note that a unit has not answered."""
        self._is_troubled = True
        now, unit = self._clock.monotonic(), read.station.unit
        self._units.hush(unit, asked + self._late_s)
        if self._units.strike(unit, now - asked, now) and (times := self._talk.times(unit, now)):
            log.warning("modbus lost", endpoint=self.name, unit=unit, reason=reason, times=times)
        self._ask_again()
        if self._units.is_lost(unit):
            await self._say_bad(
                (group for group in self._classes if group.station.unit == unit and group is not read), emit
            )

    def _ask_again(self) -> None:
        """Give units that do not answer their next turn when their pause is over."""
        for number, group in enumerate(self._classes):
            if self._units.is_struck(group.station.unit):
                self._schedule.postpone(number, self._units.retry_at(group.station.unit))
        self._look_ahead()

    async def _lose_connection(self, reason: str, emit: Emit) -> None:
        self._connection.close()
        self._passes.clear()
        if not self._is_lost and (times := self._talk.times(self.name, self._clock.monotonic())):
            log.warning("modbus lost", endpoint=self.name, reason=reason, times=times)
        self._is_lost = self._is_troubled = True
        retry_at = self._clock.monotonic() + self._backoff.next()
        self._units.excuse(retry_at)
        for number, group in enumerate(self._classes):
            self._schedule.postpone(number, self._units.retry_at(group.station.unit))
        self._look_ahead()
        await self._say_bad(self._classes, emit)

    async def _say_bad(self, groups: Iterable[ScanClass], emit: Emit) -> None:
        now = self._clock.now()
        for group in groups:
            await self._hand_on(group.bad(now), self._connection.doubts, emit)

    def _quiet_s(self, turn: _Pass) -> float:
        """Return the rest before the next request of a pass, s.

        Where nothing tells its answer from that to the question before, it is long enough for a doubled one to show.
        """
        assert turn.request is not None  # noqa: S101 - a pass without a request is over
        if self._connection.is_alike(turn.group.station.unit, turn.request):
            return max(turn.quiet_s, self._quarantine.rest_s)
        return turn.quiet_s

    def _rest_s(self, station: Station) -> float:
        """Return the rest before any request to a station, s: its own, and in RTU frames the silence that parts two of them."""
        pause = station.limits.pause_ms / 1000
        return pause if self._endpoint.transport.is_numbered else max(pause, quiet_s(self._endpoint.baud))

    @property
    def _late_s(self) -> float:
        """How long after its question a unit is left alone whose answer has not come, s: without a number, a late one must have died before the next one."""
        timeout = self._endpoint.timeout
        return 0.0 if self._connection.is_numbered else timeout + min(timeout, _LATE_S)

    async def _sleep_until(self, moment: float) -> None:
        delay = moment - self._clock.monotonic()
        if delay > 0:
            await asyncio.sleep(delay)


def _description(group: ScanClass, request: Request) -> dict[str, object]:
    return {
        "device": group.station.device,
        "address": f"{request.table}:{request.start}",
        "count": request.count,
        "tags": [tag.tag.name for tag in request.tags],
    }
