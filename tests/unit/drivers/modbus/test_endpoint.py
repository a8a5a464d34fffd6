"""Where a Modbus device is reached."""

from __future__ import annotations

import pytest

from edge.drivers.modbus.address import Limits
from edge.drivers.modbus.endpoint import Access, Endpoint, Transport, parse_endpoint


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
        ("modbus-tls://plc", Endpoint(Transport.TLS, "plc", 802), 1),
        ("modbus-tcp://[fe80::1%eth0]?unit=255", Endpoint(Transport.TCP, "fe80::1%eth0", 502), 255),
        (
            "modbus-tcp://plc?pause_after_connect_ms=200&close_after_cycle=true&timeout=2",
            Endpoint(
                Transport.TCP, "plc", 502, timeout=2.0, pause_after_connect_ms=200, close_after_cycle=True
            ),
            1,
        ),
    ],
)
def test_endpoints(url: str, endpoint: Endpoint, unit: int) -> None:
    """The unit is not part of the connection: devices with equal endpoints share one."""
    assert parse_endpoint(url) == Access(endpoint, unit)


def test_an_endpoint_may_say_what_its_device_can_take() -> None:
    """One machine of a type can be slower than its map says; what the endpoint does not name stays the map's."""
    access = parse_endpoint(
        "modbus-tcp://plc?registers=50&pause_ms=20&even_only=true&busy_retries=9&gap=0&bits=16"
    )

    limits = access.limited(Limits(registers=100, connections=3))

    assert limits == Limits(
        registers=50, bits=16, gap=0, pause_ms=20, connections=3, even_only=True, busy_retries=9
    )


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("modbus://plc", "starts with modbus-tcp://"),
        ("modbus-tcp://", "HOST:PORT"),
        ("modbus-tcp://plc:70000", "Port"),
        ("modbus-tcp://plc:0", "a port is a number from 1 to 65535, not 0"),
        ("modbus-tcp://plc;unit=2", "HOST:PORT"),
        ("modbus-tcp://plc :502", "HOST:PORT"),
        ("modbus-tcp://user:secret@plc", "HOST:PORT"),
        ("modbus-tcp://plc#unit=2", "behind a #"),
        ("modbus-tcp://plc?unit=256", "unit is a number from 0 to 255"),
        ("modbus-tcp://plc?unit=1&unit=2", "unit is given 2 times"),
        ("modbus-rtu:///dev/ttyUSB0?unit=0", "unit is a number from 1 to 254, not 0"),
        ("modbus-rtu-tcp://10.0.0.4:8899?unit=255", "unit is a number from 1 to 254, not 255"),
        ("modbus-tcp://plc?speed=9", "unknown option speed"),
        ("modbus-tcp://plc?registers=126", "registers is a number from 1 to 125"),
        ("modbus-tcp://plc?close_after_cycle=yes", "close_after_cycle is true or false, not yes"),
        ("modbus-tcp://plc?baud=9600", "unknown option baud"),
        ("modbus-rtu://ttyUSB0", "three slashes"),
        ("modbus-rtu:///dev/ttyUSB0?parity=X", "parity is N, E or O"),
    ],
)
def test_what_is_no_endpoint(url: str, complaint: str) -> None:
    """The message says what is wrong with it."""
    with pytest.raises(ValueError, match=complaint):
        parse_endpoint(url)


@pytest.mark.parametrize(
    "text", ["modbus-tcp://[::1]:502", "modbus-tcp://plc:502", "modbus-rtu:///dev/ttyS0"]
)
def test_an_endpoint_is_named_as_it_is_written(text: str) -> None:
    """So that what the log and `check` say can be copied back, also with an IPv6 address."""
    assert str(parse_endpoint(text).endpoint) == text
