"""A real OPC UA server in the test's own process, and the tags that it has."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.common.manage_nodes import delete_nodes
from asyncua.common.node import Node
from asyncua.server.history import HistoryDict
from asyncua.server.server import Server
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.uatypes import VariantType

from edge.drivers.opcua.address import Deadband, Mode, NodeAddress, OpcuaTag, Policy, Security
from edge.drivers.opcua.address import Server as Address
from edge.model.tag import Tag
from simulators.servers.opcua.core import Core
from simulators.servers.opcua.security import Users

NAMESPACE = "urn:test:hall"
APPLICATION = "urn:test:hall:server"
USER, PASSWORD = "edge", "chili"
VALUES = {
    "level": ua.Variant(1.5, VariantType.Double),
    "count": ua.Variant(7, VariantType.UInt32),
    "running": ua.Variant(Value=True, VariantType=VariantType.Boolean),
    "batch": ua.Variant("A-17", VariantType.String),
    "many": ua.Variant([1, 2, 3], VariantType.Int16),
    "stamp": ua.Variant(ua.DateTime(2026, 1, 1), VariantType.DateTime),
    "later": ua.Variant(0.5, VariantType.Double),
    "recipe": ua.Variant(ua.Argument(), VariantType.ExtensionObject),
}
HISTORIZED = ("level", "count")
OPEN = Security(Policy.NONE)
POLL_S = 0.01
_KINDS = ("Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss")
_POLICIES = [
    getattr(ua.SecurityPolicyType, f"{kind}_{mode}") for kind in _KINDS for mode in ("Sign", "SignAndEncrypt")
]


@dataclass(frozen=True, slots=True)
class Identity:
    """A server's certificate and key, DER and PEM."""

    certificate: Path
    key: Path


class _Core(Core):
    """Remembers how many sessions there were at most."""

    peak = 0

    def create_session(self, *arguments: Any, **named: Any) -> Any:
        """Return a session."""
        session = super().create_session(*arguments, **named)
        self.peak = max(self.peak, len(self._external_sessions))
        return session


class Hall:
    """A server that can be closed and opened again, with its namespace elsewhere or another certificate.

    Attributes:
        port: where it listens; kept from one opening to the next.
        core: asyncua's server without its sockets.
        history: what it remembers.
    """

    def __init__(self, values: Sequence[str]) -> None:
        self.port = 0
        self.core = _Core(Users({USER: PASSWORD}))
        self.history = HistoryDict()
        self._names = values
        self._server: Server | None = None
        self._index = 0
        self._nodes: list[Node] = []

    @property
    def server(self) -> Server:
        """asyncua's, while it is open."""
        assert self._server is not None
        return self._server

    @property
    def sessions(self) -> int:
        """How many sessions clients hold."""
        return len(self.core._external_sessions)

    @property
    def peak(self) -> int:
        """How many sessions clients held at most."""
        return self.core.peak

    async def init(self) -> None:
        """Make the address space: that takes a while."""
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)
        await Server(self.core).init()
        self.core.history_manager.set_storage(self.history)

    async def open(self, before: Sequence[str] = (), identity: Identity | None = None) -> None:
        """Listen.

        Args:
            before: namespaces in front of the hall's, so that it gets another index.
            identity: without one, nothing is secured.
        """
        self.core.endpoints.clear()
        server = Server(self.core)
        server.set_endpoint(f"opc.tcp://127.0.0.1:{self.port}/")
        await server.set_application_uri(APPLICATION)
        namespaces = ["http://opcfoundation.org/UA/", APPLICATION, *before]
        await server.nodes.namespace_array.write_value([*namespaces, NAMESPACE])
        self._index = len(namespaces)
        self._server = server
        if identity is None:
            server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
            server.set_identity_tokens([ua.AnonymousIdentityToken])
        else:
            server.set_security_policy(_POLICIES)
            server.set_identity_tokens([ua.AnonymousIdentityToken, ua.UserNameIdentityToken])
            await server.load_certificate(str(identity.certificate))
            await server.load_private_key(identity.key)
        for name in self._names:
            await self.add(name)
        await self.tick()
        await server.start()
        assert server.bserver is not None
        self.port = server.bserver.port

    async def close(self) -> None:
        """End every connection and session, and forget the nodes."""
        if self._server is not None:
            server, self._server = self._server, None
            await self.core.stop_serving(server)
            await delete_nodes(self.core.isession, self._nodes, delete_target_references=False)
            self._nodes.clear()

    async def reopen(self, before: Sequence[str] = (), identity: Identity | None = None) -> None:
        """Restart."""
        await self.close()
        await self.open(before, identity)

    def node(self, name: str) -> ua.NodeId:
        """Return the node of a name."""
        return ua.NodeId.from_string(f"ns={self._index};s={name}")

    async def add(self, name: str) -> None:
        """Make a variable while clients are connected, as a program download does."""
        node = await self.server.nodes.objects.add_variable(
            self.node(name), f"{self._index}:{name}", VALUES[name]
        )
        self._nodes.append(node)
        if name in HISTORIZED:
            for attribute in (AttributeIds.AccessLevel, AttributeIds.UserAccessLevel):
                await node.set_attr_bit(attribute, ua.AccessLevel.HistoryRead)
            if node.nodeid not in self.history._datachanges:
                await self.history.new_historized_node(node.nodeid, None)
        await self.write(name, VALUES[name].Value)

    async def remove(self, name: str) -> None:
        """Delete a variable while clients watch it, and publish nothing of that."""
        gone = next(node for node in self._nodes if node.nodeid == self.node(name))
        self._nodes.remove(gone)
        # asyncua means to tell the clients, and never awaits the coroutine that would.
        value = self.core.aspace[gone.nodeid].attributes[AttributeIds.Value]
        for handle in list(value.datachange_callbacks):
            self.core.aspace.delete_datachange_callback(handle)
        await delete_nodes(self.core.isession, [gone], delete_target_references=False)

    def forget(self) -> None:
        """Lose the history."""
        for node in list(self.history._datachanges):
            self.history._datachanges[node].clear()

    async def tick(self) -> None:
        """Let the server's clock go on."""
        await self.core.set_clock(_ua_time(datetime.now(UTC)))  # noqa: TID251 - a server's own clock

    async def watched(self, items: int = 1) -> None:
        """Wait until clients watch so many nodes, besides the server's clock."""
        subscriptions = self.core.subscription_service.subscriptions
        while sum(len(one.monitored_item_srv._monitored_items) - 1 for one in subscriptions.values()) < items:
            await asyncio.sleep(POLL_S)

    async def deafen(self) -> None:
        """Publish no more changes, while keep-alives still come."""
        for subscription in self.core.subscription_service.subscriptions.values():
            await subscription.set_publishing_mode(enabled=False)

    async def write(
        self,
        name: str,
        value: object,
        status: int = 0,
        source: datetime | None = None,
        server: datetime | None = None,
    ) -> datetime:
        """Write a value with its status and its time stamps (now, when not given); return the source's."""
        moment = source or datetime.now(UTC)  # noqa: TID251 - what a server's own clock says
        data = _data(name, value, moment, server or moment, status)
        await self.core.write_attribute_value(self.node(name), data)
        if name in HISTORIZED:
            await self.history.save_node_value(self.node(name), data)
        return moment

    async def remember(self, name: str, value: object, moment: datetime) -> None:
        """Keep a value in the history alone: one that the server's queue had no room for."""
        await self.history.save_node_value(self.node(name), _data(name, value, moment, moment))


