"""What will be read from each device, in how many requests, and how much of its connection's time that takes."""

from __future__ import annotations

from collections.abc import Iterator

from edge.config.settings import Settings
from edge.drivers.modbus.address import Station
from edge.drivers.modbus.endpoint import Endpoint
from edge.drivers.modbus.plan import Request, plan
from edge.drivers.modbus.timing import Cost, cost
from edge.drivers.opcua.address import Mode, Policy, Server
from edge.drivers.opcua.plan import poll_groups, watch_items

FULL = 0.8
"""A connection that is busy for longer has no room for a retry."""
_SHOWN = 6
"""Terms of a sum that are written out."""


def describe(settings: Settings) -> Iterator[str]:
    """Yield the lines of `check`."""
    for endpoint, stations in settings.modbus:
        yield from _endpoint(endpoint, stations)
    for server in settings.opcua:
        yield from _server(server)


def _endpoint(endpoint: Endpoint, stations: tuple[Station, ...]) -> Iterator[str]:
    plans = [(station, *_plan(endpoint, station)) for station in stations]
    load = sum(
        _seconds(request, price) / request.tags[0].scan
        for _, price, requests in plans
        for request in requests
    )
    yield f"{endpoint}  busy {load:.0%} of the time"
    if load > FULL:
        yield (
            f"  WARNING: its requests take {load:.2f} s in each second"
            f"{', more than there is' if load > 1 else ', with no room for a retry'}:"
            " scan less often, read fewer tags, or give some devices a line of their own"
        )
    for station, price, requests in plans:
        yield from _station(station, price, requests)


def _plan(endpoint: Endpoint, station: Station) -> tuple[Cost, tuple[Request, ...]]:
    price = cost(endpoint, station.limits.pause_ms)
    return price, plan(station.tags, station.limits, price)


def _station(station: Station, price: Cost, requests: tuple[Request, ...]) -> Iterator[str]:
    registers = sum(request.count for request in requests)
    waste = sum(request.waste for request in requests)
    yield (
        f"  {station.device}, unit {station.unit}: {len(station.tags)} tags in {len(requests)} requests,"
        f" {registers} registers or bits, {waste} of them unused;"
        f" a request takes {1000 * price.request:.0f} ms and {1000 * price.register:.2g} ms a register"
    )
    for scan in sorted({request.tags[0].scan for request in requests}):
        group = [request for request in requests if request.tags[0].scan == scan]
        yield from _scan_class(scan, group, price)


def _scan_class(scan: float, requests: list[Request], price: Cost) -> Iterator[str]:
    times = [_seconds(request, price) for request in requests]
    total = sum(times)
    yield f"    every {scan:g} s  {total:.3f} s of reading"
    if total > scan:
        sums = " + ".join(f"{time:.3f}" for time in times[:_SHOWN]) + (" + …" if times[_SHOWN:] else "")
        yield f"    WARNING: {sums} = {total:.3f} s does not fit into {scan:g} s: values come every {total:.1f} s"
    for request in requests:
        unit = "bits" if request.table.is_bits else "registers"
        yield (
            f"      {request.table}:{request.start}-{request.stop - 1}"
            f"  {request.count} {unit}, {len(request.tags)} tags, {request.waste} unused"
            f"{', read twice' if request.readings > 1 else ''}"
        )


def _seconds(request: Request, price: Cost) -> float:
    return request.readings * price.of(request.count, bits=request.table.is_bits)


def _server(server: Server) -> Iterator[str]:
    security, reading = server.security, server.reading
    mode = f" {security.mode}" if security.policy is not Policy.NONE else ", in the clear"
    yield f"{server.url}  security {security.policy}{mode}, published every {reading.publishing:g} s"
    watched: dict[float, int] = {}
    for item in watch_items(server.tags, reading.publishing):
        watched[item.sampling] = watched.get(item.sampling, 0) + 1
    for sampling, count in watched.items():
        yield f"  {server.device}: {count} nodes, {Mode.SUBSCRIBE} every {sampling:g} s"
    for group in poll_groups(server.tags):
        yield f"  {server.device}: {len(group.nodes)} nodes, {Mode.POLL} every {group.period:g} s"
