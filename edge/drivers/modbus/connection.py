"""The connection to an endpoint: opened, asked one question at a time, and closed after every doubt."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter

from edge.drivers.modbus.endpoint import Endpoint, Tls, Transport
from edge.drivers.modbus.exchange import Answer, Exchange, MisfitError, Refusal, Stray
from edge.drivers.modbus.mbap import MbapExchange
from edge.drivers.modbus.plan import Request
from edge.drivers.modbus.rtu import RtuExchange
from edge.errors import TransientError

_GATEWAY = (0x0A, 0x0B)
"""Exceptions by which a gateway says that the unit behind it does not answer."""
_BUFFER_BYTES = 1024
"""Four of the longest answers; more that comes at once is read at the next turn of the loop."""
_BROKEN = (Stray.GARBAGE, Stray.TRUNCATED)
"""After these nobody knows where in the stream the frames before have really ended."""
_SILENT_TIMEOUTS = 2
"""After so many in a row with nothing heard the connection itself is doubted, even where answers have numbers."""


class ConnectionLostError(TransientError):
    """There is no connection, or it broke during a request."""


class UnitAwayError(TransientError):
    """The unit gave no answer in time, or one that is not the request's; others behind the connection may."""


class UnitSilentError(UnitAwayError):
    """Nothing at all came in time."""


class Connection:
    """One connection, one question in flight.

    Attributes:
        doubts: how often something came that speaks against values that were read shortly before: where answers have
            no numbers, what may have been the answer to another question; else bytes that are no whole frames.
        timeouts: questions that had no answer in time.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.doubts = 0
        self.timeouts = 0
        self._endpoint = endpoint
        self._exchange: Exchange = MbapExchange() if endpoint.transport.is_numbered else RtuExchange()
        self._wire: _Wire | None = None
        self._silent = 0
        self._unproven = 0
        self._has_answered = False

    @property
    def is_open(self) -> bool:
        """Whether there is a connection that can be asked."""
        return self._wire is not None and not self._wire.lost

    @property
    def is_numbered(self) -> bool:
        """Whether a late answer can be told from the right one."""
        return self._exchange.is_numbered

    @property
    def strays(self) -> Counter[Stray]:
        """What came that was no answer, by kind."""
        return self._exchange.strays

    async def open(self) -> None:
        """Connect, unless there is a connection.

        Raises:
            ConnectionLostError: it could not be made.
        """
        if self.is_open:
            return
        self.close()
        wire = _Wire(self, self._exchange)
        endpoint = self._endpoint
        try:
            async with asyncio.timeout(endpoint.timeout):
                await _connect(endpoint, wire)
                await wire.made.wait()
        except TimeoutError as error:
            wire.drop()
            raise ConnectionLostError(f"cannot connect: nothing within {endpoint.timeout:g} s") from error
        except (OSError, ValueError) as error:
            wire.drop()
            raise ConnectionLostError(
                f"cannot connect: {str(error) or 'closed by the other side'}"
            ) from error
        except asyncio.CancelledError:
            wire.drop()
            raise
        self._exchange.connected()
        self._silent = self._unproven = 0
        self._has_answered = False
        self._wire = wire
        await asyncio.sleep(endpoint.pause_after_connect_ms / 1000)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._wire is not None:
            self._wire.drop()
        self._wire = None

    async def read(self, unit: int, request: Request, timeout: float) -> Answer:  # noqa: ASYNC109 - see _watch
        """Return the data of the answer, or the exception that came in its place.

        A device that closes after each answer is connected to anew.

        Raises:
            ConnectionLostError: the connection is gone; noticed at once, not after the timeout.
            UnitSilentError: nothing came in time.
            UnitAwayError: what came was not the answer, or a gateway's word that there is none.
        """
        try:
            return await self._read(unit, request, timeout)
        except ConnectionLostError:
            if not self._has_hung_up:
                raise
        await self.open()
        return await self._read(unit, request, timeout)

    @property
    def _has_hung_up(self) -> bool:
        """Whether the other side closed after an answer, so that it has not heard the question that was on its way.

        Where answers have no numbers it may have, and a serial server may hand its answer to whoever is connected by then.
        """
        return self._has_answered and self._exchange.is_numbered and not self._exchange.has_begun

    async def _read(self, unit: int, request: Request, timeout: float) -> Answer:  # noqa: ASYNC109 - see _watch
        if self._wire is None or self._wire.lost:
            raise ConnectionLostError("closed by the other side")
        self._unproven += 1
        try:
            answer = await self._wire.ask(self._exchange.ask(unit, request), timeout)
        except TimeoutError as error:
            self.timeouts += 1
            self._silent += 1
            has_begun = self._exchange.has_begun
            if has_begun:
                self.doubt(Stray.TRUNCATED)
            if not self._exchange.give_up() or self._silent >= _SILENT_TIMEOUTS:
                self.close()
            if has_begun:
                raise UnitAwayError(f"no whole answer within {timeout:g} s") from error
            raise UnitSilentError(f"no answer within {timeout:g} s") from error
        except MisfitError as error:
            raise UnitAwayError(str(error)) from error
        except asyncio.CancelledError:
            self.close()
            raise
        self._silent = 0
        self._has_answered = True
        if isinstance(answer, Refusal) and answer.code in _GATEWAY:
            raise UnitAwayError(f"the gateway cannot reach it (exception {answer.code})")
        return answer

    def is_alike(self, unit: int, request: Request) -> bool:
        """Return whether an answer that was left over could be taken for the one to this request."""
        return not self._exchange.is_numbered and self._exchange.is_alike(unit, request)

    def prove(self) -> None:
        """Take note that nothing was left over: the line has kept silent for longer than an answer takes."""
        self._unproven = 0

    def doubt(self, stray: Stray = Stray.LATE) -> None:
        """Trust this connection no more."""
        if not self._exchange.is_numbered or stray in _BROKEN:
            self.doubts += 1
        self.close()

    def hear_the_end(self) -> None:
        """Take note that the other side is gone, and with it an answer that may have been left over: of the first question there is none."""
        if self._unproven > 1:
            self.doubt()


async def _connect(endpoint: Endpoint, wire: _Wire) -> None:
    if endpoint.transport is Transport.RTU:
        from edge.drivers.modbus.serial_port import open_serial_port  # noqa: PLC0415 - loads pymodbus, for nothing else

        await open_serial_port(lambda: wire, endpoint)
        return
    await asyncio.get_running_loop().create_connection(
        lambda: wire, endpoint.host, endpoint.port, ssl=_context(endpoint.tls) if endpoint.tls else None
    )


def _context(tls: Tls) -> ssl.SSLContext:
    """Return what the device's certificate is checked with; files are read anew, as certificates get renewed."""
    context = ssl.create_default_context(cafile=tls.ca)
    if tls.certificate is not None:
        context.load_cert_chain(tls.certificate, tls.key)
    return context


