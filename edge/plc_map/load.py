"""A map file → the tags that a driver reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from edge.documents.validation import validate
from edge.documents.yaml import Document, load
from edge.drivers.modbus.address import Limits, ModbusTag
from edge.drivers.opcua.address import OpcuaTag, Reading
from edge.errors import ConfigurationError, Fault
from edge.model.states import States
from edge.model.tag import Tag
from edge.plc_map import modbus, opcua, parameters, roles, state_options
from edge.plc_map.grammar import ModbusMap, PlcMap
from edge.plc_map.parameters import Values


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a map says beyond its tags.

    Attributes:
        states: how the machine tells what it does.
        rated: pieces per minute by the PLC's number of the product; under None for all.
    """

    states: States = field(default_factory=States)
    rated: Mapping[int | None, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModbusMachine:
    """What is read from a machine that speaks Modbus, wherever it stands."""

    limits: Limits
    tags: tuple[ModbusTag, ...]
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class OpcuaMachine:
    """What is read from a machine that speaks OPC UA, wherever it stands."""

    tags: tuple[OpcuaTag, ...]
    meaning: Meaning
    reading: Reading = field(default_factory=Reading)


Machine = ModbusMachine | OpcuaMachine


def load_map(file: Path) -> Machine:
    """Read a PLC map; its parameters are what it says itself.

    Raises:
        ConfigurationError: with every fault of the map, by file, line and column.
    """
    return machine(load(file))


def machine(template: Document, values: Values = MappingProxyType({})) -> Machine:
    """Return what a map says, with its parameters as a device gives them.

    Raises:
        ConfigurationError: with every fault of the map, by file, line and column.
    """
    document = parameters.filled(template, values)
    checked, faults = validate(PlcMap, document)
    if checked is None and _has_tags(document):
        checked, _ = validate(PlcMap, _without_broken_tags(document, faults))
    if checked is None:
        raise ConfigurationError.of(faults)
    content = checked.root
    meaning = Meaning(roles.states(content.states, content.tags), state_options.rated(content.rated_per_min))
    found: Machine
    if isinstance(content, ModbusMap):
        tags, more = modbus.tags(content, document)
        found = ModbusMachine(Limits(**content.limits.model_dump()), tags, meaning)
    else:
        opcua_tags, more = opcua.tags(content, document)
        found = OpcuaMachine(opcua_tags, meaning, opcua.reading(content))
    faults += [*more, *roles.faults(content, document)]
    if faults:
        raise ConfigurationError.of(faults)
    return found


def _has_tags(document: Document) -> bool:
    return isinstance(document.data, dict) and isinstance(document.data.get("tags"), dict)


def _without_broken_tags(document: Document, faults: Iterable[Fault]) -> Document:
    """Return a map without the tags that are no tags at all, so that the faults of the others are named too."""
    broken = {fault.key.split(".")[1] for fault in faults if fault.key.startswith("tags.")}
    tags = {name: tag for name, tag in document.data["tags"].items() if name not in broken}
    return replace(document, data={**document.data, "tags": tags}, faults=())


def tags_of(machine: Machine) -> tuple[Tag, ...]:
    """Return the tags as processing sees them."""
    return tuple(placed.tag for placed in machine.tags)


def slowest_counter_scan(machine: Machine) -> float:
    """Return the longest period, s, in which a counter of pieces (or, without one, any tag) is read."""
    counters: Sequence[ModbusTag | OpcuaTag] = [
        placed for placed in machine.tags if placed.tag.counter and placed.tag.counter.role.is_pieces
    ]
    return max(placed.scan for placed in counters or machine.tags)
