"""Who asks: a user with a session, a viewer at the machine itself, or nobody."""

from __future__ import annotations

from dataclasses import dataclass

from edge.console.access.roles import Role


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody behind a request.

    Attributes:
        address: where they ask from, as far as it is known.
        role: what they may.
        user: their name; empty without a session.
        csrf: the token that each of their POSTs must carry; empty without a session.
        session: the hash of their session; empty without one.
    """

    address: str
    role: Role = Role.NOBODY
    user: str = ""
    csrf: str = ""
    session: bytes = b""