def _data(name: str, value: object, source: datetime, server: datetime, status: int = 0) -> ua.DataValue:
    return ua.DataValue(
        ua.Variant(value, VALUES[name].VariantType),
        ua.StatusCode(ua.UInt32(status)),
        SourceTimestamp=_ua_time(source),
        ServerTimestamp=_ua_time(server),
    )


@contextlib.asynccontextmanager
async def hall(
    values: Sequence[str] = tuple(name for name in VALUES if name != "later"),
    identity: Identity | None = None,
) -> AsyncIterator[Hall]:
    """Run a server with values of these names."""
    running = Hall(values)
    await running.init()
    await running.open(identity=identity)
    try:
        yield running
    finally:
        await running.close()


def _ua_time(moment: datetime) -> ua.DateTime:
    return ua.DateTime.fromtimestamp(moment.timestamp(), UTC)


def tag(
    name: str,
    mode: Mode = Mode.SUBSCRIBE,
    *,
    namespace: str = NAMESPACE,
    scan: float = 0.05,
    scale: float = 1.0,
    limits: tuple[float | None, float | None] = (None, None),
    index: tuple[int, ...] = (),
    deadband: Deadband | None = None,
    queue: int = 0,
) -> OpcuaTag:
    """Return a tag of the hall; an element of an array is named after it."""
    low, high = limits
    named = "_".join([name, *map(str, index)])
    return OpcuaTag(
        Tag(named, low=low, high=high),
        NodeAddress(namespace, f"s={name}"),
        scan,
        mode,
        scale,
        index=index,
        queue=queue,
        deadband=deadband,
    )


def address(port: int, *tags: OpcuaTag, security: Security = OPEN) -> Address:
    """Return the hall as the driver knows it."""
    return Address("hall", f"opc.tcp://127.0.0.1:{port}/", tags, security, timeout=1.0)


class Proxy:
    """Passes bytes on to a port, until it is told to keep them all to itself.

    Attributes:
        port: its own.
        is_silent: whether bytes go nowhere, in either direction, as through a cable that has been cut.
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self.is_silent = False
        self._target = target
        self._tasks: set[asyncio.Task[None]] = set()

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on in one direction."""
        try:
            with contextlib.suppress(ConnectionError):
                while data := await reader.read(65_536):
                    if not self.is_silent:
                        writer.write(data)
            if self.is_silent:
                await asyncio.get_running_loop().create_future()
        finally:
            writer.close()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self._tasks.add(asyncio.current_task())  # type: ignore[arg-type]
        # asyncio would log a task of a connection that ends by being cancelled.
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._target)
            async with asyncio.TaskGroup() as group:
                group.create_task(self.pump(reader, onward_writer))
                group.create_task(self.pump(onward_reader, writer))

    async def end(self) -> None:
        """Close every connection."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


@contextlib.asynccontextmanager
async def proxy(target: int) -> AsyncIterator[Proxy]:
    """Run a proxy in front of a port."""
    running = Proxy(target)
    server = await asyncio.start_server(running.accept, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await running.end()


async def until(condition: Callable[[], bool], within: float = 10.0) -> None:
    """Wait until something outside of the loop's knowledge holds."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(POLL_S)
