"""The broker as `deploy/mosquitto` configures it: closed, encrypted, and each node in its own part of the tree."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from edge.backoff import Backoff
from edge.errors import ConfigurationError, PublishRefusedError, TransientError
from edge.mqtt.client import MqttClient
from edge.mqtt.options import MqttOptions
from tests.certificates import Authority
from tests.servers import Server, free_port, program

DEPLOY = Path(__file__).parents[2] / "deploy" / "mosquitto"
DEADLINE_S = 15.0
NODE, OTHER = "edge/v1/s/n1", "edge/v1/s/n2"


@dataclass(frozen=True)
class Broker:
    """A broker of the plant, and who has signed what."""

    server: Server
    plain: int
    authority: Authority
    folder: Path

    def options(self, name: str, version: str = "5") -> MqttOptions:
        """Return options of a client with a certificate."""
        certificate, key = self.authority.sign(name)
        return MqttOptions.model_validate(
            {
                "url": f"mqtts://127.0.0.1:{self.server.port}",
                "ca": self.authority.file,
                "certificate": certificate,
                "key": key,
                "version": version,
            }
        )


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Run mosquitto with the files of `deploy/`, at other places and ports."""
    path, passwords = program("mosquitto", "mosquitto"), program("mosquitto_passwd", "mosquitto")
    authority, plain = Authority(tmp_path), free_port()
    certificate, key = authority.sign("server")
    subprocess.run([passwords, "-b", "-c", str(tmp_path / "passwords"), "n1", "secret"], check=True)
    for file in (tmp_path / "passwords", key, DEPLOY / "chili.acl"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
        (tmp_path / file.name).chmod(0o600)

    def command(port: int) -> list[str]:
        text = (DEPLOY / "chili.conf").read_text()
        for place, here in {
            "/etc/mosquitto/passwords": tmp_path / "passwords",
            "/etc/mosquitto/chili.acl": tmp_path / "chili.acl",
            "/etc/mosquitto/certs/ca.pem": authority.file,
            "/etc/mosquitto/certs/server.pem": certificate,
            "/etc/mosquitto/certs/server.key": key,
            "/var/lib/mosquitto/": f"{tmp_path}/",
            "listener 8883": f"listener {port} 127.0.0.1",
            "listener 1883": f"listener {plain}",
        }.items():
            assert place in text
            text = text.replace(place, str(here))
        (tmp_path / "chili.conf").write_text(f"user root\n{text}")
        return [path, "-c", str(tmp_path / "chili.conf")]

    server = Server(command, tmp_path / "mosquitto.log")
    server.start()
    yield Broker(server, plain, authority, tmp_path)
    server.stop()


def with_password(url: str, password: str) -> MqttOptions:
    """Return options of a client with a password."""
    options = MqttOptions(url=(url,), version="5", window=64)
    return options.model_copy(update={"password": SecretStr(password)})


@asynccontextmanager
async def connected(options: MqttOptions, name: str, *filters: str) -> AsyncIterator[MqttClient]:
    """Run a client that is connected."""
    there = asyncio.Event()

    async def connect() -> None:
        there.set()

    client = MqttClient(options, name, clean=True, on_connect=connect, backoff=Backoff(0.02, 0.1))
    for topic_filter in filters:
        client.subscribe(topic_filter)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(client.run())
        try:
            async with asyncio.timeout(DEADLINE_S):
                await there.wait()
            yield client
        finally:
            task.cancel()


async def test_a_node_writes_its_own_part_of_the_tree_and_no_other(broker: Broker) -> None:
    """By certificate: its data arrive; another node's topic and its own acknowledgements are refused, and it is told so."""
    async with (
        connected(broker.options("host"), "host", "edge/v1/s/+/data/+") as host,
        connected(broker.options("n1"), "n1") as node,
    ):
        await node.publish(f"{NODE}/data/ledger", b"mine")
        for topic in (f"{OTHER}/data/ledger", f"{NODE}/ack/ledger", "edge/v1/s/status"):
            with pytest.raises(PublishRefusedError, match=r"[Nn]ot authorized \(0x87\)"):
                await node.publish(topic, b"not mine")
        await host.publish(f"{NODE}/ack/ledger", b"{}", retain=True)
        with pytest.raises(PublishRefusedError):
            await host.publish(f"{NODE}/data/ledger", b"forged")
        async with asyncio.timeout(DEADLINE_S):
            message = await anext(host.messages())

    assert (message.topic, message.payload) == (f"{NODE}/data/ledger", b"mine")


async def test_a_batch_that_nobody_hears_is_refused_for_what_it_is(broker: Broker) -> None:
    """MQTT 5 says that there is no subscriber; with 3.1.1 only the missing acknowledgement tells."""
    async with connected(broker.options("n1"), "n1") as node:
        with pytest.raises(PublishRefusedError, match=r"No matching subscribers \(0x10\)"):
            await node.publish(f"{NODE}/data/ledger", b"x")
    async with connected(broker.options("n1", "3.1.1"), "n1") as node:
        await node.publish(f"{NODE}/data/ledger", b"x")


async def test_user_and_password_count_on_this_machine(broker: Broker) -> None:
    """With the right password a node connects; the window is what the broker takes at once."""
    options = with_password(f"mqtt://n1@127.0.0.1:{broker.plain}", "secret")
    assert "secret" not in repr(options)
    async with connected(options, "n1") as node:
        assert node.window == 64
        await node.publish(f"{NODE}/status", b"{}", retain=True)


@pytest.mark.parametrize("who", ["nobody", "wrong password", "no certificate", "foreign certificate"])
async def test_strangers_stay_out(broker: Broker, who: str) -> None:
    """Without name, with a wrong password, without or with a foreign certificate, nobody gets in."""
    (broker.folder / "stranger").mkdir()
    stranger = Authority(broker.folder / "stranger", "stranger")
    certificate, key = stranger.sign("n1")
    plain, secure = f"127.0.0.1:{broker.plain}", f"mqtts://127.0.0.1:{broker.server.port}"
    good = broker.options("n1")
    options = {
        "nobody": MqttOptions(url=(f"mqtt://{plain}",)),
        "wrong password": with_password(f"mqtt://n1@{plain}", "guess"),
        "no certificate": MqttOptions(url=(secure,), ca=broker.authority.file),
        "foreign certificate": good.model_copy(update={"certificate": certificate, "key": key}),
    }[who]
    client = MqttClient(options, "x", clean=True, backoff=Backoff(0.02, 0.1))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(client.run())
        for _ in range(50):
            await asyncio.sleep(0.02)
            assert not client.connected
        with pytest.raises(TransientError):
            await client.publish(f"{NODE}/data/ledger", b"x")
        task.cancel()


async def test_twins_are_recognised_and_do_not_fight_for_ever(broker: Broker) -> None:
    """Two clients with one id throw each other out a few times; then one of them says so and stays away."""
    options = broker.options("n1")
    twins = [MqttClient(options, "n1", clean=True, backoff=Backoff(0.02, 0.1)) for _ in range(2)]
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        tasks = [group.create_task(twin.run()) for twin in twins]
        while not any(twin.twins for twin in twins):
            await asyncio.sleep(0.02)
        fought = sum(twin.connects for twin in twins)
        for _ in range(50):
            await asyncio.sleep(0.02)
        assert sum(twin.connects for twin in twins) <= fought + 2
        for task in tasks:
            task.cancel()


def test_a_broker_of_another_authority_is_not_believed(broker: Broker) -> None:
    """We send nothing to one whose certificate the plant's authority has not signed."""
    options = broker.options("n1").model_copy(update={"ca": Authority(broker.folder, "stranger").file})
    context = MqttClient(options, "x", clean=True)._tls
    assert context is not None
    with (
        socket.create_connection(("127.0.0.1", broker.server.port)) as raw,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(raw, server_hostname="127.0.0.1")


def test_a_certificate_without_its_key_is_found_at_the_start(broker: Broker) -> None:
    """A wrong pair of files is one clear line, not a connection that never comes."""
    _, other = broker.authority.sign("other")
    options = broker.options("n1").model_copy(update={"key": other})
    with pytest.raises(ConfigurationError, match=r"mqtt\.certificate"):
        MqttClient(options, "x", clean=True)
