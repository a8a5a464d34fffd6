"""Sessions: a random secret in the browser's cookie, its hash here; when one is over. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from edge.model.calendar import NS

SECURE_COOKIE, PLAIN_COOKIE = "__Host-chili-edge", "chili-edge"
"""The first is a browser's promise: over TLS only, of this very host, for all of its paths."""
SEEN_EVERY = 30 * NS
"""Between two notes that a session is in use."""
_AHEAD = 300 * NS
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Session:
    """A user who has logged in; times in ns UTC."""

    hash: bytes
    user: str
    begun: int
    seen: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session holds, s: in all, and unused."""

    longest_s: float
    idle_s: float


def new_secret() -> str:
    """Return 256 bits of chance, for a cookie."""
    return secrets.token_urlsafe(32)


def session_hash(secret: str) -> bytes | None:
    """Return what is stored of a cookie's secret; None when it can be none of ours."""
    return hashlib.sha256(secret.encode()).digest() if _SECRET.fullmatch(secret) else None


def csrf_token(secret: str) -> str:
    """Return the token that POSTs of a session carry: only a page that may read our answers knows it."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def is_over(session: Session, now: int, limits: Limits) -> bool:
    """Return whether a session no longer holds; one from the future is of a clock that was set back."""
    return (
        now - session.begun >= limits.longest_s * NS
        or now - session.seen >= limits.idle_s * NS
        or session.begun - now > _AHEAD
    )
