"""An OPC UA server of many numbers, all of which change once a second.

Started by benchmarks.opcua as `python -m benchmarks.opcua_server ITEMS`; lives until its stdin ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from datetime import UTC, datetime

from asyncua import ua
from asyncua.server.server import Server

NAMESPACE = "urn:benchmark"
PERIOD_S = 1.0


async def main(items: int) -> None:
    """Serve so many items."""
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)
    server = Server()
    await server.init()
    server.set_endpoint("opc.tcp://127.0.0.1:0/")
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    index = await server.register_namespace(NAMESPACE)
    nodes = [ua.NodeId(ua.String(f"t{number}"), ua.Int16(index)) for number in range(items)]
    for number, node in enumerate(nodes):
        await server.nodes.objects.add_variable(node, f"{index}:t{number}", 0.0)
    async with server:
        assert server.bserver is not None
        print(json.dumps({"ready": True, "ports": [server.bserver.port]}), flush=True)
        change = asyncio.create_task(_change(server, nodes), name="change")
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        change.cancel()


async def _change(server: Server, nodes: list[ua.NodeId]) -> None:
    """Write every node once a period, in pieces, so that clients are served meanwhile."""
    loop = asyncio.get_running_loop()
    begin, rounds, piece = loop.time(), 0, max(1, len(nodes) // 20)
    while True:
        rounds += 1
        for start in range(0, len(nodes), piece):
            moment = datetime.now(UTC)  # noqa: TID251 - a server's own clock
            for number in range(start, min(start + piece, len(nodes))):
                data = ua.DataValue(
                    ua.Variant(rounds + number / 7, ua.VariantType.Double),
                    SourceTimestamp=ua.DateTime.fromtimestamp(moment.timestamp(), UTC),
                    ServerTimestamp=ua.DateTime.fromtimestamp(moment.timestamp(), UTC),
                )
                await server.write_attribute_value(nodes[number], data)
            await asyncio.sleep(0)
        await asyncio.sleep(begin + rounds * PERIOD_S - loop.time())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
