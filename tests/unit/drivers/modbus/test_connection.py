"""The connection to an endpoint: TLS with its certificates, a serial port, and what ends one."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.drivers.modbus.address import Table
from edge.drivers.modbus.connection import Connection, ConnectionLostError, UnitSilentError
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.endpoint import Endpoint, Tls, Transport
from edge.drivers.modbus.exchange import Refusal, Stray
from edge.drivers.modbus.plan import Request
from tests.unit.drivers.frames import is_bad, is_good, running
from tests.unit.drivers.modbus.certificates import Authority, Identity
from tests.unit.drivers.modbus.plc import Ask, FakePlc, SerialPlc, Session
from tests.unit.drivers.modbus.tags import pair
from tests.virtual import run

WORDS = Request(Table.HOLDING, 100, 2)
DATA = bytes.fromhex("00640065")


class TlsPlc(FakePlc):
    """A device of Modbus/TCP Security; what its handshakes came to does not concern it."""

    def __init__(self, identity: Identity, clients: Path | None = None) -> None:
        super().__init__()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(identity.certificate, identity.key)
        if clients is not None:
            self._context.verify_mode = ssl.CERT_REQUIRED
            self._context.load_verify_locations(clients)

    async def start(self) -> None:
        """Listen on an ephemeral port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Session(self), "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]


@pytest.fixture
def plant(tmp_path: Path) -> Authority:
    """Whoever signs the certificates of the plant."""
    return Authority(tmp_path, "plant")


def tls(plc: FakePlc, ca: Path, identity: Identity | None = None) -> Endpoint:
    """Return the endpoint of a device, as somebody with these certificates would reach it."""
    own = (identity.certificate, identity.key) if identity else (None, None)
    return Endpoint(Transport.TLS, "127.0.0.1", plc.port, timeout=2.0, tls=Tls(ca, *own))


@contextlib.asynccontextmanager
async def opened(endpoint: Endpoint) -> AsyncIterator[Connection]:
    """Open a connection for the length of a block."""
    connection = Connection(endpoint)
    await connection.open()
    try:
        yield connection
    finally:
        connection.close()


async def test_a_device_with_a_good_certificate_is_read(plant: Authority) -> None:
    """Its certificate is signed by the authority that the endpoint names."""
    async with TlsPlc(plant.sign("press")) as plc, opened(tls(plc, plant.ca)) as connection:
        assert await connection.read(1, WORDS, 2.0) == DATA


async def test_a_device_of_another_authority_is_refused(plant: Authority, tmp_path: Path) -> None:
    """The reason says that it is the certificate, and nothing is ever asked in the clear."""
    stranger = Authority(tmp_path, "stranger")
    async with TlsPlc(stranger.sign("press")) as plc:
        with pytest.raises(ConnectionLostError, match="CERTIFICATE_VERIFY_FAILED"):
            await Connection(tls(plc, plant.ca)).open()

        assert plc.asks == []


async def test_a_device_without_tls_is_not_read(plant: Authority) -> None:
    """There is no fallback to a plain connection, and the reason is never empty."""
    async with FakePlc() as plc:
        with pytest.raises(ConnectionLostError, match="cannot connect: closed by the other side"):
            await Connection(tls(plc, plant.ca)).open()

        assert plc.asks == []


async def test_a_device_that_asks_for_a_certificate_gets_the_nodes_own(plant: Authority) -> None:
    """Without one nothing is read: the device hangs up."""
    async with TlsPlc(plant.sign("press"), clients=plant.ca) as plc:
        async with opened(tls(plc, plant.ca, plant.sign("node"))) as connection:
            assert await connection.read(1, WORDS, 2.0) == DATA
        asked = len(plc.asks)
        stranger = Connection(tls(plc, plant.ca))
        with pytest.raises(ConnectionLostError):
            await _read(stranger)
        stranger.close()

        assert len(plc.asks) == asked


async def _read(connection: Connection) -> None:
    await connection.open()
    await connection.read(1, WORDS, 2.0)


async def test_a_driver_over_tls_reads(plant: Authority) -> None:
    """The whole way, as an endpoint `modbus-tls://` goes it."""
    async with (
        TlsPlc(plant.sign("press")) as plc,
        running(ModbusDriver(tls(plc, plant.ca), [pair()], SystemClock())) as frames,
    ):
        await frames.until(is_good, count=2)


async def test_certificates_that_are_not_there_are_a_reason(plant: Authority, tmp_path: Path) -> None:
    """A missing file is said, and tried again later: it may be renewed just now."""
    async with TlsPlc(plant.sign("press")) as plc:
        with pytest.raises(ConnectionLostError, match="No such file"):
            await Connection(tls(plc, tmp_path / "nothing.pem")).open()


def serial(path: Path) -> Endpoint:
    """Return the endpoint of a serial port."""
    return Endpoint(Transport.RTU, str(path), baud=19_200, timeout=0.3)


