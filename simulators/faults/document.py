"""The text of a scenario file: YAML → plain data, with the place of everything, and what is wrong with it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

MAX_BYTES = 1_000_000
_MAX_DEPTH = 10
_MAX_SHOWN = 60
_LIKE = 0.7
"""How alike a wrong word and the one that was meant are, from 0 to 1."""

_LONGEST_NUMBER = 40
"""Digits; more are no number that anybody means."""
_TAGS = frozenset({"map", "seq", "null", "int", "str", "float", "bool", "timestamp"})

Key = str | int
Route = tuple[Key, ...]
"""Keys and list positions from the top of a document to a value."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Line and column, counted from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file; the place is None when the file itself can't be had."""

    file: Path
    place: Place | None
    message: str

    def __str__(self) -> str:
        where = f":{self.place.line}:{self.place.column}" if self.place else ""
        return f"{self.file}{where}: {self.message}"


class ScenarioError(Exception):
    """A scenario can't be used; as text, one line per problem.

    Attributes:
        problems: in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.place or Place()))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Document:
    """What a file says, and where.

    Attributes:
        data: mappings, lists, texts, whole numbers and None. Other numbers, true and false stay text, as written: a model
            reads them, and a time without its unit does not pass for a number.
        values, keys: where values and keys stand.
        problems: found so far.
        unread: values that are of no use; nothing more is said of them.
    """

    file: Path
    data: object = None
    values: dict[Route, Place] = field(default_factory=dict)
    keys: dict[Route, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[Route] = field(default_factory=set)

    def complain(self, route: Route, message: str, *, at_key: bool = False) -> None:
        """Note a problem of a value, or of its key; of what surrounds it when it isn't there."""
        if route in self.unread:
            return
        places = self.keys if at_key else self.values
        while route and route not in places:
            route = route[:-1]
        self.problems.append(Problem(self.file, places.get(route, Place()), message))


def read(file: Path) -> Document:
    """Read a file.

    Raises:
        ScenarioError: it can't be had, or is not YAML.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except IsADirectoryError as error:
        raise _unusable(file, None, "is a folder; name a file in it") from error
    except FileNotFoundError as error:
        raise _unusable(file, None, "there is no such file; check the path") from error
    except OSError as error:
        raise _unusable(file, None, f"can't be read ({error.strerror}); check its permissions") from error
    if len(content) > MAX_BYTES:
        raise _unusable(file, None, "is longer than 1 MB; a scenario has a few lines, this is another file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise _unusable(file, place, "is not UTF-8 text; save it as UTF-8") from error
    return _parse(text, file)


def shown(value: object) -> str:
    """Return a value as a message shows it: on one line, not too long, and harmless to a terminal."""
    match value:
        case None | []:
            return "empty"
        case dict():
            return "a mapping"
        case list():
            return "a list"
    text = "".join(part if part.isprintable() else "?" for part in str(value).strip()) or "empty"
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=_LIKE)), None)


def _parse(text: str, file: Path) -> Document:
    try:
        with warnings.catch_warnings():
            # An anchor that is used twice: it would be printed, and an alias to it is refused anyhow.
            warnings.simplefilter("ignore", YAMLWarning)
            root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place()
        reason = shown(error.problem or error.context)
        raise _unusable(
            file, place, f"is not YAML here ({reason}); compare it with another scenario"
        ) from error
    except ReaderError as error:
        before = text[: error.position]
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _unusable(file, place, "a control character is not YAML; delete it") from error
    except (YAMLError, RecursionError, ValueError, KeyError) as error:
        # The KeyError is ruamel's, of a %YAML version that it has never heard of.
        raise _unusable(file, Place(), "is not YAML; compare it with another scenario") from error
    document = Document(file)
    if root is not None:
        document.data = _Builder(document).build(root, ())
    return document


def _unusable(file: Path, place: Place | None, message: str) -> ScenarioError:
    return ScenarioError([Problem(file, place, message)])


class _Builder:
    """Walks the nodes of a YAML document once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: set[int] = set()

    def build(self, node: Node, route: Route) -> object:
        document = self._document
        if id(node) in self._seen:
            # An alias stands for the node of its anchor, which is elsewhere.
            document.values[route] = document.keys.get(route) or document.values[route[:-1]]
            self._refuse(route, "aliases (*name) are not read here; write the value out")
            return None
        self._seen.add(id(node))
        document.values[route] = _place(node)
        kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
        if kind not in _TAGS:
            self._refuse(route, f"tags ({shown(node.tag)}) are not read here; write the plain value")
            return None
        if len(route) > _MAX_DEPTH:
            self._refuse(route, "is nested too deeply; a scenario is a list of flat mappings")
            return None
        match node:
            case MappingNode():
                return self._mapping(node, route)
            case SequenceNode():
                return [self.build(item, (*route, number)) for number, item in enumerate(node.value)]
        return {"null": None, "int": _integer(str(node.value))}.get(kind, str(node.value))

    def _mapping(self, node: MappingNode, route: Route) -> dict[str, object]:
        mapping: dict[str, object] = {}
        keys = self._document.keys
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._note("a key is plain text; take the brackets away", _place(key))
                continue
            inner = (*route, key.value)
            if inner in keys:
                first = keys[inner].line
                self._note(f"{shown(key.value)} is given twice, first in line {first}; keep one", _place(key))
                continue
            keys[inner] = _place(key)
            mapping[key.value] = self.build(value, inner)
        return mapping

    def _refuse(self, route: Route, message: str) -> None:
        self._document.unread.add(route)
        self._note(message, self._document.values[route])

    def _note(self, message: str, place: Place) -> None:
        self._document.problems.append(Problem(self._document.file, place, message))


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _integer(text: str) -> int | str:
    """Return a whole number, also one that is written as 0x0B; what is none, or too long for one, stays text."""
    for base in (10, 0) if len(text) <= _LONGEST_NUMBER else ():
        try:
            return int(text, base)
        except ValueError:
            continue
    return text
