"""Encrypted sessions with a real server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from edge.clock import SystemClock
from edge.drivers.opcua.address import Policy, Security
from edge.drivers.opcua.driver import OpcuaDriver
from tests.unit.drivers.frames import is_bad, is_good, running
from tests.unit.drivers.opcua.hall import address, hall, tag

BORN = datetime(2026, 1, 1, tzinfo=UTC)


def self_signed(folder: Path, name: str) -> tuple[Path, Path]:
    """Write a server's certificate and key, as a PLC's own are; return their files."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(BORN)
        .not_valid_after(BORN + timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier("urn:test:hall:server")]),
            critical=False,
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.der", folder / f"{name}.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


async def test_values_come_through_an_encrypted_session(tmp_path: Path) -> None:
    """With the server's certificate pinned, the session is signed and encrypted; our own key stays private."""
    certificate, key = self_signed(tmp_path, "plc")
    security = Security(Policy.BASIC256SHA256, server_certificate=certificate)
    pki = tmp_path / "pki"
    async with hall(certificate=(certificate, key)) as server:
        driver = OpcuaDriver(address(server.port, tag("level"), security=security), SystemClock(), pki)
        async with running(driver) as frames:
            await frames.until(is_good)
    assert [file.stat().st_mode & 0o077 for file in pki.glob("*.pem")] == [0]


async def test_a_server_with_another_certificate_gets_nothing(tmp_path: Path) -> None:
    """A stranger that has taken the server's address is refused: its machine is offline."""
    certificate, key = self_signed(tmp_path, "plc")
    pinned, _ = self_signed(tmp_path, "other")
    security = Security(Policy.BASIC256SHA256, server_certificate=pinned)
    async with hall(certificate=(certificate, key)) as server:
        driver = OpcuaDriver(
            address(server.port, tag("level"), security=security), SystemClock(), tmp_path / "pki"
        )
        async with running(driver) as frames:
            await frames.until(is_bad)
    assert not [frame for frame in frames.all if is_good(frame)]
