"""The folder of certificates: `own`, `trusted`, `rejected`, `issuer` and `crl` (OPC 10000-12), and who is believed by it.

Servers that are unknown are refused and stored in `rejected`, for a person to look at: `chili-edge pki`.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import structlog

from edge.drivers.opcua import certificates
from edge.drivers.opcua.certificates import Certificate
from edge.errors import ConfigurationError, TransientError
from edge.model.calendar import NS

log = structlog.get_logger(__name__)

WARN_DAYS = 30
MOST_REJECTED = 100
"""Stored for approval; the oldest go first, so that nobody can fill the disk."""
_LONGEST_CHAIN = 8
_THUMBPRINT = re.compile(r"[0-9A-Fa-f]{4,40}")


class Standing(StrEnum):
    """What is thought of a certificate, by the folder in which it lies."""

    OWN = "own"
    TRUSTED = "trusted"
    REJECTED = "rejected"
    ISSUER = "issuer"


@dataclass(frozen=True, slots=True)
class Own:
    """This node's own certificate and key, and the application that it names."""

    uri: str
    certificate: Path
    key: Path


class Pki:
    """A folder of certificates; made when it is needed. Several drivers share one.

    Args:
        folder: `data_dir/pki`.
        node: the node's id, part of the application's URI when that is made.
    """

    def __init__(self, folder: Path, node: str) -> None:
        self._folder = folder
        self._node = node
        self._lock = threading.Lock()
        self._in_use: dict[str, Certificate] = {}
        self._reminded: dict[str, int] = {}

    @property
    def folder(self) -> Path:
        """Where everything lies."""
        return self._folder

    @property
    def application_uri(self) -> str:
        """The URI by which this node is known: the one of its certificate, if it has one already."""
        file = self._folder / Standing.OWN / "certificate.der"
        if file.exists():
            uris = _described(file).uris
            if uris:
                return uris[0]
        return f"urn:{socket.gethostname()}:chili-edge:{self._node}"

    def own(self, now: int) -> Own:
        """Return our own certificate; it is made once, and from then on kept, since servers have to be told of it.

        Raises:
            TransientError: it has lost its key, or cannot be read or written.
        """
        folder = self._folder / Standing.OWN
        own = Own(self.application_uri, folder / "certificate.der", folder / "key.pem")
        with self._lock, _files():
            if not own.certificate.exists():
                self._make(own, now)
            elif not own.key.exists():
                raise TransientError(
                    f"{own.key} is missing: put it back, or remove {own.certificate} to have a new pair made"
                )
            self._use(Standing.OWN, _described(own.certificate), now)
        return own

    def check(self, chain: bytes, uri: str, host: str | None, now: int) -> None:
        """Believe a server, or not.

        Args:
            chain: its certificate, DER; those of its issuers may follow.
            uri: the application that it says it is.
            host: where it was found; None when it does not matter.
            now: ns UTC.

        Raises:
            TransientError: it is not believed; says why and what to do.
        """
        try:
            certificate = certificates.describe(chain)
        except ValueError as error:
            raise TransientError(f"the server's certificate is none: {error}") from error
        with self._lock, _files():
            doubt = self._doubt(certificate, chain)
            if doubt:
                raise TransientError(doubt)
        _check_validity(certificate, now)
        label = _label(certificate)
        if uri not in certificate.uris:
            raise TransientError(
                f"the server says that it is {uri or 'nobody'}, but its certificate {label} is that of"
                f" {', '.join(certificate.uris) or 'nobody'}"
            )
        if host is not None and not certificates.names_host(certificate, host):
            raise TransientError(
                f"the server's certificate {label} is for {', '.join(certificate.hosts) or 'no host'}, not for {host}:"
                " say any_host: true in security: if that is right"
            )
        self._use(f"{uri} {host}", certificate, now)

    def pinned(self, file: Path, now: int) -> bytes:
        """Return the certificate (DER) that the configuration names of a server, which is believed while it is valid.

        Raises:
            TransientError: it is not, or the file holds none.
        """
        try:
            certificate = _described(file)
        except OSError as error:
            raise TransientError(f"server_certificate: cannot read {file}: {error.strerror}") from error
        except ValueError as error:
            raise TransientError(
                f"server_certificate: {file} is no certificate, neither DER nor PEM"
            ) from error
        _check_validity(certificate, now)
        self._use(str(file), certificate, now)
        return certificate.der

    def remind(self, now: int) -> None:
        """Warn of each certificate in use that expires within 30 days, once a day."""
        for certificate in list(self._in_use.values()):
            days, thumbprint = certificate.days_left(now), certificate.thumbprint
            today = now // certificates.DAY
            if days < WARN_DAYS and self._reminded.get(thumbprint) != today:
                self._reminded[thumbprint] = today
                log.warning(
                    "opcua certificate expires", name=certificate.name, thumbprint=thumbprint, days=days
                )

    def listing(self) -> Iterator[tuple[Standing, Path, Certificate]]:
        """Yield every certificate with its standing; files that are none are left out."""
        for standing in Standing:
            for file, certificate in _certificates(self._folder / standing):
                yield standing, file, certificate

    def trust(self, thumbprint: str) -> Certificate:
        """Trust a certificate that was rejected.

        Raises:
            ConfigurationError: there is none, or several begin like that.
        """
        return self._move(thumbprint, Standing.REJECTED, Standing.TRUSTED)

    def reject(self, thumbprint: str) -> Certificate:
        """Trust a certificate no longer: from the next connection on.

        Raises:
            ConfigurationError: there is none, or several begin like that.
        """
        return self._move(thumbprint, Standing.TRUSTED, Standing.REJECTED)

    def _make(self, own: Own, now: int) -> None:
        """Write key and certificate, the certificate last: with it the pair is complete."""
        moment = datetime.fromtimestamp(now // NS, UTC)
        certificate, key = certificates.make(own.uri, socket.gethostname(), moment)
        self._prepare()
        _write(own.key, key)
        _write(own.certificate, certificate)
        log.warning(
            "opcua certificate made: let the servers trust it", certificate=str(own.certificate), uri=own.uri
        )

    def _doubt(self, certificate: Certificate, chain: bytes) -> str:
        """Return why a certificate is not trusted, empty when it is; an unknown one is stored."""
        trusted = [one.der for _, one in _certificates(self._folder / Standing.TRUSTED)]
        known = [
            *trusted,
            *(one.der for _, one in _certificates(self._folder / Standing.ISSUER)),
            *certificates.split(chain)[1:],
        ]
        lists = [file.read_bytes() for file in _contents(self._folder / "crl")]
        at, is_trusted = certificate.der, certificate.der in trusted
        for _ in range(_LONGEST_CHAIN):
            issuer = next((one for one in known if one != at and certificates.is_issued_by(at, one)), None)
            if issuer is None:
                break
            if certificates.is_revoked(at, issuer, lists):
                return f"the server's certificate {_label(certificate)} has been revoked by its issuer"
            at, is_trusted = issuer, is_trusted or issuer in trusted
        if is_trusted:
            return ""
        self._store(certificate)
        return (
            f"the server's certificate is unknown: {_label(certificate)}; compare it with the one on the PLC,"
            f" then: chili-edge pki trust {certificate.thumbprint[:12]}"
        )

    def _store(self, certificate: Certificate) -> None:
        self._prepare()
        folder = self._folder / Standing.REJECTED
        file = folder / f"{certificate.thumbprint}.der"
        if not file.exists():
            oldest = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime)
            for one in oldest[: len(oldest) + 1 - MOST_REJECTED]:
                one.unlink()
            _write(file, certificate.der)

    def _use(self, whose: str, certificate: Certificate, now: int) -> None:
        """Take note of the certificate that somebody has now; the one before is nobody's any more."""
        self._in_use[whose] = certificate
        self.remind(now)

    def _move(self, thumbprint: str, source: Standing, target: Standing) -> Certificate:
        text = thumbprint.replace(":", "").replace(" ", "")
        if not _THUMBPRINT.fullmatch(text):
            raise ConfigurationError(f"a thumbprint is 4 to 40 hexadecimal digits (given: {thumbprint})")
        found = [
            (file, one)
            for file, one in _certificates(self._folder / source)
            if one.thumbprint.startswith(text.upper())
        ]
        if len(found) != 1:
            what = f"{len(found)} certificates begin" if found else "no certificate begins"
            raise ConfigurationError(f"{what} with {thumbprint} in {self._folder / source}: see pki list")
        file, certificate = found[0]
        try:
            self._prepare()
            file.rename(self._folder / target / f"{certificate.thumbprint}.der")
        except OSError as error:
            raise ConfigurationError(f"{file}: cannot be moved ({error.strerror})") from error
        return certificate

    def _prepare(self) -> None:
        for name in (*Standing, "crl"):
            (self._folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)


