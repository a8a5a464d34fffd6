"""Whether a program gets on with its work, which is more than being alive; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Turns = Callable[[], int | None]
"""Returns a number that grows with the work; None while there is nothing to do."""


@dataclass(slots=True)
class _Watched:
    turns: Turns
    limit: float
    last: int | None = None
    since: float | None = None


class Progress:
    """Looks at numbers that must move."""

    def __init__(self) -> None:
        self._watched: dict[str, _Watched] = {}

    def watch(self, name: str, turns: Turns, limit: float) -> None:
        """Expect a number to move at least every `limit` seconds."""
        self._watched[name] = _Watched(turns, limit)

    def stalled(self, now: float) -> list[str]:
        """Return what has stood still for too long; `now` is monotonic s."""
        return [name for name, watched in self._watched.items() if _stands(watched, now)]


def _stands(watched: _Watched, now: float) -> bool:
    turns = watched.turns()
    if turns is None or turns != watched.last or watched.since is None:
        watched.last, watched.since = turns, now
        return False
    return now - watched.since > watched.limit
