"""Who may talk to the OPC UA server: its own certificate, one that has run out, and its users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from asyncua.crypto import cert_gen
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_server import InternalServer
from asyncua.server.user_managers import UserManager
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

APPLICATION_URI = "urn:aikou:s7-1215c"
_DAYS = 20 * 365


@dataclass(frozen=True, slots=True)
class Security:
    """What a secured server needs.

    Attributes:
        directory: of its key and certificates; made at the first start and kept, so that clients can pin them.
        users: passwords by name; besides them anybody may read, as a guest.
    """

    directory: Path
    users: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Path:
        """The private key, PEM."""
        return self.directory / "key.pem"

    @property
    def certificate(self) -> Path:
        """The certificate that clients should trust, DER."""
        return self.directory / "certificate.der"

    @property
    def expired_certificate(self) -> Path:
        """The same but for its dates, which are past, DER."""
        return self.directory / "expired.der"

    def prepare(self) -> None:
        """Make the files that are not there.

        Raises:
            OSError: they can't be written.
        """
        if all(file.exists() for file in (self.key, self.certificate, self.expired_certificate)):
            return
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = cert_gen.generate_private_key()
        self.key.touch(mode=0o600)
        self.key.write_bytes(cert_gen.dump_private_key_as_pem(key))
        certificate = cert_gen.generate_self_signed_app_certificate(
            key,
            "S7-1215C",
            {"organizationName": "Aikou"},
            [
                x509.UniformResourceIdentifier(APPLICATION_URI),
                x509.DNSName("localhost"),
                x509.IPAddress(ip_address("127.0.0.1")),
            ],
            extended=[ExtendedKeyUsageOID.SERVER_AUTH],
            days=_DAYS,
        )
        self.certificate.write_bytes(certificate.public_bytes(Encoding.DER))
        self.expired_certificate.write_bytes(_run_out(certificate, key).public_bytes(Encoding.DER))


class Users(UserManager):
    """Knows names and passwords; nobody gets more than to read."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = passwords

    def get_user(
        self,
        iserver: InternalServer,  # noqa: ARG002 - the library's signature
        username: str | None = None,
        password: str | None = None,
        certificate: Any = None,  # noqa: ARG002 - the library's signature
    ) -> User | None:
        """Return the user of a token, None to refuse it; a token without a name is the guest's."""
        if username is None or (username in self._passwords and self._passwords[username] == password):
            return User(role=UserRole.User, name=username)
        return None


def _run_out(valid: x509.Certificate, key: RSAPrivateKey) -> x509.Certificate:
    """Return a certificate as another one would be, had it run out on the day before it was made."""
    end = valid.not_valid_before_utc - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(valid.subject)
        .issuer_name(valid.issuer)
        .public_key(valid.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=_DAYS))
        .not_valid_after(end)
    )
    for extension in valid.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    return builder.sign(key, hashes.SHA256())
