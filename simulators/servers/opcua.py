"""The fermentation hall's OPC UA server, as a Siemens S7-1200 would show it; the only asyncua import."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC
from types import TracebackType
from typing import Self

from asyncua import ua
from asyncua.common.node import Node
from asyncua.server.server import Server

from simulators.model.tank import TankReading

NAMESPACE = "urn:aikou:fermentation"
VALUES = ("pH", "temperature", "level", "salt", "acid")
_UINT16 = 0xFFFF


class TankServer:
    """Serves the tanks on a loopback port while it is entered.

    Attributes:
        port: 0 = any free one; the real one once entered.
    """

    def __init__(self, tanks: Sequence[str], port: int = 0) -> None:
        self.port = port
        self._tanks = tuple(tanks)
        self._server = Server()
        self._nodes: dict[str, ua.NodeId] = {}

    async def __aenter__(self) -> Self:
        # The library warns about the security that a simulated PLC has left out on purpose.
        logging.getLogger("asyncua").setLevel(logging.ERROR)
        server = self._server
        await server.init()
        server.set_endpoint(f"opc.tcp://127.0.0.1:{self.port}/")
        server.set_server_name("S7-1200 fermentation hall (simulated)")
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        # A real S7 has its own namespace third, so nobody may get away with a fixed index of 2.
        await server.register_namespace("http://opcfoundation.org/UA/DI/")
        await self._build(await server.register_namespace(NAMESPACE))
        await server.start()
        if server.bserver is not None:
            self.port = server.bserver.port
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.stop()

    async def show(self, heartbeat: int, readings: Sequence[TankReading], at: int) -> None:
        """Publish what the probes show at a time (ns UTC), which becomes the source timestamp."""
        time = ua.DateTime.fromtimestamp(at / 1e9, UTC)
        beat = ua.Variant(heartbeat & _UINT16, ua.VariantType.UInt16)
        await self._write('"DB_Tank"."heartbeat"', beat, time)
        for tank, reading in zip(self._tanks, readings, strict=True):
            shown = (reading.ph, reading.temperature, reading.level, reading.salt, reading.acid)
            for name, value in zip(VALUES, shown, strict=True):
                await self._write(_tag(tank, name), ua.Variant(value, ua.VariantType.Double), time)

    async def _build(self, index: int) -> None:
        block = await self._server.nodes.objects.add_object(_node_id(index, '"DB_Tank"'), f"{index}:DB_Tank")
        heartbeat = ua.Variant(0, ua.VariantType.UInt16)
        await self._add(block, index, '"DB_Tank"."heartbeat"', "heartbeat", heartbeat)
        for tank in self._tanks:
            folder = await block.add_object(_node_id(index, f'"DB_Tank"."{tank}"'), f"{index}:{tank}")
            for name in VALUES:
                nothing = ua.Variant(0.0, ua.VariantType.Double)
                await self._add(folder, index, _tag(tank, name), name, nothing)

    async def _add(self, parent: Node, index: int, tag: str, name: str, value: ua.Variant) -> None:
        node = await parent.add_variable(_node_id(index, tag), f"{index}:{name}", value)
        self._nodes[tag] = node.nodeid

    async def _write(self, tag: str, value: ua.Variant, time: ua.DateTime) -> None:
        shown = ua.DataValue(value, SourceTimestamp=time, ServerTimestamp=time)
        await self._server.write_attribute_value(self._nodes[tag], shown)


def _tag(tank: str, value: str) -> str:
    return f'"DB_Tank"."{tank}"."{value}"'


def _node_id(index: int, tag: str) -> ua.NodeId:
    return ua.NodeId(ua.String(tag), ua.Int16(index))
