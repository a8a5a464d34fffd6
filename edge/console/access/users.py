"""Who may log in: a name, a role, and what is stored of the password."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from edge.console.access.roles import Role
from edge.errors import ConfigurationError

_NAME = re.compile(r"[^\W_][\w.-]{0,31}")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a password.

    Attributes:
        name: as it is compared, see `user_name`.
        role: what they may.
        password: of `passwords.hashed`.
        disabled: whether they are kept out.
    """

    name: str
    role: Role
    password: str
    disabled: bool = False


def user_name(text: str) -> str:
    """Return a name as it is compared: whichever input method typed it, in small letters.

    Raises:
        ConfigurationError: it cannot be one.
    """
    name = folded(text)
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{text!r}: a user's name is up to 32 letters, digits, . _ and -")
    return name


def folded(text: str) -> str:
    """Return what somebody typed as names are compared; it need not be one."""
    return unicodedata.normalize("NFKC", text).strip().casefold()
