"""The fleet under load: its CPU time for 10,000 tags/s and at full speed, beside a bare asyncio server of the same bytes.

Run as `python -m benchmarks.fleet`; takes about a minute. At 10,000 tags/s every value is checked; at full speed those of
one device at a time, because the client must not be what limits the server.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from functools import partial

from rich.console import Console
from rich.table import Table as TextTable

from benchmarks.fleet_reader import ANSWER_BYTES, DEVICES, REQUESTS, TAGS, Reader, checks, no_check
from benchmarks.processes import Server, start

ROUNDS = 5
PACED_S, FULL_S = 4, 1.0
"""Length of a round, at 10,000 tags/s and at full speed."""
FLEET, BARE = "fleet", "bare asyncio"
_PROGRAMS = {
    FLEET: ("simulators", "fleet", "--devices", str(DEVICES), "--tags", str(TAGS)),
    BARE: ("benchmarks.bare_server", str(ANSWER_BYTES)),
}


@dataclass(slots=True)
class Figures:
    """What was measured of a server, one number a round.

    Attributes:
        share: CPU time at 10,000 tags/s, in percent of a core.
        busy: CPU time at full speed, in percent of a core: near 100 when the server is what limits it.
        request_us: CPU time at full speed, in µs a request.
        speed: tags/s at full speed.
    """

    share: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    request_us: list[float] = field(default_factory=list)
    speed: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print one table."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    print(f"servers pinned to core {cores[0]}, the client to core {cores[-1]}")
    figures = asyncio.run(_measure(cores[0]))
    table = TextTable(f"{DEVICES} devices × {TAGS} tags", FLEET, BARE, "fleet × bare")
    for title, column in (
        (f"% of a core at {DEVICES * TAGS:,} tags/s", "share"),
        ("full speed: % of a core", "busy"),
        ("full speed: µs of CPU a request", "request_us"),
        ("full speed: 1,000 tags/s", "speed"),
    ):
        mine, bare = (getattr(figures[name], column) for name in (FLEET, BARE))
        ratios = [one / other for one, other in zip(mine, bare, strict=True)]
        table.add_row(title, _spread(mine), _spread(bare), _spread(ratios))
    Console(width=120).print(table)
    print(f"{ROUNDS} interleaved rounds; min / median / max. A request is {ANSWER_BYTES} bytes of answer.")


async def _measure(core: int) -> dict[str, Figures]:
    async with start(*_PROGRAMS[FLEET], core=core) as fleet, start(*_PROGRAMS[BARE], core=core) as bare:
        servers = {FLEET: fleet, BARE: bare}
        readers = {
            FLEET: await _connect(fleet.ports, [Reader(check) for check in checks(fleet.ready)]),
            BARE: await _connect([*bare.ports] * DEVICES, [Reader(no_check) for _ in range(DEVICES)]),
        }
        figures = {name: Figures() for name in servers}
        for _ in range(ROUNDS):
            for name, found in figures.items():
                await _round(servers[name], readers[name], found)
        for reader in (*readers[FLEET], *readers[BARE]):
            reader.close()
    return figures


async def _connect(ports: Sequence[int], readers: Sequence[Reader]) -> Sequence[Reader]:
    loop = asyncio.get_running_loop()
    for port, reader in zip(ports, readers, strict=True):
        await loop.create_connection(partial(_itself, reader), "127.0.0.1", port)
    return readers


def _itself(reader: Reader) -> Reader:
    return reader


async def _round(server: Server, readers: Sequence[Reader], figures: Figures) -> None:
    _, used, took = await _measured(server, _once_a_second(readers))
    figures.share.append(100 * used / took)
    requests, used, took = await _measured(server, _full_speed(readers))
    figures.busy.append(100 * used / took)
    figures.request_us.append(1e6 * used / requests)
    figures.speed.append(requests * TAGS / REQUESTS / took / 1000)


async def _measured(server: Server, load: Awaitable[int]) -> tuple[int, float, float]:
    """Return the number of requests of a load, the CPU time of the server and the time that it took, both in s."""
    cpu, start = server.cpu_s(), time.perf_counter()
    requests = await load
    return requests, server.cpu_s() - cpu, time.perf_counter() - start


async def _once_a_second(readers: Sequence[Reader]) -> int:
    """Read each device once a second, the devices evenly spread over it; return the number of requests."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    turns = PACED_S * len(readers)
    for turn in range(turns):
        await asyncio.sleep(start + turn / len(readers) - loop.time())
        await readers[turn % len(readers)].read()
    await asyncio.sleep(start + PACED_S - loop.time())
    assert loop.time() - start < 1.1 * PACED_S, "the client can't keep up, so these are not 10,000 tags/s"
    return turns * REQUESTS


async def _full_speed(readers: Sequence[Reader]) -> int:
    """Read all devices at once, each again when all have answered; return the number of requests."""
    loop = asyncio.get_running_loop()
    end = loop.time() + FULL_S
    turns = 0
    while loop.time() < end:
        for number, reader in enumerate(readers):
            reader.checking = number == turns % len(readers)
        for done in [reader.read() for reader in readers]:
            await done
        turns += 1
    for reader in readers:
        reader.checking = True
    return turns * len(readers) * REQUESTS


def _spread(values: Sequence[float]) -> str:
    return " / ".join(f"{value:,.2f}" for value in (min(values), statistics.median(values), max(values)))


if __name__ == "__main__":
    main()