async def test_a_device_on_a_serial_port_is_read(tmp_path: Path) -> None:
    """RTU frames over a pair of pseudo terminals, by the driver itself."""
    async with (
        SerialPlc(tmp_path / "port") as plc,
        running(ModbusDriver(serial(plc.path), [pair()], SystemClock())) as frames,
    ):
        await frames.until(is_good, count=2)


async def test_a_serial_line_with_noise_is_read(tmp_path: Path) -> None:
    """What a driver that switches over leaves on the line does no harm; other noise costs a pass, never a value."""

    def handler(ask: Ask) -> None:
        noise = {1: b"\x00", 2: b"\xff\xff", 79: b"\x17\x2a\x99"}.get(len(plc.asks) % 80, b"")
        ask.send(noise + plc.frame(ask, plc.pdu(ask)))

    async with SerialPlc(tmp_path / "port") as plc:
        plc.handler = handler
        async with running(ModbusDriver(serial(plc.path), [pair()], SystemClock())) as frames:
            await frames.until(is_good, count=3)
            await frames.until(lambda frame: not is_good(frame))
            await frames.until(is_good, after=len(frames.all))
    for frame in frames.all:
        assert all(value in (None, right) for value, right in zip(frame.values, (100, 300), strict=True))


async def test_a_port_that_is_pulled_out_and_put_back_is_read_again(tmp_path: Path) -> None:
    """A USB converter that somebody unplugged is opened anew."""
    async with (
        SerialPlc(tmp_path / "port") as plc,
        running(ModbusDriver(serial(plc.path), [pair()], SystemClock())) as frames,
    ):
        await frames.until(is_good)
        await plc.stop()
        await frames.until(is_bad)
        await plc.start()
        await frames.until(is_good, after=len(frames.all))


async def test_an_exception_is_an_answer(plc: FakePlc, transport: Transport) -> None:
    """The connection stays."""
    plc.handler = lambda ask: ask.send(plc.frame(ask, plc.exception(ask, 2)))
    async with opened(Endpoint(transport, "127.0.0.1", plc.port)) as connection:
        assert await connection.read(1, WORDS, 1.0) == Refusal(2)
        assert connection.is_open


async def test_garbage_between_two_questions_ends_the_connection(plc: FakePlc, transport: Transport) -> None:
    """It is counted, raises nothing, and the next question is refused until there is a new connection."""
    async with opened(Endpoint(transport, "127.0.0.1", plc.port)) as connection:
        await connection.read(1, WORDS, 1.0)
        (session,) = plc.sessions
        session.transport.write(b"GET / HTTP/1.1\r\n\r\n")
        await asyncio.wait_for(plc.idle.wait(), 5)

        assert sum(connection.strays.values()) == 1
        with pytest.raises(ConnectionLostError):
            await connection.read(1, WORDS, 1.0)


@pytest.mark.parametrize(("questions", "is_proven", "doubts"), [(1, False, 0), (2, False, 1), (2, True, 0)])
async def test_the_end_of_a_line_without_numbers_may_have_hidden_an_answer_too_many(
    questions: int, is_proven: bool, doubts: int
) -> None:
    """What was read is in doubt then: not of one question alone, nor once the line has been silent for long enough."""
    async with (
        FakePlc(rtu=True) as plc,
        opened(Endpoint(Transport.RTU_TCP, "127.0.0.1", plc.port)) as connection,
    ):
        for _ in range(questions):
            await connection.read(1, WORDS, 1.0)
        if is_proven:
            connection.prove()
        (session,) = plc.sessions
        session.transport.abort()
        async with asyncio.timeout(5):
            while connection.is_open:
                await asyncio.sleep(0)

        assert connection.doubts == doubts


@pytest.mark.parametrize("transport", [Transport.TCP, Transport.RTU_TCP])
def test_half_an_answer_is_counted_and_ends_the_connection(transport: Transport) -> None:
    """What follows could not be told from its rest."""

    async def main() -> None:
        async with FakePlc(rtu=transport is Transport.RTU_TCP) as plc:
            plc.handler = lambda ask: ask.send(plc.frame(ask, plc.pdu(ask))[:-1])
            async with opened(Endpoint(transport, "127.0.0.1", plc.port)) as connection:
                with pytest.raises(Exception, match="no whole answer"):
                    await connection.read(1, WORDS, 0.5)
                assert not connection.is_open
                assert connection.strays[Stray.TRUNCATED] == 1

    run(main())


def test_two_silent_questions_put_the_connection_itself_in_doubt() -> None:
    """A cable that is out says nothing, and a socket may seem open for hours."""

    async def main() -> None:
        async with FakePlc() as plc:
            plc.handler = lambda _ask: None
            async with opened(Endpoint(Transport.TCP, "127.0.0.1", plc.port)) as connection:
                for is_open in (True, False):
                    with pytest.raises(UnitSilentError):
                        await connection.read(1, WORDS, 0.5)
                    assert connection.is_open is is_open

    run(main())
