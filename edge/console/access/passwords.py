"""Passwords at rest: scrypt with a salt of each user's own, its parameters beside it. Slow on purpose: 0.1 s, 32 MiB."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass
from itertools import pairwise

LEAST, MOST = 10, 128
"""Characters of a password."""
_SALT_BYTES, _KEY_BYTES = 16, 32
_STORED = re.compile(r"scrypt\$n=(\d{1,8}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)")
_COMMON = ("password", "passw0rd", "qwerty", "asdfgh", "zxcvbn", "letmein", "admin", "1qaz2wsx", "woaini")
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What a hash takes: 128·n·r bytes of memory, and time in proportion to n·r·p."""

    n: int = 2**15
    r: int = 8
    p: int = 1


def weakness(password: str, user: str) -> str | None:
    """Return why a password will not do; None when it will."""
    text = _normal(password)
    folded = text.casefold()
    letters = re.sub(r"[\d\W_]+", "", folded)
    faults = {
        f"a password has at least {LEAST} characters": len(text) < LEAST,
        f"a password has at most {MOST} characters": len(text) > MOST,
        "a password of a few characters again and again is guessed at once": len(set(folded)) < _FEWEST,
        "a password of neighbours in a row is guessed at once": _is_row(folded, 1) or _is_row(folded, -1),
        "a password must not have the user's name in it": len(user) > 1 and user.casefold() in folded,
        "a password that everybody knows is guessed at once": letters in _COMMON,
    }
    return next((fault for fault, found in faults.items() if found), None)


def hashed(password: str, cost: Cost = Cost(), salt: bytes | None = None) -> str:
    """Return what is stored of a password; blocks for a tenth of a second."""
    salt = salt or secrets.token_bytes(_SALT_BYTES)
    key = _key(password, salt, cost)
    return f"scrypt$n={cost.n},r={cost.r},p={cost.p}${b64encode(salt).decode()}${b64encode(key).decode()}"


def verify(password: str, stored: str) -> bool:
    """Return whether a password is the one of which something was stored; blocks as long."""
    match = _STORED.fullmatch(stored)
    if match is None:
        return False
    cost = Cost(*(int(number) for number in match.group(1, 2, 3)))
    return hmac.compare_digest(_key(password, b64decode(match[4]), cost), b64decode(match[5]))


def _normal(password: str) -> str:
    """Return a password as it is whichever input method and keyboard typed it."""
    return unicodedata.normalize("NFKC", password)


def _key(password: str, salt: bytes, cost: Cost) -> bytes:
    secret = _normal(password).encode("utf-8", "surrogatepass")
    memory = 256 * cost.n * cost.r
    return hashlib.scrypt(secret, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=memory, dklen=_KEY_BYTES)


def _is_row(text: str, step: int) -> bool:
    """Return whether nearly each character is the neighbour of the one before, as in 123456789 or abcdef."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return sum(one in (step, -9 * step) for one in steps) >= len(steps) - 2
