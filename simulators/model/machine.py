"""A machine that handles packs one by one: states, stops, rejects, counters and measured values."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from random import Random

from simulators.model.conveyor import Conveyor
from simulators.model.noise import Wander
from simulators.model.packml import START_UP, WAY_BACK, State, UnitMode
from simulators.model.snapshot import PROCESS_VALUES, UINT32, Snapshot, Status
from simulators.model.stops import StopClock, StopKind, StopReason

_FOREVER = float("inf")
_INSTANT = 1e-9
"""Seconds that are nothing but a rounding error."""


@dataclass(frozen=True, slots=True)
class Fill:
    """How a filler doses: mean `nominal + giveaway_g`, standard deviation `sd_g`, `deficiency_g` short is a reject."""

    giveaway_g: float
    sd_g: float
    deficiency_g: float


@dataclass(frozen=True, slots=True)
class Sensor:
    """A measured value: its target, its noise, and whether it is zero while the machine stands."""

    target: float
    sd: float
    tau_s: float = 60.0
    moving: bool = False


@dataclass(frozen=True, slots=True)
class MachineSpec:
    """What is built in steel.

    Attributes:
        name: also the seed of its random streams.
        sku: code of the product.
        recipe: number of the recipe.
        product_weight_g: nominal net weight of a pack.
        speed_per_min: set speed.
        reject_share: packs rejected for other reasons than their weight.
        stops: the ways in which it stops.
        sensors: pv1 … pv8, after the fill weight when there is one.
        fill: None when it does not fill.
        patience_s: seconds without a pack at the inlet before it counts as starved.
    """

    name: str
    sku: int
    recipe: int
    product_weight_g: int
    speed_per_min: float
    reject_share: float
    stops: tuple[StopKind, ...]
    sensors: tuple[Sensor, ...]
    fill: Fill | None = None
    patience_s: float = 30.0


@dataclass(frozen=True, slots=True)
class CounterStart:
    """Where a PLC's retentive counters stand before anything is made; total = good + reject, modulo 2^32."""

    good: int = 0
    reject: int = 0


