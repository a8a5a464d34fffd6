"""Field failures and decoding vectors as folders: a map, a device's registers with its quirks, and what must be read.

The real driver reads them in virtual time. No good value may ever differ from the one expected.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from edge.backoff import Backoff
from edge.documents.yaml import load
from edge.drivers.modbus.address import Station
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.endpoint import Endpoint, Transport
from edge.errors import ConfigurationError
from edge.model.frame import Frame
from edge.plc_map.load import ModbusMachine, load_map
from tests.unit.drivers.frames import Frames, readings, running
from tests.unit.drivers.modbus.plc import Ask, FakePlc, Session
from tests.virtual import VirtualClock, run

CASES = Path(__file__).parents[3] / "cases" / "modbus"
FOLDERS = sorted(folder for folder in CASES.iterdir() if folder.is_dir()) if CASES.is_dir() else []
_TABLES = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}
_ANSWER_S = 0.005
_HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Quirks:
    """What stands in `registers.yaml`; see `tests/cases/README.md`."""

    seconds: float = 5.0
    rtu: bool = False
    units: list[int] = field(default_factory=lambda: [1])
    timeout: float = 0.3
    coil: dict[int, Any] = field(default_factory=dict)
    discrete: dict[int, Any] = field(default_factory=dict)
    holding: dict[int, Any] = field(default_factory=dict)
    input: dict[int, Any] = field(default_factory=dict)
    illegal: dict[str, list[int]] = field(default_factory=dict)
    absent_tables: list[str] = field(default_factory=list)
    most: int = 125
    even_only: bool = False
    code: int = 2
    mute: list[int] = field(default_factory=list)
    gateway: dict[int, int] = field(default_factory=dict)
    late: dict[str, float] = field(default_factory=dict)
    clients: int = 100
    rest: float = 0.0
    one_at_a_time: bool = False
    reboot_at: int = 0
    garbage_until: int = 0
    changing: dict[int, list[list[int]]] = field(default_factory=dict)


class CasePlc(FakePlc):
    """A device with the quirks of a case."""

    def __init__(self, quirks: Quirks) -> None:
        super().__init__(rtu=quirks.rtu)
        self.quirks = quirks
        self.connections = self._open = 0
        self._answered_at = -1.0
        self._words = {
            table: {
                start + n: word
                for start, words in getattr(quirks, table).items()
                for n, word in _numbered(words)
            }
            for table in _TABLES.values()
        }
        self.memory = self._memory
        self.handler = self._handle
        self.on_connect = self._greet

    def _greet(self, session: Session) -> None:
        self.connections += 1
        if len(self.sessions) > self.quirks.clients:
            session.transport.abort()

    def _memory(self, _unit: int, function: int, address: int) -> int | None:
        table = _TABLES[function]
        if address in self.quirks.illegal.get(table, ()):
            return None
        return self._words[table].get(address, 0)

    def pdu(self, ask: Ask) -> bytes:
        """Return the answer, or the exception that the device's limits ask for."""
        quirks = self.quirks
        if _TABLES[ask.function] in quirks.absent_tables:
            return self.exception(ask, 1)
        if ask.count > quirks.most or (quirks.even_only and ask.count % 2):
            return self.exception(ask, 3)
        answer = super().pdu(ask)
        return self.exception(ask, quirks.code) if answer[0] & 0x80 else answer

    def _handle(self, ask: Ask) -> None:
        loop, quirks, number = asyncio.get_running_loop(), self.quirks, len(self.asks)
        now = loop.time()
        is_hasty = now - self._answered_at < quirks.rest or (quirks.one_at_a_time and self._open)
        if ask.unit in quirks.mute or is_hasty:
            return
        for address, values in quirks.changing.items():
            if ask.start <= address < ask.start + ask.count and values:
                self._words["holding"] |= {address + n: word for n, word in enumerate(values.pop(0))}
        answer, after = self.frame(ask, self.pdu(ask)), _ANSWER_S
        if ask.unit in quirks.gateway:
            answer = self.frame(ask, self.exception(ask, quirks.gateway[ask.unit]))
        if number <= quirks.garbage_until:
            answer = _HTTP
        if quirks.late and ask.start == quirks.late["start"] and number % quirks.late["every"] == 0:
            after = quirks.late["by"]
        if number == quirks.reboot_at:
            ask.send(answer[:5])
            loop.call_soon(ask.hang_up)
            return
        self._open += 1
        loop.call_later(after, self._send, ask, answer)

    def _send(self, ask: Ask, answer: bytes) -> None:
        self._open -= 1
        self._answered_at = asyncio.get_running_loop().time()
        ask.send(answer)


