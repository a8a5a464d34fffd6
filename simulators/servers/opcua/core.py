"""What makes asyncua's server as small as an S7-1200: few sessions, slow sampling, few nodes in a call.

asyncua has no settings for these, but makes every session of a client in `InternalServer.create_session` and answers every
request by a method of the session: both are replaced here, and nothing else of the library is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sized
from copy import copy
from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession
from asyncua.server.server import Server
from asyncua.server.user_managers import UserManager
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

_SAMPLING_MS = 100.0
_PUBLISHING_MS = 200.0
_OPERATION_LIMITS = (
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerWrite,
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the server takes.

    Attributes:
        sessions: at a time.
        nodes: in one Read, Write or CreateMonitoredItems.
    """

    sessions: int = 10
    nodes: int = 1000


class Core(InternalServer):
    """asyncua's server without its sockets.

    Attributes:
        limits: what holds now.
    """

    def __init__(self, users: UserManager) -> None:
        super().__init__(users)
        self.limits = Limits()
        # Its own clock task has to be waited for, a second, whenever the server stops; `set_clock` is called instead.
        self.disabled_clock = True

    def create_session(
        self,
        name: str,
        user: User = User(role=UserRole.Anonymous),  # noqa: B008 - as in the library; never changed
        external: bool = False,
    ) -> InternalSession:
        """Return a session for a client, unless there are enough.

        Raises:
            ServiceError: there are.
        """
        if external and len(self._external_sessions) >= self.limits.sessions:
            raise ServiceError(StatusCodes.BadTooManySessions)
        return _Session(self, self.aspace, self.subscription_service, name, user=user, external=external)

    async def set_limits(self, limits: Limits) -> None:
        """Let limits hold from now on, and show them where clients look."""
        self.limits = limits
        value = ua.DataValue(ua.Variant(limits.nodes, ua.VariantType.UInt32))
        for number in _OPERATION_LIMITS:
            await self.write_attribute_value(ua.NodeId(ua.Int32(number)), value)

    async def set_clock(self, time: ua.DateTime) -> None:
        """Set the server's current time."""
        status = copy(await self.server_status_node.read_value())
        status.CurrentTime = time
        await self.server_status_node.write_value(status)
        await self.current_time_node.write_value(time)

    async def forget_subscriptions(self) -> None:
        """Delete every subscription without a word to the clients."""
        await self.subscription_service.delete_subscriptions(list(self.subscription_service.subscriptions))

    async def stop_serving(self, server: Server) -> None:
        """Stop a server of this core: no session, connection or task of it is left."""
        for session in tuple(self._external_sessions.values()):
            await session.close_session()
        async with asyncio.TaskGroup() as group:
            stopping = group.create_task(server.stop(), name="stop the OPC UA server")
            # The library waits for connections to end, also for one that comes in between and that it never closes.
            while not stopping.done() or self.asyncio_transports:
                for transport in tuple(self.asyncio_transports):
                    transport.abort()
                await asyncio.sleep(0)


class _Session(InternalSession):
    """A client's session, with the limits of its server."""

    iserver: Core

    async def read(self, params: ua.ReadParameters) -> list[ua.DataValue]:
        """Answer Read."""
        self._refuse_too_many(params.NodesToRead)
        return await super().read(params)

    async def write(self, params: ua.WriteParameters) -> list[ua.StatusCode]:
        """Answer Write."""
        self._refuse_too_many(params.NodesToWrite)
        return await super().write(params)

    async def create_subscription(
        self,
        params: ua.CreateSubscriptionParameters,
        callback: Callable[..., Any],
        request_callback: Callable[..., Any] | None = None,
    ) -> ua.CreateSubscriptionResult:
        """Answer CreateSubscription; one that wants to publish too often is slowed down, and told so."""
        interval = max(params.RequestedPublishingInterval, _PUBLISHING_MS)
        params.RequestedPublishingInterval = ua.Duration(interval)
        return await super().create_subscription(params, callback, request_callback)

    async def create_monitored_items(
        self, params: ua.CreateMonitoredItemsParameters
    ) -> list[ua.MonitoredItemCreateResult]:
        """Answer CreateMonitoredItems."""
        self._refuse_too_many(params.ItemsToCreate)
        results = await super().create_monitored_items(params)
        for item, result in zip(params.ItemsToCreate, results, strict=True):
            asked = item.RequestedParameters.SamplingInterval
            # Less than nothing means: as often as it is published, which the library has filled in.
            sampling = asked if asked >= 0 else result.RevisedSamplingInterval
            result.RevisedSamplingInterval = ua.Duration(max(sampling, _SAMPLING_MS))
        return results

    async def modify_monitored_items(
        self, params: ua.ModifyMonitoredItemsParameters
    ) -> list[ua.MonitoredItemModifyResult]:
        """Answer ModifyMonitoredItems."""
        results = await super().modify_monitored_items(params)
        for result in results:
            result.RevisedSamplingInterval = ua.Duration(max(result.RevisedSamplingInterval, _SAMPLING_MS))
        return results

    def publish(
        self, acks: Iterable[ua.SubscriptionAcknowledgement] | None = None
    ) -> tuple[int, list[ua.StatusCode]]:
        """Answer Publish; the library would let a session wait as long as any other one has a subscription."""
        subscriptions = self.subscription_service.subscriptions.values()
        if not any(subscription.session_id == self.session_id for subscription in subscriptions):
            raise ServiceError(StatusCodes.BadNoSubscription)
        return super().publish(acks)

    def _refuse_too_many(self, nodes: Sized) -> None:
        if len(nodes) > self.iserver.limits.nodes:
            raise ServiceError(StatusCodes.BadTooManyOperations)
