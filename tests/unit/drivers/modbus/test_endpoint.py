"""Where a Modbus device is reached."""

from __future__ import annotations

import pytest

from edge.drivers.modbus.endpoint import Endpoint, Transport, parse_endpoint


@pytest.mark.parametrize(
    ("url", "endpoint", "unit"),
    [
        ("modbus-tcp://192.168.1.15", Endpoint(Transport.TCP, "192.168.1.15", 502), 1),
        ("modbus-tcp://plc:1502?unit=7&timeout=0.5", Endpoint(Transport.TCP, "plc", 1502, timeout=0.5), 7),
        ("modbus-rtu-tcp://10.0.0.4:8899?unit=12", Endpoint(Transport.RTU_TCP, "10.0.0.4", 8899), 12),
        (
            "modbus-rtu:///dev/ttyUSB0?baud=19200&parity=E&stop=2&unit=11",
            Endpoint(Transport.RTU, "/dev/ttyUSB0", baud=19200, parity="E", stop_bits=2),
            11,
        ),
    ],
)
def test_endpoints(url: str, endpoint: Endpoint, unit: int) -> None:
    """The unit is not part of the connection: devices with equal endpoints share one."""
    assert parse_endpoint(url) == (endpoint, unit)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("modbus://plc", "starts with modbus-tcp://"),
        ("modbus-tcp://", "HOST:PORT"),
        ("modbus-tcp://plc:70000", "Port"),
        ("modbus-tcp://plc?unit=256", "unit is a number from 0 to 255"),
        ("modbus-tcp://plc?speed=9", "unknown option speed"),
        ("modbus-rtu://ttyUSB0", "three slashes"),
        ("modbus-rtu:///dev/ttyUSB0?parity=X", "parity is N, E or O"),
    ],
)
def test_what_is_no_endpoint(url: str, complaint: str) -> None:
    """The message says what is wrong with it."""
    with pytest.raises(ValueError, match=complaint):
        parse_endpoint(url)
