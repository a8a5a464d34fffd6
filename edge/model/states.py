"""What a machine's map says of its states: how they are numbered or told from other tags, and what its stops mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from edge.model.packml import Category, Numbers, State

MICRO_STOP_S = 120.0
"""A stop that is shorter is a micro-stop, unless the map says otherwise."""


class StopKind(StrEnum):
    """What a stop with a reason is."""

    STARVED = "starved"
    """Nothing comes from upstream."""
    BLOCKED = "blocked"
    """Nothing is taken downstream."""
    SETUP = "setup"
    """Changeover: ISO 22400's actual unit setup time."""
    PLANNED = "planned"
    """A break, cleaning, no order: no part of the planned busy time."""
    FAILURE = "failure"
    """The machine broke."""
    DELAY = "delay"
    """Everything else: a jam, an operator, low material."""


class Element(StrEnum):
    """Time elements of ISO 22400-2 that a machine's time falls into; all but `PLANNED` make the planned busy time."""

    PRODUCTION = "production"
    SETUP = "setup"
    DELAY = "delay"
    DOWN = "down"
    PLANNED = "planned"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """A stop reason of a PLC: what people call it, and what it is."""

    name: str
    kind: StopKind


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to tell a state: from a bit, a bool, a number, or a counter that moves.

    Attributes:
        tag: which is looked at.
        state: what the machine does while the rule holds.
        reason: why it stands, where the rule tells that too.
        bit: of an integer; a bool needs none.
        equals, above, below: what a number is compared with.
        moves_within: seconds in which a value that goes on changing has changed.
    """

    tag: str
    state: State
    reason: int | None = None
    bit: int | None = None
    equals: float | None = None
    above: float | None = None
    below: float | None = None
    moves_within: float | None = None


@dataclass(frozen=True, slots=True)
class States:
    """How a machine tells what it does.

    Attributes:
        numbers: of the tag with role packml_state.
        rules: without such a tag; the first that holds gives the state.
        otherwise: the state when none holds.
        reasons: by the number that the PLC shows.
        micro_stop_s: a stop that is shorter is a micro-stop.
    """

    numbers: Numbers = Numbers.PACKTAGS
    rules: tuple[Rule, ...] = ()
    otherwise: State = State.STOPPED
    reasons: Mapping[int, Reason] = field(default_factory=dict)
    micro_stop_s: float = MICRO_STOP_S

    def kind(self, reason: int) -> StopKind | None:
        """Return what a stop with this reason is; None when the map does not say."""
        known = self.reasons.get(reason)
        return known.kind if known else None


_ELEMENTS = {
    Category.RUNNING: Element.PRODUCTION,
    Category.DOWN: Element.DOWN,
    Category.OFFLINE: Element.UNKNOWN,
    Category.ONLINE: Element.UNKNOWN,
}
_BY_KIND = {
    StopKind.PLANNED: (Category.PLANNED, Element.PLANNED),
    StopKind.SETUP: (Category.SETUP, Element.SETUP),
    StopKind.FAILURE: (Category.DOWN, Element.DOWN),
    StopKind.STARVED: (Category.WAITING, Element.DELAY),
    StopKind.BLOCKED: (Category.WAITING, Element.DELAY),
}


def classify(category: Category, kind: StopKind | None) -> tuple[Category, Element]:
    """Return what a machine's time counts as, for people and for ISO 22400-2.

    A reason says more than a state: Stopped for a break is planned, Resetting for a changeover is setup and otherwise a
    delay. While a machine runs, or nobody knows what it does, a reason that is still shown means nothing.
    """
    if category not in (Category.RUNNING, Category.OFFLINE, Category.ONLINE) and kind in _BY_KIND:
        return _BY_KIND[kind]
    return category, _ELEMENTS.get(category, Element.DELAY)
