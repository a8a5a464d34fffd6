"""A driver before a device that goes wrong again and again: is every good value true, and how soon is it back?"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from edge.backoff import Backoff
from edge.clock import Clock
from edge.drivers.modbus.address import Limits, Station, Table
from edge.drivers.modbus.endpoint import Endpoint, Transport
from tests.unit.drivers.modbus.faulty import FaultyPlc, kinds
from tests.unit.drivers.modbus.truth import Verdict, WatchedDriver, bits, quads

_SHARES = (0.05, 0.2, 0.5, 1.0)
_PATIENCE_S = 120.0


@dataclass
class Report:
    """What a soak has shown.

    Attributes:
        verdict: the values that were handed on.
        injected: the faults by kind.
        recoveries: s from the end of a spell of faults until every device was wholly good again, and its faults.
    """

    verdict: Verdict
    injected: Mapping[Any, int]
    strays: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    recoveries: list[tuple[float, str]] = field(default_factory=list)

    @property
    def longest(self) -> tuple[float, str]:
        """The longest recovery, and after which faults."""
        return max(self.recoveries, default=(0.0, "none"))

    def __str__(self) -> str:
        faults = ", ".join(f"{kind} {count}" for kind, count in sorted(self.injected.items()))
        strays = ", ".join(f"{kind} {count}" for kind, count in sorted(self.strays.items()))
        seconds, after = self.longest
        return (
            f"{self.seconds:.0f} s, {sum(self.injected.values())} faults ({faults}); strays: {strays}; "
            f"{self.verdict.frames} frames, {self.verdict.values} good values, wrong: {len(self.verdict.wrong)}; "
            f"{len(self.recoveries)} spells, longest recovery {seconds:.2f} s (after {after})"
        )


def stations(units: int) -> list[Station]:
    """Return devices whose requests are alike, and therefore easily confused."""
    tags = [
        *quads(0, 4, 400, 404, scan=0.5),
        *quads(800, 804, 1200, scan=1.0),
        *quads(0, 4, table=Table.INPUT, scan=1.0),
        *bits(32, scan=1.0),
    ]
    return [Station(f"m{unit}", unit, Limits(), tuple(tags)) for unit in range(1, units + 1)]


@dataclass(frozen=True)
class Line:
    """A line under test.

    Attributes:
        rtu: RTU frames over TCP, which carry no number; else Modbus TCP.
        units: how many devices share it.
        timeout: s.
        close_after_cycle: whether the driver hangs up when nothing is due.
    """

    rtu: bool
    units: int = 3
    timeout: float = 0.3
    close_after_cycle: bool = False

    def __str__(self) -> str:
        kind = "RTU over TCP" if self.rtu else "TCP"
        return f"{kind}, {self.units} units, timeout {self.timeout} s{', closing' * self.close_after_cycle}"

    def driver(self, port: int, seed: int, clock: Clock) -> WatchedDriver:
        """Return a driver that checks what it hands on."""
        endpoint = Endpoint(
            Transport.RTU_TCP if self.rtu else Transport.TCP,
            "127.0.0.1",
            port,
            timeout=self.timeout,
            baud=115_200,
            close_after_cycle=self.close_after_cycle,
        )
        devices = stations(self.units)
        driver = WatchedDriver(endpoint, devices, clock, lambda: Backoff(0.25, 1.5, rng=random.Random(seed)))
        driver.watch(devices)
        return driver


async def soak(seconds: float, seed: int, line: Line, clock: Clock) -> Report:
    """Let spells of faults and of calm take turns, before a device that makes the faults itself."""
    rng, loop = random.Random(seed), asyncio.get_running_loop()
    async with FaultyPlc(seed, line.timeout, line.units, rtu=line.rtu) as plc:
        driver = line.driver(plc.port, seed, clock)
        report, begin = Report(driver.verdict, plc.injected), loop.time()
        async with watching(driver, report):
            while loop.time() < begin + seconds and not driver.verdict.wrong:
                faults = rng.sample(kinds(rtu=line.rtu), rng.choice((1, 1, 2, 3)))
                share = rng.choice(_SHARES)
                names = f"{' + '.join(faults)}, {share:.0%}, at {loop.time() - begin:.1f} s"
                await plc.begin(faults, share)
                await asyncio.sleep(rng.uniform(1.0, 15.0))
                await plc.end()
                await asyncio.sleep(plc.troubled_until - loop.time())
                report.recoveries.append((await recovery(driver, line.units), names))
                await asyncio.sleep(rng.uniform(0.5, 3.0))
    return report


@contextlib.asynccontextmanager
async def watching(driver: WatchedDriver, report: Report) -> AsyncIterator[None]:
    """Run a driver for the length of a block, and complete its report."""
    loop = asyncio.get_running_loop()
    begin, task = loop.time(), loop.create_task(driver.run(driver.emit), name="soak")
    try:
        yield
        assert not task.done(), task.result()
    finally:
        report.seconds = loop.time() - begin
        report.strays = Counter({str(kind): count for kind, count in driver._connection.strays.items()})
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def recovery(driver: WatchedDriver, units: int) -> float:
    """Wait until every device is wholly good again; return how long that took, s."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    good_at = driver.verdict.good_at
    while loop.time() < begin + _PATIENCE_S:
        if len(good_at) == units and min(good_at.values()) > begin:
            break
        await asyncio.sleep(0.02)
    return loop.time() - begin
