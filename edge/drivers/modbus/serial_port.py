"""A serial port as an asyncio transport. The only module that knows pymodbus, which brings it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pymodbus.transport.serialtransport import create_serial_connection

from edge.drivers.modbus.endpoint import Endpoint

_DATA_BITS = 8


async def open_serial_port(factory: Callable[[], asyncio.BaseProtocol], endpoint: Endpoint) -> None:
    """Open the port for this process alone.

    Raises:
        OSError: it is not there, or somebody else has it.
        ValueError: it does not do these settings.
    """
    await create_serial_connection(
        asyncio.get_running_loop(),
        factory,
        endpoint.host,
        baudrate=endpoint.baud,
        bytesize=_DATA_BITS,
        parity=endpoint.parity,
        stopbits=endpoint.stop_bits,
        timeout=0,
    )
