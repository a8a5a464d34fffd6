"""A driver before a device that goes wrong again and again: is every good value true, and how soon is it back?"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field

from edge.backoff import Backoff
from edge.clock import Clock
from edge.drivers.modbus.address import Limits, Station, Table
from edge.drivers.modbus.endpoint import Endpoint, Transport
from tests.unit.drivers.modbus.faulty import FaultyPlc, Kind, kinds
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
    injected: Counter[Kind]
    strays: Counter[str]
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


async def soak(
    seconds: float,
    seed: int,
    clock: Clock,
    *,
    rtu: bool,
    units: int = 3,
    timeout: float = 0.3,
    close_after_cycle: bool = False,
) -> Report:
    """Let spells of faults and of calm take turns."""
    rng, loop = random.Random(seed), asyncio.get_running_loop()
    async with FaultyPlc(seed, timeout, rtu=rtu) as plc:
        endpoint = Endpoint(
            Transport.RTU_TCP if rtu else Transport.TCP,
            "127.0.0.1",
            plc.port,
            timeout=timeout,
            baud=115_200,
            close_after_cycle=close_after_cycle,
        )
        line = stations(units)
        driver = WatchedDriver(endpoint, line, clock, lambda: Backoff(0.25, 1.5, rng=random.Random(seed)))
        driver.watch(line)
        report = Report(driver.verdict, plc.injected, Counter())
        begin = loop.time()
        task = loop.create_task(driver.run(driver.emit), name="soak")
        try:
            while (now := loop.time()) < begin + seconds and not driver.verdict.wrong and not task.done():
                faults = rng.sample(kinds(rtu=rtu), rng.choice((1, 1, 2, 3)))
                share = rng.choice(_SHARES)
                await plc.begin(faults, share)
                await asyncio.sleep(rng.uniform(1.0, 15.0))
                await plc.end()
                await asyncio.sleep(plc.troubled_until - loop.time())
                ended = loop.time()
                names = f"{' + '.join(faults)}, {share:.0%}, at {now:.1f} s"
                while loop.time() < ended + _PATIENCE_S and any(
                    driver.verdict.good_at.get(one.device, -1.0) <= ended for one in line
                ):
                    await asyncio.sleep(0.02)
                report.recoveries.append((loop.time() - ended, names))
                await asyncio.sleep(rng.uniform(0.5, 3.0))
        finally:
            report.seconds = loop.time() - begin
            report.strays = Counter({str(kind): count for kind, count in driver._connection.strays.items()})
            if task.done():
                task.result()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    return report
