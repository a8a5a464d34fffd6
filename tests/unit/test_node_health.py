"""What the node says of its drivers."""

from __future__ import annotations

from collections.abc import Mapping

from edge.drivers.base import Emit
from edge.health.metrics import render
from edge.node_health import driver_fields, reading_metrics


class _Driver:
    """A driver that has counted something."""

    def __init__(self, name: str, tally: Mapping[str, int]) -> None:
        self.name = name
        self._tally = tally

    def tally(self) -> Mapping[str, int]:
        return self._tally

    async def run(self, emit: Emit) -> None:
        raise NotImplementedError


DRIVERS = [
    _Driver(
        "modbus-tcp://a", {"missed": 2, "timeouts": 1, "lag_ms": 40, "stray_late": 3, "stray_garbage": 1}
    ),
    _Driver("modbus-tcp://b", {"missed": 5, "timeouts": 0, "lag_ms": 7}),
    _Driver("opc.tcp://c", {"sessions": 4}),
]


def test_the_node_says_the_sums_of_its_drivers_and_their_longest_lag() -> None:
    """A figure that a driver does not have is nothing."""
    assert driver_fields(DRIVERS) == {"missed": 7, "timeouts": 1, "strays": 4, "lag_ms": 40}
    assert driver_fields([]) == {"missed": 0, "timeouts": 0, "strays": 0, "lag_ms": 0}


def test_each_driver_has_its_figures_among_the_metrics() -> None:
    """By its endpoint, so that one bad line is found among many."""
    text = render(reading_metrics(9, 1, DRIVERS))
    assert 'chili_edge_driver{endpoint="modbus-tcp://a",figure="stray_late"} 3.0\n' in text
    assert 'chili_edge_driver{endpoint="opc.tcp://c",figure="sessions"} 4.0\n' in text
