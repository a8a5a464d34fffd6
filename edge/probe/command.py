"""The shell: read once, in as few requests as the device allows, and say what came."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from edge.clock import Clock
from edge.drivers.modbus import notation
from edge.drivers.modbus.address import (
    ADDRESS_SPACE,
    Address,
    DataType,
    Limits,
    ModbusTag,
    Place,
    Station,
    Table,
)
from edge.drivers.modbus.connection import Connection, ConnectionLostError, UnitAwayError
from edge.drivers.modbus.endpoint import Access, Tls, Transport, parse_endpoint
from edge.drivers.modbus.exchange import Refusal
from edge.drivers.modbus.notation import Brand
from edge.drivers.modbus.plan import Request
from edge.drivers.modbus.reading import Reading
from edge.drivers.modbus.scan_class import ScanClass, scan_classes
from edge.drivers.modbus.timing import cost
from edge.errors import ConfigurationError, EdgeError
from edge.model.tag import Tag
from edge.probe.block import Block
from edge.probe.screen import lines

_MOST_PASSES = 20
_NS_PER_MS = 1_000_000
_EXCEPTIONS = {
    1: "illegal function: the device has no such table",
    2: "illegal data address: it has no such register, or not so many at once",
    3: "illegal data value: it does not give so many at once",
    4: "device failure",
    5: "acknowledge: it needs longer",
    6: "busy",
    10: "gateway path unavailable: there is no such unit behind the gateway",
    11: "gateway target failed to respond: the unit is silent",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line; see `chili-edge probe --help`."""

    endpoint: str
    address: str
    count: int
    base: int = 0
    brand: Brand | None = None
    tls: Tls | None = None


class NothingReadError(EdgeError):
    """The device gave nothing."""


async def probe(options: Options, clock: Clock) -> list[str]:
    """Read once; return what there is to show.

    Raises:
        ConfigurationError: endpoint or address are none.
        NothingReadError: the device is away, or refused everything; says what to look at.
    """
    access, place = _asked(options)
    station = _station(access, place, options.count)
    group = scan_classes(station, cost(access.endpoint, station.limits.pause_ms))[0]
    connection = Connection(access.endpoint)
    began = clock.now()
    try:
        await connection.open()
        block, refusals = await _read(connection, group, access.endpoint.timeout, place, clock)
    except ConnectionLostError as error:
        _nothing(f"{access.endpoint}: {error}", "host, port, cable; does it take one connection only?")
    except UnitAwayError as error:
        _nothing(f"{access.endpoint}, unit {access.unit}: {error}", "?unit=, ?timeout=, baud rate and parity")
    finally:
        connection.close()
    asked = f"{access.endpoint}, unit {access.unit}: {block.table}:{block.start}-{block.addresses[-1]}"
    said = [f"{asked} in {(clock.now() - began) / _NS_PER_MS:.0f} ms", *_refused(refusals)]
    if all(word is None for word in block.words):
        _nothing("\n".join(said), "table and address; address_base 1 is one higher")
    return [*said, "", *lines(block)]


def _nothing(what: str, look_at: str) -> NoReturn:
    raise NothingReadError(f"{what}\nlook at: {look_at}")


def _asked(options: Options) -> tuple[Access, Place]:
    try:
        access = parse_endpoint(options.endpoint)
        place = notation.parse(options.address, options.base, options.brand)
    except ValueError as error:
        raise ConfigurationError(f"chili-edge probe: {error}") from error
    is_tls = access.endpoint.transport is Transport.TLS
    if is_tls != (options.tls is not None):
        raise ConfigurationError(
            f"chili-edge probe: {Transport.TLS}:// and --ca FILE, who has signed its certificate, go together"
        )
    if options.tls:
        for file in (options.tls.ca, options.tls.certificate, options.tls.key):
            if file is not None and not file.is_file():
                raise ConfigurationError(f"chili-edge probe: {file}: there is no such file")
    if place.start + options.count > ADDRESS_SPACE:
        raise ConfigurationError(
            f"chili-edge probe: {options.count} from {place.table}:{place.start} on are more than there are"
        )
    return replace(access, endpoint=replace(access.endpoint, tls=options.tls)), place


def _station(access: Access, place: Place, count: int) -> Station:
    kind = DataType.BOOL if place.table.is_bits else DataType.UINT16
    tags = tuple(
        ModbusTag(Tag(str(start)), Address(place.table, start, kind), 1.0)
        for start in range(place.start, place.start + count)
    )
    return Station("probe", access.unit, access.limited(Limits()), tags)


async def _read(
    connection: Connection, group: ScanClass, patience: float, place: Place, clock: Clock
) -> tuple[Block, list[tuple[Request, Refusal]]]:
    """Read until the device is understood: what it refuses is found by halves, as a node finds it."""
    refusals: list[tuple[Request, Refusal]] = []
    for _ in range(_MOST_PASSES):
        reading = Reading(group, clock.monotonic())
        while (request := reading.next()) is not None:
            await asyncio.sleep(reading.pause_s + group.station.limits.pause_ms / 1000)
            if not connection.is_open:
                await connection.open()
            answer = await connection.read(group.station.unit, request, patience)
            reading.take(answer, clock.monotonic())
        frame = reading.finish(clock.now(), clock.monotonic())
        refusals.extend(reading.complaints)
        if not group.is_exploring:
            break
    words = [None if value is None else int(value) for value in frame.values]
    return Block(place.table, place.start, words), refusals


def _refused(refusals: list[tuple[Request, Refusal]]) -> Iterator[str]:
    """Yield what the device refused; neighbours that it refused alike share a line."""
    spans: list[tuple[Table, int, int, int]] = []
    for table, start, stop, code in sorted(
        {(request.table, request.start, request.stop, refusal.code) for request, refusal in refusals}
    ):
        if spans and (spans[-1][0], spans[-1][2], spans[-1][3]) == (table, start, code):
            spans[-1] = (table, spans[-1][1], stop, code)
        else:
            spans.append((table, start, stop, code))
    for table, start, stop, code in spans:
        last = f"-{stop - 1}" if stop - start > 1 else ""
        yield f"  {table}:{start}{last} refused, exception {code} ({_EXCEPTIONS.get(code, 'unknown')})"
