"""A machine that handles pieces - packs, cases, kilograms on a belt: states, stops, rejects and counters."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from random import Random

from simulators.model.buffer import Sink, Source
from simulators.model.noise import Wander
from simulators.model.packml import START_UP, WAY_BACK, State, UnitMode
from simulators.model.panel import Panel, Sensor
from simulators.model.pieces import Made, Pieces
from simulators.model.product import Product
from simulators.model.snapshot import UINT32, Snapshot, alarms_of, status_of
from simulators.model.stops import PLANNED, StopClock, StopKind, StopReason

_FOREVER = float("inf")
_ENDLESS = 2**62
_INSTANT = 1e-9
"""Seconds that are nothing but a rounding error."""


@dataclass(frozen=True, slots=True)
class MachineSpec:
    """What is built in steel.

    Attributes:
        name: also the seed of its random streams.
        product: the article that it begins with; its piece.
        speed_share: set speed as a share of the rated one.
        reject_share: pieces thrown out, or kilograms lost.
        stops: the ways in which it stops by itself.
        sensors: pv1 … pv8, after the fill weight when it doses.
        takes: units that a piece takes from the inlet; None = what really goes into it, in g.
        gives: units that a good piece puts on the outlet.
        motor_kw: electrical load while it runs.
        patience_s: seconds without a piece at the inlet before it counts as starved.
    """

    name: str
    product: Product
    speed_share: float
    reject_share: float
    stops: tuple[StopKind, ...]
    sensors: tuple[Sensor, ...] = ()
    takes: int | None = 1
    gives: int = 1
    motor_kw: float = 1.0
    patience_s: float = 30.0


@dataclass(frozen=True, slots=True)
class CounterStart:
    """Where a PLC's retentive counters stand before anything is made; total = good + reject, modulo 2^32."""

    good: int = 0
    reject: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """From `at_s` on, in seconds of the machine's own time, it is in this state for this reason."""

    at_s: float
    state: State
    reason: StopReason


