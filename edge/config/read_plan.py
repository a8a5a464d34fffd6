"""What will be read from each device, in how many requests, and how much of its connection's time that takes."""

from __future__ import annotations

from collections.abc import Iterator

from edge.config.settings import Settings
from edge.drivers.modbus.address import Station
from edge.drivers.modbus.endpoint import Endpoint, Transport
from edge.drivers.modbus.plan import Request, plan
from edge.drivers.opcua.address import Mode, Server

ANSWER_MS = 30.0
"""What a PLC or gateway takes to turn an answer round: 20 to 50 ms in the field."""
FULL = 0.8
"""A connection that is busy for longer has no room for a retry."""
_BITS_PER_BYTE = 11
_OVERHEAD_BYTES = 13
"""Request and the frame around the answer, Modbus over serial line V1.02, 2.5.1."""
_SILENT_BYTES = 3.5


def describe(settings: Settings) -> Iterator[str]:
    """Yield the lines of `check`."""
    for endpoint, stations in settings.modbus:
        load = sum(_load(endpoint, station) for station in stations)
        yield f"{endpoint}  {_percent(load)}"
        for station in stations:
            yield from _station(station)
    for server in settings.opcua:
        yield from _server(server)


def _station(station: Station) -> Iterator[str]:
    requests = plan(station.tags, station.limits)
    yield f"  {station.device}, unit {station.unit}: {len(station.tags)} tags in {len(requests)} requests"
    for request in requests:
        last = request.stop - 1
        yield (
            f"    every {request.tags[0].scan:g} s  {request.table}:{request.start}-{last}"
            f"  {request.count} {'bits' if request.table.is_bits else 'registers'}, {len(request.tags)} tags"
        )


def _server(server: Server) -> Iterator[str]:
    security = f"{server.security.policy}"
    yield f"{server.url}  security {security}"
    for mode in Mode:
        scans = sorted({tag.scan for tag in server.tags if tag.mode is mode})
        for scan in scans:
            count = sum(tag.mode is mode and tag.scan == scan for tag in server.tags)
            yield f"  {server.device}: {count} nodes, {mode} every {scan:g} s"


def _load(endpoint: Endpoint, station: Station) -> float:
    """Return the share of time, 1 = all of it, that reading a station keeps its connection busy."""
    return sum(
        _milliseconds(endpoint, request, station.limits.pause_ms) / 1000 / request.tags[0].scan
        for request in plan(station.tags, station.limits)
    )


def _milliseconds(endpoint: Endpoint, request: Request, pause: int) -> float:
    on_the_wire = 0.0
    if endpoint.transport is Transport.RTU:
        length = _OVERHEAD_BYTES + 2 * _SILENT_BYTES + request.payload_bytes
        on_the_wire = 1000 * _BITS_PER_BYTE * length / endpoint.baud
    return ANSWER_MS + on_the_wire + pause


def _percent(load: float) -> str:
    text = f"busy {load:.0%} of the time at {ANSWER_MS:g} ms an answer"
    return f"{text}: TOO MUCH, scan less often or split it" if load > FULL else text
