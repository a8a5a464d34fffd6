"""A scenario file → the faults of a run, checked; whatever is wrong with it is told at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from simulators.faults import rules
from simulators.faults.catalogue import KINDS, MOMENTS
from simulators.faults.document import Document, Route, ScenarioError, nearest, read, shown
from simulators.faults.kinds import Fault

__all__ = ["SCENARIOS", "Scenario", "ScenarioError", "load"]

SCENARIOS = Path(__file__).parents[1] / "scenarios"
"""The folder of the scenarios that come with the plant."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Scenario:
    """What goes wrong in a run.

    Attributes:
        description: what happens, and what the product must make of it.
        seed: of what is random in faults that have no seed of their own.
        faults: by their start.
    """

    description: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    seed: Annotated[int, Field(ge=0)] = 1
    faults: Annotated[tuple[Fault, ...], Field(min_length=1)]


_SCENARIO = TypeAdapter(Scenario)
_FAULT: TypeAdapter[Fault] = TypeAdapter(Fault)
_RULES = {
    "tuple_type": "it should be a list of faults, each beginning with a hyphen",
    "too_short": "write at least one fault",
    "string_too_short": "write what it is",
    "string_type": "it should be text",
    "int_parsing": "it should be a whole number",
    "int_type": "it should be a whole number",
    "float_parsing": "it should be a number",
    "float_type": "it should be a number",
}
"""What to do, where pydantic would speak of Python."""


def load(
    path: Path, targets: rules.Targets | None = None, probes: rules.Probes = MappingProxyType({})
) -> Scenario:
    """Read a scenario file.

    Args:
        path: of the file.
        targets: the kinds that each target takes, by its name; None = targets are not checked.
        probes: the probes that each target has.

    Returns:
        The scenario; every fault has a seed.

    Raises:
        ScenarioError: the file can't be read or used; names every problem as `file:line:column: what; what to do`.
    """
    document = read(path)
    data = document.data
    if not isinstance(data, dict):
        what = "is empty" if data is None else f"is {shown(data)}"
        document.complain((), f"the file {what}; a scenario is a mapping with description, seed and faults")
        raise ScenarioError(document.problems)
    listed = data.get("faults")
    faults = dict(_faults(document, listed, targets, probes)) if isinstance(listed, list) else {}
    for fault, message in rules.collisions(faults.values()):
        place = next(number for number, other in faults.items() if other is fault)
        document.complain(("faults", place), message)
    scenario = _whole(document, data, tuple(faults.values()))
    if document.problems or scenario is None:
        raise ScenarioError(document.problems)
    seeded = (
        fault if fault.seed is not None else replace(fault, seed=scenario.seed) for fault in faults.values()
    )
    return replace(scenario, faults=tuple(sorted(seeded, key=lambda fault: fault.start)))


def _whole(document: Document, data: Mapping[str, object], faults: tuple[Fault, ...]) -> Scenario | None:
    """Return the scenario with the faults that are right, None when something else is wrong."""
    listed = data.get("faults")
    filled = isinstance(listed, list) and bool(listed)
    try:
        return _SCENARIO.validate_python({**data, **({"faults": faults} if filled else {})})
    except ValidationError as error:
        for details in error.errors(include_url=False):
            if details["loc"][0] != "faults" or not filled:
                _complain(document, (), details, "a scenario", Scenario)
        return None


def _faults(
    document: Document, listed: list[object], targets: rules.Targets | None, probes: rules.Probes
) -> Iterator[tuple[int, Fault]]:
    """Yield the faults that are right in themselves, by their position; complain about the others."""
    for number, item in enumerate(listed):
        route: Route = ("faults", number)
        if not isinstance(item, dict):
            document.complain(
                route, f"a fault is {shown(item)}; write {{kind: …, target: …, start: …, end: …}}"
            )
            continue
        fault = _fault(document, route, item)
        kind, target = item.get("kind"), item.get("target")
        if targets is not None and isinstance(kind, str) and kind in KINDS and isinstance(target, str):
            message = rules.wrong_target(kind, target, targets)
            if target and message:
                document.complain((*route, "target"), message)
        if fault is not None and not _complaints(document, route, fault, probes):
            yield number, fault


def _complaints(document: Document, route: Route, fault: Fault, probes: rules.Probes) -> int:
    """Note what is wrong with the times, ranges and probe of a fault; return how much."""
    complaints = [*rules.wrong_times(fault), *rules.wrong_ranges(fault)]
    if wrong := rules.wrong_probe(fault, probes):
        complaints.append(("probe", wrong))
    for key, message in complaints:
        document.complain((*route, key), message)
    return len(complaints)


def _fault(document: Document, route: Route, item: Mapping[str, object]) -> Fault | None:
    kind = item.get("kind")
    if kind is None:
        document.complain(route, "kind is missing; say what goes wrong, as in kind: latency")
        return None
    if not isinstance(kind, str) or kind not in KINDS:
        meant = nearest(str(kind), KINDS)
        hint = f"did you mean {meant}?" if meant else "README.md beside the scenarios lists the kinds"
        document.complain((*route, "kind"), f"unknown kind {shown(kind)}; {hint}")
        return None
    try:
        return _FAULT.validate_python(item)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _complain(document, route, details, kind, KINDS[kind])
        return None


def _complain(document: Document, route: Route, details: ErrorDetails, owner: str, model: type) -> None:
    """Note what pydantic found, in the words of somebody who writes a scenario."""
    key = str(details["loc"][-1])
    inner = (*route, key)
    match details["type"]:
        case "missing":
            document.complain(route, f"{key} is missing; {owner} needs it")
        case "unexpected_keyword_argument":
            known = [field.name for field in fields(model) if field.name != "end" or owner not in MOMENTS]
            meant = nearest(key, known)
            hint = f"did you mean {meant}?" if meant else f"{owner} has {', '.join(known)}"
            document.complain(inner, f"unknown key {shown(key)}; {hint}", at_key=True)
        case "value_error":
            rule = details["msg"].removeprefix("Value error, ")
            document.complain(inner, f"{key} is {shown(details['input'])}; {rule}")
        case other:
            rule = _RULES.get(other) or f"it should {details['msg'].partition('should ')[2]}"
            document.complain(inner, f"{key} is {shown(details['input'])}; {rule}")
