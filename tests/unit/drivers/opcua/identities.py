"""Certificates of servers, as PLCs have them: sound, or wrong in one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.unit.drivers.opcua.hall import APPLICATION, Identity

BORN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs certificates."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def der(self) -> bytes:
        """Its own certificate."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def revocation(self, *revoked: Path) -> bytes:
        """Return a list that revokes certificates, DER."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(BORN)
            .next_update(BORN + timedelta(days=DAYS))
        )
        for file in revoked:
            serial = x509.load_der_x509_certificate(file.read_bytes()).serial_number
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(BORN).build()
            )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def authority(name: str = "Plant CA") -> Authority:
    """Return a new authority."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    builder = _builder(name, key, BORN, BORN + timedelta(days=DAYS)).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return Authority(builder.issuer_name(_name(name)).sign(key, hashes.SHA256()), key)


def identity(
    folder: Path,
    name: str,
    *,
    uri: str = APPLICATION,
    hosts: Sequence[str] = ("127.0.0.1", "localhost"),
    ends: datetime = BORN + timedelta(days=DAYS),
    issuer: Authority | None = None,
) -> Identity:
    """Write a server's certificate and key; without an issuer it is self-signed."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    alternatives = [x509.UniformResourceIdentifier(uri), *map(_host, hosts)]
    certificate = (
        _builder(name, key, min(BORN, ends - timedelta(days=1)), ends)
        .issuer_name(issuer.certificate.subject if issuer else _name(name))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )
    files = Identity(folder / f"{name}.der", folder / f"{name}.pem")
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


def _builder(name: str, key: rsa.RSAPrivateKey, begins: datetime, ends: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
