from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from edge.drivers.opcua import certificates
from edge.drivers.opcua.approval import answer
from edge.drivers.opcua.pki import MOST_REJECTED, Pki, Standing
from edge.errors import ConfigurationError, TransientError
from edge.model.calendar import NS, to_ns
from tests.unit.drivers.opcua.hall import APPLICATION
from tests.unit.drivers.opcua.identities import BORN, authority, identity

NOW = to_ns(datetime(2026, 11, 23, 12, tzinfo=UTC))
DAY = 86_400 * NS
HOST = "127.0.0.1"


@pytest.fixture
def pki(tmp_path: Path) -> Pki:
    """An empty folder."""
    return Pki(tmp_path / "pki", "node-7")


def put(folder: Path, standing: str, name: str, content: bytes) -> None:
    """Lay a file into a folder of the PKI, as a person does."""
    (folder / standing).mkdir(parents=True, exist_ok=True)
    (folder / standing / name).write_bytes(content)


def verdict(pki: Pki, chain: bytes, host: str | None = HOST, now: int = NOW) -> str:
    """Return why a server is not believed, empty when it is."""
    try:
        pki.check(chain, APPLICATION, host, now)
    except TransientError as error:
        return str(error)
    return ""


def test_an_authority_vouches_for_its_servers_until_it_revokes_one(pki: Pki, tmp_path: Path) -> None:
    """It is enough to trust the plant's own authority; its revocation list is heeded."""
    plant, stranger = authority(), authority()
    server = identity(tmp_path, "plc", issuer=plant)
    chain = server.certificate.read_bytes()
    put(tmp_path / "pki", Standing.TRUSTED, "other.der", stranger.der)
    assert "is unknown" in verdict(pki, chain)
    put(tmp_path / "pki", Standing.TRUSTED, "plant.der", plant.der)
    assert verdict(pki, chain) == ""
    put(tmp_path / "pki", "crl", "stranger.crl", stranger.revocation(server.certificate))
    assert verdict(pki, chain) == ""
    put(tmp_path / "pki", "crl", "plant.crl", plant.revocation(server.certificate))
    assert "has been revoked by its issuer" in verdict(pki, chain)


def test_an_issuer_alone_vouches_for_nobody(pki: Pki, tmp_path: Path) -> None:
    """Certificates in `issuer` only complete a chain, as do those that a server sends along."""
    plant = authority()
    server = identity(tmp_path, "plc", issuer=plant)
    chain = server.certificate.read_bytes() + plant.der
    put(tmp_path / "pki", Standing.ISSUER, "plant.der", plant.der)
    assert "is unknown" in verdict(pki, chain)
    put(tmp_path / "pki", Standing.TRUSTED, "plant.der", plant.der)
    assert verdict(pki, chain) == ""


def test_a_server_cannot_vouch_for_itself_as_an_authority(pki: Pki, tmp_path: Path) -> None:
    """A trusted server's own key signs no other certificate: it is no authority."""
    trusted = identity(tmp_path, "plc")
    put(tmp_path / "pki", Standing.TRUSTED, "plc.der", trusted.certificate.read_bytes())
    assert verdict(pki, trusted.certificate.read_bytes()) == ""
    assert "is unknown" in verdict(pki, identity(tmp_path, "plc").certificate.read_bytes())


@pytest.mark.parametrize("chain", [b"", b"\x30\x82\x00\x01\x00", b"-----BEGIN nothing", b"x" * 5000])
def test_what_is_no_certificate_is_refused(pki: Pki, chain: bytes) -> None:
    """Nothing of it is stored."""
    assert "the server's certificate is none" in verdict(pki, chain)
    assert list(pki.listing()) == []


@given(st.binary(max_size=200))
def test_no_bytes_of_a_server_break_anything_but_its_own_session(chain: bytes) -> None:
    """Whatever comes as a certificate, the answer is a TransientError."""
    assert verdict(Pki(Path("nowhere"), "n"), chain)


def test_a_certificate_of_tomorrow_raises_the_question_of_the_clock(pki: Pki, tmp_path: Path) -> None:
    """A box without a battery starts in 1970, where nothing is valid yet."""
    server = identity(tmp_path, "plc").certificate.read_bytes()
    put(tmp_path / "pki", Standing.TRUSTED, "plc.der", server)
    said = verdict(pki, server, now=0)
    assert "valid from 2026-01-01 on only: or does the clock of this box go wrong?" in said


def test_a_host_is_known_by_name_in_either_case_or_by_address(pki: Pki, tmp_path: Path) -> None:
    """And not asked for where the configuration does not care."""
    server = identity(tmp_path, "plc", hosts=["PLC.example", "192.168.1.12"]).certificate.read_bytes()
    put(tmp_path / "pki", Standing.TRUSTED, "plc.der", server)
    for host in ("plc.EXAMPLE", "192.168.1.12", None):
        assert verdict(pki, server, host) == ""
    assert "not for 192.168.1.13" in verdict(pki, server, "192.168.1.13")


