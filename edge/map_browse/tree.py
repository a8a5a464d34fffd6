"""Variables of an address space → the text of a map: names, units, elements of arrays, and what cannot be read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edge.documents.sheet import shown
from edge.drivers.opcua.address import NodeAddress
from edge.map_import.keys import MAX_LENGTH, from_name, unique
from edge.map_import.writer import scalar

MOST_ELEMENTS = 64
"""Of an array that is written element by element."""
_PARAMETER = "${"
"""What a map takes for the beginning of a parameter, wherever it stands."""
READABLE = frozenset(
    {"Boolean", "SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Float", "Double"}
    | {"String", "Integer"}
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A variable that was found.

    Attributes:
        path: browse names from below the branch down to it.
        title: its display name.
        type: of its value, or of the elements of an array; empty when nobody knows.
        size: elements of an array whose elements can be addressed; None otherwise.
        is_array: whether it is one.
        is_readable: whether we may read it.
    """

    path: tuple[str, ...]
    node: NodeAddress
    title: str = ""
    type: str = ""
    size: int | None = None
    is_array: bool = False
    is_readable: bool = True
    unit: str = ""
    description: str = ""

    @property
    def fault(self) -> str:
        """Why it cannot be a tag, empty when it can."""
        if not self.is_readable:
            return "may not be read"
        if self.is_array and self.size is None:
            return "is an array of several dimensions or of unknown length: add its elements with index:"
        if self.size is not None and not 0 < self.size <= MOST_ELEMENTS:
            return f"is an array of {self.size}: add the elements that matter with index:"
        if self.type and self.type not in READABLE:
            return f"is a {self.type}"
        if _PARAMETER in str(self.node):
            return f"cannot be written in a map: {_PARAMETER} begins a parameter there"
        return ""


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    content: tuple[tuple[str, str], ...]
    type: str


def map_text(comments: Sequence[str], description: str, leaves: Sequence[Leaf]) -> str:
    """Return the text of a PLC map; what cannot be read stands in it as a comment."""
    return "".join(f"{line}\n" for line in _lines(comments, description, leaves))


def tags(leaves: Sequence[Leaf]) -> int:
    """Return how many tags the map has."""
    return sum(leaf.size or 1 for leaf in leaves if not leaf.fault)


def _lines(comments: Sequence[str], description: str, leaves: Sequence[Leaf]) -> Iterator[str]:
    yield from (f"# {shown(comment)}" for comment in comments)
    yield "protocol: opcua"
    yield f"description: {_text(description)}"
    yield "mode: subscribe"
    yield "scan: 1s"
    yield "tags:"
    taken: set[str] = set()
    entries = [entry for leaf in leaves if not leaf.fault for entry in _entries(leaf, taken)]
    width = max((len(entry.key) for entry in entries), default=0) + 1
    for entry in entries:
        content = ", ".join(f"{key}: {value}" for key, value in entry.content)
        kind = f"  # {entry.type}" if entry.type else ""
        yield f"  {entry.key + ':':<{width}} {{{content}}}{kind}"
    for leaf in leaves:
        if leaf.fault:
            yield f"  # {shown('/'.join(leaf.path))} ({shown(str(leaf.node))}) {leaf.fault}"


def _entries(leaf: Leaf, taken: set[str]) -> Iterator[_Entry]:
    node = ("node", _quoted(str(leaf.node)))
    told = [("unit", _text(leaf.unit))] if shown(leaf.unit) else []
    text = shown(leaf.description) or shown(leaf.title)
    if text and text != leaf.path[-1]:
        told.append(("description", _text(text)))
    if leaf.size is None:
        yield _Entry(unique(_key(leaf.path), taken), (node, *told), leaf.type)
        return
    for number in range(leaf.size):
        key = unique(_key((*leaf.path, str(number))), taken)
        yield _Entry(key, (node, ("index", str(number)), *told), leaf.type)


def _key(path: Sequence[str]) -> str:
    """Return a key of as many of the last names as there is room for; they tell more than the first ones."""
    parts = [part for name in path if (part := _part(name))]
    while len(parts) > 1 and len("_".join(parts)) > MAX_LENGTH:
        parts.pop(0)
    key = "_".join(parts)[:MAX_LENGTH]
    return key if key[:1].isalpha() else f"tag_{key}"[:MAX_LENGTH].rstrip("_")


def _part(name: str) -> str:
    return name if name.isdecimal() and name.isascii() else from_name(name)


def _text(text: str) -> str:
    return scalar(shown(text).replace(_PARAMETER, "$ {"))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
