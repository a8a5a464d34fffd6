"""What electricity meters and variable-frequency drives measure, from the load they carry. Noise depends on time alone."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from random import Random

Phases = tuple[float, float, float]

METERS = ("meter_packing", "meter_prep", "meter_intake", "meter_thermal", "meter_compressors", "meter_main")
"""The sub-meters of the plant, and the one that sees all of it."""

DRIVES = {
    "sorting_belt": 2.2,
    "destemmer_1": 7.5,
    "destemmer_2": 7.5,
    "washer_pump": 15.0,
    "desalter_pump": 5.5,
    "chopper": 7.5,
    "mixer_1": 5.5,
    "mixer_2": 5.5,
    "brine_pump": 2.2,
    "tunnel_belt": 11.0,  # the two pasteurizers share their station's 22 kW
    "bath_belt": 11.0,
    "case_conveyor": 9.0,
}
"""Rated kW of the motors behind drives."""
DRIVEN = {
    "sorting_belt": "sorting",
    "destemmer_1": "destemming",
    "destemmer_2": "destemming",
    "washer_pump": "washing",
    "desalter_pump": "desalting",
    "chopper": "chopping",
    "mixer_1": "mixing",
    "mixer_2": "mixing",
    "brine_pump": "desalting",
    "tunnel_belt": "pasteurizer",
    "bath_belt": "bath",
    "case_conveyor": "palletising",
}
"""Which machine a drive turns."""
DRIVE_SPEED = 0.9
"""Share of 50 Hz at which the drives are set."""

_VOLTS = 230.0
_HERTZ = 50.0
_POWER_FACTOR = 0.85
_KWS_PER_KWH = 3600.0
_MINUTE_S = 60.0
_DEMAND_MINUTES = 15


class _Ripple:
    """Noise of mean 0 and standard deviation 1 that is the same however often it is looked at: two seeded sines."""

    def __init__(self, rng: Random) -> None:
        self._fast = math.tau / rng.uniform(7.0, 23.0)
        self._slow = math.tau / rng.uniform(90.0, 400.0)
        self._fast_phase = rng.uniform(0.0, math.tau)
        self._slow_phase = rng.uniform(0.0, math.tau)

    def at(self, time_s: float) -> float:
        """Return its value at a time."""
        return math.sin(self._fast * time_s + self._fast_phase) + math.sin(
            self._slow * time_s + self._slow_phase
        )


@dataclass(frozen=True, slots=True)
class MeterReading:
    """What a three-phase meter shows; powers follow from volts, amperes and power factors, so that all agree.

    Attributes:
        volts: phase to neutral.
        amps: per phase.
        power_factors: per phase; negative while power is exported.
        frequency: Hz.
        import_kwh: since the meter was made, as are the other energies.
        shares: of the phases in power and energy.
        export_kwh: kWh fed back.
        import_kvarh: reactive energy at the mean power factor.
        demand_w: mean imported power of the last fifteen whole minutes.
        max_demand_w: the highest that `demand_w` has been.
    """

    volts: Phases
    amps: Phases
    power_factors: Phases
    frequency: float
    import_kwh: float
    shares: Phases
    export_kwh: float
    import_kvarh: float
    demand_w: float
    max_demand_w: float

    @property
    def watts(self) -> Phases:
        """Active power per phase, W."""
        (v1, v2, v3), (a1, a2, a3), (p1, p2, p3) = self.volts, self.amps, self.power_factors
        return v1 * a1 * p1, v2 * a2 * p2, v3 * a3 * p3

    @property
    def total_w(self) -> float:
        """Active power, W."""
        return sum(self.watts)

    @property
    def total_va(self) -> float:
        """Apparent power, VA: the sum over the phases."""
        return sum(volts * amps for volts, amps in zip(self.volts, self.amps, strict=True))

    @property
    def total_var(self) -> float:
        """Reactive power, var: the sum over the phases."""
        phases = zip(self.volts, self.amps, self.power_factors, strict=True)
        return sum(volts * amps * math.sqrt(1.0 - factor * factor) for volts, amps, factor in phases)

    @property
    def power_factor(self) -> float:
        """Active over apparent power; 1 when no current flows."""
        apparent = self.total_va
        return self.total_w / apparent if apparent else 1.0

    @property
    def line_volts(self) -> Phases:
        """L1-L2, L2-L3, L3-L1, with 120° between the phases."""
        v1, v2, v3 = self.volts
        return _between(v1, v2), _between(v2, v3), _between(v3, v1)

    @property
    def neutral_amps(self) -> float:
        """What the three phases leave over, with 120° between them."""
        a, b, c = self.amps
        return math.sqrt(max(0.0, a * a + b * b + c * c - a * b - b * c - c * a))


def _between(first: float, second: float) -> float:
    return math.sqrt(first * first + second * second + first * second)


class Meter:
    """A three-phase energy meter that has been in the plant for years."""

    def __init__(self, name: str, seed: int) -> None:
        rng = Random(f"{seed}/{name}/meter")
        self.name = name
        self._start_kwh = rng.uniform(50_000.0, 400_000.0)
        self._start_kvarh = self._start_kwh * rng.uniform(0.55, 0.65)
        s1, s2, s3 = (rng.uniform(0.31, 0.36) for _ in range(3))
        whole = s1 + s2 + s3
        self._shares: Phases = (s1 / whole, s2 / whole, s3 / whole)
        self._volts: Phases = (_VOLTS + rng.gauss(0, 1), _VOLTS + rng.gauss(0, 1), _VOLTS + rng.gauss(0, 1))
        self._power_factor = _POWER_FACTOR + rng.uniform(-0.03, 0.03)
        self._reactive = math.tan(math.acos(self._power_factor))
        self._grid = _Ripple(Random(f"{seed}/grid/ripple"))
        self._ripples = (_Ripple(rng), _Ripple(rng), _Ripple(rng))
        self._load_kw = 0.0
        self._import_kws = 0.0
        self._export_kws = 0.0
        self._elapsed_s = 0.0
        self._next_minute_s = _MINUTE_S
        self._minutes = deque([0.0] * (_DEMAND_MINUTES + 1), maxlen=_DEMAND_MINUTES + 1)
        self._max_demand_w = 0.0

    def step(self, dt: float, load_kw: float) -> None:
        """Let `dt` seconds pass at a load, which is negative when power is fed back."""
        self._load_kw = load_kw
        self._elapsed_s += dt
        if load_kw >= 0.0:
            self._import_kws += load_kw * dt
        else:
            self._export_kws -= load_kw * dt
        while self._elapsed_s >= self._next_minute_s:
            self._close_minute()

    def _close_minute(self) -> None:
        """Note what was imported up to the end of a minute; the load was even since it ended."""
        since_s = self._elapsed_s - self._next_minute_s
        self._minutes.append(self._import_kws - max(self._load_kw, 0.0) * since_s)
        self._max_demand_w = max(self._max_demand_w, self._demand_w)
        self._next_minute_s += _MINUTE_S

    @property
    def _demand_w(self) -> float:
        return (self._minutes[-1] - self._minutes[0]) * 1000.0 / (_DEMAND_MINUTES * _MINUTE_S)

    def read(self) -> MeterReading:
        """Return what it shows now; looking changes nothing."""
        now, grid = self._elapsed_s, self._grid.at(self._elapsed_s)
        first, second, third = self._ripples
        r1, r2, r3 = first.at(now), second.at(now), third.at(now)
        n1, n2, n3 = self._volts
        v1, v2, v3 = n1 + 1.2 * grid + 0.3 * r1, n2 + 1.2 * grid + 0.3 * r2, n3 + 1.2 * grid + 0.3 * r3
        mean = math.copysign(self._power_factor, self._load_kw)
        p1, p2, p3 = mean + 0.005 * r2, mean + 0.005 * r3, mean + 0.005 * r1
        watts = self._load_kw * 1000.0
        s1, s2, s3 = self._shares
        moved_kwh = (self._import_kws + self._export_kws) / _KWS_PER_KWH
        return MeterReading(
            volts=(v1, v2, v3),
            amps=(watts * s1 / (v1 * p1), watts * s2 / (v2 * p2), watts * s3 / (v3 * p3)),
            power_factors=(p1, p2, p3),
            frequency=_HERTZ + 0.02 * grid,
            import_kwh=self._start_kwh + self._import_kws / _KWS_PER_KWH,
            shares=self._shares,
            export_kwh=self._export_kws / _KWS_PER_KWH,
            import_kvarh=self._start_kvarh + moved_kwh * self._reactive,
            demand_w=self._demand_w,
            max_demand_w=self._max_demand_w,
        )


class DriveState(IntEnum):
    """What a drive says that it does."""

    FORWARD = 1
    STOPPED = 3


@dataclass(frozen=True, slots=True)
class DriveReading:
    """What a drive shows.

    Attributes:
        frequency: at its output, Hz.
        reference: where it goes while it runs, Hz.
        bus_volts: DC.
        output_volts: V.
        amps: at its output.
        kw: at its output.
        torque: % of the rated one.
        digital_inputs: bit 0 = told to run.
        digital_outputs: bit 0 = the motor turns, bit 1 = fault.
        state: what it does.
        fault_code: 0 = none.
    """

    frequency: float
    reference: float
    bus_volts: float
    output_volts: float
    amps: float
    kw: float
    torque: float
    digital_inputs: int
    digital_outputs: int
    state: DriveState
    fault_code: int


_RAMP_HZ_PER_S = 5.0
_MOTOR_VOLTS = 380.0
_BUS_VOLTS = 540.0
_EFFICIENCY = 0.9
_IDLE_AMPS = 0.35
"""Magnetising current as a share of the rated one."""


class Drive:
    """A variable-frequency drive with a belt or a pump of even torque; it ramps 0 to 50 Hz in ten seconds.

    Attributes:
        fault_code: other than 0, the output is off until it is 0 again.
    """

    def __init__(self, name: str, seed: int, rated_kw: float) -> None:
        rng = Random(f"{seed}/{name}/drive")
        self.name = name
        self.fault_code = 0
        self._rated_kw = rated_kw
        self._rated_amps = rated_kw * 1000.0 / (math.sqrt(3.0) * _MOTOR_VOLTS * _POWER_FACTOR * _EFFICIENCY)
        self._torque = rng.uniform(55.0, 75.0)
        self._ripple = _Ripple(rng)
        self._bus_ripple = _Ripple(rng)
        self._elapsed_s = 0.0
        self._running = False
        self._reference = 0.0
        self._frequency = 0.0

    def step(self, dt: float, running: bool, speed_share: float) -> None:
        """Let `dt` seconds pass, told to run or not, at a share of 50 Hz."""
        self._elapsed_s += dt
        self._running = running
        self._reference = _HERTZ * speed_share
        if self.fault_code:
            self._frequency = 0.0
            return
        change = (self._reference if running else 0.0) - self._frequency
        most = _RAMP_HZ_PER_S * dt
        self._frequency += max(-most, min(most, change))

    def read(self) -> DriveReading:
        """Return what it shows now; looking changes nothing."""
        turns = self._frequency > 0.0
        torque = self._torque + 2.5 * self._ripple.at(self._elapsed_s) if turns else 0.0
        speed = self._frequency / _HERTZ
        return DriveReading(
            frequency=self._frequency,
            reference=self._reference,
            bus_volts=_BUS_VOLTS - 0.08 * torque + 1.5 * self._bus_ripple.at(self._elapsed_s),
            output_volts=_MOTOR_VOLTS * speed,
            amps=self._rated_amps * math.hypot(torque / 100.0, _IDLE_AMPS) if turns else 0.0,
            kw=self._rated_kw * torque / 100.0 * speed / _EFFICIENCY,
            torque=torque,
            digital_inputs=int(self._running),
            digital_outputs=int(turns) | bool(self.fault_code) << 1,
            state=DriveState.FORWARD if turns else DriveState.STOPPED,
            fault_code=self.fault_code,
        )
