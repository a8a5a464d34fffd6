"""Devices of either kind of frame, on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from edge.drivers.modbus.endpoint import Transport
from tests.unit.drivers.modbus.plc import FakePlc


@pytest.fixture(params=[Transport.TCP, Transport.RTU_TCP])
def transport(request: pytest.FixtureRequest) -> Transport:
    """Each transport over a socket in turn."""
    assert isinstance(request.param, Transport)
    return request.param


@pytest.fixture
async def plc(transport: Transport) -> AsyncIterator[FakePlc]:
    """A device of that transport."""
    async with FakePlc(rtu=transport is Transport.RTU_TCP) as device:
        yield device


@pytest.fixture
async def rtu_plc() -> AsyncIterator[FakePlc]:
    """A device behind a serial server: RTU frames, which carry no number, over TCP."""
    async with FakePlc(rtu=True) as device:
        yield device


@pytest.fixture
async def tcp_plc() -> AsyncIterator[FakePlc]:
    """A Modbus TCP device."""
    async with FakePlc() as device:
        yield device