def test_expiry_is_told_thirty_days_ahead_once_a_day(pki: Pki, tmp_path: Path) -> None:
    """Of every certificate in use, ours and the servers'."""
    ends = datetime(2026, 12, 31, tzinfo=UTC)
    server = identity(tmp_path, "plc", ends=ends).certificate.read_bytes()
    put(tmp_path / "pki", Standing.TRUSTED, "plc.der", server)
    with capture_logs() as early:
        pki.check(server, APPLICATION, HOST, NOW)
    assert early == []
    later = to_ns(ends) - 20 * DAY
    with capture_logs() as told:
        for _ in range(3):
            pki.remind(later)
        pki.remind(later + DAY)
    assert [(one["name"], one["days"]) for one in told] == [("plc", 20), ("plc", 19)]


def test_a_certificate_that_has_been_replaced_is_not_spoken_of_any_more(pki: Pki, tmp_path: Path) -> None:
    """A renewed one is good news: the warnings end with the next connection, not with the next start of the node."""
    ends = datetime(2026, 12, 1, tzinfo=UTC)
    old, new = identity(tmp_path, "old", ends=ends), identity(tmp_path, "new")
    for name, certificate in (("old", old), ("new", new)):
        content = certificate.certificate.read_bytes()
        put(tmp_path / "pki", Standing.TRUSTED, f"{name}.der", content)
        pki.check(content, APPLICATION, HOST, NOW)
    with capture_logs() as told:
        pki.remind(NOW + DAY)
    assert told == []


def test_a_folder_that_is_somebody_elses_is_one_line(pki: Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is not the node's user is told so."""

    def refuse(_: Path) -> bool:
        raise PermissionError(13, "Permission denied", "pki/own")

    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(
        ConfigurationError, match=r"pki/own: Permission denied: .* the user as whom the node runs"
    ):
        list(answer(pki, "list", None, NOW))


def test_our_own_pair_is_whole_or_said_to_be_broken(pki: Pki) -> None:
    """A certificate without its key is never replaced behind the back of the servers that trust it."""
    own = pki.own(NOW)
    made = certificates.describe(own.certificate.read_bytes())
    assert made.uris == (own.uri,)
    assert made.days_left(NOW) >= certificates.OWN_DAYS - 1
    own.key.unlink()
    with pytest.raises(TransientError, match=r"key.pem is missing: put it back, or remove .*certificate.der"):
        pki.own(NOW)


def test_a_folder_that_cannot_be_written_is_no_end_of_the_driver(tmp_path: Path) -> None:
    """Somebody will set it right."""
    (tmp_path / "pki").write_text("in the way")
    with pytest.raises(TransientError, match="cannot use"):
        Pki(tmp_path / "pki", "n").own(NOW)


def test_nobody_can_fill_the_disk_with_certificates(pki: Pki, tmp_path: Path) -> None:
    """The oldest that wait for approval make room."""
    for number in range(MOST_REJECTED):
        put(tmp_path / "pki", Standing.REJECTED, f"{number}.der", b"old")
    server = identity(tmp_path, "plc").certificate.read_bytes()
    assert "is unknown" in verdict(pki, server)
    stored = list((tmp_path / "pki" / Standing.REJECTED).iterdir())
    assert len(stored) == MOST_REJECTED
    assert server in [file.read_bytes() for file in stored]


def test_what_a_person_is_shown_and_may_do(pki: Pki, tmp_path: Path) -> None:
    """A line for each certificate; a thumbprint, or its first digits, chooses one."""
    (nothing,) = answer(pki, "list", None, NOW)
    assert nothing.startswith(f"no certificates in {tmp_path / 'pki'}: ")
    assert "-c edge.yaml" in nothing
    ends = BORN + timedelta(days=330)
    server = identity(tmp_path, "plc", ends=ends).certificate.read_bytes()
    verdict(pki, server)
    thumbprint = certificates.describe(server).thumbprint
    assert list(answer(pki, "list", None, NOW)) == [
        f"rejected  {thumbprint}  until 2026-11-27 (3 days)  plc  {APPLICATION}, localhost, 127.0.0.1"
    ]
    colons = ":".join(thumbprint[at : at + 2] for at in range(0, 40, 2))
    assert next(answer(pki, "trust", colons, NOW)).startswith(f"trusted: {thumbprint}")
    assert verdict(pki, server) == ""
    assert next(answer(pki, "reject", thumbprint[:6].lower(), NOW)).startswith("rejected: ")


@pytest.mark.parametrize(
    ("action", "thumbprint", "text"),
    [
        ("trust", None, "pki trust needs a THUMBPRINT"),
        ("list", "ABCD", "pki list takes no thumbprint"),
        ("trust", "../../etc", "a thumbprint is 4 to 40 hexadecimal digits"),
        ("reject", "ABCD", "no certificate begins with ABCD"),
    ],
)
def test_what_a_person_gets_wrong(pki: Pki, action: str, thumbprint: str | None, text: str) -> None:
    """One line says what."""
    with pytest.raises(ConfigurationError, match=text):
        list(answer(pki, action, thumbprint, NOW))


def test_two_that_begin_alike_are_not_guessed_between(pki: Pki, tmp_path: Path) -> None:
    """A prefix that fits two certificates chooses none."""
    content = identity(tmp_path, "plc").certificate.read_bytes()
    for name in ("a.der", "b.der"):
        put(tmp_path / "pki", Standing.REJECTED, name, content)
    with pytest.raises(ConfigurationError, match="2 certificates begin with"):
        pki.trust(certificates.describe(content).thumbprint)
