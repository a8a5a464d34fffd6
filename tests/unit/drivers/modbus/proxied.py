"""A driver on real sockets, behind the fault proxy of the simulators."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from edge.clock import SystemClock
from simulators.faults import kinds
from simulators.faults.kinds import WireFault
from simulators.wire.proxy import Proxy
from tests.unit.drivers.modbus.plc import Ask, FakePlc
from tests.unit.drivers.modbus.soak import Line, Report, recovery, watching
from tests.unit.drivers.modbus.truth import Moment

_SHARES = (0.1, 0.3, 1.0)
_TAIL_S = 1.0
"""Answers that were made late arrive up to so long after the fault's end."""


class TruthfulPlc(FakePlc):
    """A device whose registers say whose they are and when they were read."""

    def __init__(self, *, rtu: bool) -> None:
        super().__init__(rtu=rtu)
        self._moment = Moment()
        self.memory = self._moment
        self.handler = self._handle

    def _handle(self, ask: Ask) -> None:
        self.asks.clear()
        self._moment.take()
        self.answer(ask)


def wire_fault(rng: random.Random, line: Line, number: int) -> WireFault:
    """Return any fault of the wire; no two are equal."""
    share, start = rng.choice(_SHARES), float(number)
    faults: list[WireFault] = [
        kinds.WireDelay(target="plc", start=start, shortest=0.01, longest=1.5 * line.timeout),
        kinds.WireDuplicate(target="plc", start=start, share=share),
        kinds.WireReorder(target="plc", start=start, share=share, hold=line.timeout / 2),
        kinds.WireLateAnswer(target="plc", start=start, share=share, by=1.5 * line.timeout),
        kinds.WireCut(target="plc", start=start),
        kinds.WireHalfOpen(target="plc", start=start),
        kinds.WireReset(target="plc", start=start, share=share, after_bytes=rng.randrange(12)),
        kinds.WireDrip(target="plc", start=start, pause=0.001),
        kinds.WireTruncate(target="plc", start=start, share=share, after_bytes=rng.randrange(1, 20)),
        kinds.WireWrongUnit(target="plc", start=start, share=share),
    ]
    if line.rtu:
        # Over TCP, whose own checksum guards it, such damage does not arrive.
        faults.append(kinds.WireCorrupt(target="plc", start=start, share=share, bits=rng.randrange(1, 4)))
    else:
        faults.append(kinds.WireZeroNumber(target="plc", start=start, share=share))
    return rng.choice(faults)


async def soak_proxied(seconds: float, seed: int, line: Line, *, longest_spell: float = 8.0) -> Report:
    """Let spells of the proxy's faults and of calm take turns."""
    rng, loop = random.Random(seed), asyncio.get_running_loop()
    begin = loop.time()
    async with (
        TruthfulPlc(rtu=line.rtu) as plc,
        Proxy("plc", plc.port, seed=seed, framing="chunk" if line.rtu else "mbap") as proxy,
    ):
        driver = line.driver(proxy.port, seed, SystemClock())
        spells: Counter[str] = Counter()
        report = Report(driver.verdict, spells)
        async with watching(driver, report):
            number = 0
            while loop.time() < begin + seconds and not driver.verdict.wrong:
                number += 1
                fault = wire_fault(rng, line, number)
                await proxy.begin(fault)
                await asyncio.sleep(rng.uniform(0.5, longest_spell))
                await proxy.end(fault)
                spells[fault.kind] += 1
                await asyncio.sleep(
                    _TAIL_S if isinstance(fault, kinds.WireLateAnswer | kinds.WireDelay) else 0
                )
                report.recoveries.append((await recovery(driver, line.units), str(fault.kind)))
    return report
