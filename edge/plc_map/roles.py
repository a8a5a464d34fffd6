"""What tags mean to the KPIs: each role is bound once, so that nobody has to guess which counter is the right one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edge.documents.yaml import Document
from edge.errors import Fault
from edge.model.packml import State
from edge.model.states import Rule, States
from edge.model.tag import Counter, CounterRole, Role, Tag
from edge.plc_map.grammar import ModbusMap, OpcuaMap, TagOptions
from edge.plc_map.state_options import CONDITIONS, StatesOptions
from edge.plc_map.state_options import states as states_of

_TIME_UNITS = {"s": 1, "min": 60, "h": 3600}
_ENERGY_UNITS = {"Wh": 1, "kWh": 1000, "MWh": 1_000_000}
_MASS_UNITS = {"g": 1, "kg": 1000, "t": 1_000_000}
_VOLUME_UNITS = {"cm3": 1, "dm3": 1000, "L": 1000, "m3": 1_000_000}
UNITS = {
    CounterRole.RUN_TIME: _TIME_UNITS,
    CounterRole.DOWN_TIME: _TIME_UNITS,
    CounterRole.ENERGY: _ENERGY_UNITS,
    CounterRole.STEAM: _MASS_UNITS,
    CounterRole.WATER: _VOLUME_UNITS,
}
"""How much a count is by its unit, of those that count no pieces: s of a clock; Wh, g or cm3 of a meter."""
MOVES_WITHIN_S = 60.0
"""Without any other sign a machine runs while its counters have moved within this time."""
_COUNTS = (CounterRole.TOTAL, CounterRole.GOOD, CounterRole.INFEED)

Tags = Mapping[str, TagOptions]


def faults(content: ModbusMap | OpcuaMap, document: Document) -> Iterator[Fault]:
    """Yield a fault for each role that is bound twice, and for each tag, rule or speed that contradicts another."""
    tags: Tags = content.tags
    bound: dict[str, str] = {}
    for name, options in tags.items():
        for role, path in _bindings(options):
            first = bound.setdefault(role, name)
            if first != name and role != Role.BADGE:
                yield document.fault(("tags", name, *path), f"role {role} is bound twice (first to {first})")
        if options.counter and options.role:
            yield document.fault(("tags", name, "role"), "a counter has no other role")
        for key, neutral in (("scale", 1.0), ("offset", 0.0)):
            if options.counter and getattr(options, key) != neutral:
                yield document.fault(("tags", name, key), "a counter counts pieces: it is not scaled")
        yield from _unit_faults(name, options, document)
        if options.role is Role.HEARTBEAT and (options.scan or content.scan) > content.scan:
            yield document.fault(
                ("tags", name, "scan"), "a heartbeat is read as often as the tags that it vouches for"
            )
    yield from _clock_faults(bound, document)
    yield from _state_faults(content.states, tags, bound, document)
    if isinstance(content.rated_per_min, dict) and Role.SKU not in bound:
        yield document.fault(("rated_per_min",), "speeds by product need a tag with role sku")


def _unit_faults(name: str, options: TagOptions, document: Document) -> Iterator[Fault]:
    units = UNITS.get(options.counter.role) if options.counter else None
    if options.counter and units and options.unit not in units:
        what = "a meter" if options.counter.role.is_utility else "a clock"
        yield document.fault(("tags", name, "unit"), f"{what} counts {', '.join(units)}: say which in unit")
    if options.role is Role.NET_WEIGHT and options.unit != "g":
        yield document.fault(("tags", name, "unit"), "a net weight is in g: scale it, and say so in unit")


def _clock_faults(bound: Mapping[str, str], document: Document) -> Iterator[Fault]:
    if CounterRole.DOWN_TIME in bound and CounterRole.RUN_TIME not in bound:
        yield document.fault(
            ("tags", bound[CounterRole.DOWN_TIME], "counter", "role"),
            "down_time needs run_time beside it: together they are the planned busy time",
        )


def _state_faults(
    options: StatesOptions, tags: Tags, bound: Mapping[str, str], document: Document
) -> Iterator[Fault]:
    numbered = Role.PACKML_STATE in bound
    if options.numbers and not numbered:
        yield document.fault(
            ("states", "numbers"), "are those of a tag with role packml_state: there is none"
        )
    if options.reasons and Role.STOP_REASON not in bound and not any(rule.reason for rule in options.rules):
        yield document.fault(
            ("states", "reasons"), "need a tag with role stop_reason, or rules that name them"
        )
    if (options.rules or options.otherwise) and numbered:
        key = "rules" if options.rules else "otherwise"
        yield document.fault(
            ("states", key), f"the tag {bound[Role.PACKML_STATE]} gives the state: one of them goes"
        )
    for place, rule in enumerate(options.rules):
        path = ("states", "rules", place)
        if rule.tag not in tags:
            yield document.fault((*path, "tag"), f"there is no such tag (given: {rule.tag})")
        elif _is_text(tags[rule.tag]):
            yield document.fault((*path, "tag"), f"{rule.tag} is a text: a rule looks at numbers and bools")
        elif not _is_bool(tags[rule.tag]) and all(getattr(rule, name) is None for name in CONDITIONS):
            yield document.fault(path, f"{rule.tag} is no bool: a rule has one of {', '.join(CONDITIONS)}")


def states(options: StatesOptions, tags: Tags) -> States:
    """Return how a machine tells what it does: by its state, by rules, else by what runs, how fast, or what it counts."""
    given = states_of(options)
    by_role = {role: name for name, tag in tags.items() for role, _ in _bindings(tag)}
    if given.rules or Role.PACKML_STATE in by_role:
        return given
    rules: tuple[Rule, ...] = ()
    if Role.RUNNING in by_role:
        rules = (Rule(by_role[Role.RUNNING], State.EXECUTE),)
    elif Role.SPEED in by_role:
        rules = (Rule(by_role[Role.SPEED], State.EXECUTE, above=0.0),)
    else:
        counter = next((by_role[role] for role in _COUNTS if role in by_role), None)
        if counter:
            rules = (Rule(counter, State.EXECUTE, moves_within=MOVES_WITHIN_S),)
    return States(given.numbers, rules, given.otherwise, given.reasons, given.micro_stop_s)


def model_tag(name: str, options: TagOptions, modulus: int = 0) -> Tag:
    """Return a tag as processing sees it; `modulus` is used when its counter names none."""
    low, high = options.range or (None, None)
    counter = options.counter
    return Tag(
        name=name,
        unit=options.unit,
        deadband=options.deadband,
        low=low,
        high=high,
        role=options.role,
        counter=Counter(
            counter.role,
            counter.modulus or modulus,
            counter.max_per_s,
            counter.reset,
            UNITS.get(counter.role, {}).get(options.unit, 1),
        )
        if counter
        else None,
    )


def _is_text(options: TagOptions) -> bool:
    return getattr(options, "type", None) == "string"


def _is_bool(options: TagOptions) -> bool:
    # A map of OPC UA names no types.
    return getattr(options, "type", "bool") == "bool"


def _bindings(options: TagOptions) -> Iterator[tuple[str, tuple[str, ...]]]:
    if options.counter:
        yield options.counter.role, ("counter", "role")
    if options.role:
        yield options.role, ("role",)
