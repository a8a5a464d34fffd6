"""The tanks and pits as asyncua's client sees them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.common.subscription import DataChangeEvent
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.uaerrors import (
    BadTooManySessions,
    BadUserAccessDenied,
    BadWaitingForInitialData,
    UaError,
)

from simulators.servers.opcua import NAMESPACE, Security, TankServer, address_space
from tests.unit.simulators.servers.opcua_hall import (
    DEADLINE_S,
    PITS,
    PROGRAM,
    TANKS,
    USER,
    Hall,
    guest,
    hall,
    moment,
    readings,
    secure_client,
    value_of,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
_OF_A_TANK = ("pH", "temperature", "level", "salt", "acid")
_OF_A_PIT = ("pH", "temperature", "level", "salt")
_MODES = [ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    """One server for all tests here: it takes a second to start."""
    async with hall(tmp_path_factory.mktemp("plc")) as running:
        yield running


async def test_every_value_is_served(shared: Hall) -> None:
    """As a good Double under its quoted string id, stamped with the time it was measured."""
    await shared.show()
    vessels = [(shared.tanks, _OF_A_TANK), (shared.pits, _OF_A_PIT)]
    names = {
        f"{vessel}.{name}": value_of(reading, name)
        for hall_, values in vessels
        for vessel, reading in hall_.items()
        for name in values
    }
    async with guest(shared.server.port) as client:
        shown = await client.client.read_attributes([client.node(name) for name in names])
    assert [data.Value for data in shown] == [
        ua.Variant(value, ua.VariantType.Double) for value in names.values()
    ]
    assert {data.SourceTimestamp for data in shown} == {moment(shared.at)}
    assert len(names) == 24 * 5 + 60 * 4


async def test_what_every_program_has(shared: Hall) -> None:
    """A heartbeat, a text, an array, a clock, a switch and a counter, each of its type."""
    await shared.show()
    async with guest(shared.server.port) as client:
        shown = {name: await client.data(name) for name in PROGRAM}
    types = {name: data.Value.VariantType for name, data in shown.items() if data.Value is not None}
    assert types == {
        "heartbeat": ua.VariantType.UInt16,
        "program": ua.VariantType.String,
        "ambient": ua.VariantType.Double,
        "clock": ua.VariantType.DateTime,
        "agitator": ua.VariantType.Boolean,
        "fills": ua.VariantType.Int32,
    }
    values = {name: data.Value.Value for name, data in shown.items() if data.Value is not None}
    assert values["heartbeat"] == shared.heartbeat
    assert values["clock"] == moment(shared.at)
    assert values["ambient"][6] == 27.5
    assert len(values["ambient"]) == 12


async def test_a_client_can_browse_everything(shared: Hall) -> None:
    """From the Objects folder to every value, in our namespace, which comes fourth."""
    async with guest(shared.server.port) as client:
        assert (await client.client.get_namespace_array())[3] == NAMESPACE
        block = await client.client.nodes.objects.get_child("3:DB_Tank")
        found = {await _name(node): node for node in await block.get_children()}
        assert list(found) == [*PROGRAM, *TANKS, *PITS]
        assert [await _name(node) for node in await found["T24"].get_children()] == [*_OF_A_TANK]
        assert [await _name(node) for node in await found["P60"].get_children()] == [*_OF_A_PIT]
        ids = [str(node.nodeid.Identifier) for node in await found["T01"].get_children()]
        assert ids[0] == '"DB_Tank"."T01"."pH"'


async def test_heartbeat_rolls_over(shared: Hall) -> None:
    """Its 16 bits begin again at zero."""
    shared.heartbeat = 65_536
    await shared.show()
    async with guest(shared.server.port) as client:
        assert await client.value("heartbeat") == 1


async def test_a_fill_is_counted_when_the_level_leaves_the_bottom(shared: Hall) -> None:
    """And not while it rises, nor when it falls."""
    async with guest(shared.server.port) as client:
        counts: list[int] = []
        for level in (90.0, 1.0, 6.0, 50.0, 1.0, 1.0):
            await shared.show(level=level)
            counts.append(int(str(await client.value("fills"))))
    first = counts[0]
    assert counts == [first, first, first + 1, first + 1, first + 1, first + 1]


async def test_only_what_moves_enough_is_written_at_once(shared: Hall) -> None:
    """A hundredth of a pH is, a thousandth waits for ten seconds and then is stamped anew."""
    async with guest(shared.server.port) as client:
        await shared.show(ph=4.0)
        first = shared.at
        await shared.show(1.0, ph=4.001)
        data = await client.data("T01.pH")
        assert (data.Value, data.SourceTimestamp) == (ua.Variant(4.0), moment(first))
        await shared.show(1.0, ph=4.01)
        data = await client.data("T01.pH")
        assert (data.Value, data.SourceTimestamp) == (ua.Variant(4.01), moment(shared.at))
        await shared.show(10.0, ph=4.011)
        data = await client.data("T01.pH")
        assert (data.Value, data.SourceTimestamp) == (ua.Variant(4.011), moment(shared.at))


async def test_a_subscriber_hears_of_changes(shared: Hall) -> None:
    """The value that there is, then the next one, with its time."""
    await shared.show(ph=4.0)
    async with guest(shared.server.port) as client, asyncio.timeout(DEADLINE_S):
        subscription = await client.client.create_subscription(200)
        await subscription.subscribe_data_change(client.node("T01.pH"))
        heard = aiter(subscription)
        assert await _next_value(heard) == 4.0
        await shared.show(ph=4.5)
        assert await _next_value(heard) == 4.5
        await subscription.delete()


async def test_history_is_kept_of_two_values(shared: Hall) -> None:
    """The access level says so, and raw history gives them with their times, oldest first."""
    async with guest(shared.server.port) as client:
        begin = shared.at
        for ph in (4.125, 4.25, 4.375):
            await shared.show(ph=ph, temperature=20 + ph)
        for name, values in (
            ("T01.pH", [4.125, 4.25, 4.375]),
            ("T01.temperature", [24.125, 24.25, 24.375]),
        ):
            assert await _has_history(client.node(name))
            kept = await client.node(name).read_raw_history(
                moment(begin) + timedelta(seconds=1), moment(shared.at)
            )
            assert [data.Value.Value for data in kept if data.Value is not None] == values
            assert kept[-1].SourceTimestamp == moment(shared.at)
        for name in ("T01.level", "T02.pH", "P01.pH", "heartbeat"):
            assert not await _has_history(client.node(name))


async def test_history_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest values go first."""
    monkeypatch.setattr(address_space, "_HISTORY_VALUES", 2)
    async with TankServer(("T01",)) as server:
        running = Hall(server, tanks=readings(("T01",)), pits={})
        for ph in (4.0, 4.25, 4.5):
            await running.show(ph=ph)
        async with guest(server.port) as client:
            kept = await client.node("T01.pH").read_raw_history()
    assert sorted(data.Value.Value for data in kept if data.Value is not None) == [4.25, 4.5]


