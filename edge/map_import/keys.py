"""Names of tags, as topics and databases can carry them: `总产量` at D100 → d100, `TotalCount` → total_count. Pure."""

from __future__ import annotations

import re
import unicodedata

from edge.documents.sheet import plain

MAX_LENGTH = 32


def from_name(name: str) -> str:
    """Return the key that a name makes, empty when it is not in Latin letters."""
    letters = unicodedata.normalize("NFKD", plain(name))
    latin = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if any(letter.isalpha() and not letter.isascii() for letter in latin):
        return ""
    parted = re.sub(r"(?<=[a-z][a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", latin)
    key = _shortened("_".join(re.findall(r"[a-z0-9]+", parted.lower())))
    return key if re.search(r"[a-z]", key) else ""


def unique(key: str, taken: set[str]) -> str:
    """Return a key that is not taken yet, with a number when it must be, and take it."""
    found, number = key, 1
    while found in taken:
        number += 1
        found = f"{key[: MAX_LENGTH - len(str(number)) - 1].rstrip('_')}_{number}"
    taken.add(found)
    return found


def _shortened(key: str) -> str:
    """Return a key that is short enough, cut between words if that leaves most of it."""
    if len(key) <= MAX_LENGTH:
        return key
    cut = key[: MAX_LENGTH + 1].rpartition("_")[0]
    return cut if len(cut) > MAX_LENGTH // 2 else key[:MAX_LENGTH]
