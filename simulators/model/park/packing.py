"""Stages 12 to 19: fillers, pasteurisers, inspection and palletising. A piece is a pack, at the end a case.

Speeds, rejects and fills are those of domain §1.1 and §1.5; stops those of §1.6.
"""

from __future__ import annotations

from random import Random

from simulators.model.machine import CounterStart, MachineSpec
from simulators.model.panel import Sensor
from simulators.model.product import BAG_5000, JAR_280, POUCH_200, POUCH_500, Product
from simulators.model.snapshot import UINT32
from simulators.model.stops import PACKING, PROCESS

UNITS_PER_CASE = 120
"""A case in units that every pack divides: 24 jars, 20 pouches or 4 bags."""
UNITS_PER_JAR, UNITS_PER_POUCH, UNITS_PER_BAG = 5, 6, 30

JAR_LINE = MachineSpec(
    name="jar_line",
    product=JAR_280,
    speed_share=0.88,
    reject_share=0.012,
    stops=PACKING,
    sensors=(
        Sensor(83.0, 0.6, 120.0),  # brine_temperature, °C
        Sensor(-0.045, 0.002),  # cap_vacuum, MPa
        Sensor(2.0, 0.08, 10.0),  # cap_torque, N·m
    ),
    takes=None,
    motor_kw=18.0,
)
POUCH_A = MachineSpec(
    name="pouch_a",
    product=POUCH_500,
    speed_share=0.88,
    reject_share=0.012,
    stops=PACKING,
    sensors=(
        Sensor(182.0, 1.5, 60.0),  # seal_temperature, °C
        Sensor(-0.09, 0.001),  # vacuum, MPa
        Sensor(0.55, 0.008),  # air_pressure, MPa
    ),
    takes=None,
    motor_kw=8.0,
)
POUCH_LINE = MachineSpec(
    name="pouch_line",
    product=POUCH_200,
    speed_share=0.88,
    reject_share=0.012,
    stops=PACKING,
    sensors=(
        Sensor(180.0, 1.5, 60.0),  # seal_temperature, °C
        Sensor(-0.09, 0.001),  # vacuum, MPa
        Sensor(0.55, 0.008),  # air_pressure, MPa
    ),
    takes=None,
    motor_kw=8.0,
)
BULK_LINE = MachineSpec(
    name="bulk_line",
    product=BAG_5000,
    speed_share=0.88,
    reject_share=0.012,
    stops=PACKING,
    sensors=(Sensor(24.0, 0.5, 300.0),),  # product_temperature, °C
    takes=None,
    gives=UNITS_PER_BAG,
    motor_kw=5.0,
    patience_s=60.0,
)
PASTEURIZER = MachineSpec(
    name="pasteurizer",
    product=Product(sku=JAR_280.sku, recipe=3, weight_g=JAR_280.weight_g, rated_per_min=70.0),
    speed_share=0.95,  # faster than the line that feeds it
    reject_share=0.002,  # broken glass
    stops=PROCESS,
    motor_kw=22.0,
)
BATH = MachineSpec(
    name="bath",
    product=Product(sku=POUCH_200.sku, recipe=6, weight_g=POUCH_200.weight_g, rated_per_min=95.0),
    speed_share=0.95,
    reject_share=0.0005,
    stops=PROCESS,
    motor_kw=22.0,
)
INSPECTION_JAR = MachineSpec(
    name="inspection_jar",
    product=Product(sku=JAR_280.sku, recipe=7, weight_g=JAR_280.weight_g, rated_per_min=80.0),
    speed_share=1.0,
    reject_share=0.0055,  # checkweigher, and the X-ray's false rejects
    stops=PROCESS,
    gives=UNITS_PER_JAR,
    motor_kw=32.0,  # dryer fans as well
)
INSPECTION_POUCH = MachineSpec(
    name="inspection_pouch",
    product=Product(sku=POUCH_200.sku, recipe=8, weight_g=POUCH_200.weight_g, rated_per_min=110.0),
    speed_share=1.0,
    reject_share=0.0055,
    stops=PROCESS,
    gives=UNITS_PER_POUCH,
    motor_kw=17.0,
)
PALLETISING = MachineSpec(
    name="palletising",
    product=Product(sku=0, recipe=9, weight_g=0, rated_per_min=12.0),
    speed_share=1.0,
    reject_share=0.0,
    stops=PROCESS,
    takes=UNITS_PER_CASE,
    motor_kw=10.5,
)
FILLERS = (JAR_LINE.name, POUCH_A.name, POUCH_LINE.name, BULK_LINE.name)
"""The machines that make the output: what leaves them good is the year's jin."""


def counter_start(seed: int, machine: str) -> CounterStart:
    """Return a machine's raw counters at the start.

    The pouch line's total is a dozen pieces or fewer short of 2^32, so that every run crosses the rollover.
    """
    rng = Random(f"{seed}/{machine}/counters")
    reject = rng.randrange(20_000, 90_000)
    if machine == POUCH_LINE.name:
        return CounterStart(good=UINT32 - rng.randint(4, 12) - reject, reject=reject)
    return CounterStart(good=rng.randrange(1_000_000, 6_000_000), reject=reject)
