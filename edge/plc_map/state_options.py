"""`states:` and `rated_per_min:` of a map: how its machine tells what it does, and how fast it is built to be."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from edge.model.packml import Numbers, State
from edge.model.states import MICRO_STOP_S, Reason, Rule, States, StopKind
from edge.options import Options, Seconds

STATE_NAMES = tuple(state.name.lower() for state in State if state is not State.UNDEFINED)
CONDITIONS = ("bit", "equals", "above", "below", "moves_within")
_MOST_REASON = 2**32 - 1


def _state(value: object) -> object:
    if isinstance(value, str) and value in STATE_NAMES:
        return State[value.upper()]
    raise ValueError(f"a state is one of {', '.join(STATE_NAMES)}")


StateName = Annotated[State, BeforeValidator(_state, json_schema_input_type=str)]
ReasonNumber = Annotated[int, Field(ge=0, le=_MOST_REASON)]


class RuleOptions(Options):
    """One way to tell a state.

    Attributes:
        tag: which is looked at.
        state: what the machine does while the rule holds, as in execute.
        reason: why it stands, where the rule tells that too.
        bit: of an integer; a bool needs no condition.
        equals, above, below: what a number is compared with.
        moves_within: a counter that goes on changing has changed within this time.
    """

    tag: str
    state: StateName
    reason: ReasonNumber | None = None
    bit: Annotated[int, Field(ge=0, le=63)] | None = None
    equals: float | None = None
    above: float | None = None
    below: float | None = None
    moves_within: Annotated[Seconds, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_condition(self) -> RuleOptions:
        given = [name for name in CONDITIONS if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"a rule has one condition, not {' and '.join(given)}")
        return self


class ReasonOptions(Options):
    """What a number of the tag with role stop_reason means.

    Attributes:
        name: as people call it.
        kind: starved, blocked, setup, planned, failure, or delay for everything else.
    """

    name: str = ""
    kind: StopKind = StopKind.DELAY


class StatesOptions(Options):
    """How a machine tells what it does.

    Attributes:
        numbers: of the tag with role packml_state.
        rules: without such a tag; the first that holds gives the state.
        otherwise: the state when none holds.
        reasons: by the number that the PLC shows.
        micro_stop: a stop that is shorter is a micro-stop.
    """

    numbers: Numbers | None = None
    rules: list[RuleOptions] = Field(default_factory=list)
    otherwise: StateName | None = None
    reasons: dict[ReasonNumber, ReasonOptions] = Field(default_factory=dict)
    micro_stop: Annotated[Seconds, Field(ge=0, le=3600)] = MICRO_STOP_S


PiecesPerMinute = Annotated[float, Field(gt=0, le=1_000_000)]
Rated = PiecesPerMinute | dict[ReasonNumber, PiecesPerMinute]
"""One speed, or one for each number of the tag with role sku."""


def states(options: StatesOptions) -> States:
    """Return what a map says of its states."""
    return States(
        options.numbers or Numbers.PACKTAGS,
        tuple(Rule(**rule.model_dump()) for rule in options.rules),
        options.otherwise or State.STOPPED,
        {number: Reason(reason.name, reason.kind) for number, reason in options.reasons.items()},
        options.micro_stop,
    )


def rated(options: Rated | None) -> dict[int | None, float]:
    """Return pieces per minute by the PLC's number of the product; under None for all."""
    if options is None:
        return {}
    return dict(options.items()) if isinstance(options, dict) else {None: options}