@pytest.mark.parametrize("mode", _MODES)
async def test_an_encrypted_session_reads(
    shared: Hall, mode: ua.MessageSecurityMode, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With Basic256Sha256, a name and its password; the server's certificate stands every check."""
    folder = tmp_path_factory.mktemp("client")
    async with await secure_client(shared.server.port, folder, mode) as client:
        assert client.security_policy.Mode is mode
        node = client.get_node('ns=3;s="DB_Tank"."T02"."pH"')
        assert await node.read_value() == shared.tanks["T02"].ph


@pytest.mark.parametrize("user", [("edge", "wrong"), ("stranger", "chili"), ("edge", "")])
async def test_wrong_names_and_passwords_are_refused(
    shared: Hall, user: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """BadUserAccessDenied, and no session is left of it."""
    folder = tmp_path_factory.mktemp("client")
    client = await secure_client(shared.server.port, folder, user=user)
    with pytest.raises(BadUserAccessDenied):
        await client.connect()


async def test_an_open_server_has_no_users() -> None:
    """Without certificates it offers no way to say a name."""
    async with TankServer(("T01",)) as server:
        client = Client(f"opc.tcp://127.0.0.1:{server.port}/")
        client.set_user(USER[0])
        client.set_password(USER[1])
        with pytest.raises(UaError):
            await client.connect()
        endpoints = await Client(f"opc.tcp://127.0.0.1:{server.port}/").connect_and_get_server_endpoints()
        assert [endpoint.SecurityMode for endpoint in endpoints] == [ua.MessageSecurityMode.None_]
        async with guest(server.port) as known:
            with pytest.raises(BadWaitingForInitialData):
                await known.value("T01.pH")


async def test_the_certificate_is_kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    """So that clients can pin it; the key is nobody else's to read."""
    security = Security(tmp_path_factory.mktemp("plc") / "new")
    security.prepare()
    files = (security.key, security.certificate, security.expired_certificate)
    made = [file.read_bytes() for file in files]
    security.prepare()
    assert [file.read_bytes() for file in files] == made
    assert security.key.stat().st_mode & 0o077 == 0


async def test_nothing_can_be_written(shared: Hall) -> None:
    """Neither a value nor an attribute."""
    async with guest(shared.server.port) as client:
        node = client.node("T01.pH")
        with pytest.raises(BadUserAccessDenied):
            await node.write_value(7.0)
        with pytest.raises(BadUserAccessDenied):
            await node.write_attribute(
                AttributeIds.Description, ua.DataValue(ua.Variant(ua.LocalizedText("x")))
            )


async def test_ten_sessions_and_no_more(shared: Hall) -> None:
    """The eleventh gets BadTooManySessions; when one has gone there is room again."""
    async with contextlib.AsyncExitStack() as sessions:
        for _ in range(9):
            await sessions.enter_async_context(guest(shared.server.port))
        async with guest(shared.server.port):
            with pytest.raises(BadTooManySessions):
                await Client(f"opc.tcp://127.0.0.1:{shared.server.port}/").connect()
        await sessions.enter_async_context(guest(shared.server.port))


async def test_fast_wishes_are_revised_upward(shared: Hall) -> None:
    """Publishing to 200 ms, sampling to 100 ms; slow ones are left as they are."""
    async with guest(shared.server.port) as client:
        services = client.client.uaclient
        fast, slow = [
            await services.create_subscription(
                ua.CreateSubscriptionParameters(RequestedPublishingInterval=interval), lambda _: None
            )
            for interval in (50.0, 1500.0)
        ]
        assert [fast.RevisedPublishingInterval, slow.RevisedPublishingInterval] == [200.0, 1500.0]
        wishes = [10.0, 0.0, 750.0, -1.0]
        items = [_item(client.node("T01.pH"), sampling) for sampling in wishes]
        results = await services.create_monitored_items(
            ua.CreateMonitoredItemsParameters(fast.SubscriptionId, ua.TimestampsToReturn.Both, items)
        )
        assert [result.RevisedSamplingInterval for result in results] == [100.0, 100.0, 750.0, 200.0]
        changed = await services.modify_monitored_items(
            ua.ModifyMonitoredItemsParameters(
                fast.SubscriptionId,
                ua.TimestampsToReturn.Both,
                [
                    ua.MonitoredItemModifyRequest(
                        results[2].MonitoredItemId, ua.MonitoringParameters(SamplingInterval=5.0)
                    )
                ],
            )
        )
        assert [result.RevisedSamplingInterval for result in changed] == [100.0]


def _item(node: Node, sampling: float) -> ua.MonitoredItemCreateRequest:
    return ua.MonitoredItemCreateRequest(
        ItemToMonitor=ua.ReadValueId(node.nodeid, AttributeIds.Value),
        MonitoringMode=ua.MonitoringMode.Reporting,
        RequestedParameters=ua.MonitoringParameters(SamplingInterval=sampling, QueueSize=1),
    )


async def _next_value(heard: AsyncIterator[object]) -> object:
    notification = await anext(heard)
    assert isinstance(notification, DataChangeEvent)
    return notification.value


async def _has_history(node: Node) -> bool:
    return ua.AccessLevel.HistoryRead in await node.get_access_level()


async def _name(node: Node) -> str:
    return str((await node.read_browse_name()).Name)
