"""What a request costs its line."""

from __future__ import annotations

import pytest

from edge.drivers.modbus.endpoint import Endpoint, Transport
from edge.drivers.modbus.timing import ETHERNET, cost, quiet_s


def test_a_serial_meter_takes_a_tenth_of_a_second() -> None:
    """Twenty registers at 9600 baud: 55 ms on the wire, 30 to turn round, and the silences."""
    line = cost(Endpoint(Transport.RTU, "/dev/ttyUSB0", baud=9600))

    assert 0.08 < line.of(20, bits=False) < 0.12


def test_bits_cost_a_sixteenth_of_registers() -> None:
    """A request for 16 bits moves one register's worth."""
    assert ETHERNET.of(16, bits=True) == ETHERNET.of(1, bits=False)


@pytest.mark.parametrize("transport", [Transport.TCP, Transport.RTU])
def test_a_rest_that_the_device_wants_is_part_of_the_cost(transport: Transport) -> None:
    """A plan for a device with a pause makes fewer requests."""
    endpoint = Endpoint(transport, "plc", baud=19_200)

    assert cost(endpoint, pause_ms=100).request > cost(endpoint).request + 0.09


@pytest.mark.parametrize(("baud", "seconds"), [(9600, 0.0040), (19_200, 0.0020), (115_200, 0.00175)])
def test_the_silence_between_frames(baud: int, seconds: float) -> None:
    """Three and a half characters, and 1.75 ms from 19,200 baud on."""
    assert quiet_s(baud) == pytest.approx(seconds, rel=0.02)
