"""What goes wrong in the fermentation hall's server, as its clients see it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from asyncua import ua
from asyncua.client.client import Client
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors import (
    BadCertificateTimeInvalid,
    BadNoSubscription,
    BadTooManyOperations,
    BadTooManySessions,
)

from simulators.faults.kinds import (
    ClockJump,
    DeleteSubscriptions,
    ExceptionAnswer,
    ExpiredCertificate,
    FrozenHeartbeat,
    Latency,
    LimitOperations,
    LimitSessions,
    NoAnswer,
    ProbeNan,
    ProbeStuck,
    RestartRenumbered,
    Window,
)
from simulators.servers.opcua import NAMESPACE, TankServer
from tests.unit.simulators.servers.opcua_hall import (
    DEADLINE_S,
    Guest,
    Hall,
    guest,
    hall,
    moment,
    secure_client,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
_SERVER_TIME = ua.NodeId(ua.Int32(ObjectIds.Server_ServerStatus_CurrentTime))
_LIMITS = (
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerWrite,
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    """One server for all tests here; each ends the faults that it begins."""
    async with hall(tmp_path_factory.mktemp("plc")) as running:
        yield running


@asynccontextmanager
async def fault(server: TankServer, window: Window) -> AsyncIterator[None]:
    """Let a fault hold for the length of a block."""
    await server.begin(window)
    try:
        yield
    finally:
        await server.end(window)


async def test_a_standing_program_shows_what_it_did_and_answers(shared: Hall) -> None:
    """Heartbeat, clock and probes keep value and time while the server's own clock goes on."""
    await shared.show(ph=4.0)
    before = shared.at
    async with guest(shared.server.port) as client:
        beat = await client.value("heartbeat")
        async with fault(shared.server, FrozenHeartbeat(target="tanks", start=0.0)):
            await shared.show(ph=5.0)
            assert await client.value("heartbeat") == beat
            assert await client.value("clock") == moment(before)
            data = await client.data("T01.pH")
            assert (data.Value, data.SourceTimestamp) == (ua.Variant(4.0), moment(before))
            assert await client.client.get_node(_SERVER_TIME).read_value() == moment(shared.at)
        await shared.show(ph=5.0)
        assert await client.value("T01.pH") == 5.0
        assert await client.value("heartbeat") == shared.heartbeat


async def test_a_stuck_probe_keeps_its_value_with_fresh_time_stamps(shared: Hall) -> None:
    """It looks alive; the probes beside it go on, and afterwards it shows the truth again."""
    await shared.show(ph=4.0, temperature=20.0)
    async with guest(shared.server.port) as client:
        async with fault(shared.server, ProbeStuck(target="tanks", start=0.0, probe="T01.pH")):
            await shared.show(ph=5.0, temperature=25.0)
            data = await client.data("T01.pH")
            assert (data.Value, data.SourceTimestamp) == (ua.Variant(4.0), moment(shared.at))
            assert await client.value("T01.temperature") == 25.0
        await shared.show(ph=5.0)
        assert await client.value("T01.pH") == 5.0


async def test_a_broken_probe_shows_no_number(shared: Hall) -> None:
    """A good NaN, also of a pit; then a number again."""
    async with guest(shared.server.port) as client:
        async with (
            fault(shared.server, ProbeNan(target="tanks", start=0.0, probe="T01.pH")),
            fault(shared.server, ProbeNan(target="tanks", start=0.0, probe="P60.level")),
        ):
            await shared.show()
            for name in ("T01.pH", "P60.level"):
                data = await client.data(name)
                assert data.StatusCode is not None
                assert data.StatusCode.is_good()
                assert data.Value is not None
                assert math.isnan(data.Value.Value)
        await shared.show(1.0)
        assert await client.value("T01.pH") == shared.tanks["T01"].ph


async def test_of_two_faults_of_one_probe_the_last_is_seen(shared: Hall) -> None:
    """And when it is over, the one before it."""
    stuck = ProbeStuck(target="tanks", start=0.0, probe="T01.pH")
    broken = ProbeNan(target="tanks", start=0.0, probe="T01.pH")
    await shared.show(ph=4.0)
    async with guest(shared.server.port) as client, fault(shared.server, stuck):
        async with fault(shared.server, broken):
            await shared.show(ph=5.0)
            assert math.isnan(float(str(await client.value("T01.pH"))))
        await shared.show(ph=5.0)
        assert await client.value("T01.pH") == 4.0


