"""The machines of the park with their figures, and where their counters stand when the story begins."""

from __future__ import annotations

from random import Random

from simulators.model.machine import CounterStart, Fill, MachineSpec, Sensor
from simulators.model.snapshot import UINT32
from simulators.model.stops import PACKING, TUNNEL

JAR_LINE = MachineSpec(
    name="jar_line",
    sku=1,
    recipe=1,
    product_weight_g=280,
    speed_per_min=57.0,  # rated 60
    reject_share=0.015,
    stops=PACKING,
    fill=Fill(giveaway_g=3.0, sd_g=3.0, deficiency_g=9.0),
    sensors=(
        Sensor(83.0, 0.6, 120.0),  # brine_temperature, °C
        Sensor(-0.045, 0.002),  # cap_vacuum, MPa
        Sensor(2.0, 0.08, 10.0),  # cap_torque, N·m
    ),
)

POUCH_LINE = MachineSpec(
    name="pouch_line",
    sku=2,
    recipe=2,
    product_weight_g=200,
    speed_per_min=43.0,  # rated 45
    reject_share=0.012,
    stops=PACKING,
    fill=Fill(giveaway_g=2.0, sd_g=2.2, deficiency_g=9.0),
    sensors=(
        Sensor(180.0, 1.5, 60.0),  # seal_temperature, °C
        Sensor(-0.09, 0.001),  # vacuum, MPa
        Sensor(0.55, 0.008),  # air_pressure, MPa
    ),
)

PASTEURIZER = MachineSpec(
    name="pasteurizer",
    sku=JAR_LINE.sku,
    recipe=3,
    product_weight_g=JAR_LINE.product_weight_g,
    speed_per_min=66.0,  # a tenth faster than the line that feeds it
    reject_share=0.002,  # broken glass
    stops=TUNNEL,
    sensors=(
        Sensor(55.0, 0.4, 180.0),  # zones 1 to 5, °C
        Sensor(75.0, 0.4, 180.0),
        Sensor(88.0, 0.3, 180.0),
        Sensor(60.0, 0.4, 180.0),
        Sensor(40.0, 0.4, 180.0),
        Sensor(0.4, 0.004, moving=True),  # belt_speed, m/min
        Sensor(85.5, 0.4, 240.0),  # core_temperature, °C
        Sensor(0.35, 0.006),  # steam_pressure, MPa
    ),
)

CONVEYOR_PACKS = 180
"""Jars between the jar line and the pasteurizer: three minutes."""


def counter_start(seed: int, machine: str) -> CounterStart:
    """Return a machine's raw counters at the start.

    The pouch line's total is a dozen pieces or fewer short of 2^32, so that every demo crosses the rollover.
    """
    rng = Random(f"{seed}/{machine}/counters")
    reject = rng.randrange(20_000, 90_000)
    if machine == POUCH_LINE.name:
        return CounterStart(good=UINT32 - rng.randint(4, 12) - reject, reject=reject)
    return CounterStart(good=rng.randrange(1_000_000, 6_000_000), reject=reject)
