"""Ingest workers that share the nodes of a fleet out between them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.servers import Server
from tests.system.chaos.plant import Process
from tests.system.fleet.node import SITE


def worker(
    number: int, workers: int, folder: Path, urls: Sequence[str], database: Server, name: str
) -> Process:
    """Return an ingest worker, not started yet."""
    config = folder / f"worker-{number}.yaml"
    addresses = ", ".join(f'"{url}"' for url in urls)
    config.write_text(
        f"""
site: {{enterprise: e, site: {SITE}, line: l, timezone: Asia/Shanghai}}
node: {{id: host-{number}, data_dir: host-{number}}}
mqtt: {{url: [{addresses}]}}
ingest: {{worker: {number}, workers: {workers}}}
historian: {{kind: influxdb, url: "http://127.0.0.1:{database.port}", database: {name}}}
"""
    )
    words = ("-m", "edge", "run", "-c", str(config), "--only", "ingest", "--until-eof")
    return Process(*words, log=folder / f"worker-{number}.log")