@contextlib.contextmanager
def _files() -> Iterator[None]:
    """Turn trouble with the folder into a TransientError: somebody will set it right, and the plant runs meanwhile."""
    try:
        yield
    except OSError as error:
        raise TransientError(f"cannot use {error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise TransientError(f"not a certificate: {error}") from error


def _described(file: Path) -> Certificate:
    return certificates.describe(file.read_bytes())


def _check_validity(certificate: Certificate, now: int) -> None:
    label = _label(certificate)
    if now > certificate.ends:
        raise TransientError(f"the server's certificate {label} expired on {_date(certificate.ends)}")
    if now < certificate.begins:
        raise TransientError(
            f"the server's certificate {label} is valid from {_date(certificate.begins)} on only:"
            " or does the clock of this box go wrong?"
        )


def _certificates(folder: Path) -> Iterator[tuple[Path, Certificate]]:
    for file in _contents(folder):
        try:
            yield file, _described(file)
        except ValueError:
            continue


def _contents(folder: Path) -> Sequence[Path]:
    suffixes = (".der", ".cer", ".crt", ".crl", ".pem")
    if not folder.is_dir():
        return ()
    files = (file for file in folder.iterdir() if file.suffix.lower() in suffixes and file.is_file())
    return sorted(file for file in files if file.name != "key.pem")


def _write(file: Path, content: bytes) -> None:
    """Write a file that nobody else may read, whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    new.rename(file)


def _label(certificate: Certificate) -> str:
    return f"{certificate.name or 'without a name'} [{certificate.thumbprint[:12]}]"


def _date(time: int) -> str:
    return datetime.fromtimestamp(time // NS, UTC).date().isoformat()
