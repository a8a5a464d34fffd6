"""An open session: reading, watching and asking for history, in as many requests as the server wants."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from asyncua import ua
from asyncua.client.client import Client
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors import BadTooManyOperations, UaError

from edge.clock import Clock
from edge.drivers.opcua.address import Deadband, NodeAddress
from edge.drivers.opcua.client.answers import Agreement, Limits, Past, Publication, Watched
from edge.drivers.opcua.client.messages import (
    Answer,
    Node,
    answer_of,
    changes_of,
    date_time,
    limit_of,
    node_of,
    speaking,
    status_name,
    texts_of,
)
from edge.errors import TransientError

LIFETIME_S = 20.0
"""A server forgets a subscription that nobody asks for after this time; none is ever taken up again."""
NOTIFICATIONS_PER_PUBLISH = 5000
HISTORY_VALUES = 1000
"""Of one node in one answer."""
_RENEW = 0.75
"""The share of a secure channel's lifetime after which it is renewed."""
_FILTER_REFUSED = frozenset(
    {
        StatusCodes.BadFilterNotAllowed,
        StatusCodes.BadMonitoredItemFilterInvalid,
        StatusCodes.BadMonitoredItemFilterUnsupported,
        StatusCodes.BadDeadbandFilterInvalid,
    }
)
_LIMITS = (
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
    *(
        ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
        ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadData,
        ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerBrowse,
    ),
)
_HISTORY_READ = 1 << ua.AccessLevel.HistoryRead.value
_Request = TypeVar("_Request")
_Result = TypeVar("_Result")