@pytest.mark.parametrize("by", [-8 * 3600.0, 90.0])
async def test_a_wrong_clock_is_on_everything(shared: Hall, by: float) -> None:
    """The clock node, the source and server time stamps of every value, and the server's own time, at once."""
    async with guest(shared.server.port) as client:
        await shared.show()
        async with fault(shared.server, ClockJump(target="tanks", start=0.0, by=by)):
            await shared.show(1.0)
            wrong = moment(shared.at + round(by * 1e9))
            assert await client.value("clock") == wrong
            assert await client.client.get_node(_SERVER_TIME).read_value() == wrong
            for name in ("T24.salt", "P60.pH", "heartbeat"):
                data = await client.data(name)
                assert (data.SourceTimestamp, data.ServerTimestamp) == (wrong, wrong)
        await shared.show(1.0)
        assert (await client.data("T24.salt")).SourceTimestamp == moment(shared.at)


async def test_forgotten_subscriptions(shared: Hall) -> None:
    """Of all sessions: whoever asks for changes gets BadNoSubscription, and everything else goes on."""
    async with (
        asyncio.timeout(DEADLINE_S),
        guest(shared.server.port) as one,
        guest(shared.server.port) as two,
    ):
        before = [await _subscribe(client) for client in (one, two)]
        await shared.server.begin(DeleteSubscriptions(target="tanks", start=0.0))
        for client, subscription in zip((one, two), before, strict=True):
            with pytest.raises(BadNoSubscription):
                await client.client.uaclient.publish([])
            gone = await client.client.uaclient.delete_subscriptions([subscription])
            assert [status.value for status in gone] == [StatusCodes.BadSubscriptionIdInvalid]
            assert await client.value("heartbeat") == shared.heartbeat
        await _subscribe(one)
        with pytest.raises(BadNoSubscription):
            await two.client.uaclient.publish([])


async def test_a_restart_moves_the_namespace(shared: Hall) -> None:
    """Connections end, nobody is let in while it is down, and the same node has another index afterwards."""
    url = f"opc.tcp://127.0.0.1:{shared.server.port}/"
    old = await _index(url)
    restart = RestartRenumbered(target="tanks", start=0.0, down=2.0)
    async with asyncio.timeout(DEADLINE_S):
        client = Client(url)
        await client.connect()
        async with client.subscribe_state() as states:
            await shared.server.begin(restart)
            await states.next_change()
        with pytest.raises(ConnectionRefusedError):
            await Client(url).connect()
        await client.disconnect()
    await shared.show(1.0, pits=False)
    with pytest.raises(ConnectionRefusedError):
        await Client(url).connect()
    await shared.show(1.0, pits=False)
    async with guest(shared.server.port) as again:
        assert again.index == await _index(url) == old + 1
        assert await again.value("T01.pH") == shared.tanks["T01"].ph
        waiting = await again.data("P01.pH")
        assert waiting.StatusCode == ua.StatusCode(ua.UInt32(StatusCodes.BadWaitingForInitialData))
        unknown = await Guest(again.client, old).data("T01.pH")
        assert unknown.StatusCode == ua.StatusCode(ua.UInt32(StatusCodes.BadNodeIdUnknown))
        await shared.server.end(restart)
        await shared.show()
        assert await again.value("P01.pH") == shared.pits["P01"].ph


async def test_a_restart_leaves_no_session(shared: Hall) -> None:
    """With all ten taken, one of them subscribed, there is room for ten again, and nobody has a subscription."""
    old = [await _connected(shared.server.port) for _ in range(10)]
    await _subscribe(Guest(old[0], await old[0].get_namespace_index(NAMESPACE)))
    await shared.server.begin(RestartRenumbered(target="tanks", start=0.0, down=0.0))
    for client in old:
        await client.disconnect()
    await shared.show()
    new = [await _connected(shared.server.port) for _ in range(10)]
    with pytest.raises(BadNoSubscription):
        await new[0].uaclient.publish([])
    for client in new:
        await client.disconnect()


