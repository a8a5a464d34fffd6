"""Corrections into a database server, which takes them from anybody: no host has to run."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from zoneinfo import ZoneInfo

import urllib3

from edge.clock import SystemClock
from edge.config.samples import maps_directory
from edge.historian.base import Aggregate, Query
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.model.calendar import local_time
from tests.servers import Server
from tests.system.programs import chili_edge

HOUR = 3600 * 10**9


async def test_a_correction_and_an_explanation_go_to_the_server(influxd: Server, tmp_path: Path) -> None:
    """Every sum follows, and the time that was lost to no reason has one."""
    database, now = f"t{uuid.uuid4().hex}", SystemClock().now()
    url = f"http://127.0.0.1:{influxd.port}"
    with urllib3.PoolManager() as http:
        http.request(
            "POST", f"{url}/query", fields={"q": f'CREATE DATABASE "{database}"'}, encode_multipart=False
        )
    config = tmp_path / "edge.yaml"
    config.write_text(
        f"""
site: {{enterprise: e, site: s, line: l, timezone: UTC}}
node: {{id: n}}
devices: {{jar_line: {{map: "{maps_directory() / "jar_line.yaml"}", endpoint: "modbus-tcp://127.0.0.1:1"}}}}
products: {{jar_280: {{name: jar, net_weight_g: 280, price_yuan_per_jin: 6}}}}
mqtt: {{url: "mqtt://127.0.0.1:1"}}
historian: {{kind: influxdb, url: "{url}", database: {database}}}
"""
    )
    options = InfluxOptions(kind="influxdb", url=url, database=database)
    at, until = (f"{local_time(now - hours * HOUR, ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%S}" for hours in (3, 2))
    who = ("--who", "王芳", "--why", "counted by hand", "-c", config)
    async with InfluxHistorian(options) as historian:
        await historian.write(
            [
                f"count,counter=good,device=jar_line,line=l,site=s,sku=jar_280 n=100i,g=28000i {now - 4 * HOUR}",
                f"loss,category=held,device=jar_line,line=l,reason=0,site=s ms=60000i,stops=1i {now - 5 * HOUR // 2}",
            ]
        )

        corrected = await asyncio.to_thread(
            chili_edge, "ledger", "correct", "jar_line", "good", "-12", "--at", at, *who
        )
        explained = await asyncio.to_thread(
            chili_edge, "ledger", "explain", "jar_line", "3", "--from", at, "--to", until, *who
        )

        assert corrected.code == explained.code == 0, corrected.err + explained.err
        (made,) = await historian.query(Query("count", "g", Aggregate.SUM, 0, 2**62))
        lost = await historian.query(Query("loss", "ms", Aggregate.SUM, 0, 2**62, group_by=("reason",)))
        assert made.value == 88 * 280
        assert {row.tags["reason"]: row.value for row in lost} == {"0": 0, "3": 60_000}