class Connection:
    """An open session.

    Attributes:
        limits: how much the server takes in one request.
        services: the library's, for this package alone.
    """

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self.services = client.uaclient.session
        self._clock = clock
        self._namespaces: list[str] = []
        self.limits = Limits()
        self._renew_at = self._next_renewal()

    async def look_round(self) -> None:
        """Learn the server's namespaces and how much it takes in one request."""
        namespaces, *limits = await self._read(ObjectIds.Server_NamespaceArray, *_LIMITS)
        self._namespaces = texts_of(namespaces)
        found = zip(limits, Limits(), strict=True)
        self.limits = Limits(*(limit_of(answer, default) for answer, default in found))

    def node(self, address: NodeAddress) -> Node | None:
        """Return the node of an address; None when the server has no such namespace, or nobody such an identifier."""
        try:
            return node_of(address.identifier, self._namespaces.index(address.namespace))
        except ValueError:
            return None

    def address(self, node: Node) -> NodeAddress | None:
        """Return the address of a node; None for one in a namespace that the server does not name."""
        if node.NamespaceIndex >= len(self._namespaces):
            return None
        text = node.to_string()
        identifier = text.partition(";")[2] if node.NamespaceIndex else text
        return NodeAddress(self._namespaces[node.NamespaceIndex], identifier)

    async def read(self, nodes: Sequence[Node], attribute: AttributeIds = AttributeIds.Value) -> list[Answer]:
        """Return what the server says of nodes.

        Raises:
            TransientError: it says nothing, or not in time.
        """

        async def ask(chunk: Sequence[Node]) -> list[ua.DataValue]:
            wanted = [ua.ReadValueId(node, attribute) for node in chunk]
            both = ua.ReadParameters(TimestampsToReturn=ua.TimestampsToReturn.Both, NodesToRead=wanted)
            return await self.services.read(both)

        with speaking("cannot read"):
            return [answer_of(data) for data in await in_chunks(nodes, self.limits.reads, ask)]

    async def ask(self) -> Answer | None:
        """Return what the server says of its clock, None when it says nothing in time; and keep the secure channel alive.

        Raises:
            TransientError: the session is over, or its namespace indexes have become wrong.
        """
        with speaking("the session broke"), contextlib.suppress(TimeoutError):
            clock, namespaces = await self._read(
                ObjectIds.Server_ServerStatus_CurrentTime, ObjectIds.Server_NamespaceArray
            )
            if namespaces[1] == 0 and texts_of(namespaces) != self._namespaces:
                raise TransientError("the server's namespaces have changed")
            if self._clock.monotonic() >= self._renew_at:
                await self._client.open_secure_channel(renew=True)
                self._renew_at = self._next_renewal()
            return clock
        return None

    async def watch(
        self,
        items: Sequence[Watched],
        publishing: float,
        silence: float,
        clock_sampling: float,
        publish: Callable[[Publication], None],
    ) -> Agreement:
        """Subscribe to changes, and to the server's own clock.

        Args:
            items: what to watch.
            publishing: between two publish answers, s.
            silence: the longest that it is to be silent, s.
            clock_sampling: how often the server is to look at its clock, s.
            publish: takes each publish answer, and must not wait; one without changes says that there were none.

        Raises:
            TransientError: the server does not answer or gives no subscription.
        """
        clock_handle = len(items)

        def take(result: ua.PublishResult) -> None:
            try:
                publication = _publication(result, clock_handle)
            except Exception as error:
                publication = Publication((), None, True, f"a publish answer makes no sense ({error!r})")
            publish(publication)

        with speaking("cannot subscribe"):
            keep_alive = max(1, round(silence / publishing))
            created = await self.services.create_subscription(
                ua.CreateSubscriptionParameters(
                    RequestedPublishingInterval=publishing * 1000,
                    RequestedLifetimeCount=max(3 * keep_alive, math.ceil(LIFETIME_S / publishing)),
                    RequestedMaxKeepAliveCount=keep_alive,
                    MaxNotificationsPerPublish=NOTIFICATIONS_PER_PUBLISH,
                ),
                take,
            )
            subscription = created.SubscriptionId
            clock = Watched(Node(ua.Int32(ObjectIds.Server_ServerStatus_CurrentTime)), clock_sampling, 1)
            requests = [_request(number, item) for number, item in enumerate([clock, *items], -1)]
            requests[0].RequestedParameters.ClientHandle = ua.UInt32(clock_handle)
            clock_result, *results = await self._create(subscription, requests)
            unfiltered = [
                number for number, result in enumerate(results) if result.StatusCode.value in _FILTER_REFUSED
            ]
            again = [_request(number, items[number]._replace(deadband=None)) for number in unfiltered]
            for number, result in zip(unfiltered, await self._create(subscription, again), strict=True):
                results[number] = result
        interval = created.RevisedPublishingInterval / 1000
        return Agreement(
            interval * created.RevisedMaxKeepAliveCount,
            max(interval, clock_result.RevisedSamplingInterval / 1000)
            if clock_result.StatusCode.is_good()
            else None,
            {
                number: status_name(result.StatusCode.value)
                for number, result in enumerate(results)
                if not result.StatusCode.is_good()
            },
            unfiltered,
        )

    async def historizing(self, nodes: Sequence[Node]) -> list[bool]:
        """Return whether each node keeps a history that we may read (AccessLevel and UserAccessLevel, bit 2)."""
        levels = [
            await self.read(nodes, attribute)
            for attribute in (AttributeIds.AccessLevel, AttributeIds.UserAccessLevel)
        ]
        return [
            all(isinstance(raw, int) and raw & _HISTORY_READ for raw, *_ in both)
            for both in zip(*levels, strict=True)
        ]

    async def history(
        self, nodes: Sequence[Node], start: int, end: int, pages: Sequence[bytes | None]
    ) -> list[Past]:
        """Return a page of the raw history of nodes.

        Args:
            nodes: no more than `limits.histories`.
            start: ns UTC, like `end`; both are included.
            end: of the slice.
            pages: which page of each node: None for the first, then what the last answer said.

        Raises:
            TransientError: the server does not answer.
        """
        details = ua.ReadRawModifiedDetails(
            IsReadModified=False,
            StartTime=date_time(start),
            EndTime=date_time(end),
            NumValuesPerNode=ua.UInt32(HISTORY_VALUES),
            ReturnBounds=False,
        )
        wanted = [
            ua.HistoryReadValueId(node, IndexRange="", ContinuationPoint=page)
            for node, page in zip(nodes, pages, strict=True)
        ]
        with speaking("cannot read history"):
            results = await self.services.history_read(
                ua.HistoryReadParameters(
                    HistoryReadDetails=details,
                    TimestampsToReturn=ua.TimestampsToReturn.Both,
                    ReleaseContinuationPoints=False,
                    NodesToRead=wanted,
                )
            )
        return [_past(result) for result in results]

    async def ended(self) -> str:
        """Wait until nothing more can come, and return why: the connection is gone, or nobody answers Publish any more."""
        publishing = self.services._publish_task  # noqa: SLF001 - the library ends it without a word
        async with self._client.subscribe_state() as states, asyncio.TaskGroup() as group:
            closed = group.create_task(states.next_change(), name="connection closed")
            waiting = {closed, publishing} if publishing else {closed}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            is_closed = closed.done()
            closed.cancel()
        return "the connection was closed" if is_closed else "the server knows of no subscription"

    async def _create(
        self, subscription: int, requests: Sequence[ua.MonitoredItemCreateRequest]
    ) -> list[ua.MonitoredItemCreateResult]:
        async def create(
            chunk: Sequence[ua.MonitoredItemCreateRequest],
        ) -> list[ua.MonitoredItemCreateResult]:
            return await self.services.create_monitored_items(
                ua.CreateMonitoredItemsParameters(subscription, ua.TimestampsToReturn.Both, list(chunk))
            )

        return await in_chunks(requests, self.limits.items, create)

    async def _read(self, *ids: int) -> list[Answer]:
        return await self.read([Node(ua.Int32(number)) for number in ids])

    def _next_renewal(self) -> float:
        return self._clock.monotonic() + _RENEW * self._client.secure_channel_timeout / 1000


