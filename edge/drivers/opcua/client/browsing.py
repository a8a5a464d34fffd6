"""Walking a server's address space: what is below a node, and what a variable is."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors import BadNoContinuationPoints

from edge.drivers.opcua.client.answers import Child, Variable
from edge.drivers.opcua.client.connection import Connection, in_chunks
from edge.drivers.opcua.client.messages import Answer, Node, speaking, status_name

log = structlog.get_logger(__name__)

REFERENCES = 1000
"""Of one node in one answer."""
_SHOWN = 5
_READABLE = 1 << ua.AccessLevel.CurrentRead.value
_SCALAR_RANK = -1
_BUILT_IN = range(1, 26)
"""Ids of the types that a Variant can hold."""
_OF_PYTHON = {bool: "Boolean", int: "Integer", float: "Double", str: "String"}


async def children(connection: Connection, nodes: Sequence[Node]) -> list[list[Child]]:
    """Return the objects and variables below nodes; nothing below one that the server refuses, which is logged.

    Raises:
        TransientError: the server does not answer.
    """
    found: dict[Node, list[ua.ReferenceDescription]] = {}
    refused: dict[Node, str] = {}
    left: Sequence[Node] = list(dict.fromkeys(nodes))
    with speaking("cannot browse"):
        while left:
            postponed = await _browse(connection, left, found, refused)
            if len(postponed) == len(left):
                raise BadNoContinuationPoints
            left = postponed
    if refused:
        log.warning(
            "opcua nodes cannot be browsed",
            nodes=[node.to_string() for node in list(refused)[:_SHOWN]],
            count=len(refused),
            reasons=sorted(set(refused.values())),
        )
    return [
        [_child(one) for one in found.get(node, ()) if not getattr(one.NodeId, "ServerIndex", 0)]
        for node in nodes
    ]


async def exists(connection: Connection, node: Node) -> bool:
    """Return whether there is such a node.

    Raises:
        TransientError: the server does not answer.
    """
    ((_, status, *_),) = await connection.read([node], AttributeIds.NodeClass)
    return not status


async def _browse(
    connection: Connection,
    nodes: Sequence[Node],
    found: dict[Node, list[ua.ReferenceDescription]],
    refused: dict[Node, str],
) -> list[Node]:
    """Put down what is below nodes, and return those for which the server had no continuation point left."""
    services = connection.services

    async def browse(chunk: Sequence[Node]) -> list[ua.BrowseResult]:
        wanted = [
            ua.BrowseDescription(
                NodeId=node,
                BrowseDirection=ua.BrowseDirection.Forward,
                ReferenceTypeId=Node(ua.Int32(ObjectIds.HierarchicalReferences)),
                IncludeSubtypes=True,
                NodeClassMask=ua.UInt32(ua.NodeClass.Object | ua.NodeClass.Variable),
                ResultMask=ua.UInt32(ua.BrowseResultMask.All),
            )
            for node in chunk
        ]
        asked = ua.BrowseParameters(RequestedMaxReferencesPerNode=ua.UInt32(REFERENCES), NodesToBrowse=wanted)
        return await services.browse(asked)

    async def browse_next(points: Sequence[bytes]) -> list[ua.BrowseResult]:
        return await services.browse_next(ua.BrowseNextParameters(False, list(points)))

    postponed: list[Node] = []
    results = await in_chunks(nodes, connection.limits.browses, browse)
    pages = list(zip(nodes, results, strict=True))
    while pages:
        for node, result in pages:
            status = result.StatusCode
            if status.value == StatusCodes.BadNoContinuationPoints:
                postponed.append(node)
                found.pop(node, None)
            elif status.is_bad():
                refused[node] = status_name(status.value)
            else:
                found.setdefault(node, []).extend(result.References or ())
        points = {node: result.ContinuationPoint for node, result in pages if result.ContinuationPoint}
        more = await in_chunks(list(points.values()), connection.limits.browses, browse_next)
        pages = list(zip(points, more, strict=True))
    return postponed


async def variables(connection: Connection, nodes: Sequence[Node]) -> list[Variable]:
    """Return what the server says of variables.

    Raises:
        TransientError: it says nothing.
    """
    columns = [
        await connection.read(nodes, attribute)
        for attribute in (
            AttributeIds.Value,
            AttributeIds.DataType,
            AttributeIds.ValueRank,
            AttributeIds.UserAccessLevel,
            AttributeIds.Description,
        )
    ]
    return [_variable(*answers) for answers in zip(*columns, strict=True)]


async def units(connection: Connection, nodes: Sequence[Node]) -> list[str]:
    """Return the engineering units that properties hold (OPC 10000-8, 5.6.3).

    Raises:
        TransientError: the server does not answer.
    """
    answers = await connection.read(nodes)
    return [
        str(raw.DisplayName.Text or "") if isinstance(raw, ua.EUInformation) else "" for raw, *_ in answers
    ]


def _child(reference: ua.ReferenceDescription) -> Child:
    target = reference.NodeId
    return Child(
        Node(target.Identifier, target.NamespaceIndex, target.NodeIdType),
        str(reference.BrowseName.Name or ""),
        str(reference.DisplayName.Text or ""),
        reference.NodeClass == ua.NodeClass.Variable,
        reference.ReferenceTypeId == Node(ua.Int32(ObjectIds.HasProperty)),
    )


def _variable(value: Answer, kind: Answer, rank: Answer, access: Answer, description: Answer) -> Variable:
    raw, text = value[0], description[0]
    is_array = isinstance(raw, list) or (isinstance(rank[0], int) and rank[0] > _SCALAR_RANK)
    is_flat = isinstance(raw, list) and not any(isinstance(one, list) for one in raw)
    return Variable(
        _type_name(kind[0], raw[0] if isinstance(raw, list) and raw else raw),
        raw,
        len(raw) if isinstance(raw, list) and is_flat else None,
        is_array,
        not isinstance(access[0], int) or bool(access[0] & _READABLE),
        str(text.Text or "") if isinstance(text, ua.LocalizedText) else "",
    )


def _type_name(kind: object, raw: object) -> str:
    """Return a type's name; that of a derived type is what its value is made of."""
    number = kind.Identifier if isinstance(kind, ua.NodeId) and not kind.NamespaceIndex else None
    if isinstance(number, int) and number in _BUILT_IN:
        return ua.VariantType(number).name
    return _OF_PYTHON.get(type(raw), type(raw).__name__ if raw is not None else "")
