"""The first park as one object: jar line → conveyor → pasteurizer, the pouch line beside it, six tanks."""

from __future__ import annotations

from simulators.model.conveyor import Conveyor
from simulators.model.machine import Machine
from simulators.model.park import CONVEYOR_PACKS, JAR_LINE, PASTEURIZER, POUCH_LINE, counter_start
from simulators.model.tank import FILLS, Tank

_STRIDE_S = 2.0
"""The longest time that neighbours are stepped apart: a belt moves two packs meanwhile."""
OCTOBER_AMBIENT = 17.0
"""Mean °C at Xiushan in the busiest month."""


class Plant:
    """Everything that moves, from one seed.

    Attributes:
        machines: by name, in the order in which product flows.
        tanks: T01 … T06.
        producing: between `run` and `halt`.
    """

    def __init__(self, seed: int, ambient: float = OCTOBER_AMBIENT) -> None:
        belt = Conveyor(CONVEYOR_PACKS)
        jar_line = Machine(JAR_LINE, seed, counter_start(seed, JAR_LINE.name), outlet=belt)
        pouch_line = Machine(POUCH_LINE, seed, counter_start(seed, POUCH_LINE.name))
        pasteurizer = Machine(PASTEURIZER, seed, counter_start(seed, PASTEURIZER.name), inlet=belt)
        self.machines = {machine.spec.name: machine for machine in (jar_line, pouch_line, pasteurizer)}
        self.tanks = tuple(Tank(f"T{n:02d}", fill, seed, ambient) for n, fill in enumerate(FILLS, 1))
        self.producing = False

    def run(self) -> None:
        """Start every machine."""
        self.producing = True
        for machine in self.machines.values():
            machine.run()

    def halt(self) -> None:
        """Stop every machine at once."""
        self.producing = False
        for machine in self.machines.values():
            machine.halt()

    def step(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        left = dt
        while left > 0:
            stride = min(left, _STRIDE_S)
            for machine in self.machines.values():
                machine.step(stride)
            left -= stride
        for tank in self.tanks:
            tank.step(dt)
