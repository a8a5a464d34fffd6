"""One connection to one OPC UA server. The only module that knows asyncua.

Nothing of the library that reconnects, recreates or watches by itself is used: whether a connection is still good is
decided by the driver alone, and the next one gets a fresh client.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from asyncua import ua
from asyncua.client.client import Client
from asyncua.crypto import security_policies
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.uaerrors import UaError

from edge.clock import Clock
from edge.drivers.opcua.address import MessageMode, NodeAddress, Policy, Security, Server
from edge.errors import TransientError
from edge.lifecycle import heed_cancellation

log = structlog.get_logger(__name__)

PUBLISHING_MS = 500
KEEP_ALIVE_COUNT = 4
LIFETIME_COUNT = 120
"""A server forgets a subscription that nobody asks for after this many publishing intervals: 60 s."""
SESSION_MS = 60_000
NOTIFICATIONS_PER_PUBLISH = 5000
DEFAULT_CHUNK = 1000
"""Nodes in one request, for servers that name no limit of their own."""
_LEAST_QUEUE = 10
_RENEW = 0.75
"""The share of a secure channel's lifetime after which it is renewed."""
_POLICIES: Mapping[Policy, Any] = {
    Policy.BASIC256SHA256: security_policies.SecurityPolicyBasic256Sha256,
    Policy.AES128: security_policies.SecurityPolicyAes128Sha256RsaOaep,
    Policy.AES256: security_policies.SecurityPolicyAes256Sha256RsaPss,
}
_MODES = {
    MessageMode.SIGN: ua.MessageSecurityMode.Sign,
    MessageMode.SIGN_AND_ENCRYPT: ua.MessageSecurityMode.SignAndEncrypt,
}

Node = ua.NodeId
"""A node as this connection knows it; its namespace index means nothing to another."""


class Answer(NamedTuple):
    """What a server says of a node: the content of the Variant, the StatusCode and the two time stamps."""

    raw: object
    status: int
    source: datetime | None
    server: datetime | None


class Publication(NamedTuple):
    """One publish answer.

    Attributes:
        changes: by the numbers given to `watch`, in the server's order.
        is_complete: nothing more is waiting at the server.
        ended: why the server has ended the subscription, if it has.
    """

    changes: Sequence[tuple[int, Answer]]
    is_complete: bool
    ended: str = ""


class Item(NamedTuple):
    """A node to watch: the caller's number for it, and how often the server is to look, s."""

    number: int
    node: Node
    sampling: float


@contextlib.asynccontextmanager
async def connect(
    server: Server, pki: Path, clock: Clock, within: float, farewell: float
) -> AsyncIterator[Connection]:
    """Open a session for the length of a block, and close it in order whatever happens.

    Args:
        server: where to, and how secured.
        pki: folder for the client's own key and certificate.
        clock: for the renewal of the secure channel.
        within: seconds for all of it.
        farewell: seconds for closing.

    Raises:
        TransientError: no session could be opened.
    """
    client = Client(server.url, timeout=server.timeout)
    client.session_timeout = SESSION_MS
    client.application_uri = f"urn:{socket.gethostname()}:chili-edge:{server.device}"
    try:
        with speaking("cannot connect"):
            async with asyncio.timeout(within):
                await _secure(client, server, pki)
                await _open(client, server.security)
                connection = Connection(client, clock)
                await connection.look_round()
        yield connection
    finally:
        await _close(client, farewell)


@contextlib.contextmanager
def speaking(what: str) -> Iterator[None]:
    """Turn whatever the library raises into a TransientError: it fails in many ways, and none may end the driver."""
    try:
        yield
    except TransientError:
        raise
    except Exception as error:
        heed_cancellation()  # the library turns a cancellation into an error of its own
        raise TransientError(f"{what}: {str(error) or type(error).__name__}") from error


