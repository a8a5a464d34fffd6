"""The shell: one connection per endpoint, one request in flight, all stations and scan classes behind it in turn.

The only module that knows pymodbus. Plan, schedule, decoding and what a refusal means are pure and live beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from pymodbus import FramerType
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.pdu import ModbusPDU

from edge.backoff import Backoff
from edge.clock import Clock
from edge.drivers.base import Emit
from edge.drivers.modbus.address import Station, Table
from edge.drivers.modbus.endpoint import Endpoint, Transport
from edge.drivers.modbus.plan import Request
from edge.drivers.modbus.reading import Reading, Refusal, ScanClass, scan_classes
from edge.drivers.schedule import Schedule
from edge.errors import TransientError
from edge.lifecycle import heed_cancellation

log = structlog.get_logger(__name__)

_FUNCTIONS = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}
_EXCEPTION = 0x80
_GATEWAY = (0x0A, 0x0B)
"""Exceptions by which a gateway says that the unit behind it does not answer."""
_QUIET_CHARACTERS = 3.5
_BITS_PER_CHARACTER = 11
_FAST_QUIET_S = 0.00175


class ConnectionLostError(TransientError):
    """There is no connection, or it broke during a request."""


class UnitAwayError(TransientError):
    """The unit gave no answer in time, or one that is not the request's; others behind the connection may."""


class _RawReply(ModbusPDU):
    """The answer to a read as its bytes; pymodbus' own would make a list of integers of them."""

    rtu_byte_count_pos = 2
    body: bytes = b""

    def decode(self, data: bytes) -> None:
        self.body = data


_REPLIES = [type(f"_RawReply{code}", (_RawReply,), {"function_code": code}) for code in _FUNCTIONS.values()]


