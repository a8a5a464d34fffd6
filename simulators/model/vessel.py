"""A tank or a pit of the fermentation hall: filled with washed fruit, closed, fermented day by day, and drawn empty."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from simulators.model import fermentation
from simulators.model.noise import Wander

DAY_S = 86_400.0
TONNE = 1_000_000
"""In grams."""
_AMBIENT_D = 3.0
_PROBE_DRIFT_PER_D = 0.01
_CALIBRATED_EVERY_D = 14.0
_STOCK_READY_D = 60.0
_MAX_PH, _MIN_ACID, _MAX_NITRITE = 3.9, 0.6, 10.0
"""The release gate."""


class Phase(StrEnum):
    """What a vessel is doing."""

    EMPTY = "empty"
    FILLING = "filling"
    FERMENTING = "fermenting"
    DRAWING = "drawing"


@dataclass(frozen=True, slots=True)
class Style:
    """What is made in it.

    Attributes:
        salt: that the fruit comes to, %.
        jacket: °C that is held; None lets it follow the hall.
        stored: salt stock, ready by its age and not by its acid.
    """

    salt: float
    jacket: float | None
    stored: bool = False


SOUR = Style(6.0, 28.0)
PICKLED = Style(9.0, 24.0)
STOCK = Style(18.0, None, stored=True)


TANK_VALUES = ("pH", "temperature", "level", "salt", "acid")
PIT_VALUES = TANK_VALUES[:4]
"""What is measured in a tank and in a pit, by the names in the PLC's data block; nobody measures the acid in a pit."""


@dataclass(frozen=True, slots=True)
class TankReading:
    """What the probes show: pH, °C, level %, salt %, acid %."""

    ph: float
    temperature: float
    level: float
    salt: float
    acid: float


@dataclass(slots=True)
class Fill:
    """What is in a vessel.

    Attributes:
        lot: `T07-2026-03`: the third fill of the year.
        lots: grams of fruit by the lot that it came from.
        put_g: washed fruit that went in.
        left_g: drained fruit that can still be drawn.
        age_d: days since it was closed.
        progress: of the fermentation (rate × days since the lag).
    """

    lot: str
    lots: dict[str, int] = field(default_factory=dict)
    put_g: int = 0
    left_g: int = 0
    age_d: float = 0.0
    progress: float = 0.0


class Vessel:
    """One tank (T…) or pit (P…).

    Attributes:
        name: also the seed of its random streams.
        capacity_g: fruit that fits.
        style: what is made in it.
        phase: what it is doing.
        fill: what is in it; None while it is empty.
    """

    def __init__(self, name: str, capacity_g: int, style: Style, seed: int, ambient: float) -> None:
        rng = Random(f"{seed}/{name}")
        self.name = name
        self.capacity_g = capacity_g
        self.style = style
        self.phase = Phase.EMPTY
        self.fill: Fill | None = None
        self._rng = rng
        self._brine = fermentation.brine_for(style.salt)
        self._temperature = ambient if style.jacket is None else style.jacket
        self._level_loss = rng.uniform(0.5, 1.0) / 7.0
        self._calibrated_d = rng.uniform(0.0, 7.0)
        self._noise = [Wander(rng, 0.0, sd, tau) for sd, tau in _NOISE]
        self._passed_s = 0.0
        self._fills = 0

    @property
    def salt(self) -> float:
        """The brine's salt, %."""
        return fermentation.salt_after(self.fill.age_d if self.fill else 0.0, self._brine)

    @property
    def ready(self) -> bool:
        """Whether what is in it may be used: the release gate, or the age of salt stock."""
        fill = self.fill
        if fill is None or self.phase is not Phase.FERMENTING:
            return False
        if self.style.stored:
            return fill.age_d >= _STOCK_READY_D
        return (
            fermentation.ph(fill.progress) <= _MAX_PH
            and fermentation.acid(fill.progress) >= _MIN_ACID
            and fermentation.nitrite(fill.age_d, self.style.salt) < _MAX_NITRITE
        )

    def put(self, grams: int, year: int) -> None:
        """Put washed fruit in."""
        if self.fill is None:
            self._fills += 1
            self.fill = Fill(f"{self.name}-{year}-{self._fills:02d}")
            self.phase = Phase.FILLING
        self.fill.put_g += grams

    def close(self, shrink: float | None = None, age_d: float = 0.0) -> Fill:
        """Fill up with brine and close: a share of the weight is lost to the brine, 15 to 25 % of it.

        Args:
            shrink: 0 for stock that is bought brined already; drawn when None.
            age_d: days that it has fermented before.
        """
        fill = self.fill
        assert fill is not None  # noqa: S101 - only a vessel that is being filled is closed
        lost = min(0.25, max(0.15, self._rng.gauss(0.19, 0.025))) if shrink is None else shrink
        fill.left_g = round(fill.put_g * (1.0 - lost))
        self.phase = Phase.FERMENTING
        self._ferment(fill, age_d)
        return fill

    def draw(self, grams: int) -> None:
        """Take drained fruit out; the last of it leaves the vessel empty."""
        fill = self.fill
        assert fill is not None  # noqa: S101 - only a vessel that has something is drawn from
        self.phase = Phase.DRAWING
        fill.left_g -= grams
        if fill.left_g <= 0:
            self.fill = None
            self.phase = Phase.EMPTY

    def step(self, dt: float, ambient: float) -> None:
        """Let `dt` seconds pass in a hall of `ambient` °C."""
        days = dt / DAY_S
        self._passed_s += dt
        self._calibrated_d = (self._calibrated_d + days) % _CALIBRATED_EVERY_D
        base = ambient if self.style.jacket is None else self.style.jacket
        fermenting = self.fill is not None and self.phase is not Phase.FILLING
        warm = fermentation.self_heating(self.fill.age_d) if self.fill and fermenting else 0.0
        self._temperature += (base + warm - self._temperature) * (1.0 - math.exp(-days / _AMBIENT_D))
        if self.fill and fermenting:
            self._ferment(self.fill, days)

    def read(self) -> TankReading:
        """Return what the probes show now."""
        passed, self._passed_s = self._passed_s, 0.0
        for noise in self._noise:
            noise.step(passed)
        ph, temperature, level, salt, acid = (noise.value for noise in self._noise)
        progress = self.fill.progress if self.fill else 0.0
        return TankReading(
            ph=fermentation.ph(progress) + _PROBE_DRIFT_PER_D * self._calibrated_d + ph,
            temperature=self._temperature + temperature,
            level=max(0.0, self._level() + level),
            salt=self.salt + salt,
            acid=fermentation.acid(progress) + acid,
        )

    def _level(self) -> float:
        fill = self.fill
        if fill is None:
            return 0.0
        if self.phase is Phase.FILLING:
            return 95.0 * fill.put_g / self.capacity_g
        drawn = fill.left_g / max(1, round(0.81 * fill.put_g))
        return (95.0 - self._level_loss * fill.age_d) * min(1.0, drawn)

    def _ferment(self, fill: Fill, days: float) -> None:
        starts = fermentation.lag(self.style.salt)
        working = min(days, max(0.0, fill.age_d + days - starts))
        fill.age_d += days
        fill.progress += fermentation.rate(self._temperature, self.salt) * working


_NOISE = ((0.02, 20.0), (0.08, 60.0), (0.05, 15.0), (0.03, 60.0), (0.004, 60.0))
"""Standard deviation and memory (s) of the noise of pH, temperature, level, salt and acid."""
