"""What somebody may: each role includes those below it."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """Nobody sees the page without figures; a viewer sees figures; a supervisor decides; an admin reads the audit."""

    NOBODY = 0
    VIEWER = 1
    SUPERVISOR = 2
    ADMIN = 3

    @property
    def key(self) -> str:
        """The role as people type it."""
        return self.name.lower()


def role_of(key: str) -> Role:
    """Return the role of a key.

    Raises:
        ValueError: users have no such role.
    """
    for role in (Role.VIEWER, Role.SUPERVISOR, Role.ADMIN):
        if role.key == key:
            return role
    raise ValueError(f"{key}: is no role; there are viewer, supervisor, admin")
