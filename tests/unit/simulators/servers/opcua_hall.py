"""What tests of the fermentation hall share: a server with its own time, and clients that are asyncua's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.crypto import security_policies
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.validator import CertificateValidator, CertificateValidatorOptions
from cryptography.x509.oid import ExtendedKeyUsageOID

from simulators.model.vessel import TankReading
from simulators.servers.opcua import NAMESPACE, Security, TankServer

DEADLINE_S = 20.0
SECOND_NS = 1_000_000_000
START = 1_795_463_696 * SECOND_NS
TANKS = tuple(f"T{number:02}" for number in range(1, 25))
PITS = tuple(f"P{number:02}" for number in range(1, 61))
PROGRAM = ("heartbeat", "program", "ambient", "clock", "agitator", "fills")
USER = ("edge", "chili")
_CLIENT_URI = "urn:test:client"


def readings(names: tuple[str, ...]) -> dict[str, TankReading]:
    """Return a different reading for every vessel."""
    return {
        name: TankReading(4.0 + n / 64, 20.0 + n / 4, 90.0 - n / 8, 9.0 + n / 16, 0.25 + n / 128)
        for n, name in enumerate(names)
    }


def value_of(reading: TankReading, name: str) -> float:
    """Return what a probe should show."""
    return float(getattr(reading, name.lower()))


def moment(at: int) -> datetime:
    """Return a time (ns UTC) as a client sees it."""
    return datetime.fromtimestamp(at / SECOND_NS, UTC)


@dataclass(slots=True)
class Hall:
    """A server and the time that passes in it.

    Attributes:
        server: what is tested.
        at: the time that was last shown, ns UTC.
        heartbeat: the one that was last shown.
    """

    server: TankServer
    at: int = START
    heartbeat: int = 0
    tanks: Mapping[str, TankReading] = field(default_factory=lambda: readings(TANKS))
    pits: Mapping[str, TankReading] = field(default_factory=lambda: readings(PITS))

    async def show(self, after_s: float = 11.0, *, pits: bool = True, **t01: float) -> None:
        """Let time pass, long enough for everything to be shown anew, and change what T01 shows."""
        self.at += round(after_s * SECOND_NS)
        self.heartbeat += 1
        tanks = dict(self.tanks)
        tanks["T01"] = replace(tanks["T01"], **t01)
        below = tuple(self.pits.values()) if pits else ()
        await self.server.show(self.heartbeat, tuple(tanks.values()), self.at, below)


@asynccontextmanager
async def hall(directory: Path) -> AsyncIterator[Hall]:
    """Run a secured server with all vessels."""
    security = Security(directory, dict([USER]))
    async with TankServer(TANKS, PITS, security=security) as server:
        running = Hall(server)
        await running.show()
        yield running
    left = [task for task in asyncio.all_tasks() - {asyncio.current_task()} if not task.done()]
    assert not left, f"tasks left behind: {left}"


@dataclass(slots=True)
class Guest:
    """A client in its session, and what it needs to name nodes."""

    client: Client
    index: int

    def node(self, name: str) -> Node:
        """Return the node of a name: `T01.pH`."""
        quoted = ".".join(f'"{part}"' for part in ("DB_Tank", *name.split(".")))
        return self.client.get_node(f"ns={self.index};s={quoted}")

    async def data(self, name: str) -> ua.DataValue:
        """Read a node with its status and time stamps, good or bad."""
        return await self.node(name).read_data_value(raise_on_bad_status=False)

    async def value(self, name: str) -> object:
        """Read a node's value."""
        return await self.node(name).read_value()


@asynccontextmanager
async def guest(port: int) -> AsyncIterator[Guest]:
    """Connect without security and without a name."""
    async with Client(f"opc.tcp://127.0.0.1:{port}/") as client:
        yield Guest(client, await client.get_namespace_index(NAMESPACE))


async def secure_client(
    port: int,
    folder: Path,
    mode: ua.MessageSecurityMode = ua.MessageSecurityMode.SignAndEncrypt,
    user: tuple[str, str] = USER,
) -> Client:
    """Return a client that is about to connect with Basic256Sha256, and checks the server's certificate."""
    key, certificate = folder / "client.pem", folder / "client.der"
    await setup_self_signed_certificate(
        key, certificate, _CLIENT_URI, "localhost", [ExtendedKeyUsageOID.CLIENT_AUTH], {}
    )
    client = Client(f"opc.tcp://127.0.0.1:{port}/")
    client.application_uri = _CLIENT_URI
    await client.set_security(
        security_policies.SecurityPolicyBasic256Sha256, str(certificate), str(key), mode=mode
    )
    client.set_user(user[0])
    client.set_password(user[1])
    client.certificate_validator = CertificateValidator(
        CertificateValidatorOptions.EXT_VALIDATION | CertificateValidatorOptions.PEER_SERVER
    )
    return client
