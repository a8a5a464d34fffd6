"""How far an import has come, kept among the processors' state: it commits together with what it stands for. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from edge.errors import ConfigurationError

KEY = "history/"
"""State keys of imports begin with this; the fingerprint of the import follows."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The last production day that is stored and counted; None before the first."""

    fingerprint: str
    last: date | None = None

    @property
    def key(self) -> str:
        """Its key among the processors' state."""
        return KEY + self.fingerprint

    def after(self, day: date, state: Mapping[str, str]) -> dict[str, str]:
        """Return the entry that says that a day is done.

        Args:
            day: the production day.
            state: the whole state of the processors after it.
        """
        return {self.key: json.dumps({"last_day": day.isoformat(), "state": _digest(state)})}


def find(fingerprint: str, state: Mapping[str, str]) -> Progress:
    """Return how far an import has come in a node with this state.

    Raises:
        ConfigurationError: the node has counted something else, before or since: two histories do not add up.
    """
    progress = Progress(fingerprint)
    if not state:
        return progress
    if progress.key not in state:
        what = "holds another import" if any(key.startswith(KEY) for key in state) else "has counted already"
        raise ConfigurationError(
            f"this node {what}: history goes into a node that has not run yet; give it a data_dir of its own"
        )
    entry = json.loads(state[progress.key])
    return Progress(fingerprint, date.fromisoformat(entry["last_day"]))


def has_run_since(progress: Progress, state: Mapping[str, str]) -> bool:
    """Return whether the node has counted on its own since the import's last day."""
    return bool(json.loads(state[progress.key])["state"] != _digest(state)) if progress.last else False


def _digest(state: Mapping[str, str]) -> str:
    content = sorted((key, value) for key, value in state.items() if not key.startswith(KEY))
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
