"""What is known of each tag besides its value: the last StatusCode, whose clock stamped it, why it cannot be read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.drivers.opcua.stamps import Origin


@dataclass(slots=True)
class Condition:
    """The state of one tag.

    Attributes:
        status: the StatusCode of its last value, whole.
        origin: whose clock gave that value's time; None before the first one.
        overflows: how often the server has said that values before one were lost.
        fault: why a value of good status is none, or why the server refuses the node; empty while all is well.
    """

    status: int = 0
    origin: Origin | None = None
    overflows: int = 0
    fault: str = ""


class Diagnosis:
    """The conditions of a server's tags, from one session to the next.

    Attributes:
        conditions: by the tags' places.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.conditions = [Condition() for _ in names]
        self._said: set[tuple[int, str]] = set()

    def by_tag(self) -> Mapping[str, Condition]:
        """Return the condition of each tag by its name."""
        return dict(zip(self._names, self.conditions, strict=True))

    def tally(self) -> Mapping[str, int]:
        """Return how many tags have which trouble now."""
        conditions = self.conditions
        return {
            "overflows": sum(condition.overflows for condition in conditions),
            "faulty_tags": sum(bool(condition.fault) for condition in conditions),
            "own_times": sum(condition.origin is Origin.OWN for condition in conditions),
        }

    def find(self, place: int, fault: str) -> bool:
        """Take note of a tag's fault, empty when it has none; return whether it has not been spoken of yet."""
        self.conditions[place].fault = fault
        if not fault or (place, fault) in self._said:
            return False
        self._said.add((place, fault))
        return True
