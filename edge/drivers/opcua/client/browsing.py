"""Walking a server's address space: what is below a node, and what a variable is."""

from __future__ import annotations

from collections.abc import Sequence

from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from edge.drivers.opcua.client.answers import Child, Variable
from edge.drivers.opcua.client.connection import Connection, in_chunks
from edge.drivers.opcua.client.messages import Answer, Node, speaking

REFERENCES = 1000
"""Of one node in one answer."""
_READABLE = 1 << ua.AccessLevel.CurrentRead.value
_SCALAR_RANK = -1
_BUILT_IN = range(1, 26)
"""Ids of the types that a Variant can hold."""
_OF_PYTHON = {bool: "Boolean", int: "Integer", float: "Double", str: "String"}


async def children(connection: Connection, nodes: Sequence[Node]) -> list[list[Child]]:
    """Return the objects and variables below nodes.

    Raises:
        TransientError: the server does not answer.
    """
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

    with speaking("cannot browse"):
        results = await in_chunks(nodes, connection.limits.browses, browse)
        found = [list(result.References or ()) for result in results]
        points = {number: result.ContinuationPoint for number, result in enumerate(results)}
        while points := {number: point for number, point in points.items() if point}:
            asked = ua.BrowseNextParameters(False, list(points.values()))
            more = await services.browse_next(asked)
            for number, result in zip(list(points), more, strict=True):
                found[number] += result.References or ()
                points[number] = result.ContinuationPoint
    return [
        [_child(one) for one in references if not getattr(one.NodeId, "ServerIndex", 0)]
        for references in found
    ]


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