async def test_an_expired_certificate(shared: Hall, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whoever checks it gives up, whoever needs none reads on, and when it is renewed it is taken again."""
    folder = tmp_path_factory.mktemp("client")
    async with fault(shared.server, ExpiredCertificate(target="tanks", start=0.0)):
        await shared.show()
        wary = await secure_client(shared.server.port, folder)
        with pytest.raises(BadCertificateTimeInvalid):
            await wary.connect()
        async with guest(shared.server.port) as client:
            assert await client.value("heartbeat") == shared.heartbeat
    await shared.show()
    async with await secure_client(shared.server.port, folder) as client:
        assert client.security_policy.Mode is ua.MessageSecurityMode.SignAndEncrypt


async def test_few_sessions(shared: Hall) -> None:
    """One that is there stays, one more gets BadTooManySessions until the fault is over."""
    url = f"opc.tcp://127.0.0.1:{shared.server.port}/"
    async with guest(shared.server.port) as client:
        async with fault(shared.server, LimitSessions(target="tanks", start=0.0, sessions=1)):
            with pytest.raises(BadTooManySessions):
                await Client(url).connect()
            assert await client.value("heartbeat") == shared.heartbeat
        async with Client(url):
            pass


async def test_few_nodes_in_a_call(shared: Hall) -> None:
    """Read, Write and CreateMonitoredItems with more are refused, with as many they work, and the limits say so."""
    async with guest(shared.server.port) as client:
        services = client.client.uaclient
        created = await services.create_subscription(ua.CreateSubscriptionParameters(), lambda _: None)
        before = await _limits(client)
        async with fault(shared.server, LimitOperations(target="tanks", start=0.0, nodes=2)):
            assert await _limits(client) == [2, 2, 2]
            assert len(await services.read(_read(client, 2))) == 2
            with pytest.raises(BadTooManyOperations):
                await services.read(_read(client, 3))
            assert len(await services.write(_write(client, 2))) == 2
            with pytest.raises(BadTooManyOperations):
                await services.write(_write(client, 3))
            assert len(await services.create_monitored_items(_watch(client, created.SubscriptionId, 2))) == 2
            with pytest.raises(BadTooManyOperations):
                await services.create_monitored_items(_watch(client, created.SubscriptionId, 3))
        assert await _limits(client) == before
        assert len(await services.read(_read(client, 3))) == 3


@pytest.mark.parametrize("window", [Latency(target="tanks", start=0.0), NoAnswer(target="tanks", start=0.0)])
async def test_what_a_proxy_can_do_is_left_to_it(shared: Hall, window: Window) -> None:
    """And the message names it."""
    with pytest.raises(ValueError, match=rf"tanks: {window.kind} .*put a proxy in front of it \(wire_"):
        await shared.server.begin(window)


@pytest.mark.parametrize(
    ("window", "text"),
    [
        (ExceptionAnswer(target="tanks", start=0.0, code=6), "exception does not happen here; what does: "),
        (ProbeNan(target="tanks", start=0.0, probe="T25.pH"), r"no probe 'T25.pH' \(there are T01.pH … P60"),
        (ProbeStuck(target="tanks", start=0.0, probe="P01.acid"), "no probe 'P01.acid'"),
    ],
)
async def test_faults_that_cannot_be(shared: Hall, window: Window, text: str) -> None:
    """One line says what is wrong and what there is."""
    with pytest.raises(ValueError, match=text):
        await shared.server.begin(window)


async def test_no_certificate_can_run_out_where_there_is_none() -> None:
    """The message says how to get one."""
    with pytest.raises(ValueError, match="--secure DIR"):
        await TankServer(("T01",)).begin(ExpiredCertificate(target="tanks", start=0.0))


async def _connected(port: int) -> Client:
    client = Client(f"opc.tcp://127.0.0.1:{port}/")
    await client.connect()
    return client


async def _subscribe(client: Guest) -> int:
    services = client.client.uaclient
    heard = asyncio.Event()
    created = await services.create_subscription(
        ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=200.0, RequestedLifetimeCount=100, RequestedMaxKeepAliveCount=10
        ),
        lambda _: heard.set(),
    )
    await services.create_monitored_items(_watch(client, created.SubscriptionId, 1))
    await heard.wait()
    return int(created.SubscriptionId)


async def _index(url: str) -> int:
    async with Client(url) as client:
        return int(await client.get_namespace_index(NAMESPACE))


async def _limits(client: Guest) -> list[object]:
    return [await client.client.get_node(ua.NodeId(ua.Int32(number))).read_value() for number in _LIMITS]


def _ids(client: Guest, count: int) -> list[ua.NodeId]:
    return [client.node(f"T{number:02}.pH").nodeid for number in range(1, count + 1)]


def _read(client: Guest, count: int) -> ua.ReadParameters:
    wanted = [ua.ReadValueId(node, AttributeIds.Value) for node in _ids(client, count)]
    return ua.ReadParameters(NodesToRead=wanted)


def _write(client: Guest, count: int) -> ua.WriteParameters:
    value = ua.DataValue(ua.Variant(7.0, ua.VariantType.Double))
    return ua.WriteParameters(
        [ua.WriteValue(node, AttributeIds.Value, Value=value) for node in _ids(client, count)]
    )


def _watch(client: Guest, subscription: int, count: int) -> ua.CreateMonitoredItemsParameters:
    items = [
        ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(node, AttributeIds.Value),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=ua.MonitoringParameters(SamplingInterval=1000.0, QueueSize=1),
        )
        for node in _ids(client, count)
    ]
    return ua.CreateMonitoredItemsParameters(subscription, ua.TimestampsToReturn.Both, items)
