"""The data block of the fermentation hall as OPC UA nodes: their names, types and places in the tree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from asyncua import ua
from asyncua.common.manage_nodes import delete_nodes
from asyncua.common.node import Node
from asyncua.server.history import HistoryDict
from asyncua.server.server import Server
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes

from simulators.model.hall import MONTHLY_AMBIENT
from simulators.model.vessel import PIT_VALUES, TANK_VALUES

NAMESPACE = "urn:aikou:fermentation"
HISTORIZED = ("T01.pH", "T01.temperature")
_HISTORY_VALUES = 10_000
"""Kept of each; the oldest go first."""

_PROGRAM: Mapping[str, ua.Variant] = {
    "heartbeat": ua.Variant(0, ua.VariantType.UInt16),
    "program": ua.Variant("FB_Hall V2.3", ua.VariantType.String),
    "ambient": ua.Variant(list(MONTHLY_AMBIENT), ua.VariantType.Double),
    "clock": ua.Variant(ua.DateTime(1970, 1, 1), ua.VariantType.DateTime),
    "agitator": ua.Variant(False, ua.VariantType.Boolean),
    "fills": ua.Variant(0, ua.VariantType.Int32),
}
_CONSTANT = ("program", "ambient")
_BLOCK = "DB_Tank"
_MEASURED = ua.Variant(0.0, ua.VariantType.Double)
_NOTHING_YET = ua.DataValue(StatusCode=ua.StatusCode(ua.UInt32(StatusCodes.BadWaitingForInitialData)))


class DataBlock:
    """The nodes while a server runs.

    Attributes:
        types: of the values, by the nodes' names: `heartbeat`, `T01.pH`.
    """

    def __init__(self, server: Server, index: int) -> None:
        """Make an empty block whose names are in the namespace with an index."""
        self.types: dict[str, ua.VariantType] = {}
        self._server = server
        self._index = index
        self._nodes: dict[str, Node] = {}
        self._parents: list[Node] = []
        self._history = HistoryDict()

    async def build(self, tanks: Sequence[str], pits: Sequence[str]) -> None:
        """Add all nodes; what is measured has no value yet, and the client is told so."""
        block = await self._add_object(self._server.nodes.objects, _BLOCK, ())
        for name, value in _PROGRAM.items():
            await self._add_variable(block, (name,), value)
        for vessels, values in ((tanks, TANK_VALUES), (pits, PIT_VALUES)):
            for vessel in vessels:
                folder = await self._add_object(block, vessel, (vessel,))
                for value_name in values:
                    await self._add_variable(folder, (vessel, value_name), _MEASURED)
        for name, node in self._nodes.items():
            if name not in _CONSTANT:
                await self._server.write_attribute_value(node.nodeid, _NOTHING_YET)
        await self._keep_history(HISTORIZED)

    async def write(self, name: str, value: object, time: ua.DateTime) -> None:
        """Write a node's value with its source timestamp, and keep it if the node has a history."""
        data = ua.DataValue(ua.Variant(value, self.types[name]), SourceTimestamp=time, ServerTimestamp=time)
        node = self._nodes[name]
        await self._server.write_attribute_value(node.nodeid, data)
        if name in HISTORIZED:
            await self._history.save_node_value(node.nodeid, data)

    async def remove(self) -> None:
        """Take all nodes away again."""
        block, *folders = self._parents
        session = self._server.iserver.isession
        inner = [*self._nodes.values(), *folders]
        # Looking for references to each of them would take the library a second, and only those to the block stay.
        await delete_nodes(session, inner, delete_target_references=False)
        await delete_nodes(session, [block])

    async def _keep_history(self, names: Collection[str]) -> None:
        """Show nodes as historized; the library would fill their history by a subscription that wakes every 10 ms."""
        self._server.iserver.history_manager.set_storage(self._history)
        for name in names:
            if (node := self._nodes.get(name)) is None:
                continue
            await node.write_attribute(AttributeIds.Historizing, ua.DataValue(ua.Variant(True)))
            await node.set_attr_bit(AttributeIds.AccessLevel, ua.AccessLevel.HistoryRead)
            await node.set_attr_bit(AttributeIds.UserAccessLevel, ua.AccessLevel.HistoryRead)
            await self._history.new_historized_node(node.nodeid, None, _HISTORY_VALUES)

    async def _add_object(self, parent: Node, name: str, path: tuple[str, ...]) -> Node:
        node = await parent.add_object(self._node_id(path), f"{self._index}:{name}")
        self._parents.append(node)
        return node

    async def _add_variable(self, parent: Node, path: tuple[str, ...], value: ua.Variant) -> None:
        name = ".".join(path)
        self._nodes[name] = await parent.add_variable(self._node_id(path), f"{self._index}:{path[-1]}", value)
        self.types[name] = value.VariantType

    def _node_id(self, path: tuple[str, ...]) -> ua.NodeId:
        """Return the id as Siemens makes it of a symbolic name: `"DB_Tank"."T01"."pH"`, quotes included."""
        text = ".".join(f'"{part}"' for part in (_BLOCK, *path))
        return ua.NodeId(ua.String(text), ua.Int16(self._index))
