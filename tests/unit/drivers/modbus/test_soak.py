"""No wrong value is ever published as good, and fresh ones are back soon: the short form of `make soak`."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.drivers.modbus.proxied import soak_proxied
from tests.unit.drivers.modbus.soak import Line, soak
from tests.virtual import VirtualClock, run

BACK_S = 3.0
LINES = [
    Line(rtu=False),
    Line(rtu=True),
    Line(rtu=False, units=1, close_after_cycle=True),
    Line(rtu=True, units=1, close_after_cycle=True),
    Line(rtu=False, units=10),
    Line(rtu=True, units=10),
    Line(rtu=False, timeout=1.0),
    Line(rtu=True, timeout=1.0),
]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_no_fault_makes_a_wrong_value(line: Line) -> None:
    """Ten minutes of spells of faults in virtual time: all good values are true, and all are back within 3 s."""
    report = run(soak(600.0, 7, line, VirtualClock()))

    assert report.verdict.wrong == []
    assert report.verdict.values > 1000
    assert report.longest[0] <= BACK_S, report


async def test_no_fault_of_the_wire_makes_a_wrong_value() -> None:
    """A few seconds on real sockets behind the simulators' fault proxy, with either kind of frames."""
    reports = await asyncio.gather(
        *(soak_proxied(6.0, 7, Line(rtu=rtu), longest_spell=1.5) for rtu in (False, True))
    )

    for report in reports:
        assert report.verdict.wrong == []
        assert report.verdict.values > 100
        assert report.longest[0] <= BACK_S, report