class _Wire(asyncio.BufferedProtocol):
    """One transport for as long as it lasts.

    It lends sockets a buffer, since for each answer they would allocate 256 KiB of their own; serial ports hand on bytes.

    Attributes:
        made: set once it stands.
        lost: whether it is gone, or was dropped.
    """

    def __init__(self, connection: Connection, exchange: Exchange) -> None:
        self.made = asyncio.Event()
        self.lost = False
        self._connection = connection
        self._exchange = exchange
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Answer] | None = None
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._buffer = bytearray(_BUFFER_BYTES)

    def ask(self, question: bytes, timeout: float) -> asyncio.Future[Answer]:
        """Send a question; return what becomes its answer, or a TimeoutError, MisfitError or ConnectionLostError."""
        assert self._transport is not None  # noqa: S101 - it is asked only once it stands
        self._waiter = self._loop.create_future()
        self._deadline = self._loop.time() + timeout
        if self._timer is None:
            self._timer = self._loop.call_at(self._deadline, self._watch)
        self._transport.write(question)
        return self._waiter

    def drop(self) -> None:
        """Close it at once; nothing that still comes is heard."""
        self.lost = True
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport, unless nobody waits for it any more."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - protocols of streams get no other
        self._transport = transport
        if self.lost:
            transport.abort()
        self.made.set()

    def connection_lost(self, _error: Exception | None) -> None:
        """End the question in flight at once."""
        if not self.lost:
            self._connection.hear_the_end()
        self.lost = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ConnectionLostError("closed by the other side during a request"))
            self._waiter.exception()

    def get_buffer(self, _size: int) -> bytearray:
        """Return where the next bytes are to be put."""
        return self._buffer

    def buffer_updated(self, size: int) -> None:
        """Take the bytes that were put there."""
        self.data_received(bytes(self._buffer[:size]))

    def data_received(self, data: bytes) -> None:
        """Pass on what has come; whatever is wrong with it ends the connection, never the driver."""
        if self.lost:
            return
        waiter = self._waiter
        try:
            answer = self._exchange.receive(data)
        except MisfitError as error:
            self._connection.doubt(error.stray)
            if waiter is not None and not waiter.done():
                waiter.set_exception(error)
        else:
            if answer is not None and waiter is not None and not waiter.done():
                waiter.set_result(answer)

    def _watch(self) -> None:
        """End the question in flight when its time is over; one timer a second is far cheaper than one a question."""
        if self._waiter is None or self._waiter.done():
            self._timer = None
        elif self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._watch)
        else:
            self._timer = None
            self._waiter.set_exception(TimeoutError())