async def in_chunks(
    requests: Sequence[_Request], most: int, ask: Callable[[Sequence[_Request]], Awaitable[list[_Result]]]
) -> list[_Result]:
    """Return the results of requests; a server that finds them too many, whatever it has said, is asked for half as many."""
    results: list[_Result] = []
    while len(results) < len(requests):
        chunk = requests[len(results) : len(results) + most]
        try:
            found = await ask(chunk)
        except BadTooManyOperations:
            if most == 1:
                raise
            most = max(1, min(most, len(chunk)) // 2)
            continue
        if len(found) != len(chunk):
            raise UaError(f"{len(found)} results for {len(chunk)} requests")
        results += found
    return results


def _request(handle: int, item: Watched) -> ua.MonitoredItemCreateRequest:
    return ua.MonitoredItemCreateRequest(
        ItemToMonitor=ua.ReadValueId(item.node, AttributeIds.Value),
        MonitoringMode=ua.MonitoringMode.Reporting,
        RequestedParameters=ua.MonitoringParameters(
            ClientHandle=handle,
            SamplingInterval=item.sampling * 1000,
            Filter=_filter(item.deadband),
            QueueSize=item.queue,
        ),
    )


def _filter(deadband: Deadband | None) -> Any:
    if deadband is None:
        return None
    kind = ua.DeadbandType.Percent if deadband.is_percent else ua.DeadbandType.Absolute
    return ua.DataChangeFilter(ua.DataChangeTrigger.StatusValue, kind, deadband.value)


def _publication(result: ua.PublishResult, clock_handle: int) -> Publication:
    changes: list[tuple[int, Answer]] = []
    clock: object = None
    ended = ""
    for notification in result.NotificationMessage.NotificationData or ():
        if isinstance(notification, ua.DataChangeNotification):
            changes += changes_of(notification)
        elif isinstance(notification, ua.StatusChangeNotification):
            ended = f"the server ended the subscription ({notification.Status.name})"
    # The clock was asked for first, so it usually comes first.
    for number, (handle, answer) in enumerate(changes):
        if handle == clock_handle:
            clock = answer[0]
            del changes[number]
            break
    return Publication(changes, clock, not result.MoreNotifications, ended)


def _past(result: ua.HistoryReadResult) -> Past:
    status, data = result.StatusCode, result.HistoryData
    if not status.is_good():
        return Past((), None, status_name(status.value))
    values = data.DataValues if isinstance(data, ua.HistoryData) else ()
    return Past([answer_of(value) for value in values or ()], result.ContinuationPoint or None)
