"""`python -m simulators fleet` from the outside, by a client that nobody here wrote."""

from __future__ import annotations

import asyncio
import sys

import pytest
from pymodbus.client import AsyncModbusTcpClient

from simulators.cli import main
from simulators.fleet.layout import Layout, Origin, address
from tests.unit.simulators.processes import DEADLINE_S, simulator

_FLEET = ("fleet", "--devices", "3", "--tags", "130", "--change", "0.05s")


async def _read(client: AsyncModbusTcpClient, first: int, tags: int) -> list[int]:
    answer = await client.read_holding_registers(address(first), count=2 * tags, device_id=1)
    assert not answer.isError(), answer
    words = answer.registers
    return [words[n] << 16 | words[n + 1] for n in range(0, len(words), 2)]


async def test_every_value_belongs_to_its_device_and_tag() -> None:
    """Three devices, each tag read: the value names them, and the counter goes up with time and never back."""
    async with simulator(*_FLEET) as fleet:
        layout = Layout(fleet.ready["layout"]["device_bits"], fleet.ready["layout"]["tag_bits"])
        ports = fleet.ready["ports"]
        assert len(ports) == fleet.ready["devices"] == 3
        for device, port in enumerate(ports, 1):
            client = AsyncModbusTcpClient("127.0.0.1", port=port, retries=0, reconnect_delay=0)
            assert await client.connect()
            try:
                origins = [
                    layout.decode(value) for first in (1, 61, 71) for value in await _read(client, first, 60)
                ]
                tags = [*range(1, 61), *range(61, 121), *range(71, 131)]
                assert [(origin.device, origin.tag) for origin in origins] == [(device, tag) for tag in tags]
                counters = [origin.counter for origin in origins]
                assert counters == sorted(counters)
                async with asyncio.timeout(DEADLINE_S):
                    while layout.decode((await _read(client, 1, 1))[0]).counter <= counters[-1]:
                        pass
            finally:
                client.close()
        fleet.say("quit")
        assert await fleet.end() == (0, "")


async def test_what_is_not_there_is_an_exception() -> None:
    """Beyond the last tag is exception 2, and coils are exception 1."""
    async with simulator(*_FLEET) as fleet:
        client = AsyncModbusTcpClient("127.0.0.1", port=fleet.ready["ports"][0], retries=0, reconnect_delay=0)
        assert await client.connect()
        try:
            beyond = await client.read_holding_registers(address(130), count=4, device_id=1)
            coils = await client.read_coils(0, count=1, device_id=1)
        finally:
            client.close()
        assert (beyond.exception_code, coils.exception_code) == (2, 1)


async def test_its_time_is_over() -> None:
    """With --for it ends by itself, with code 0."""
    async with simulator(*_FLEET, "--for", "0.2s") as fleet:
        assert await fleet.end() == (0, "")


def test_values_name_no_device_zero() -> None:
    """Memory that nobody has written is no value of any fleet."""
    assert Layout.fitting(50, 200).decode(0) == Origin(0, 0, 0)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--devices", "100000", "--tags", "1000"], "simulators fleet: 100000 devices take 17 bits"),
        (["--devices", "10", "--port-base", "65530"], "10 ports from there on go beyond 65535"),
    ],
)
def test_a_fleet_that_can_t_be_is_one_line(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can't be carried or opened is told before anything is opened, with exit code 2."""
    assert main(["fleet", *words]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1


async def test_more_devices_than_files_is_one_line_and_exit_code_1() -> None:
    """Each device takes a file of the process; where they end, so does the fleet."""
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", 'ulimit -n 50; exec "$0" "$@"', sys.executable, "-m", "simulators"),
        *("fleet", "--devices", "100", "--tags", "1"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(DEADLINE_S):
        _, complaint = await process.communicate()
    assert (process.returncode, complaint.decode()) == (1, "simulators fleet: Too many open files\n")
