"""Who is spoken to, and how: policy × mode × certificate, with a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from edge.clock import SystemClock
from edge.drivers.opcua.address import MessageMode, Policy, Security
from edge.drivers.opcua.client import Connection, Leftover, connect
from edge.drivers.opcua.driver import OpcuaDriver
from edge.drivers.opcua.pki import Pki, Standing
from edge.errors import TransientError
from tests.unit.drivers.frames import is_bad, is_good, running
from tests.unit.drivers.opcua.hall import PASSWORD, USER, Hall, Identity, address, hall, tag
from tests.unit.drivers.opcua.identities import BORN, identity

pytestmark = pytest.mark.asyncio(loop_scope="module")
CLOCK = SystemClock()
SOUND = Security()
SECURED = [policy for policy in Policy if policy is not Policy.NONE]
TABLE = {
    "trusted": "",
    "untrusted": "the server's certificate is unknown: ",
    "expired": " expired on 2026-02-01",
    "wrong URI": "the server says that it is urn:test:hall:server, but its certificate ",
    "wrong host": " is for plc.example, not for 127.0.0.1",
}
"""What comes of a certificate, whatever the policy and the mode: empty for a session, else why there is none."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A server and the identities that it may have; all but `untrusted` are trusted by the client."""

    hall: Hall
    identities: dict[str, Identity]
    pki: Pki


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shared]:
    """One server for all tests here, which reopen it with another certificate."""
    folder = tmp_path_factory.mktemp("plc")
    identities = {
        "trusted": identity(folder, "trusted"),
        "untrusted": identity(folder, "untrusted"),
        "expired": identity(folder, "expired", ends=BORN + timedelta(days=31)),
        "wrong URI": identity(folder, "stranger", uri="urn:somebody:else"),
        "wrong host": identity(folder, "elsewhere", hosts=["plc.example"]),
    }
    pki = folder / "pki"
    trusted = pki / Standing.TRUSTED
    trusted.mkdir(parents=True)
    for name, one in identities.items():
        if name != "untrusted":
            (trusted / f"{name}.der").write_bytes(one.certificate.read_bytes())
    async with hall(values=("level",)) as running_hall:
        yield Shared(running_hall, identities, Pki(pki, "n"))


@asynccontextmanager
async def session(shared: Shared, security: Security, pki: Pki | None = None) -> AsyncIterator[Connection]:
    """Open a session to the hall, as the driver does."""
    server = address(shared.hall.port, tag("level"), security=security)
    async with connect(server, pki or shared.pki, CLOCK, 10.0, 2.0, Leftover()) as connection:
        yield connection


async def outcome(shared: Shared, security: Security, pki: Pki | None = None) -> str:
    """Return why there is no session, empty when there is one and it reads."""
    try:
        async with session(shared, security, pki) as connection:
            node = connection.node(tag("level").node)
            assert node is not None
            assert [answer[:2] for answer in await connection.read([node])] == [(1.5, 0)]
    except TransientError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("situation", TABLE)
async def test_the_security_matrix(shared: Shared, situation: str) -> None:
    """Each policy in each mode: a session with whoever is trusted and is who he says, and with nobody else."""
    await shared.hall.reopen(identity=shared.identities[situation])
    for policy in SECURED:
        for mode in MessageMode:
            said = await outcome(shared, Security(policy, mode))
            assert (TABLE[situation] in said) if TABLE[situation] else said == "", (policy, mode, said)
    assert shared.hall.sessions == 0


@pytest.mark.parametrize("policy", SECURED)
async def test_nothing_less_than_what_is_configured_is_taken(shared: Shared, policy: Policy) -> None:
    """A server that offers no such policy gets no session, and is told apart from one that is away."""
    await shared.hall.reopen()
    assert f"does not offer {policy} Sign, and nothing less is taken; it offers None None" in await outcome(
        shared, Security(policy, MessageMode.SIGN)
    )


async def test_in_the_clear_only_where_the_server_offers_it(shared: Shared) -> None:
    """Policy None is a choice, too: it is not replaced by another, nor another by it."""
    await shared.hall.reopen(identity=shared.identities["trusted"])
    assert "cannot connect" in await outcome(shared, Security(Policy.NONE))
    await shared.hall.reopen()
    assert await outcome(shared, Security(Policy.NONE)) == ""


