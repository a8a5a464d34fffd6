"""A real OPC UA server in the test's own process, and the tags that it has."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import CoroutineType

from asyncua import ua
from asyncua.server.server import Server
from asyncua.ua.uatypes import VariantType

from edge.drivers.opcua.address import Mode, NodeAddress, OpcuaTag, Security
from edge.drivers.opcua.address import Server as Address
from edge.model.tag import Tag

NAMESPACE = "urn:test:hall"
VALUES = {
    "level": ua.Variant(1.5, VariantType.Double),
    "count": ua.Variant(7, VariantType.UInt32),
    "running": ua.Variant(Value=True, VariantType=VariantType.Boolean),
    "batch": ua.Variant("A-17", VariantType.String),
    "many": ua.Variant([1, 2, 3], VariantType.Int16),
}


class Hall:
    """The server while it runs.

    Attributes:
        port: where it listens.
        server: asyncua's.
    """

    port: int

    def __init__(self, server: Server, index: int) -> None:
        self.server = server
        self._index = index

    @property
    def sessions(self) -> int:
        """How many sessions clients hold."""
        return len(self.server.iserver._external_sessions)

    def _node(self, name: str) -> ua.NodeId:
        return ua.NodeId.from_string(f"ns={self._index};s={name}")

    async def add(self, name: str) -> None:
        """Make a variable while clients are connected, as a program download does."""
        await self.server.nodes.objects.add_variable(self._node(name), f"{self._index}:{name}", VALUES[name])

    async def delete_subscriptions(self) -> None:
        """Forget all subscriptions without a word to the clients."""
        service = self.server.iserver.subscription_service
        await service.delete_subscriptions(list(service.subscriptions))

    async def write(
        self,
        name: str,
        value: float | bool | str,
        status: int = 0,
        source: datetime | None = None,
        server: datetime | None = None,
    ) -> None:
        """Write a value with its status and its time stamps (now, when not given)."""
        moment = source or datetime.now(UTC)  # noqa: TID251 - what a server's own clock says
        data = ua.DataValue(
            ua.Variant(value, VALUES[name].VariantType),
            ua.StatusCode(ua.UInt32(status)),
            SourceTimestamp=_ua_time(moment),
            ServerTimestamp=_ua_time(server or moment),
        )
        await self.server.write_attribute_value(self._node(name), data)


@contextlib.asynccontextmanager
async def hall(
    port: int = 0,
    before: Sequence[str] = (),
    values: Sequence[str] = tuple(VALUES),
    certificate: tuple[Path, Path] | None = None,
) -> AsyncIterator[Hall]:
    """Run a server with the values.

    Args:
        port: 0 for any free one.
        before: namespaces that are registered first, so that the hall's gets another index.
        values: names of those that it has.
        certificate: certificate and key; without them it is not secured.
    """
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/")
    if certificate is None:
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    else:
        await server.set_application_uri("urn:test:hall:server")
        server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
        await server.load_certificate(str(certificate[0]))
        await server.load_private_key(certificate[1])
    for uri in before:
        await server.register_namespace(uri)
    index = await server.register_namespace(NAMESPACE)
    running = Hall(server, index)
    for name in values:
        await running.add(name)
    await server.start()
    assert server.bserver is not None
    running.port = server.bserver.port
    try:
        yield running
    finally:
        await server.stop()
        await _end_of_server_tasks()


def _ua_time(moment: datetime) -> ua.DateTime:
    return ua.DateTime.fromtimestamp(moment.timestamp(), UTC)


async def _end_of_server_tasks() -> None:
    """End what asyncua's server leaves behind when it stops while clients hold sessions."""
    left = [task for task in asyncio.all_tasks() if "asyncua/server" in _source(task)]
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)


def _source(task: asyncio.Task[object]) -> str:
    coroutine = task.get_coro()
    return coroutine.cr_code.co_filename if isinstance(coroutine, CoroutineType) else ""


def tag(
    name: str,
    mode: Mode = Mode.SUBSCRIBE,
    *,
    namespace: str = NAMESPACE,
    scan: float = 0.05,
    scale: float = 1.0,
    limits: tuple[float | None, float | None] = (None, None),
) -> OpcuaTag:
    """Return a tag of the hall."""
    low, high = limits
    return OpcuaTag(Tag(name, low=low, high=high), NodeAddress(namespace, f"s={name}"), scan, mode, scale)


def address(port: int, *tags: OpcuaTag, security: Security | None = None) -> Address:
    """Return the hall as the driver knows it."""
    return Address("hall", f"opc.tcp://127.0.0.1:{port}/", tags, security or Security(), timeout=1.0)


@contextlib.asynccontextmanager
async def deaf_proxy(port: int) -> AsyncIterator[tuple[int, Callable[[], None]]]:
    """Pass bytes on to a port; yield the proxy's own port and a function that makes it keep them all to itself."""
    silent = False
    tasks: set[asyncio.Task[None]] = set()

    def fall_silent() -> None:
        nonlocal silent
        silent = True

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if not silent:
                writer.write(data)
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", port)
        tasks.add(asyncio.current_task())  # type: ignore[arg-type]
        async with asyncio.TaskGroup() as group:
            group.create_task(pump(reader, onward_writer))
            group.create_task(pump(onward_reader, writer))

    proxy = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield proxy.sockets[0].getsockname()[1], fall_silent
    finally:
        proxy.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
