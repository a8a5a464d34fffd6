"""Short ways to write tags, stations and drivers."""

from __future__ import annotations

from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.drivers.modbus.address import Address, DataType, Limits, ModbusTag, Order, Station, Table
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.endpoint import Endpoint, Transport
from edge.model.tag import Counter, Tag
from tests.unit.drivers.modbus.plc import FakePlc

SCAN = 0.03
TIMEOUT = 0.15
LONG_TIMEOUT = 30.0


def tag(
    name: str,
    start: int,
    type_: DataType = DataType.UINT16,
    *,
    table: Table = Table.HOLDING,
    order: Order = Order.ABCD,
    bit: int | None = None,
    length: int = 0,
    scan: float = 1.0,
    scale: float = 1.0,
    offset: float = 0.0,
    low: float | None = None,
    high: float | None = None,
    counter: Counter | None = None,
    no_value: tuple[int, ...] = (),
    bits: int = 0,
    twice: bool = False,
) -> ModbusTag:
    """Return a tag, by default an unsigned holding register."""
    address = Address(table, start, type_, order, bit, bits, length)
    point = Tag(name, low=low, high=high, counter=counter)
    return ModbusTag(point, address, scan, scale, offset, no_value, twice)


def station(
    *tags: ModbusTag,
    device: str = "press",
    unit: int = 1,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Station:
    """Return a station."""
    return Station(device, unit, limits, tags)


def quick(plc: FakePlc, *stations: Station, timeout: float = TIMEOUT) -> ModbusDriver:
    """Return a driver that does not wait long."""
    endpoint = Endpoint(
        Transport.RTU_TCP if plc.rtu else Transport.TCP, "127.0.0.1", plc.port, timeout=timeout
    )
    return ModbusDriver(endpoint, stations, SystemClock(), lambda: Backoff(0.02, 0.1))


def pair(**more: float) -> Station:
    """Return a station of two tags so far apart that each takes a request; values are their addresses."""
    return station(tag("near", 100, scan=SCAN, **more), tag("far", 300, scan=SCAN, **more))  # type: ignore[arg-type]
