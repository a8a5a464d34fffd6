"""X.509 as OPC UA uses it (OPC 10000-6, 6.2): our own certificate made, another's described. The only cryptography import."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from edge.model.calendar import NS, to_ns

OWN_DAYS = 3650
DAY = 86_400 * NS
_PEM = b"-----BEGIN"
_LONG_FORM = 0x82
"""DER: the length stands in the two bytes that follow."""
_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate.

    Attributes:
        thumbprint: SHA-1 of its DER, as PLC tools show it; it only names, and proves nothing.
        name: the subject's common name.
        uris: applications that it names.
        hosts: DNS names and addresses that it names, in lower case.
        begins, ends: of its validity, ns UTC.
    """

    der: bytes
    thumbprint: str
    name: str
    uris: tuple[str, ...]
    hosts: tuple[str, ...]
    begins: int
    ends: int

    def days_left(self, now: int) -> int:
        """Return the days until it expires; negative afterwards."""
        return (self.ends - now) // DAY


def describe(content: bytes) -> Certificate:
    """Return a certificate, given as DER or PEM; of a chain in DER, the first.

    Raises:
        ValueError: it is none.
    """
    parsed = _parse(content)
    der = parsed.public_bytes(Encoding.DER)
    names = parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    alternatives = _extension(parsed, x509.SubjectAlternativeName)
    return Certificate(
        der,
        parsed.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 - a name, not a proof
        str(names[0].value) if names else "",
        tuple(alternatives.get_values_for_type(x509.UniformResourceIdentifier)) if alternatives else (),
        (
            *(name.lower() for name in alternatives.get_values_for_type(x509.DNSName)),
            *(str(address) for address in alternatives.get_values_for_type(x509.IPAddress)),
        )
        if alternatives
        else (),
        to_ns(parsed.not_valid_before_utc),
        to_ns(parsed.not_valid_after_utc),
    )


def make(uri: str, host: str, now: datetime) -> tuple[bytes, bytes]:
    """Return a self-signed certificate of a client application, DER, and its private key, PEM.

    Args:
        uri: the application's URI; servers compare it with what the client says of itself.
        host: the name of this box.
        now: UTC; a day earlier is where it begins, for servers whose clocks are behind.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "chili-edge"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, host[:64]),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=OWN_DAYS))
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri), x509.DNSName(host)]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(Encoding.DER),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def first(chain: bytes) -> bytes:
    """Return the first certificate of a chain in DER, which is the server's own."""
    return chain[: _length(chain)]


def split(chain: bytes) -> list[bytes]:
    """Return the certificates of a chain in DER."""
    certificates = []
    while chain:
        certificates.append(chain[: _length(chain)])
        chain = chain[_length(chain) :]
    return certificates


def is_issued_by(certificate: bytes, issuer: bytes) -> bool:
    """Return whether a certificate bears the signature of another one, which is that of an authority."""
    authority = _parse(issuer)
    constraints = _extension(authority, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        return False
    try:
        _parse(certificate).verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def is_revoked(certificate: bytes, issuer: bytes, lists: Sequence[bytes]) -> bool:
    """Return whether one of some revocation lists (DER or PEM) that the issuer has signed names a certificate."""
    authority, serial = _parse(issuer), _parse(certificate).serial_number
    for content in lists:
        try:
            load = x509.load_pem_x509_crl if content.lstrip().startswith(_PEM) else x509.load_der_x509_crl
            revoked = load(content)
            # A key of a kind that cannot sign is refused by a TypeError.
            is_valid = revoked.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
        except (ValueError, TypeError):
            continue
        if is_valid and revoked.get_revoked_certificate_by_serial_number(serial) is not None:
            return True
    return False


def names_host(certificate: Certificate, host: str) -> bool:
    """Return whether a certificate names a host, by name or by address."""
    try:
        host = str(ipaddress.ip_address(host))
    except ValueError:
        host = host.lower()
    return host in certificate.hosts


def _parse(content: bytes) -> x509.Certificate:
    if content.lstrip().startswith(_PEM):
        return x509.load_pem_x509_certificate(content)
    return x509.load_der_x509_certificate(first(content))


def _length(chain: bytes) -> int:
    is_long = chain[1:2] == bytes([_LONG_FORM])
    return 4 + int.from_bytes(chain[2:4], "big") if is_long else len(chain)


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=True,
    data_encipherment=True,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
"""As OPC 10000-6, 6.2.2 wants it of an application's self-signed certificate."""
