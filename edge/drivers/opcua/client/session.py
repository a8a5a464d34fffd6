"""Opening a session, secured as configured and never less, and closing it in order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from asyncua import ua
from asyncua.client.client import Client
from asyncua.crypto import security_policies, uacrypto
from asyncua.ua.uaerrors import UaError

from edge.clock import Clock
from edge.drivers.opcua.address import MessageMode, Policy, Security, Server
from edge.drivers.opcua.certificates import first
from edge.drivers.opcua.client.connection import Connection
from edge.drivers.opcua.client.messages import Node, speaking
from edge.drivers.opcua.pki import Pki
from edge.errors import TransientError

log = structlog.get_logger(__name__)

SESSION_MS = 20_000
"""A server forgets a session that has fallen silent after this time, so that few of them are ever left over."""
_POLICIES: Mapping[Policy, Any] = {
    Policy.BASIC256SHA256: security_policies.SecurityPolicyBasic256Sha256,
    Policy.AES128: security_policies.SecurityPolicyAes128Sha256RsaOaep,
    Policy.AES256: security_policies.SecurityPolicyAes256Sha256RsaPss,
}
_SOUND = frozenset(policy.URI for policy in _POLICIES.values())
_MODES = {
    MessageMode.SIGN: ua.MessageSecurityMode.Sign,
    MessageMode.SIGN_AND_ENCRYPT: ua.MessageSecurityMode.SignAndEncrypt,
}


@dataclass(slots=True)
class Leftover:
    """A session that could not be closed, for the next connection to close; servers have few.

    Attributes:
        token, nonce, policies: what takes it up again; None when there is none.
    """

    token: Node | None = None
    nonce: bytes | None = None
    policies: Sequence[ua.UserTokenPolicy] = ()


@contextlib.asynccontextmanager
async def connect(
    server: Server, pki: Pki, clock: Clock, within: float, farewell: float, leftover: Leftover
) -> AsyncIterator[Connection]:
    """Open a session for the length of a block, and close it in order whatever happens.

    Args:
        server: where to, and how secured.
        pki: our own certificate, and which servers are trusted.
        clock: for the renewal of the secure channel and the validity of certificates.
        within: seconds for all of it.
        farewell: seconds for closing.
        leftover: of the session before; takes this one if it cannot be closed.

    Raises:
        TransientError: no session could be opened.
    """
    client = Client(server.url, timeout=server.timeout)
    client.session_timeout = SESSION_MS
    try:
        with speaking("cannot connect"):
            async with asyncio.timeout(within):
                await _secure(client, server, pki, clock)
                await _open(client, server.security, leftover)
                connection = Connection(client, clock)
                await connection.look_round()
        yield connection
    finally:
        await _close(client, farewell, leftover)


async def _secure(client: Client, server: Server, pki: Pki, clock: Clock) -> None:
    """Set our own certificate and the server's, which is trusted, and the policy; nothing is sent under a lesser one."""
    security = server.security
    if security.policy is Policy.NONE:
        client.application_uri = pki.application_uri
        return
    own = await asyncio.to_thread(pki.own, clock.now())
    client.application_uri = own.uri
    endpoint, pinned = await _endpoint(server), security.server_certificate
    if pinned is not None:
        certificate = await asyncio.to_thread(pki.pinned, pinned, clock.now())
    else:
        certificate = endpoint.ServerCertificate
        await _check(certificate, endpoint.Server.ApplicationUri, server, pki, clock)

    async def check(_: object, application: ua.ApplicationDescription) -> None:
        """Check again what the server says of itself once nobody in between can have changed it."""
        if pinned is None:
            await _check(certificate, application.ApplicationUri, server, pki, clock)

    client.certificate_validator = check
    await client.set_security(
        _POLICIES[security.policy],
        own.certificate,
        own.key,
        server_certificate=uacrypto.CertProperties(first(certificate), "der"),
        mode=_MODES[security.mode],
    )


async def _check(certificate: bytes, uri: str | None, server: Server, pki: Pki, clock: Clock) -> None:
    host = None if server.security.any_host else urlsplit(server.url).hostname
    await asyncio.to_thread(pki.check, certificate, uri or "", host, clock.now())


async def _endpoint(server: Server) -> ua.EndpointDescription:
    """Return the endpoint that has what is configured; there is no second best."""
    asking = Client(server.url, timeout=server.timeout)
    security = server.security
    endpoints = await asking.connect_and_get_server_endpoints()
    try:
        return Client.find_endpoint(endpoints, _MODES[security.mode], _POLICIES[security.policy].URI)
    except UaError:
        offered = ", ".join(
            sorted(
                {
                    f"{one.SecurityPolicyUri.rpartition('#')[2]} {one.SecurityMode.name.rstrip('_')}"
                    for one in endpoints
                }
            )
        )
        raise TransientError(
            f"the server does not offer {security.policy} {security.mode}, and nothing less is taken; it offers {offered}"
        ) from None


async def _open(client: Client, security: Security, leftover: Leftover) -> None:
    await client.connect_socket()
    await client.send_hello()
    await client.open_secure_channel()
    if leftover.token is not None:
        await _close_leftover(client, security, leftover)
    await client.create_session()
    await _activate(client, security)


async def _activate(client: Client, security: Security) -> None:
    """Say who we are: never without encryption."""
    is_secured = security.policy is not Policy.NONE
    user, password = (security.user, security.password) if is_secured else (None, None)
    if password and security.mode is not MessageMode.SIGN_AND_ENCRYPT:
        token = client.server_policy(ua.UserTokenType.UserName)
        if token.SecurityPolicyUri not in _SOUND:
            raise TransientError("the server wants the password in plain text or poorly encrypted")
    await client.activate_session(username=user, password=password)


async def _close_leftover(client: Client, security: Security, leftover: Leftover) -> None:
    """Take up the session that could not be closed, and close it; it is tried once."""
    session, token, state = client.uaclient.session, leftover.token, cast("Any", client)
    assert token is not None  # noqa: S101 - whoever calls has looked
    session.restore_authentication_token(token)
    state._server_nonce, state._policy_ids = leftover.nonce, leftover.policies  # noqa: SLF001 - as at its end
    leftover.token = None
    with contextlib.suppress(UaError):  # the server may have forgotten it by now
        await _activate(client, security)
        await session.close_session(delete_subscriptions=True)
    session.reset_authentication_token()


async def _close(client: Client, within: float, leftover: Leftover) -> None:
    """Say goodbye if the server still listens, and leave neither a task nor a socket behind."""
    protocol, session = client.uaclient.protocol, client.uaclient.session
    publishing = session._publish_task  # noqa: SLF001 - the library never waits for its end
    token = session.authentication_token if session.has_session else None
    try:
        async with asyncio.timeout(within):
            if protocol is None or protocol.is_closed:
                raise TransientError("the connection is gone")
            await client.close_session()
            token = None
            await client.close_secure_channel()
    except Exception as error:
        log.debug("opcua session not closed in order", reason=str(error))
    if token is not None:
        leftover.token, leftover.nonce = token, client._server_nonce  # noqa: SLF001 - see Leftover
        leftover.policies = client._policy_ids  # noqa: SLF001 - see Leftover
    if protocol is not None and not protocol.is_closed:
        protocol.disconnect_socket()
    if publishing is not None:
        publishing.cancel()
        await asyncio.wait([publishing])
