"""The state of a machine that has no state tag, by the rules of its map: status bits, running bits, speeds, counters."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass

from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value
from edge.model.packml import State
from edge.model.states import Rule, States


@dataclass(frozen=True, slots=True)
class Sign:
    """The newest value of a tag that a rule looks at; `moved` is when it last changed, ns UTC, 0 for never."""

    value: Value
    moved: int = 0


Signs = Mapping[str, Sign]


def look(signs: Signs, frame: Frame, rules: tuple[Rule, ...]) -> Signs:
    """Return the signs after a frame; what it does not carry stays as it was."""
    places = frame.places
    found = dict(signs)
    for rule in rules:
        place = places.get(rule.tag)
        if place is None:
            continue
        value = frame.values[place] if frame.qualities[place] == Quality.GOOD else None
        before = signs.get(rule.tag)
        if before is None or before.value is None:
            found[rule.tag] = Sign(value)
        elif value != before.value:
            found[rule.tag] = Sign(value, frame.time if value is not None else before.moved)
    return found


def derive(states: States, signs: Signs, now: int) -> tuple[State, int | None]:
    """Return the state of the first rule that holds, and its reason; UNDEFINED when a rule before it cannot be judged."""
    for rule in states.rules:
        sign = signs.get(rule.tag)
        if sign is None or sign.value is None:
            return State.UNDEFINED, None
        if _holds(rule, sign, now):
            return rule.state, rule.reason
    return states.otherwise, None


def _holds(rule: Rule, sign: Sign, now: int) -> bool:
    value = sign.value
    if rule.moves_within is not None:
        return sign.moved > 0 and now - sign.moved <= rule.moves_within * NS
    if isinstance(value, str) or value is None:
        return False
    if rule.bit is not None:
        return bool(int(value) >> rule.bit & 1)
    comparisons = ((rule.equals, operator.eq), (rule.above, operator.gt), (rule.below, operator.lt))
    return next(
        (bool(compare(value, limit)) for limit, compare in comparisons if limit is not None), bool(value)
    )
