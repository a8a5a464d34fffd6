"""The hall's PLC program by itself."""

from __future__ import annotations

from simulators.servers.opcua.program import HallProgram

_MINUTE_NS = 60_000_000_000
_HOUR = 500_000 * 60


def test_the_agitator_runs_for_ten_minutes_of_each_hour() -> None:
    """From the full hour on."""
    program = HallProgram(seed=1)
    running = [minute for minute in range(60) if program.values(0, (_HOUR + minute) * _MINUTE_NS)["agitator"]]
    assert running == list(range(10))


def test_fills_begin_where_the_seed_says() -> None:
    """Not at zero, at the same number for the same seed, and at another for another."""
    fills = [HallProgram(seed).values(0, 0)["fills"] for seed in (1, 1, 2)]
    assert fills[0] == fills[1] > 0
    assert fills[2] != fills[0]
