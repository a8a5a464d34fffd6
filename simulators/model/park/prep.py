"""Stages 2 to 11: from the weighbridge's heap to the hopper over the fillers. A piece is a kilogram on the belt.

Capacities, losses and motors are those of the stage table (domain §1.1); yields those of §1.4: 1,000 kg raw, 890 kg
sorted, destemmed and washed, 720 kg brined, 740 kg desalted and pressed, 940 kg of product.
"""

from __future__ import annotations

from simulators.model.machine import MachineSpec
from simulators.model.panel import Sensor
from simulators.model.product import Product
from simulators.model.stops import PROCESS

KG = 1000
_WATER_TAKEN_UP = 1.065
"""Brined fruit takes up water while it is desalted."""
_FRUIT_SHARE = 0.78
"""Of a kilogram of product; the rest is filling liquid and spices."""


def _kilograms(number: int, per_hour: float) -> Product:
    return Product(sku=0, recipe=number, weight_g=KG, rated_per_min=per_hour / 60.0)


SORTING = MachineSpec(
    name="sorting",
    product=_kilograms(10, 6000),  # two belts of 3 t/h
    speed_share=1.0,
    reject_share=0.05,
    stops=PROCESS,
    sensors=(Sensor(0.22, 0.01, moving=True),),  # belt_speed, m/s
    takes=KG,
    gives=KG,
    motor_kw=4.4,
)
DESTEMMING = MachineSpec(
    name="destemming",
    product=_kilograms(11, 6000),  # two machines of 2 t/h, and a hundred hands of 20 kg/h
    speed_share=0.95,
    reject_share=0.06,
    stops=PROCESS,
    sensors=(Sensor(134.0, 1.5, moving=True), Sensor(29.0, 0.4, moving=True)),  # roller, drum, 1/min
    takes=KG,
    gives=KG,
    motor_kw=15.0,
)
WASHING = MachineSpec(
    name="washing",
    product=_kilograms(12, 5000),
    speed_share=1.0,
    reject_share=0.01,
    stops=PROCESS,
    sensors=(
        Sensor(0.55, 0.03, moving=True),  # air_pressure, bar
        Sensor(0.8, 0.05, moving=True),  # water_speed, m/s
        Sensor(72.0, 4.0, 300.0, moving=True),  # chlorine, ppm
    ),
    takes=KG,
    gives=KG,
    motor_kw=18.7,  # washer and air knife
)
DESALTING = MachineSpec(
    name="desalting",
    product=_kilograms(13, 2000),
    speed_share=1.0,
    reject_share=0.02,
    stops=PROCESS,
    sensors=(Sensor(6.0, 0.25, 300.0), Sensor(19.0, 0.4, 600.0)),  # salt_out %, water_temperature °C
    takes=round(KG / _WATER_TAKEN_UP),
    gives=KG,
    motor_kw=5.5,
)
PRESSING = MachineSpec(
    name="pressing",
    product=_kilograms(14, 2000),
    speed_share=1.0,
    reject_share=0.01,
    stops=PROCESS,
    sensors=(Sensor(0.4, 0.02, moving=True),),  # pressure, MPa
    takes=KG,
    gives=KG,
    motor_kw=7.5,
)
CHOPPING = MachineSpec(
    name="chopping",
    product=_kilograms(15, 2000),
    speed_share=1.0,
    reject_share=0.005,
    stops=PROCESS,
    sensors=(Sensor(1050.0, 12.0, moving=True), Sensor(11.5, 0.4, moving=True)),  # knife 1/min, motor A
    takes=KG,
    gives=KG,
    motor_kw=7.5,
)
MIXING = MachineSpec(
    name="mixing",
    product=_kilograms(16, 3000),  # two kettles of 250 kg in ten minutes
    speed_share=1.0,
    reject_share=0.003,
    stops=PROCESS,
    sensors=(Sensor(25.0, 0.5, 300.0), Sensor(-0.08, 0.002, moving=True)),  # temperature °C, vacuum MPa
    takes=round(KG * _FRUIT_SHARE),
    gives=KG,
    motor_kw=11.0,
)