class Connection:
    """An open session.

    Attributes:
        heard: when the server last answered anything, by the clock's monotonic seconds.
    """

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._services = client.uaclient
        self._clock = clock
        self._reads = self._items = DEFAULT_CHUNK
        self._namespaces: list[str] = []
        self.heard = clock.monotonic()
        self._renew_at = self._next_renewal()

    async def look_round(self) -> None:
        """Learn the server's namespaces and how much it takes in one request."""
        namespaces, reads, items = await self._read(
            ObjectIds.Server_NamespaceArray,
            ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
            ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
        )
        self._namespaces = _texts(namespaces)
        self._reads, self._items = _limit(reads), _limit(items)

    def node(self, address: NodeAddress) -> Node | None:
        """Return the node of an address; None when the server has no such namespace, or nobody such an identifier."""
        try:
            index = self._namespaces.index(address.namespace)
            return Node.from_string(f"ns={index};{address.identifier}")
        except (ValueError, UaError):
            return None

    async def read(self, nodes: Sequence[Node]) -> list[Answer]:
        """Return what the server says of nodes, in as many requests as it wants.

        Raises:
            TransientError: it says nothing, or not in time.
        """
        answers: list[Answer] = []
        with speaking("cannot read"):
            for start in range(0, len(nodes), self._reads):
                wanted = [
                    ua.ReadValueId(node, AttributeIds.Value) for node in nodes[start : start + self._reads]
                ]
                both = ua.ReadParameters(TimestampsToReturn=ua.TimestampsToReturn.Both, NodesToRead=wanted)
                answers += [_answer(data) for data in await self._services.read(both)]
                self.heard = self._clock.monotonic()
        return answers

    async def ask(self) -> None:
        """Ask for the time, and keep the secure channel alive; a server that is only slow is not an error.

        Raises:
            TransientError: the session is over, or its namespace indexes have become wrong.
        """
        with speaking("the session broke"), contextlib.suppress(TimeoutError):
            _, namespaces = await self._read(
                ObjectIds.Server_ServerStatus_CurrentTime, ObjectIds.Server_NamespaceArray
            )
            if namespaces.status == 0 and _texts(namespaces) != self._namespaces:
                raise TransientError("the server's namespaces have changed")
            if self._clock.monotonic() >= self._renew_at:
                await self._client.open_secure_channel(renew=True)
                self._services.revolve_security_token()
                self._renew_at = self._next_renewal()

    async def watch(
        self, items: Sequence[Item], publish: Callable[[Publication], None]
    ) -> tuple[float, Mapping[int, str]]:
        """Subscribe to changes.

        Args:
            items: what to watch.
            publish: takes each publish answer, and must not wait; one without changes says that there were none.

        Returns:
            The longest silence between two answers, s, and why the server refused an item, by number.

        Raises:
            TransientError: the server does not answer or gives no subscription.
        """

        def take(result: ua.PublishResult) -> None:
            self.heard = self._clock.monotonic()
            publish(_publication(result))

        with speaking("cannot subscribe"):
            created = await self._services.create_subscription(
                ua.CreateSubscriptionParameters(
                    RequestedPublishingInterval=PUBLISHING_MS,
                    RequestedLifetimeCount=LIFETIME_COUNT,
                    RequestedMaxKeepAliveCount=KEEP_ALIVE_COUNT,
                    MaxNotificationsPerPublish=NOTIFICATIONS_PER_PUBLISH,
                ),
                take,
            )
            refused: dict[int, str] = {}
            for start in range(0, len(items), self._items):
                chunk = [_request(item) for item in items[start : start + self._items]]
                results = await self._services.create_monitored_items(
                    ua.CreateMonitoredItemsParameters(
                        created.SubscriptionId, ua.TimestampsToReturn.Both, chunk
                    )
                )
                refused |= {
                    item.number: result.StatusCode.name
                    for item, result in zip(items[start:], results, strict=False)
                    if not result.StatusCode.is_good()
                }
        return created.RevisedPublishingInterval * created.RevisedMaxKeepAliveCount / 1000, refused

    async def closed(self) -> None:
        """Wait until the connection is gone; noticed at once when the other side closes it."""
        async with self._client.subscribe_state() as states:
            await states.next_change()

    async def _read(self, *ids: int) -> list[Answer]:
        return await self.read([Node(ua.Int32(number)) for number in ids])

    def _next_renewal(self) -> float:
        return self._clock.monotonic() + self._client.secure_channel_timeout / 1000 * _RENEW


