"""The tanks as asyncua's client sees them."""

from __future__ import annotations

from datetime import UTC, datetime

from asyncua import ua
from asyncua.client.client import Client

from simulators.model.tank import TankReading
from simulators.servers.opcua import NAMESPACE, TankServer

_AT = 1_795_463_696_000_000_000
_TANKS = ("T01", "T02")
_READINGS = (TankReading(4.5, 28.0, 95.0, 9.0, 0.25), TankReading(3.75, 17.5, 90.5, 14.0, 0.8))


async def test_a_client_reads_values_and_their_source_time() -> None:
    """Every value is a good Double under its quoted string id, stamped with the time it was measured."""
    async with TankServer(_TANKS) as server:
        await server.show(65_537, _READINGS, _AT)
        async with Client(f"opc.tcp://127.0.0.1:{server.port}/") as client:
            index = await client.get_namespace_index(NAMESPACE)
            for tank, reading in zip(_TANKS, _READINGS, strict=True):
                for name in ("pH", "temperature", "level", "salt", "acid"):
                    shown = await client.get_node(
                        f'ns={index};s="DB_Tank"."{tank}"."{name}"'
                    ).read_data_value()
                    assert shown.Value is not None
                    assert shown.Value.VariantType is ua.VariantType.Double
                    assert shown.Value.Value == getattr(reading, name.lower())
                    assert shown.SourceTimestamp == datetime.fromtimestamp(_AT / 1e9, UTC)
            heartbeat = await client.get_node(f'ns={index};s="DB_Tank"."heartbeat"').read_data_value()
            assert heartbeat.Value == ua.Variant(1, ua.VariantType.UInt16)


async def test_a_client_can_browse_to_the_tanks() -> None:
    """From the Objects folder down to a tank's values."""
    async with TankServer(_TANKS) as server, Client(f"opc.tcp://127.0.0.1:{server.port}/") as client:
        index = await client.get_namespace_index(NAMESPACE)
        tank = await client.nodes.objects.get_child([f"{index}:DB_Tank", f"{index}:T02"])
        names = [(await node.read_browse_name()).Name for node in await tank.get_children()]
        assert names == ["pH", "temperature", "level", "salt", "acid"]
