"""Modbus maps: addresses that fit their types, their table and their device, and that no two tags share by mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edge.documents.yaml import Document
from edge.drivers.modbus.address import (
    ADDRESS_SPACE,
    Address,
    DataType,
    ModbusTag,
    Table,
    parse_address,
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
        found.append(ModbusTag(tag, address, scan, options.scale, options.offset))
    faults.extend(_overlaps(found, document))
    return tuple(found), faults


def _address(options: ModbusTagOptions, content: ModbusMap) -> Address:
    table, start, bit = parse_address(options.address, content.address_base)
    address = Address(table, start, options.type, options.order or content.order, bit, options.length or 0)
    if table.is_bits and options.type is not DataType.BOOL:
        raise ValueError(f"table {table} holds bits: its type is bool, not {options.type}")
    if not table.is_bits and options.type is DataType.BOOL and bit is None:
        raise ValueError(
            f"a bool in a register needs its bit, as in {table}:{start + content.address_base}.0"
        )
    if bit is not None and options.type is not DataType.BOOL:
        raise ValueError(f"a bit of a register is a bool, not {options.type}")
    if options.type is DataType.STRING and options.length is None:
        raise ValueError("a string needs its length in bytes")
    last = ADDRESS_SPACE - 1 + content.address_base
    if address.stop > ADDRESS_SPACE:
        raise ValueError(
            f"{options.type} takes {address.width} registers and does not fit before {table}:{last}"
        )
    if not table.is_bits and address.width > content.limits.registers:
        raise ValueError(
            f"{options.type} takes {address.width} registers; the device gives {content.limits.registers} at once"
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
    if options.counter:
        modulus = options.counter.modulus
        if kind not in _WORDS:
            yield document.fault((*path, "type"), f"a counter is an integer (given: {kind})")
        elif modulus is not None and modulus > _MODULUS[kind]:
            yield document.fault(
                (*path, "counter", "modulus"), f"{kind} counts up to {_MODULUS[kind]} (given: {modulus})"
            )
    if options.role is not None and kind not in (_NUMBERS if options.role is Role.SPEED else _WORDS):
        yield document.fault((*path, "type"), f"a tag with role {options.role} is a number (given: {kind})")


def _overlaps(tags: Sequence[ModbusTag], document: Document) -> Iterator[Fault]:
    """Yield a fault for each tag that reads registers, or the bit, of another; bits may lie in a word that is read too."""
    whole = sorted(
        (tag for tag in tags if tag.address.type is not DataType.BOOL or tag.address.table.is_bits),
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
        if tag.address.bit is not None:
            place = (tag.address.table, tag.address.start, tag.address.bit)
            if place in bits:
                yield _overlap(tag, bits[place], document)
            bits.setdefault(place, tag)


def _overlap(tag: ModbusTag, other: ModbusTag, document: Document) -> Fault:
    return document.fault(
        ("tags", tag.tag.name, "address"),
        f"overlaps {other.tag.name} ({_span(tag.address)} and {_span(other.address)}, counted from 0)",
    )


def _span(address: Address) -> str:
    if address.bit is not None:
        return f"{address.table}:{address.start}.{address.bit}"
    return f"{address.table}:{address.start}" + (f"-{address.stop - 1}" if address.width > 1 else "")
