"""YAML 1.2 text → plain data and the place of every key and value. The only ruamel import.

YAML 1.2 because 1.1 reads the shift time `22:00` as the number 1320, and `no` as false. Scalars are taken from the
composed nodes, so that all duplicate keys are found, not the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from edge.errors import ConfigurationError, Fault

MAX_BYTES = 4_000_000
MAX_DEPTH = 20
WHOLE_FILE = "file"
"""The key of a fault that is not about one key."""

Location = tuple[str | int, ...]
"""Keys and list positions from the top of the document to a value."""

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, counted from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content, and where each part of it stands.

    Attributes:
        data: mappings, lists, strings, numbers, booleans and None.
        keys, values: places by path; of list items, keys are values.
        faults: what is wrong whatever the content means: duplicate keys, aliases, tags.
    """

    file: Path
    data: Any = None
    keys: Mapping[Location, Place] = field(default_factory=dict)
    values: Mapping[Location, Place] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def fault(self, path: Location, message: str, *, at_key: bool = False) -> Fault:
        """Return a fault at a value, or at its key; at the nearest one above when it is not there."""
        places = self.keys if at_key else self.values
        known = path
        while known and known not in places:
            known = known[:-1]
        place = places.get(known) or Place()
        return Fault(self.file, place.line, place.column, key_text(path), message)


def key_text(path: Location) -> str:
    """Return a path as people write it: `devices.jar_line.map`, `monthly_share[3]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return one_line(text) or WHOLE_FILE


def one_line(text: str) -> str:
    """Return text without what would break a line or command a terminal."""
    return " ".join("".join(part if part.isprintable() else "?" for part in word) for word in text.split())


def load(file: Path) -> Document:
    """Read a YAML file.

    Raises:
        ConfigurationError: it cannot be read, or is not YAML; names the place.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(file, f"cannot be read ({error.strerror})") from error
    if len(content) > MAX_BYTES:
        raise _unreadable(file, f"is longer than {MAX_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise _unreadable(file, "is not UTF-8 text: save it as UTF-8", Place(line, column)) from error
    return parse(text, file)


def parse(text: str, file: Path) -> Document:
    """Return the document that a text holds; `file` is where faults are said to be.

    Raises:
        ConfigurationError: it is not YAML.
    """
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place()
        raise _unreadable(file, f"is not YAML: {error.problem or error.context}", place) from error
    except YAMLError as error:
        raise _unreadable(file, f"is not YAML: {str(error).splitlines()[0]}") from error
    except RecursionError as error:
        raise _unreadable(file, "is nested too deeply") from error
    if root is None:
        raise _unreadable(file, "is empty")
    builder = _Builder(file)
    data = builder.build(root, ())
    return Document(file, data, builder.keys, builder.values, tuple(builder.faults))


def _unreadable(file: Path, message: str, place: Place = Place()) -> ConfigurationError:
    return ConfigurationError.of([Fault(file, place.line, place.column, WHOLE_FILE, message)])


class _Builder:
    """Walks the nodes once, noting places and what is wrong with the writing itself."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: set[int] = set()
        self.keys: dict[Location, Place] = {}
        self.values: dict[Location, Place] = {}
        self.faults: list[Fault] = []

    def build(self, node: Node, path: Location) -> Any:
        if id(node) in self._seen:
            # The composer has put the anchor's node here, which stands elsewhere.
            self.values[path] = self.keys.get(path, _place(node))
            return self._refuse(path, "aliases (*name) are not used here: write the value out")
        self._seen.add(id(node))
        self.values[path] = _place(node)
        tag = str(node.tag).removeprefix(_TAG)
        if tag not in _SCALARS and tag not in _COLLECTIONS:
            return self._refuse(path, f"tags ({node.tag}) are not used here")
        if len(path) > MAX_DEPTH:
            return self._refuse(path, "is nested too deeply")
        if isinstance(node, MappingNode):
            return {key: self.build(value, (*path, key)) for key, value in self._entries(node, path)}
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, number)) for number, item in enumerate(node.value)]
        return _SCALARS.get(tag, str)(node.value)

    def _entries(self, node: MappingNode, path: Location) -> Iterator[tuple[str, Node]]:
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._refuse(path, "a key is plain text")
                continue
            inner = (*path, key.value)
            if inner in self.keys:
                self._refuse(inner, f"is given twice (first in line {self.keys[inner].line})", _place(key))
                continue
            self.keys[inner] = _place(key)
            yield key.value, value

    def _refuse(self, path: Location, message: str, place: Place | None = None) -> None:
        place = place or self.values[path]
        self.faults.append(Fault(self._file, place.line, place.column, key_text(path), message))


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _integer(text: str) -> int | str:
    digits = text.replace("_", "")
    try:
        return int(digits, 0) if digits.lstrip("+-").lower().startswith(("0x", "0o", "0b")) else int(digits)
    except ValueError:
        return text


def _float(text: str) -> float | str:
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return text  # .inf and .nan: no figure of ours may be one


_COLLECTIONS = frozenset({"map", "seq"})
_SCALARS: Mapping[str, Callable[[str], object]] = {
    "str": str,
    "int": _integer,
    "float": _float,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
    "timestamp": str,
}