def _numbered(words: Any) -> list[tuple[int, int]]:
    return list(enumerate(words if isinstance(words, list) else [words]))


async def read(machine: ModbusMachine, quirks: Quirks) -> tuple[list[Frame], CasePlc]:
    """Read the device of a case for a while."""
    async with CasePlc(quirks) as plc:
        transport = Transport.RTU_TCP if quirks.rtu else Transport.TCP
        endpoint = Endpoint(transport, "127.0.0.1", plc.port, timeout=quirks.timeout, baud=115_200)
        stations = [Station(f"unit {unit}", unit, machine.limits, machine.tags) for unit in quirks.units]
        driver = ModbusDriver(endpoint, stations, VirtualClock(), lambda: Backoff(0.25, 1.5))
        frames = Frames()
        async with running(driver, frames):
            await asyncio.sleep(quirks.seconds)
        return frames.all, plc


def _data(file: Path) -> dict[str, Any]:
    document = load(file)
    assert not document.faults
    return {key: _by_number(value) for key, value in document.data.items()}


def _by_number(value: Any) -> Any:
    """Return a mapping under numbers where its keys are such, as addresses and units are."""
    if isinstance(value, dict) and all(re.fullmatch(r"0x[0-9A-Fa-f]+|\d+", key) for key in value):
        return {int(key, 0): each for key, each in value.items()}
    return value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_case(folder: Path) -> None:
    """Reading the device of a case gives the values, requests and connections that it asks for; or its map, its faults."""
    error = folder / "error.txt"
    if error.exists():
        with pytest.raises(ConfigurationError) as raised:
            load_map(folder / "map.yaml")
        assert str(raised.value).replace(f"{folder}/", "") == error.read_text(encoding="utf-8").strip()
        return
    machine = load_map(folder / "map.yaml")
    assert isinstance(machine, ModbusMachine)
    quirks, expected = Quirks(**_data(folder / "registers.yaml")), _data(folder / "expected.yaml")

    frames, plc = run(read(machine, quirks))

    _compare(frames, plc, expected)


def _compare(frames: list[Frame], plc: CasePlc, expected: dict[str, Any]) -> None:
    values = {name: None if value == "bad" else value for name, value in expected["values"].items()}
    absent = {f"unit {unit}" for unit in expected.get("absent_units", ())}
    for device in {frame.device for frame in frames}:
        own = [readings(frame) for frame in frames if frame.device == device]
        assert own[-1] == (dict.fromkeys(values) if device in absent else values)
        if expected.get("always"):
            assert all(each == values for each in own[: expected["always"]])
    for frame in frames:
        for name, value in readings(frame).items():
            assert value is None or value == values[name] or name in expected.get("changing", ()), frame
    if "bad_frames" in expected:
        assert sum(None in frame.values for frame in frames) <= expected["bad_frames"]
    if "good_frames" in expected:
        assert sum(readings(frame) == values for frame in frames) >= expected["good_frames"]
    if "connections" in expected:
        assert plc.connections == expected["connections"]
    if "requests" in expected:
        last = plc.asks[-len(expected["requests"]) :]
        assert [f"{_TABLES[ask.function]}:{ask.start}+{ask.count}" for ask in last] == expected["requests"]