async def test_an_unknown_server_is_stored_until_somebody_trusts_it(shared: Shared, tmp_path: Path) -> None:
    """Refused and kept for approval once, however often it is tried; trusted, it is spoken to; rejected, no longer."""
    await shared.hall.reopen(identity=shared.identities["untrusted"])
    pki = Pki(tmp_path / "pki", "n")
    for _ in range(2):
        assert "chili-edge pki trust" in await outcome(shared, SOUND, pki)
    found = [(standing, one) for standing, _, one in pki.listing() if standing is not Standing.OWN]
    assert [standing for standing, _ in found] == [Standing.REJECTED]
    certificate = found[0][1]
    assert certificate.der == shared.identities["untrusted"].certificate.read_bytes()
    pki.trust(certificate.thumbprint[:8])
    assert await outcome(shared, SOUND, pki) == ""
    pki.reject(certificate.thumbprint.lower())
    assert "unknown" in await outcome(shared, SOUND, pki)


async def test_a_certificate_may_name_another_host_when_the_configuration_says_so(shared: Shared) -> None:
    """A PLC behind a NAT has another address than its certificate knows."""
    await shared.hall.reopen(identity=shared.identities["wrong host"])
    assert await outcome(shared, replace(SOUND, any_host=True)) == ""


async def test_a_pinned_certificate_needs_no_approval(shared: Shared, tmp_path: Path) -> None:
    """It is enough that the configuration names it; any other is refused, also a trusted one."""
    pinned = replace(SOUND, server_certificate=shared.identities["untrusted"].certificate)
    await shared.hall.reopen(identity=shared.identities["untrusted"])
    assert await outcome(shared, pinned, Pki(tmp_path / "pki", "n")) == ""
    await shared.hall.reopen(identity=shared.identities["trusted"])
    assert await outcome(shared, pinned) != ""
    late = replace(SOUND, server_certificate=shared.identities["expired"].certificate)
    assert "expired on 2026-02-01" in await outcome(shared, late)


async def test_a_pin_that_cannot_work_is_said_plainly(shared: Shared, tmp_path: Path) -> None:
    """A file that is no certificate, one that has gone, and a policy that the server does not have."""
    await shared.hall.reopen(identity=shared.identities["trusted"])
    file = tmp_path / "plc.der"
    pinned = replace(SOUND, server_certificate=file)
    assert f"server_certificate: cannot read {file}: No such file or directory" in await outcome(
        shared, pinned
    )
    file.write_text("password", encoding="utf-8")
    assert f"server_certificate: {file} is no certificate, neither DER nor PEM" in await outcome(
        shared, pinned
    )
    await shared.hall.reopen()
    assert "does not offer Basic256Sha256" in await outcome(shared, pinned)


async def test_our_own_certificate_is_made_once_and_names_our_application(
    shared: Shared, tmp_path: Path
) -> None:
    """The same pair at every connect; its key is nobody else's to read."""
    await shared.hall.reopen(identity=shared.identities["trusted"])
    pki = Pki(tmp_path / "pki", "node-7")
    await outcome(shared, SOUND, pki)
    own = pki.own(CLOCK.now())
    before = own.certificate.read_bytes(), own.key.read_bytes()
    await outcome(shared, SOUND, Pki(tmp_path / "pki", "renamed"))
    assert (own.certificate.read_bytes(), own.key.read_bytes()) == before
    assert own.key.stat().st_mode & 0o077 == 0
    assert own.uri.endswith(":chili-edge:node-7")
    assert [one.uris for standing, _, one in pki.listing() if standing is Standing.OWN] == [(own.uri,)]


@pytest.mark.parametrize("mode", list(MessageMode))
async def test_a_user_is_let_in_by_password(shared: Shared, mode: MessageMode) -> None:
    """Encrypted in either mode; a wrong one is said."""
    await shared.hall.reopen(identity=shared.identities["trusted"])
    known = Security(mode=mode, user=USER, password=PASSWORD)
    assert await outcome(shared, known) == ""
    assert "BadUserAccessDenied" in await outcome(shared, replace(known, password="guess"))


async def test_a_swapped_certificate_ends_the_flow_until_it_is_trusted(
    shared: Shared, tmp_path: Path
) -> None:
    """A stranger that has taken the server's address is refused: its machine is offline until a person says otherwise."""
    await shared.hall.reopen(identity=shared.identities["trusted"])
    pki = Pki(tmp_path / "pki", "n")
    await outcome(shared, SOUND, pki)
    thumbprint = next(one.thumbprint for standing, _, one in pki.listing() if standing is Standing.REJECTED)
    pki.trust(thumbprint)
    driver = OpcuaDriver(address(shared.hall.port, tag("level"), security=SOUND), CLOCK, pki)
    async with running(driver) as frames:
        await frames.until(is_good)
        await shared.hall.reopen(identity=shared.identities["untrusted"])
        await frames.until(is_bad, count=2)
        lost_at = len(frames.all)
        rejected = [one.thumbprint for standing, _, one in pki.listing() if standing is Standing.REJECTED]
        assert len(rejected) == 1
        pki.trust(rejected[0])
        await frames.until(is_good, after=lost_at)
