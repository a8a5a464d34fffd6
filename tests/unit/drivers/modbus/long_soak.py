"""The long form of `test_soak.py`: `make soak`; hours of virtual time, then minutes on real sockets. Ends by itself."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import logging
import sys

import structlog

from tests.unit.drivers.modbus.proxied import soak_proxied
from tests.unit.drivers.modbus.soak import Report, soak
from tests.unit.drivers.modbus.test_soak import BACK_S, LINES
from tests.virtual import VirtualClock, run


def main() -> int:
    """Print a report for each line; return 1 if a value was wrong or data was not back in time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="virtual hours for each line")
    parser.add_argument("--real", type=float, default=600.0, help="s on real sockets")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    is_sound = True
    for line, seed in itertools.product(LINES, range(options.seeds)):
        is_sound &= _said(f"virtual, {line}, seed {seed}", run(soak(3600.0, seed, line, VirtualClock())))
    for line, report in zip(LINES[:2], asyncio.run(_real(options.real)), strict=True):
        is_sound &= _said(f"behind the fault proxy, {line}", report)
    return 0 if is_sound else 1


async def _real(seconds: float) -> list[Report]:
    return await asyncio.gather(*(soak_proxied(seconds, 1, line) for line in LINES[:2]))


def _said(name: str, report: Report) -> bool:
    print(f"{name}: {report}", flush=True)
    for wrong in report.verdict.wrong:
        print(f"  WRONG {wrong}")
    return not report.verdict.wrong and report.longest[0] <= BACK_S


if __name__ == "__main__":
    sys.exit(main())
