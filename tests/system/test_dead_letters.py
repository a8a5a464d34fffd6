"""One poisoned line among 10,000, against a real InfluxDB 1.6: the others land, and a replay works when the cause is gone."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import urllib3

from edge.clock import SystemClock
from edge.errors import TransientError
from edge.historian.base import Aggregate, Query
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.messages import acknowledgement, batch, topics
from edge.messages.schema import Stream
from edge.mqtt.client import MqttClient
from edge.mqtt.options import MqttOptions
from tests.servers import Server
from tests.system.programs import chili_edge, running

LINES, BATCH = 10_000, 2_500
NODE = topics.NodeTopics("s", "n")
DEADLINE_S = 40.0
POISON = {
    "conflict": "alarm,alarm=high,device=d,line=l,site=s value=1.5 {now}",
    "retention": "count,counter=c,device=d,line=l,site=s n=1i {old}",
    "escape": 'count,counter=c,device=d,line=l,site=s n=1i,mark="half\\ {now}',
}


def ask(server: Server, database: str, statement: str) -> str:
    """Give InfluxDB an order."""
    with urllib3.PoolManager() as http:
        url = f"http://127.0.0.1:{server.port}/query"
        answer = http.request("POST", url, fields={"db": database, "q": statement}, encode_multipart=False)
    return answer.data.decode()


def put(server: Server, database: str, line: str) -> None:
    """Write a line past our schema."""
    with urllib3.PoolManager() as http:
        url = f"http://127.0.0.1:{server.port}/write?db={database}"
        assert http.request("POST", url, body=line.encode()).status == 204


async def send(broker: Server, lines: list[str]) -> None:
    """Be a node: publish batches, again and again, until each of them is acknowledged."""
    parts = [lines[at : at + BATCH] for at in range(0, len(lines), BATCH)]
    payloads = {
        seq: batch.encode(batch.Header("n", "e1", seq, len(part), 0, 0), part)
        for seq, part in enumerate(parts, 1)
    }
    client = MqttClient(MqttOptions(url=(f"mqtt://127.0.0.1:{broker.port}",)), "node", clean=True)
    client.subscribe(NODE.ack(Stream.LEDGER))

    async def publish() -> None:
        while True:
            for payload in list(payloads.values()):
                try:
                    await client.publish(NODE.data(Stream.LEDGER), payload)
                except TransientError:
                    break
            await asyncio.sleep(0.5)

    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        tasks = [group.create_task(client.run()), group.create_task(publish())]
        async for message in client.messages():
            known = acknowledgement.decode(message.payload)
            for seq in [seq for seq in payloads if seq in known]:
                del payloads[seq]
            client.ack(message)
            if not payloads:
                break
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def host(broker: Server, database: Server, name: str, folder: Path) -> AsyncIterator[Path]:
    """Run ingest as a process, and yield its configuration."""
    file = folder / "edge.yaml"
    file.write_text(
        f"""
site: {{enterprise: e, site: s, line: l, timezone: Asia/Shanghai}}
node: {{id: n}}
mqtt: {{url: "mqtt://127.0.0.1:{broker.port}"}}
historian: {{kind: influxdb, url: "http://127.0.0.1:{database.port}", database: {name}}}
"""
    )
    async with running(file, "ingest") as program:
        await program.says("connected to the broker")
        yield file
        assert await program.end() == 0
    assert "Traceback" not in program.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted(POISON))
@pytest.mark.timeout(90)
async def test_one_poisoned_line_among_ten_thousand(
    kind: str, mosquitto: Server, influxd: Server, tmp_path: Path
) -> None:
    """9,999 land, one is a dead letter with its reason and its bytes, and replay works after the cause is gone."""
    database, now = f"t{uuid.uuid4().hex}", SystemClock().now()
    ask(influxd, database, f'CREATE DATABASE "{database}" WITH DURATION 24h')
    put(influxd, database, f'alarm,alarm=high,device=d,line=l,site=s value="text" {now}')
    poison = POISON[kind].format(now=now, old=now - 90 * 86_400 * 10**9)
    lines = [
        f"count,counter=good,device=d{at % 7},line=l,site=s n=1i,total={at}i {now - at}"
        for at in range(LINES - 1)
    ]
    lines.insert(LINES // 3, poison)

    async with host(mosquitto, influxd, database, tmp_path) as config:
        await send(mosquitto, lines)
        listed = await asyncio.to_thread(chili_edge, "dead-letters", "list", "-c", config)
        shown = await asyncio.to_thread(chili_edge, "dead-letters", "show", "1", "-c", config)
        assert await _stored(influxd, database) == LINES - 1
        assert shown.out == poison
        assert len(listed.out.splitlines()) == 1
        reasons = {
            "conflict": "field type conflict",
            "retention": "retention policy",
            "escape": "not line protocol",
        }
        assert reasons[kind] in listed.out

        ask(influxd, database, "DROP MEASUREMENT alarm")
        ask(influxd, database, f'ALTER RETENTION POLICY autogen ON "{database}" DURATION INF')
        replayed = await asyncio.to_thread(chili_edge, "dead-letters", "replay", "-c", config)
        again = await asyncio.to_thread(chili_edge, "dead-letters", "list", "-c", config)

    if kind == "escape":
        assert (replayed.code, replayed.out.splitlines()[0]) == (1, "0 stored, 1 kept")
        assert "not line protocol" in replayed.out
    else:
        assert (replayed.code, replayed.out) == (0, "1 stored, 0 kept\n")
        assert again.out == "no dead letters\n"
        measurement = poison.partition(",")[0]
        query = f"SELECT * FROM {measurement} WHERE time < now() + 1h"  # noqa: S608 - a name of ours
        answer = json.loads(ask(influxd, database, query))
        assert answer["results"][0]["series"]


async def test_a_replay_without_a_host_says_so(tmp_path: Path) -> None:
    """The request stays for the host; a letter that is not there is one clear line."""
    file = tmp_path / "edge.yaml"
    file.write_text(
        "site: {enterprise: e, site: s, line: l, timezone: Asia/Shanghai}\n"
        'node: {id: n}\nmqtt: {url: "mqtt://127.0.0.1:1"}\n'
    )
    shown = await asyncio.to_thread(chili_edge, "dead-letters", "show", "5", "-c", file)
    wrong = await asyncio.to_thread(chili_edge, "dead-letters", "show", "five", "-c", file)

    assert (shown.code, shown.err) == (1, "chili-edge: there is no dead letter 5\n")
    assert wrong.code == 2
    assert "five is not a letter's number" in wrong.err


async def _stored(server: Server, database: str) -> int:
    options = InfluxOptions(kind="influxdb", url=f"http://127.0.0.1:{server.port}", database=database)
    async with InfluxHistorian(options) as historian:
        (row,) = await historian.query(Query("count", "n", Aggregate.COUNT, 0, 2**62))
    return int(row.value)
