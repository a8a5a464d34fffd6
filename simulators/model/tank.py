"""A fermentation tank: pH and acid follow temperature and salt day by day, with noise and a drifting probe."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from simulators.model.noise import Wander

DAY_S = 86_400.0
_FRESH_PH = 5.4
_FINAL_PH = 3.55
_EQUILIBRIUM_D = 5.0 / 3.0
"""Time constant of salt going from brine into the fruit: it is over after about five days."""
_AMBIENT_D = 3.0
_BRINE_M3 = 6.5
_CHILI_T = 12.0


def rate(temperature: float, salt: float) -> float:
    """Return how fast the lactic fermentation goes (1/d) at °C and salt %."""
    return 0.42 * math.exp(0.055 * (temperature - 28.0)) * max(0.08, 1.0 - salt / 20.0)


def lag(salt: float) -> float:
    """Return the days until it starts."""
    return 0.6 + 0.08 * salt


def ph(progress: float) -> float:
    """Return the true pH after a fermentation progress (rate × days since the lag)."""
    return _FINAL_PH + (_FRESH_PH - _FINAL_PH) * math.exp(-progress)


def acid(progress: float) -> float:
    """Return the true acid in % (as lactic)."""
    return 0.12 + 0.75 * (1.0 - math.exp(-0.8 * progress))


def equilibrium_salt(brine_salt: float) -> float:
    """Return the salt % that a brine comes down to once the fruit has taken its share."""
    return brine_salt * _BRINE_M3 / (_BRINE_M3 + 0.85 * _CHILI_T)


@dataclass(frozen=True, slots=True)
class TankFill:
    """What was put in: days ago, brine of so much salt, and how warm it is kept.

    Attributes:
        age_d: days since it was filled.
        brine_salt: salt of the brine, %.
        jacket: °C that the jacket holds; None lets it follow the hall.
    """

    age_d: float
    brine_salt: float
    jacket: float | None


@dataclass(frozen=True, slots=True)
class TankReading:
    """What the probes show: pH, °C, level %, salt %, acid %."""

    ph: float
    temperature: float
    level: float
    salt: float
    acid: float


class Tank:
    """One tank of the fermentation hall."""

    def __init__(self, name: str, fill: TankFill, seed: int, ambient: float) -> None:
        rng = Random(f"{seed}/{name}")
        self.name = name
        self._age_d = fill.age_d + rng.uniform(0.0, 0.5)
        self._brine_salt = fill.brine_salt
        self._base = ambient if fill.jacket is None else fill.jacket
        self._temperature = self._target_temperature()
        self._level_loss = rng.uniform(0.5, 1.0) / 7.0
        self._full = rng.uniform(92.0, 97.0)
        self._calibrated_d = rng.uniform(0.0, 7.0)
        ferments_d = max(0.0, self._age_d - lag(equilibrium_salt(fill.brine_salt)))
        self._progress = ferments_d * rate(self._temperature, equilibrium_salt(fill.brine_salt))
        self._ph_noise = Wander(rng, 0.0, 0.02, 20.0)
        self._temperature_noise = Wander(rng, 0.0, 0.08, 60.0)
        self._level_noise = Wander(rng, 0.0, 0.05, 15.0)
        self._salt_noise = Wander(rng, 0.0, 0.03, 60.0)
        self._acid_noise = Wander(rng, 0.0, 0.004, 60.0)

    def step(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        days = dt / DAY_S
        self._age_d += days
        self._calibrated_d += days
        drift = 1.0 - math.exp(-days / _AMBIENT_D)
        self._temperature += (self._target_temperature() - self._temperature) * drift
        if self._age_d > lag(equilibrium_salt(self._brine_salt)):
            self._progress += rate(self._temperature, self._salt()) * days
        for noise in (
            self._ph_noise,
            self._temperature_noise,
            self._level_noise,
            self._salt_noise,
            self._acid_noise,
        ):
            noise.step(dt)

    def read(self) -> TankReading:
        """Return what the probes show now."""
        probe_drift = 0.01 * self._calibrated_d
        return TankReading(
            ph=ph(self._progress) + probe_drift + self._ph_noise.value,
            temperature=self._temperature + self._temperature_noise.value,
            level=self._full - self._level_loss * self._age_d + self._level_noise.value,
            salt=self._salt() + self._salt_noise.value,
            acid=acid(self._progress) + self._acid_noise.value,
        )

    def _target_temperature(self) -> float:
        """Return where the temperature goes: it heats itself by 1.5 °C around the third day."""
        return self._base + 1.5 * math.exp(-(((self._age_d - 3.0) / 0.8) ** 2))

    def _salt(self) -> float:
        final = equilibrium_salt(self._brine_salt)
        return final + (self._brine_salt - final) * math.exp(-self._age_d / _EQUILIBRIUM_D)


FILLS = (
    TankFill(age_d=1.0, brine_salt=15.0, jacket=28.0),
    TankFill(age_d=3.0, brine_salt=15.0, jacket=28.0),
    TankFill(age_d=6.0, brine_salt=18.0, jacket=26.0),
    TankFill(age_d=11.0, brine_salt=22.0, jacket=24.0),
    TankFill(age_d=24.0, brine_salt=24.0, jacket=None),
    TankFill(age_d=60.0, brine_salt=36.0, jacket=None),
)
"""Six tanks, from fresh to a salt stock."""