class Machine:
    """Takes pieces from `inlet`, hands good ones to `outlet`; None stands for a world without limits.

    Attributes:
        spec: what it is.
        start: where its counters stood.
        product: what it packs now.
        batch_id: what its PLC shows, at most 16 ASCII characters.
        made: by the code of the article.
        time_s: seconds that it has lived through.
        run_s: seconds in Execute (APT).
        down_s: seconds out of Execute while it should produce (APT + this = PBT).
        stopped_s: seconds out of Execute by reason.
        ideal_s: seconds that its pieces would have taken at the rated speed (PRU × PQ).
        stops: times it stopped, for whatever reason but a planned one.
        changes: states that it has entered since `take_changes`.
    """

    def __init__(
        self,
        spec: MachineSpec,
        seed: int,
        start: CounterStart,
        *,
        inlet: Source | None = None,
        outlet: Sink | None = None,
    ) -> None:
        def stream(purpose: str) -> Random:
            return Random(f"{seed}/{spec.name}/{purpose}")

        self.spec = spec
        self.start = start
        self.product = spec.product
        self.batch_id = f"{spec.name[:2].upper()}{spec.product.sku:02d}-{seed % 100_000:05d}-01"
        self.made: defaultdict[int, Made] = defaultdict(Made)
        self.time_s = 0.0
        self.run_s = 0.0
        self.stopped_s: defaultdict[StopReason, float] = defaultdict(float)
        self.down_s = 0.0
        self.ideal_s = 0.0
        self.stops = 0
        self.changes: list[Change] = []
        self._inlet = inlet
        self._outlet = outlet
        self._pieces = Pieces(stream("packs"), stream("weights"), spec.reject_share)
        self._stop_clock = StopClock(stream("stops"), spec.stops)
        speed = self.product.rated_per_min * spec.speed_share
        self._speed = Wander(stream("speed"), speed, speed * 0.02, 30.0)
        self._panel = Panel(spec.sensors, stream("sensors"))
        self._way: deque[tuple[State, float]] = deque([(State.IDLE, _FOREVER)])
        self._reason = StopReason.NONE
        self._progress = 0.0
        self._hungry_s = 0.0

    @property
    def good(self) -> int:
        """Good pieces since the beginning."""
        return sum(made.good for made in self.made.values())

    @property
    def reject(self) -> int:
        """Rejected pieces since the beginning."""
        return sum(made.reject for made in self.made.values())

    @property
    def total(self) -> int:
        """Pieces handled since the beginning; good and rejected ones, always."""
        return self.good + self.reject

    @property
    def raw(self) -> tuple[int, int, int]:
        """Total, good and reject as they stand in the PLC, modulo 2^32."""
        good = (self.start.good + self.good) % UINT32
        reject = (self.start.reject + self.reject) % UINT32
        return (good + reject) % UINT32, good, reject

    @property
    def state(self) -> State:
        """The PackML state."""
        return self._way[0][0] if self._way else State.EXECUTE

    @property
    def running(self) -> bool:
        """Whether it is in Execute."""
        return not self._way

    @property
    def up(self) -> bool:
        """Whether it has been started and not been halted since."""
        return self.state not in (State.IDLE, State.STOPPED)

    @property
    def reason(self) -> StopReason:
        """Why it stands; NONE while it runs."""
        return self._reason

    @property
    def speed_per_min(self) -> float:
        """The set speed."""
        return self.product.rated_per_min * self.spec.speed_share

    def run(self) -> None:
        """Start producing; does nothing while it produces."""
        if not self.up:
            self._go(START_UP, StopReason.NONE)

    def halt(self, reason: StopReason = StopReason.NONE) -> None:
        """Stop at once, as by the operator's stop key: not a piece is made after this."""
        if self.state is not State.STOPPED or self._reason is not reason:
            self._go(((State.STOPPED, _FOREVER),), reason)

    def fail(self, seconds: float) -> None:
        """Break down at once, for so long."""
        self._stop(State.ABORTED, StopReason.BREAKDOWN, seconds, 0.0)

    def lose_counters(self) -> None:
        """Begin at zero again, as a PLC whose counters are not retentive does after a power cut."""
        self.start = CounterStart(-self.good, -self.reject)

    def change_over(self, product: Product, seconds: float) -> None:
        """Make ready for another article, which takes a while, and go on producing with it."""
        self.product = product
        self._speed.target = self.speed_per_min
        self._go(((State.RESETTING, seconds), START_UP[-1]), StopReason.CHANGEOVER)

    def step(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        self._leave_conveyor_stop()
        if not self._way:
            self._speed.step(dt)
        left = dt
        while left > _INSTANT:
            spent = self._wait(left) if self._way else self._execute(left)
            self.time_s += spent
            left -= spent

    def take_changes(self) -> list[Change]:
        """Return the states entered since the last call."""
        changes, self.changes = self.changes, []
        return changes

    def snapshot(self) -> Snapshot:
        """Return what the PLC shows at this moment."""
        running = not self._way
        total, good, reject = self.raw
        cleaning = self._reason is StopReason.CLEANING
        return Snapshot(
            status=status_of(self.state, self._reason),
            packml_state=self.state,
            unit_mode=UnitMode.MAINTENANCE if cleaning else UnitMode.PRODUCTION,
            total=total,
            good=good,
            reject=reject,
            speed_act=max(0.0, self._speed.value) if running else 0.0,
            speed_set=self.speed_per_min,
            alarms=alarms_of(self._reason),
            stop_reason=self._reason,
            recipe=self.product.recipe,
            sku=self.product.sku,
            batch_id=self.batch_id,
            process_values=self._panel.read(self.time_s, self.product, running=running),
            run_s=int(self.run_s) % UINT32,
            down_s=int(self.down_s) % UINT32,
        )

    def _wait(self, limit: float) -> float:
        """Stand for as long as this part of the way takes, `limit` at most; return the seconds."""
        state, left = self._way[0]
        spent = min(limit, left)
        self.stopped_s[self._reason] += spent
        if self._reason not in PLANNED or state not in (State.IDLE, State.STOPPED):
            self.down_s += spent
        if left - spent > _INSTANT:
            self._way[0] = (state, left - spent)
            return spent
        self._way.popleft()
        if not self._way:
            self._reason = StopReason.NONE
        self._note(spent)
        return spent

    def _execute(self, limit: float) -> float:
        """Run until something stops it, `limit` at most; return the seconds."""
        spent = max(0.0, min(limit, self._stop_clock.next_in_s))
        per_s = max(0.0, self._speed.value) / 60.0
        due = self._progress + spent * per_s
        wanted = int(due)
        if wanted:
            possible = min(wanted, self._fitting())
            count = min(possible, self._available())
            if count < wanted:
                short = self._wait_for_room if count == possible else self._wait_for_food
                spent = short(count, spent, per_s)
            else:
                self._progress = due - wanted
                self._hungry_s = 0.0
            if count:
                self._handle(count)
        else:
            self._progress = due
        self.run_s += spent
        stop = self._stop_clock.run(spent)
        if stop is not None and not self._way:
            kind, length = stop
            self._stop(kind.state, kind.reason, length, spent)
        return spent

    def _fitting(self) -> int:
        return _ENDLESS if self._outlet is None else self._outlet.room // self.spec.gives

    def _available(self) -> int:
        return _ENDLESS if self._inlet is None else self._inlet.level // self._need

    @property
    def _need(self) -> int:
        """Units that a piece takes from the inlet, giveaway included."""
        if self.spec.takes is not None:
            return self.spec.takes
        fill = self.product.fill
        return self.product.weight_g + (round(fill.giveaway_g) if fill else 0)

    def _wait_for_room(self, count: int, spent: float, per_s: float) -> float:
        """Block at the moment when a piece more than `count` would need room; return when that is."""
        spent = min(spent, max(0.0, (count + 1 - self._progress) / per_s))
        self._progress = 0.0
        self._hungry_s = 0.0
        self._stop(State.SUSPENDED, StopReason.BLOCKED, _FOREVER, spent)
        return spent

    def _wait_for_food(self, count: int, spent: float, per_s: float) -> float:
        """Go on turning without pieces after `count`, and starve when patience is over; return the time run."""
        empty_s = spent - max(0.0, (count - self._progress) / per_s)
        self._progress = 1.0
        self._hungry_s = empty_s if count else self._hungry_s + spent
        over = self._hungry_s - self.spec.patience_s
        if over <= 0:
            return spent
        self._hungry_s = 0.0
        spent = max(0.0, spent - over)
        self._stop(State.SUSPENDED, StopReason.STARVED, _FOREVER, spent)
        return spent

    def _handle(self, count: int) -> None:
        rejected = self._pieces.rejected(count)
        good = count - rejected
        grams = self._pieces.grams(self.product, count)
        made = self.made[self.product.sku]
        made.good += good
        made.reject += rejected
        made.filled_g += grams * good // count
        self.ideal_s += count * 60.0 / self.product.rated_per_min
        if self._inlet is not None:
            taken = grams if self.spec.takes is None else self.spec.takes * count
            self._inlet.take(min(taken, self._inlet.level))
        if self._outlet is not None and good:
            self._outlet.put(self.spec.gives * good)

    def _stop(self, state: State, reason: StopReason, length: float, after: float) -> None:
        self.stops += 1
        self._way = deque([(state, length), *WAY_BACK[state]])
        self._reason = reason
        self._note(after)

    def _go(self, way: tuple[tuple[State, float], ...], reason: StopReason) -> None:
        self._way = deque(way)
        self._reason = reason
        self._note(0.0)

    def _note(self, after: float) -> None:
        """Remember a new state, `after` seconds into a step that is not booked yet."""
        self.changes.append(Change(self.time_s + after, self.state, self._reason))

    def _leave_conveyor_stop(self) -> None:
        """End a stop that a conveyor caused once there is room, or food, for a quarter of a minute."""
        if not self._way or self._way[0] != (State.SUSPENDED, _FOREVER):
            return
        enough = max(1, int(self.speed_per_min / 4))
        if self._reason is StopReason.BLOCKED:
            over = self._fitting() >= enough
        else:
            over = self._available() >= enough
        if over:
            self._hungry_s = 0.0
            self._way.popleft()
            self._note(0.0)
