"""Modbus maps: addresses that fit their types, their table and their device, and that no two tags share by mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edge.documents.yaml import Document
from edge.drivers.modbus import notation
from edge.drivers.modbus.address import (
    ADDRESS_SPACE,
    Address,
    DataType,
    ModbusTag,
    Table,
)
from edge.errors import Fault
from edge.model.tag import Role
from edge.plc_map.grammar import ModbusMap, ModbusTagOptions
from edge.plc_map.roles import model_tag

_MODULUS = {
    DataType.INT16: 2**15,
    DataType.INT32: 2**31,
    DataType.INT64: 2**63,
    DataType.UINT16: 2**16,
    DataType.UINT32: 2**32,
    DataType.UINT64: 2**64,
    DataType.BCD16: 10**4,
    DataType.BCD32: 10**8,
}
"""How many values a type can count through; the types that are no integers cannot count."""

_WORDS = frozenset(_MODULUS)
_NUMBERS = _WORDS | {DataType.FLOAT32, DataType.FLOAT64}
_KINDS = {
    Role.SPEED: _NUMBERS,
    Role.NET_WEIGHT: _NUMBERS,
    Role.RUNNING: frozenset({DataType.BOOL}),
    Role.HEARTBEAT: _WORDS | {DataType.BOOL},
    Role.BATCH: _WORDS | {DataType.STRING},
}
"""Types that a role may have; the others are integers."""
_WORDED = {
    Role.RUNNING: "a bool",
    Role.HEARTBEAT: "an integer or a bool",
    Role.BATCH: "a text or an integer",
}


def tags(content: ModbusMap, document: Document) -> tuple[tuple[ModbusTag, ...], list[Fault]]:
    """Return the tags of a map, and every fault of an address."""
    found: list[ModbusTag] = []
    faults: list[Fault] = []
    for name, options in content.tags.items():
        try:
            address = _address(options, content)
        except ValueError as error:
            faults.append(document.fault(("tags", name, "address"), f"{error} (given: {options.address})"))
            continue
        faults.extend(_type_faults(name, options, document))
        scan = options.scan or content.scan
        tag = model_tag(name, options, _MODULUS.get(options.type, 0))
        found.append(
            ModbusTag(
                tag, address, scan, options.scale, options.offset, tuple(options.no_value), options.twice
            )
        )
    faults.extend(_overlaps(found, document))
    return tuple(found), faults


def _address(options: ModbusTagOptions, content: ModbusMap) -> Address:
    place = notation.parse(str(options.address), content.address_base, content.brand)
    kind, table = options.type, place.table
    if table.is_bits and kind is not DataType.BOOL:
        raise ValueError(f"table {table} holds bits: its type is bool, not {kind}")
    if not table.is_bits and kind is DataType.BOOL and place.bits != 1:
        whole = str(options.address).partition(".")[0]
        raise ValueError(f"a bool in a register needs its bit, as in {whole}.0")
    if place.bits == 1 and kind is not DataType.BOOL:
        raise ValueError(f"a bit of a register is a bool, not {kind}")
    if place.bits > 1 and kind is not DataType.UINT16:
        raise ValueError(f"a field of bits is a uint16, not {kind}")
    if kind is DataType.STRING and options.length is None:
        raise ValueError("a string needs its length in bytes")
    bits = 0 if kind is DataType.BOOL else place.bits
    order = options.order or content.order
    address = Address(table, place.start, kind, order, place.bit, bits, options.length or 0)
    if address.stop > ADDRESS_SPACE:
        last = ADDRESS_SPACE - 1 + content.address_base
        raise ValueError(f"{kind} takes {address.width} registers and does not fit before {table}:{last}")
    asked = address.width + (address.width % 2 if content.limits.even_only else 0)
    if not table.is_bits and asked > content.limits.registers:
        raise ValueError(
            f"{kind} takes {asked} registers; the device gives {content.limits.registers} at once"
        )
    return address


def _type_faults(name: str, options: ModbusTagOptions, document: Document) -> Iterator[Fault]:
    kind, path = options.type, ("tags", name)
    if options.length is not None and kind is not DataType.STRING:
        yield document.fault((*path, "length"), f"only a string has a length, not {kind}")
    if kind not in _NUMBERS:
        for key in ("scale", "offset", "range", "deadband"):
            if key in options.model_fields_set:
                yield document.fault((*path, key), f"a {kind} has no {key}")
    if options.no_value and (kind not in _WORDS or "." in str(options.address)):
        yield document.fault((*path, "no_value"), f"a {kind} has no such codes: only whole integers have")
    if options.twice and kind not in _NUMBERS:
        yield document.fault((*path, "twice"), f"two readings of a {kind} are not compared")
    yield from _counter_faults(path, options, document)
    if options.role is not None and kind not in _KINDS.get(options.role, _WORDS):
        what = _WORDED.get(options.role, "a number")
        yield document.fault((*path, "type"), f"a tag with role {options.role} is {what} (given: {kind})")


def _counter_faults(path: tuple[str, str], options: ModbusTagOptions, document: Document) -> Iterator[Fault]:
    if options.counter is None:
        return
    kind, modulus = options.type, options.counter.modulus
    if kind not in _WORDS:
        yield document.fault((*path, "type"), f"a counter is an integer (given: {kind})")
    elif modulus is not None and modulus > _MODULUS[kind]:
        yield document.fault(
            (*path, "counter", "modulus"), f"{kind} counts up to {_MODULUS[kind]} (given: {modulus})"
        )


def _overlaps(tags: Sequence[ModbusTag], document: Document) -> Iterator[Fault]:
    """Yield a fault for each tag that reads registers, or the bit, of another; bits may lie in a word that is read too."""
    whole = sorted(
        (tag for tag in tags if tag.address.bit is None),
        key=lambda tag: (tag.address.table, tag.address.start),
    )
    widest: dict[Table, ModbusTag] = {}
    for tag in whole:
        former = widest.get(tag.address.table)
        if former is not None and tag.address.start < former.address.stop:
            yield _overlap(tag, former, document)
        if former is None or tag.address.stop > former.address.stop:
            widest[tag.address.table] = tag
    bits: dict[tuple[Table, int, int], ModbusTag] = {}
    for tag in tags:
        for place in _bits(tag.address):
            if place in bits:
                yield _overlap(tag, bits[place], document)
                break
            bits[place] = tag


def _bits(address: Address) -> list[tuple[Table, int, int]]:
    """Return the bits that a tag takes of a register, none if it takes all of it."""
    if address.bit is None:
        return []
    return [(address.table, address.start, address.bit + number) for number in range(address.bits or 1)]


def _overlap(tag: ModbusTag, other: ModbusTag, document: Document) -> Fault:
    return document.fault(
        ("tags", tag.tag.name, "address"),
        f"overlaps {other.tag.name} ({_span(tag.address)} and {_span(other.address)}, counted from 0)",
    )


def _span(address: Address) -> str:
    if address.bit is not None:
        last = f"-{address.bit + address.bits - 1}" if address.bits else ""
        return f"{address.table}:{address.start}.{address.bit}{last}"
    return f"{address.table}:{address.start}" + (f"-{address.stop - 1}" if address.width > 1 else "")
