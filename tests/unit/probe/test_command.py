"""Reading once from a device on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.drivers.modbus.endpoint import Tls
from edge.drivers.modbus.notation import Brand
from edge.errors import ConfigurationError
from edge.probe.command import NothingReadError, Options, probe
from tests.unit.drivers.modbus.plc import FakePlc


async def said(
    plc: FakePlc, address: str, count: int = 4, query: str = "", brand: Brand | None = None
) -> str:
    """Return what a probe of the device says."""
    scheme = "modbus-rtu-tcp" if plc.rtu else "modbus-tcp"
    endpoint = f"{scheme}://127.0.0.1:{plc.port}?unit=1&timeout=0.2{query}"
    return "\n".join(await probe(Options(endpoint, address, count, brand=brand), SystemClock()))


@pytest.mark.parametrize("rtu", [False, True])
async def test_registers_are_read_in_one_request_and_shown(rtu: bool) -> None:
    """The device is asked once, for just what was named."""
    async with FakePlc(rtu=rtu) as plc:
        screen = await said(plc, "4x101")
        assert [(ask.function, ask.start, ask.count) for ask in plc.asks] == [(3, 100, 4)]
    assert "holding:100    400101  0064      100" in screen


async def test_a_name_of_a_plc_program_is_enough() -> None:
    """HD0 of a Xinje lies at 0xA080."""
    async with FakePlc() as plc:
        screen = await said(plc, "HD0", brand=Brand.XINJE_XD)
    assert "holding:41088-41091" in screen.splitlines()[0]


async def test_what_the_device_refuses_is_found_and_the_rest_shown() -> None:
    """One register is missing: it is named with the reason, and its neighbours are there."""
    async with FakePlc() as plc:
        plc.memory = lambda _unit, _function, address: None if address == 12 else address
        screen = await said(plc, "holding:10", count=9)
    assert "  holding:12 refused, exception 2 (illegal data address" in screen
    for address in (10, 11, 13, 18):
        assert f"holding:{address}     4{address + 1:05}  {address:04X}" in screen


async def test_neighbours_that_are_refused_alike_share_a_line() -> None:
    """However long the hole is, it takes one line."""
    async with FakePlc() as plc:
        plc.memory = lambda _unit, _function, address: None if 12 <= address < 50 else address
        screen = await said(plc, "holding:10", count=50)
    assert [line for line in screen.splitlines() if "exception" in line] == [
        "  holding:12-49 refused, exception 2 (illegal data address: it has no such register, or not so many at once)"
    ]


async def test_more_than_one_request_may_hold_is_read_in_several() -> None:
    """Also within what the endpoint says that the device can take."""
    async with FakePlc() as plc:
        await said(plc, "holding:0", count=30, query="&registers=12")
        assert [ask.count for ask in plc.asks] == [12, 12, 6]


async def test_a_device_that_gives_nothing_is_said_with_what_to_look_at() -> None:
    """Refused, silent, or not there at all."""
    async with FakePlc() as plc:
        plc.memory = lambda _unit, _function, _address: None
        with pytest.raises(NothingReadError, match=r"(?s)exception 2 .*look at: table and address"):
            await said(plc, "holding:0")
        plc.handler = lambda _ask: None
        with pytest.raises(NothingReadError, match=r"(?s)unit 1: no answer within 0.2 s.*look at: \?unit="):
            await said(plc, "holding:0")
        port = plc.port
    with pytest.raises(NothingReadError, match=r"(?s)cannot connect.*look at: host, port"):
        await probe(Options(f"modbus-tcp://127.0.0.1:{port}", "holding:0", 1), SystemClock())


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"endpoint": "opc.tcp://h"}, "an endpoint of a Modbus device starts with"),
        ({"endpoint": "modbus-tcp://h?unit=300"}, "unit is a number from 0 to 255"),
        ({"address": "register 4"}, "an address is TABLE:NUMBER"),
        ({"address": "D0"}, "say whose"),
        ({"address": "holding:65530"}, "10 from holding:65530 on are more than there are"),
        ({"endpoint": "modbus-tls://h"}, "--ca FILE, who has signed its certificate, go together"),
    ],
)
async def test_what_is_asked_for_wrongly_is_said_before_anything_is_opened(
    options: dict[str, str], complaint: str
) -> None:
    """One line, and what may stand there."""
    asked = {"endpoint": "modbus-tcp://127.0.0.1:1", "address": "holding:0"} | options
    with pytest.raises(ConfigurationError, match=complaint):
        await probe(Options(asked["endpoint"], asked["address"], 10), SystemClock())


async def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    """By its path, before anything is opened."""
    options = Options("modbus-tls://127.0.0.1:1", "holding:0", 1, tls=Tls(tmp_path / "ca.pem"))
    with pytest.raises(ConfigurationError, match=r"ca\.pem: there is no such file"):
        await probe(options, SystemClock())
