"""Tags → the text of a map: a header that says what was guessed, one aligned line per tag, faulty rows as comments. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edge.documents.sheet import shown
from edge.drivers.modbus.address import Order
from edge.drivers.modbus.notation import Brand
from edge.map_import.entry import Entry

_PLAIN = re.compile(r"(?:[^\W\d_]|°|\d+/(?=[a-z]))(?:[\w ./°·()%+，。；：、（）℃²³-]*[\w.°)%²³）])?")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the tags.

    Attributes:
        comments: of the whole map, a line each.
        base: what the numbers of addresses count from.
    """

    comments: Sequence[str]
    description: str
    base: int
    brand: Brand | None
    order: Order


def map_text(heading: Heading, entries: Sequence[Entry], faulty: Iterable[str]) -> str:
    """Return the text of a PLC map; `faulty` are the rows that are no tags, a line each."""
    return "".join(f"{line}\n" for line in _lines(heading, entries, faulty))


def _lines(heading: Heading, entries: Sequence[Entry], faulty: Iterable[str]) -> Iterator[str]:
    yield from (f"# {shown(comment)}" for comment in heading.comments)
    yield "protocol: modbus"
    yield f"description: {scalar(heading.description)}"
    yield f"address_base: {heading.base}"
    if heading.brand is not None:
        yield f"brand: {heading.brand}"
    yield f"order: {heading.order}"
    yield "scan: 1s"
    yield "tags:"
    width = max((len(entry.key) for entry in entries), default=0) + 1
    for entry in entries:
        content = ", ".join(f"{key}: {value}" for key, value in _content(entry, heading))
        yield f"  {entry.key + ':':<{width}} {{{content}}}"
    rows = [shown(row) for row in faulty]
    if rows:
        yield "  # Rows that could not be imported:"
        yield from (f"  # {row}" for row in rows)


def _content(entry: Entry, heading: Heading) -> Iterator[tuple[str, str]]:
    yield "address", scalar(_address(entry, heading.base))
    yield "type", entry.type
    if entry.order not in (None, heading.order):
        yield "order", str(entry.order)
    if entry.length:
        yield "length", str(entry.length)
    for key, number in (("scale", entry.scale), ("offset", entry.offset)):
        if number:
            yield key, number
    if entry.unit:
        yield "unit", scalar(entry.unit)
    if entry.range:
        yield "range", f"[{', '.join(entry.range)}]"
    if entry.scan:
        yield "scan", entry.scan
    if entry.description:
        yield "description", scalar(entry.description)


def _address(entry: Entry, base: int) -> str:
    if entry.written:
        return entry.written
    text = f"{entry.table}:{entry.start + base}"
    if entry.bit is None:
        return text
    last = entry.bit + entry.bits - 1
    return f"{text}.{entry.bit}" if last <= entry.bit else f"{text}.{entry.bit}-{last}"


def scalar(text: str) -> str:
    """Return a text as YAML reads it back, in quotation marks only when it must be."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
