"""Brokers for a fleet: one mosquitto, or three nats-servers that are one broker, as `deploy/nats` has it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.servers import Command, Server, free_port, mosquitto_server, program

TEMPLATE = Path(__file__).parents[3] / "deploy" / "nats" / "node.conf.in"
SERVERS = 3


def nats_servers(folder: Path) -> Sequence[Server]:
    """Return three servers of one cluster, not started yet; they listen for MQTT."""
    path = program("nats-server", "nats-server")
    cluster = [free_port() for _ in range(SERVERS)]
    routes = "\n".join(f'    "nats-route://127.0.0.1:{port}"' for port in cluster)
    servers = []
    for number, cluster_port in enumerate(cluster):
        home = folder / f"nats-{number}"
        home.mkdir()
        values = {
            "NAME": f"chili-{number}",
            "HOST": "127.0.0.1",
            "CLUSTER_PORT": str(cluster_port),
            "ROUTES": routes,
            "STORE": str(home / "store"),
        }
        servers.append(Server(_command(path, home, values), home / "log"))
    return servers


def _command(path: str, home: Path, values: dict[str, str]) -> Command:
    def command(port: int) -> list[str]:
        text = TEMPLATE.read_text()
        for key, value in {**values, "MQTT_PORT": str(port)}.items():
            text = text.replace(f"@{key}@", value)
        (home / "node.conf").write_text(text)
        return [path, "-c", str(home / "node.conf")]

    return command


def brokers(kind: str, folder: Path) -> Sequence[Server]:
    """Return the brokers of a fleet, not started yet."""
    return (
        [mosquitto_server(folder, "max_inflight_messages 100")]
        if kind == "mosquitto"
        else nats_servers(folder)
    )