async def _secure(client: Client, server: Server, pki: Path) -> None:
    """Set policy, own certificate and pinned server certificate; the key and certificate are made when missing."""
    security = server.security
    if security.policy is Policy.NONE:
        return
    certificate, key = await _own_certificate(client, pki, server.device)
    if security.server_certificate is None:
        raise TransientError("no server certificate is pinned")
    await client.set_security(
        _POLICIES[security.policy],
        certificate,
        key,
        server_certificate=str(security.server_certificate),
        mode=_MODES[security.mode],
    )


async def _own_certificate(client: Client, pki: Path, device: str) -> tuple[Path, Path]:
    """Return certificate and private key of this client; both are made when they are missing or have expired."""
    certificate, key = _files(pki, device)
    before = _content(certificate)
    await client.setup_self_signed_certificate(key, certificate)
    key.chmod(0o600)
    if _content(certificate) != before:
        log.warning(
            "opcua client certificate made: let the server trust it",
            device=device,
            certificate=str(certificate),
        )
    return certificate, key


def _files(pki: Path, device: str) -> tuple[Path, Path]:
    pki.mkdir(mode=0o700, parents=True, exist_ok=True)
    return pki / f"{device}.der", pki / f"{device}.pem"


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


async def _open(client: Client, security: Security) -> None:
    await client.connect_socket()
    await client.send_hello()
    await client.open_secure_channel()
    await client.create_session()
    password = security.password if security.policy is not Policy.NONE else None
    if password and security.mode is not MessageMode.SIGN_AND_ENCRYPT:
        token = client.server_policy(ua.UserTokenType.UserName)
        if token.SecurityPolicyUri == security_policies.SecurityPolicyNone.URI:
            raise TransientError("the server wants the password in plain text")
    await client.activate_session(username=security.user, password=password)


async def _close(client: Client, within: float) -> None:
    """Say goodbye if the server still listens, and leave neither a task nor a socket behind."""
    protocol = client.uaclient.protocol
    publishing = client.uaclient.session._publish_task  # noqa: SLF001 - the library never waits for its end
    with contextlib.suppress(Exception):  # the other side may be gone: closing is a courtesy to it
        async with asyncio.timeout(within):
            await client.close_session()
            await client.close_secure_channel()
    if protocol is not None and not protocol.is_closed:
        protocol.disconnect_socket()
    if publishing is not None:
        publishing.cancel()
        await asyncio.wait([publishing])


def _request(item: Item) -> ua.MonitoredItemCreateRequest:
    # Room for every sample between two publish answers, and some more for when one is late.
    queue = max(_LEAST_QUEUE, round(4 * PUBLISHING_MS / 1000 / item.sampling))
    return ua.MonitoredItemCreateRequest(
        ItemToMonitor=ua.ReadValueId(item.node, AttributeIds.Value),
        MonitoringMode=ua.MonitoringMode.Reporting,
        RequestedParameters=ua.MonitoringParameters(
            ClientHandle=item.number, SamplingInterval=item.sampling * 1000, QueueSize=queue
        ),
    )


def _publication(result: ua.PublishResult) -> Publication:
    changes: list[tuple[int, Answer]] = []
    ended = ""
    for notification in result.NotificationMessage.NotificationData or ():
        if isinstance(notification, ua.DataChangeNotification):
            changes += [(item.ClientHandle, _answer(item.Value)) for item in notification.MonitoredItems]
        elif isinstance(notification, ua.StatusChangeNotification):
            ended = f"the server ended the subscription ({notification.Status.name})"
    return Publication(changes, not result.MoreNotifications, ended)


def _answer(data: ua.DataValue) -> Answer:
    raw = data.Value.Value if data.Value is not None else None
    status = data.StatusCode.value if data.StatusCode is not None else 0
    return Answer(raw, status, data.SourceTimestamp, data.ServerTimestamp)


def _texts(answer: Answer) -> list[str]:
    return [str(text) for text in answer.raw] if isinstance(answer.raw, list) else []


def _limit(answer: Answer) -> int:
    return answer.raw if isinstance(answer.raw, int) and answer.raw > 0 else DEFAULT_CHUNK
