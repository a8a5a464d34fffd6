"""What tests of PLCs share: snapshots to show, clients that are pymodbus or see the bytes, one PLC of one machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from pymodbus.client import AsyncModbusTcpClient

from simulators.model.packml import State, UnitMode
from simulators.model.snapshot import Snapshot, Status
from simulators.model.stops import StopReason
from simulators.servers.controllers import PARK, Controller
from simulators.servers.makes import MITSUBISHI_FX5U, Make
from simulators.servers.memory import ControllerSpec

DEADLINE_S = 20.0
CLOCK = datetime(2026, 11, 23, 7, 5, 59)  # noqa: DTZ001 - a PLC's clock has no zone
HEARTBEAT = 7
SNAPSHOT = Snapshot(
    status=Status.AUTO | Status.RUNNING | Status.REMOTE_OK,
    packml_state=State.EXECUTE,
    unit_mode=UnitMode.PRODUCTION,
    total=0x12345678,
    good=0x12340000,
    reject=0x00005678,
    speed_act=56.9,
    speed_set=57.0,
    alarms=1 << 0 | 1 << 17 | 1 << 47 | 1 << 48,
    stop_reason=StopReason.JAM,
    recipe=1,
    sku=2,
    batch_id="JA01-00001-01",
    process_values=(230.5, 1.5, 123456.0, -0.25, 85.125, 0.0, 1e-3, 7.0),
    run_s=65_537,
    down_s=2,
)


def counted(good: int, reject: int = 0, run_s: int = 65_537, down_s: int = 2) -> Snapshot:
    """Return the sample with other counters."""
    total = (good + reject) % 2**32
    return replace(SNAPSHOT, total=total, good=good, reject=reject, run_s=run_s, down_s=down_s)


def park_snapshots() -> dict[str, Snapshot]:
    """Return a different snapshot for every machine of the park."""
    machines = [machine for spec in PARK.values() for machine in spec.blocks]
    return {
        machine: replace(
            counted(0x8765_0000 + n, 0x1000 * n),
            status=Status(SNAPSHOT.status ^ n),
            speed_act=40.0 + n,
            batch_id=f"{machine[:7].upper()}-{n:05d}",
            process_values=tuple(value + n for value in SNAPSHOT.process_values),
        )
        for n, machine in enumerate(machines)
    }


def park_totals() -> dict[str, int]:
    """Return a different number for every total of the park."""
    totals = [total for spec in PARK.values() for total in spec.totals]
    return {total: 0x0001_0002 * (n + 1) for n, total in enumerate(totals)}


@dataclass(slots=True)
class Plc:
    """A PLC of one machine, `press` at D0, with one total, `kg` at D60."""

    controller: Controller

    def show(self, snapshot: Snapshot = SNAPSHOT, kg: int = 1000, heartbeat: int = HEARTBEAT) -> None:
        """Let it show a snapshot."""
        self.controller.show({"press": snapshot}, {"kg": kg}, heartbeat, CLOCK)


@asynccontextmanager
async def plc(make: Make = MITSUBISHI_FX5U, seed: int = 1) -> AsyncIterator[Plc]:
    """Serve such a PLC, which shows the sample first."""
    spec = ControllerSpec(make, {"press": 0}, totals={"kg": 60})
    async with Controller("plc", spec, seed=seed) as controller:
        served = Plc(controller)
        served.show()
        yield served


@asynccontextmanager
async def pymodbus_client(port: int, timeout_s: float = DEADLINE_S) -> AsyncIterator[AsyncModbusTcpClient]:
    """Connect a client that nobody here wrote."""
    client = AsyncModbusTcpClient("127.0.0.1", port=port, timeout=timeout_s, retries=0, reconnect_delay=0)
    assert await client.connect()
    try:
        yield client
    finally:
        client.close()


@dataclass(slots=True)
class RawClient:
    """One connection whose bytes the test sees; transactions are numbered from 1."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    transaction: int = 0

    def send(self, pdu: str) -> int:
        """Ask, without waiting for an answer, and return the transaction."""
        self.transaction += 1
        request = bytes.fromhex(pdu)
        head = self.transaction.to_bytes(2, "big") + bytes(2) + (len(request) + 1).to_bytes(2, "big")
        self.writer.write(head + b"\x01" + request)
        return self.transaction

    async def answer(self) -> tuple[int, bytes]:
        """Return the next answer: its transaction, and its PDU."""
        head = await self.reader.readexactly(7)
        pdu = await self.reader.readexactly(int.from_bytes(head[4:6], "big") - 1)
        return int.from_bytes(head[:2], "big"), pdu

    async def ask(self, pdu: str) -> str:
        """Ask, and return the PDU of the answer in hexadecimal."""
        transaction = self.send(pdu)
        answered, response = await self.answer()
        assert answered == transaction
        return response.hex().upper()

    async def words(self, start: int, count: int = 1) -> list[int]:
        """Return holding registers."""
        data = bytes.fromhex(await self.ask(f"03 {start:04X} {count:04X}"))[2:]
        return [int.from_bytes(data[n : n + 2], "big") for n in range(0, len(data), 2)]

    async def double_word(self, start: int) -> int:
        """Return 32 bits of two holding registers, low word first."""
        low, high = await self.words(start, 2)
        return high << 16 | low

    async def is_cut(self) -> bool:
        """Wait until a byte or the end comes, and return whether it was the end."""
        try:
            return not await self.reader.read(1)
        except ConnectionResetError:
            return True


@asynccontextmanager
async def raw_client(port: int) -> AsyncIterator[RawClient]:
    """Connect such a client."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield RawClient(reader, writer)
    finally:
        writer.close()
