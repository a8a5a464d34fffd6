"""The measured values that a machine's PLC shows as pv1 … pv8."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from simulators.model.noise import Wander
from simulators.model.product import Product
from simulators.model.snapshot import PROCESS_VALUES


@dataclass(frozen=True, slots=True)
class Sensor:
    """A measured value: its target, its noise, and whether it is zero while the machine stands."""

    target: float
    sd: float
    tau_s: float = 60.0
    moving: bool = False


class Panel:
    """Reads the sensors when somebody looks; between two looks they wander unseen, which costs nothing."""

    def __init__(self, sensors: Sequence[Sensor], rng: Random) -> None:
        self._rng = rng
        self._sensors = [
            (sensor.moving, Wander(rng, sensor.target, sensor.sd, sensor.tau_s)) for sensor in sensors
        ]
        self._read_s = 0.0

    def read(self, now_s: float, product: Product, *, running: bool) -> tuple[float, ...]:
        """Return pv1 … pv8 at a time of the machine: a pack's fill weight first, where one is dosed."""
        passed, self._read_s = now_s - self._read_s, now_s
        values = []
        if product.fill is not None:
            values.append(self._rng.gauss(product.weight_g + product.fill.giveaway_g, product.fill.sd_g))
        for moving, sensor in self._sensors:
            if passed > 0:
                sensor.step(passed)
            values.append(0.0 if moving and not running else sensor.value)
        return (*values, *[0.0] * (PROCESS_VALUES - len(values)))