class Connection:
    """A connection that makes one read at a time and is closed after every doubt.

    RTU frames carry no number, so a late answer looks like the answer to the next request. It can only arrive at a
    connection that is still there: each timeout closes it (and a TCP device that answers transaction 0 is caught too).
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: AsyncModbusTcpClient | AsyncModbusSerialClient | None = None
        self._deadline: asyncio.Timeout | None = None

    async def open(self) -> None:
        """Connect, unless there is a sound connection.

        Raises:
            ConnectionLostError: it could not be made.
        """
        if self._client is not None and self._client.connected:
            return
        self.close()
        self._client = client = self._new_client()
        for reply in _REPLIES:
            client.register(reply)
        try:
            connected = await client.connect()
        except Exception as error:  # a serial port has many ways to fail, none of which may end the driver
            heed_cancellation()
            raise ConnectionLostError(f"cannot connect: {error}") from error
        if not connected:
            heed_cancellation()
            raise ConnectionLostError("cannot connect")

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._client is not None:
            self._client.close()
        self._client = None

    async def read(self, unit: int, request: Request) -> bytes | Refusal:
        """Return the data of the answer, or the exception that came in its place.

        Raises:
            ConnectionLostError: the connection is gone; noticed at once, not after the timeout.
            UnitAwayError: the unit did not answer; the connection is closed unless a gateway said so.
        """
        if self._client is None or not self._client.connected:
            raise ConnectionLostError("closed by the other side")
        try:
            response = await self._request(self._client, unit, request)
        except Exception as error:
            lost = not self._client.connected
            self.close()
            heed_cancellation()  # the library turns a cancellation into an error of its own
            if lost:
                raise ConnectionLostError("closed by the other side during a request") from error
            raise UnitAwayError(f"no answer within {self._endpoint.timeout:g} s") from error
        except asyncio.CancelledError:
            self.close()
            raise
        answer = _answer(response, unit, request)
        if answer is None:
            self.close()
            raise UnitAwayError(f"an answer that is not the request's: {response}")
        if isinstance(answer, Refusal) and answer.code in _GATEWAY:
            raise UnitAwayError(f"the gateway cannot reach it (exception {answer.code})")
        return answer

    async def _request(
        self, client: AsyncModbusTcpClient | AsyncModbusSerialClient, unit: int, request: Request
    ) -> ModbusPDU:
        read = {
            Table.COIL: client.read_coils,
            Table.DISCRETE: client.read_discrete_inputs,
            Table.HOLDING: client.read_holding_registers,
            Table.INPUT: client.read_input_registers,
        }[request.table]
        try:
            async with asyncio.timeout(self._endpoint.timeout) as self._deadline:
                return await read(request.start, count=request.count, device_id=unit)
        finally:
            self._deadline = None

    def _new_client(self) -> AsyncModbusTcpClient | AsyncModbusSerialClient:
        endpoint = self._endpoint
        if endpoint.transport is Transport.RTU:
            return AsyncModbusSerialClient(
                endpoint.host,
                framer=FramerType.RTU,
                baudrate=endpoint.baud,
                parity=endpoint.parity,
                stopbits=endpoint.stop_bits,
                timeout=endpoint.timeout,
                retries=0,
                reconnect_delay=0,
                trace_connect=self._on_connect,
            )
        return AsyncModbusTcpClient(
            endpoint.host,
            port=endpoint.port,
            framer=FramerType.RTU if endpoint.transport is Transport.RTU_TCP else FramerType.SOCKET,
            timeout=endpoint.timeout,
            retries=0,
            reconnect_delay=0,
            trace_connect=self._on_connect,
        )

    def _on_connect(self, connected: bool) -> None:
        """End the request in flight when the other side closes; pymodbus would sit out its timeout."""
        if not connected and self._deadline is not None and not self._deadline.expired():
            self._deadline.reschedule(0)


def _answer(response: ModbusPDU, unit: int, request: Request) -> bytes | Refusal | None:
    """Return what a response says to a request; None when it is not the answer to it."""
    function = _FUNCTIONS[request.table]
    if response.dev_id != unit or response.function_code & ~_EXCEPTION != function:
        return None
    if response.isError():
        return Refusal(response.exception_code)
    if not isinstance(response, _RawReply) or not response.body:
        return None
    payload = response.body[1:]
    return payload if response.body[0] == len(payload) == request.payload_bytes else None


@dataclass(slots=True)
class _Presence:
    """Whether a connection or a unit is there; how long to leave it alone, and what the log has heard of it."""

    where: Mapping[str, object]
    backoff: Backoff
    retry_at: float = 0.0
    lost: bool = False

    def lose(self, reason: str, now: float, least: float = 0.0) -> None:
        if not self.lost:
            log.warning("modbus lost", **self.where, reason=reason)
        self.lost = True
        self.retry_at = now + max(self.backoff.next(), least)

    def find(self) -> None:
        if self.lost:
            log.info("modbus back", **self.where)
        self.lost = False
        self.retry_at = 0.0
        self.backoff.reset()


class ModbusDriver:
    """Reads all stations behind one endpoint until cancelled; see `edge.drivers.base.Driver`.

    A unit that does not answer is left alone for growing pauses, so that its timeouts do not starve the others.

    Attributes:
        missed: slots that were skipped because reading could not keep up.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        stations: Sequence[Station],
        clock: Clock,
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        self.missed = 0
        self._endpoint = endpoint
        self._clock = clock
        self._classes = [group for station in stations for group in scan_classes(station)]
        self._connection = Connection(endpoint)
        self._link = _Presence({"endpoint": self.name}, backoff())
        self._units = {
            station.unit: _Presence({"endpoint": self.name, "unit": station.unit}, backoff())
            for station in stations
        }
        self._schedule = Schedule([group.period for group in self._classes], clock.monotonic())
        self._quiet_from = 0.0

    @property
    def name(self) -> str:
        """The endpoint, for task names and the log."""
        return str(self._endpoint)

    async def run(self, emit: Emit) -> None:
        """Read until cancelled."""
        self._schedule = Schedule([group.period for group in self._classes], self._clock.monotonic())
        try:
            while True:
                number, due = self._schedule.next()
                await self._sleep_until(due)
                try:
                    await self._poll(number, emit)
                except ConnectionLostError as error:
                    await self._lose_connection(str(error), emit)
        finally:
            self._connection.close()

    async def _poll(self, number: int, emit: Emit) -> None:
        """Read a scan class once and emit its frame."""
        group = self._classes[number]
        unit = self._units[group.station.unit]
        missed = self._schedule.begin(number, self._clock.monotonic())
        self.missed += 0 if unit.lost or self._link.lost else missed
        await self._connection.open()
        reading = Reading(group)
        began = self._clock.now()
        away = None
        try:
            await self._read(reading, group.station)
        except UnitAwayError as error:
            away = str(error)
        await emit(reading.finish((began + self._clock.now()) // 2))
        if away is not None:
            await self._lose_unit(group, away, emit)
        for request, refusal in reading.complaints:
            log.warning("modbus refused", **_description(group, request), code=refusal.code)

    async def _read(self, reading: Reading, station: Station) -> None:
        while (request := reading.next()) is not None:
            await self._sleep_until(self._quiet_from + self._quiet_s(station))
            try:
                reading.take(await self._connection.read(station.unit, request))
            finally:
                self._quiet_from = self._clock.monotonic()
            self._link.find()
            self._units[station.unit].find()

    async def _lose_connection(self, reason: str, emit: Emit) -> None:
        self._connection.close()
        self._link.lose(reason, self._clock.monotonic())
        for number, group in enumerate(self._classes):
            self._schedule.postpone(
                number, max(self._link.retry_at, self._units[group.station.unit].retry_at)
            )
        await self._emit_bad(self._classes, emit)

    async def _lose_unit(self, read: ScanClass, reason: str, emit: Emit) -> None:
        """Say that a unit is away and leave it alone: at least for a timeout, in which a late answer dies."""
        number = read.station.unit
        unit = self._units[number]
        unit.lose(reason, self._clock.monotonic(), least=self._endpoint.timeout)
        others = []
        for job, group in enumerate(self._classes):
            if group.station.unit == number:
                self._schedule.postpone(job, unit.retry_at)
                others += [group] if group is not read else []
        await self._emit_bad(others, emit)

    async def _emit_bad(self, groups: Iterable[ScanClass], emit: Emit) -> None:
        now = self._clock.now()
        for group in groups:
            await emit(group.bad(now))

    def _quiet_s(self, station: Station) -> float:
        """Return the rest between two requests, s: the station's own, on a serial line 3.5 characters at least."""
        pause = station.limits.pause_ms / 1000
        if self._endpoint.transport is not Transport.RTU:
            return pause
        return max(pause, _FAST_QUIET_S, _QUIET_CHARACTERS * _BITS_PER_CHARACTER / self._endpoint.baud)

    async def _sleep_until(self, moment: float) -> None:
        delay = moment - self._clock.monotonic()
        if delay > 0:
            await asyncio.sleep(delay)


def _description(group: ScanClass, request: Request) -> dict[str, object]:
    return {
        "device": group.station.device,
        "address": f"{request.table}:{request.start}",
        "count": request.count,
        "tags": [tag.tag.name for tag in request.tags],
    }
