"""The key file, and what is done with it: personal data are sealed, and found again by marks. The only cryptography import."""

from __future__ import annotations

import hmac
import os
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from edge.errors import EdgeError, TransientError

log = structlog.get_logger(__name__)

OWNER_ONLY, OTHERS = 0o600, 0o077
_HALF = 32
_NONCE = 12
_MARK = 16


class Vault:
    """Seals text and marks it. Who has the records file without the key file has nothing.

    Args:
        key: half of it seals (AES-256-GCM), the other half marks (HMAC-SHA-256).
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != 2 * _HALF:
            raise ValueError(f"a key has {2 * _HALF} bytes")
        self._cipher = AESGCM(key[:_HALF])
        self._marking = key[_HALF:]

    def seal(self, text: str) -> bytes:
        """Return text that only this key opens; the same text looks different each time."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """Return what was sealed.

        Raises:
            EdgeError: it was sealed with another key, or changed since.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
        except (InvalidTag, ValueError) as error:
            raise EdgeError(
                "a record cannot be opened with this key: it is damaged or another node's"
            ) from error

    def mark(self, *parts: str) -> bytes:
        """Return what stands for something in the file: the same for the same, and nobody can tell for what."""
        return hmac.digest(self._marking, "\0".join(parts).encode(), "sha256")[:_MARK]


def open_vault(path: Path, *, new: bool) -> Vault:
    """Open a key file.

    Args:
        path: the file.
        new: whether it may be made: only when nothing was sealed yet.

    Raises:
        EdgeError: it is missing although records were sealed with it, or is no key.
        TransientError: it cannot be read or made.
    """
    try:
        if new and not path.exists():
            _make(path)
        if path.stat().st_mode & OTHERS:
            path.chmod(OWNER_ONLY)
            log.warning("key could be read by others: it is its owner's again", file=str(path))
        return Vault(path.read_bytes())
    except FileNotFoundError as error:
        raise EdgeError(
            f"{path} is missing: without this key nobody can read the records; bring it back"
        ) from error
    except ValueError as error:
        raise EdgeError(f"{path}: is not the key of any records ({error})") from error
    except OSError as error:
        raise TransientError(f"cannot open the key {path}: {error.strerror}") from error


def _make(path: Path) -> None:
    """Write a new key, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY), "wb") as file:  # noqa: PTH123 - made private from the start
        file.write(os.urandom(2 * _HALF))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
