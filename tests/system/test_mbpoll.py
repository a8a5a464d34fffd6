"""Debian's mbpoll, which nobody here wrote, reads every type from every PLC of the simulated park."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from simulators.servers.controllers import PARK, Controller
from simulators.servers.makes import SIEMENS_S7_1200
from tests.servers import program
from tests.unit.simulators.servers.plcs import CLOCK, HEARTBEAT, park_snapshots, park_totals

_DEADLINE_S = 20.0
_VALUE = re.compile(r"^\[(\d+)\]:\s+(\S+)", re.MULTILINE)
_LOW_BYTE_FIRST = {"prep", "pouch_line"}
_D0 = {"pouch_a": 0x1000}
_M0 = {"pouch_a": 0x0800}
_RETENTIVE = {"intake": 0xA080, "pouch_a": 0x9000}
"""Where the retentive registers begin: HD0 of a Xinje, D4096 of a Delta."""
_UINT32 = 2**32

each_controller = pytest.mark.parametrize("name", PARK)


@dataclass(frozen=True, slots=True)
class Mbpoll:
    """The program, and the PLC that it asks.

    Attributes:
        path: of the program.
        name: of the PLC.
        port: where it listens.
    """

    path: str
    name: str
    port: int

    @property
    def d0(self) -> int:
        """Where the data registers begin."""
        return _D0.get(self.name, 0)

    async def read(self, kind: str, start: int, count: int = 1) -> list[str]:
        """Return what it prints for values of a kind (its option -t) from a wire address."""
        order = ["-B"] if PARK[self.name].make is SIEMENS_S7_1200 else []
        printed = await self._run("-t", kind, "-r", str(start), "-c", str(count), *order)
        values = [value for _, value in _VALUE.findall(printed)]
        assert len(values) == count, printed
        return values

    async def complaint(self, kind: str, start: int) -> str:
        """Return what it prints about a read that is refused."""
        return await self._run("-t", kind, "-r", str(start), "-c", "1")

    async def words(self, start: int, count: int) -> list[int]:
        """Return holding registers as whole numbers without sign."""
        return [int(value) for value in await self.read("4", start, count)]

    async def double_words(self, start: int, count: int) -> list[int]:
        """Return 32-bit values of holding registers; mbpoll shows them with a sign."""
        return [int(value) % _UINT32 for value in await self.read("4:int", start, count)]

    async def text(self, start: int, count: int) -> bytes:
        """Return the bytes of holding registers as they travel."""
        return b"".join(int(value, 16).to_bytes(2, "big") for value in await self.read("4:hex", start, count))

    async def _run(self, *options: str) -> str:
        arguments = ("-0", "-1", "-o", "5", "-p", str(self.port), *options, "127.0.0.1")
        async with asyncio.timeout(_DEADLINE_S):
            process = await asyncio.create_subprocess_exec(
                self.path, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
            )
            output, _ = await process.communicate()
        return output.decode()


@asynccontextmanager
async def _asking(name: str) -> AsyncIterator[Mbpoll]:
    """Serve a PLC of the park that shows something different from all others."""
    path = program("mbpoll", "mbpoll")
    async with Controller(name, PARK[name]) as controller:
        controller.show(park_snapshots(), park_totals(), HEARTBEAT, CLOCK)
        yield Mbpoll(path, name, controller.ports[0])


@each_controller
async def test_words(name: str) -> None:
    """Heartbeat, status, states, shadow counter, speeds, alarms and codes as unsigned 16-bit values."""
    async with _asking(name) as mbpoll:
        for machine, number in PARK[name].blocks.items():
            shown = park_snapshots()[machine]
            words = await mbpoll.words(mbpoll.d0 + number, 20)
            assert words[:4] == [HEARTBEAT, shown.status, shown.packml_state, shown.unit_mode]
            assert words[10:13] == [shown.total % 65_536, round(shown.speed_act * 10), 570]
            assert words[13:20] == [1, 2, 0x8000, 1, shown.stop_reason, shown.recipe, shown.sku]


@each_controller
async def test_32_bit_counters(name: str) -> None:
    """Counters of the blocks, totals and what is retentive, in the order of the make."""
    async with _asking(name) as mbpoll:
        spec, snapshots = PARK[name], park_snapshots()
        for machine, number in spec.blocks.items():
            shown = snapshots[machine]
            counters = [shown.total, shown.good, shown.reject]
            assert await mbpoll.double_words(mbpoll.d0 + number + 4, 3) == counters
            assert await mbpoll.double_words(mbpoll.d0 + number + 44, 2) == [shown.run_s, shown.down_s]
        for total, number in spec.totals.items():
            assert await mbpoll.double_words(mbpoll.d0 + number, 1) == [park_totals()[total]]
        for machine, number in spec.retentive.items():
            shown = snapshots[machine]
            counters = [shown.total, shown.good, shown.reject]
            assert await mbpoll.double_words(_RETENTIVE[name] + number, 3) == counters


@each_controller
async def test_floats(name: str) -> None:
    """The eight process values of every machine, to the six digits that mbpoll prints."""
    async with _asking(name) as mbpoll:
        for machine, number in PARK[name].blocks.items():
            floats = [float(value) for value in await mbpoll.read("4:float", mbpoll.d0 + number + 28, 8)]
            assert floats == pytest.approx(park_snapshots()[machine].process_values, rel=1e-5)


@each_controller
async def test_strings_and_the_clock(name: str) -> None:
    """The batch in the byte order of the make, and the clock in BCD, both as hexadecimal registers."""
    async with _asking(name) as mbpoll:
        for machine, number in PARK[name].blocks.items():
            batch = await mbpoll.text(mbpoll.d0 + number + 20, 8)
            if name in _LOW_BYTE_FIRST:
                batch = b"".join(batch[n : n + 2][::-1] for n in range(0, 16, 2))
            assert batch.rstrip(b"\0").decode() == park_snapshots()[machine].batch_id
            clock = await mbpoll.read("4:hex", mbpoll.d0 + number + 48, 6)
            assert clock == ["0x0026", "0x0011", "0x0023", "0x0007", "0x0005", "0x0059"]


@each_controller
async def test_bits(name: str) -> None:
    """The status bits as coils, and as discrete inputs where the make has them; an Inovance refuses those."""
    async with _asking(name) as mbpoll:
        for machine, number in PARK[name].blocks.items():
            m = _M0.get(name, 0) + number
            bits = [str(park_snapshots()[machine].status >> n & 1) for n in range(16)]
            assert await mbpoll.read("0", m, 16) == bits
            if name in {"prep", "pouch_line"}:
                assert "Illegal function" in await mbpoll.complaint("1", m)
            else:
                assert await mbpoll.read("1", m, 16) == bits


@each_controller
async def test_input_registers(name: str) -> None:
    """Siemens and Mitsubishi serve the block as input registers too; the others don't know the function."""
    async with _asking(name) as mbpoll:
        if name in {"jar_line", "pasteurizer", "bath"}:
            assert await mbpoll.read("3", 0, 1) == [str(HEARTBEAT)]
        else:
            assert "Illegal function" in await mbpoll.complaint("3", mbpoll.d0)


async def test_inputs_and_outputs_of_a_xinje() -> None:
    """Y0, Y10 and Y20 at 0x6000, 0x6008 and 0x6010 say which of the three machines run; X0 is at 0x5000."""
    async with _asking("intake") as mbpoll:
        outputs = await mbpoll.read("0", 0x6000, 24)
        inputs = await mbpoll.read("1", 0x5000, 24)
        for n, machine in enumerate(PARK["intake"].blocks):
            status = park_snapshots()[machine].status
            assert outputs[8 * n : 8 * n + 2] == [str(status >> 1 & 1), str(status >> 2 & 1)]
            assert inputs[8 * n : 8 * n + 2] == [str(status >> 3 & 1), str(status >> 9 & 1)]


async def test_an_address_that_is_not_there() -> None:
    """A register behind the end of the Siemens data block is refused."""
    async with _asking("jar_line") as mbpoll:
        assert "Illegal data address" in await mbpoll.complaint("4", 54)