class Machine:
    """Takes packs from `inlet`, hands good ones to `outlet`; None stands for a world without limits.

    Attributes:
        good: good packs made since the beginning.
        reject: rejected packs since the beginning.
        stops: times it stopped, for whatever reason but the operator's.
    """

    def __init__(
        self,
        spec: MachineSpec,
        seed: int,
        start: CounterStart,
        *,
        inlet: Conveyor | None = None,
        outlet: Conveyor | None = None,
    ) -> None:
        def stream(purpose: str) -> Random:
            return Random(f"{seed}/{spec.name}/{purpose}")

        self.spec = spec
        self.start = start
        self.good = 0
        self.reject = 0
        self.stops = 0
        self._inlet = inlet
        self._outlet = outlet
        self._packs = stream("packs")
        self._stop_clock = StopClock(stream("stops"), spec.stops)
        self._speed = Wander(stream("speed"), spec.speed_per_min, spec.speed_per_min * 0.02, 30.0)
        noise = stream("sensors")
        self._sensors = [Wander(noise, sensor.target, sensor.sd, sensor.tau_s) for sensor in spec.sensors]
        self._batch_id = f"{spec.name[:2].upper()}{spec.sku:02d}-{seed % 100_000:05d}-01"
        self._weight = float(spec.product_weight_g + (spec.fill.giveaway_g if spec.fill else 0.0))
        self._way: deque[tuple[State, float]] = deque([(State.IDLE, _FOREVER)])
        self._stop: StopKind | None = None
        self._reason = StopReason.NONE
        self._progress = 0.0
        self._hungry_s = 0.0
        self._run_s = 0.0
        self._down_s = 0.0

    @property
    def total(self) -> int:
        """Packs handled since the beginning; good and rejected ones, always."""
        return self.good + self.reject

    @property
    def state(self) -> State:
        """The PackML state."""
        return self._way[0][0] if self._way else State.EXECUTE

    def run(self) -> None:
        """Start producing; does nothing while it produces."""
        if self.state in (State.IDLE, State.STOPPED):
            self._way = deque(START_UP)

    def halt(self) -> None:
        """Stop at once, as by the operator's stop key: not a pack is made after this."""
        self._way = deque([(State.STOPPED, _FOREVER)])
        self._stop = None
        self._reason = StopReason.NONE

    def step(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        for sensor in self._sensors:
            sensor.step(dt)
        self._speed.step(dt)
        self._leave_conveyor_stop()
        left = dt
        while left > _INSTANT:
            left -= self._execute(left) if not self._way else self._wait(left)

    def snapshot(self) -> Snapshot:
        """Return what the PLC shows at this moment."""
        running = self.state is State.EXECUTE
        good = (self.start.good + self.good) % UINT32
        reject = (self.start.reject + self.reject) % UINT32
        return Snapshot(
            status=self._status(),
            packml_state=self.state,
            unit_mode=UnitMode.PRODUCTION,
            total=(good + reject) % UINT32,
            good=good,
            reject=reject,
            speed_act=self._rate_per_min() if running else 0.0,
            speed_set=self.spec.speed_per_min,
            alarms=0 if self._stop is None or self._stop.alarm is None else 1 << self._stop.alarm,
            stop_reason=self._reason,
            recipe=self.spec.recipe,
            sku=self.spec.sku,
            batch_id=self._batch_id,
            process_values=self._process_values(running=running),
            run_s=int(self._run_s) % UINT32,
            down_s=int(self._down_s) % UINT32,
        )

    def _wait(self, limit: float) -> float:
        state, left = self._way[0]
        spent = min(limit, left)
        if state not in (State.IDLE, State.STOPPED):
            self._down_s += spent
        if left - spent > _INSTANT:
            self._way[0] = (state, left - spent)
            return spent
        self._way.popleft()
        if not self._way:
            self._stop = None
            self._reason = StopReason.NONE
        return spent

    def _execute(self, limit: float) -> float:
        spent = max(0.0, min(limit, self._stop_clock.next_in_s))
        self._run_s += spent
        self._progress += spent * self._rate_per_min() / 60.0
        self._handle_packs(spent)
        stop = self._stop_clock.run(spent)
        if stop is not None and not self._way:
            kind, length = stop
            self._stop = kind
            self._enter_stop(kind.state, kind.reason, length)
        return spent

    def _handle_packs(self, spent: float) -> None:
        self._hungry_s += spent
        while self._progress >= 1.0:
            if self._outlet is not None and not self._outlet.room:
                self._progress = 0.0
                self._enter_stop(State.SUSPENDED, StopReason.BLOCKED, _FOREVER)
                return
            if self._inlet is not None and not self._inlet.level:
                self._progress = 1.0
                break
            self._progress -= 1.0
            self._hungry_s = 0.0
            self._handle_pack()
        if self._inlet is not None and self._hungry_s > self.spec.patience_s:
            self._enter_stop(State.SUSPENDED, StopReason.STARVED, _FOREVER)

    def _handle_pack(self) -> None:
        if self._inlet is not None:
            self._inlet.take()
        rejected = self._packs.random() < self.spec.reject_share
        fill = self.spec.fill
        if fill is not None:
            self._weight = self._packs.gauss(self.spec.product_weight_g + fill.giveaway_g, fill.sd_g)
            rejected = rejected or self._weight < self.spec.product_weight_g - fill.deficiency_g
        if rejected:
            self.reject += 1
            return
        self.good += 1
        if self._outlet is not None:
            self._outlet.put()

    def _enter_stop(self, state: State, reason: StopReason, length: float) -> None:
        self.stops += 1
        self._reason = reason
        self._way = deque([(state, length), *WAY_BACK[state]])

    def _leave_conveyor_stop(self) -> None:
        """End a stop that a conveyor caused once there is room, or food, for a quarter of a minute."""
        if not self._way or self._way[0] != (State.SUSPENDED, _FOREVER):
            return
        enough = self.spec.speed_per_min / 4
        if self._reason is StopReason.BLOCKED:
            over = self._outlet is None or self._outlet.room >= min(enough, self._outlet.capacity)
        else:
            over = self._inlet is None or self._inlet.level >= min(enough, self._inlet.capacity)
        if over:
            self._hungry_s = 0.0
            self._way.popleft()

    def _rate_per_min(self) -> float:
        return max(0.0, self._speed.value)

    def _status(self) -> Status:
        status = Status.AUTO | Status.REMOTE_OK
        if self.state is State.EXECUTE:
            status |= Status.RUNNING
        return status | {
            StopReason.STARVED: Status.STARVED,
            StopReason.BLOCKED: Status.BLOCKED,
            StopReason.LOW_MATERIAL: Status.LOW_MATERIAL,
            StopReason.FAULT: Status.FAULT,
            StopReason.BREAKDOWN: Status.FAULT | Status.MAINTENANCE,
        }.get(self._reason, Status(0))

    def _process_values(self, *, running: bool) -> tuple[float, ...]:
        measured = [
            0.0 if spec.moving and not running else sensor.value
            for spec, sensor in zip(self.spec.sensors, self._sensors, strict=True)
        ]
        if self.spec.fill is not None:
            measured.insert(0, self._weight)
        return (*measured, *[0.0] * (PROCESS_VALUES - len(measured)))
