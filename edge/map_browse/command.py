"""`chili-edge map browse`: walks the address space of an OPC UA server and writes a map of the chosen branch."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.clock import Clock
from edge.drivers.opcua.address import STANDARD_NAMESPACE, NodeAddress, parse_node
from edge.drivers.opcua.client import (
    Child,
    Connection,
    Leftover,
    Node,
    children,
    connect,
    exists,
    units,
    variables,
)
from edge.drivers.opcua.pki import Pki
from edge.errors import ConfigurationError, RejectedError
from edge.map_browse.arguments import Options
from edge.map_browse.screen import Screen
from edge.map_browse.tree import Leaf, map_text, tags
from edge.plc_map.load import load_map

OBJECTS = NodeAddress(STANDARD_NAMESPACE, "i=85")
_SERVER = "Server"
"""The server's own diagnostics, beside everybody's machines."""
_WITHIN_S, _FAREWELL_S = 30.0, 2.0
_UNITS = "EngineeringUnits"
_SHOWN = 20
"""Names that are shown when another was asked for."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A node on the way, and the names that lead to it."""

    node: Node
    path: tuple[str, ...]
    title: str = ""


async def browse(options: Options, pki: Pki, clock: Clock, screen: Screen) -> tuple[str, str]:
    """Return the text of a map, and what there is to say about it.

    Raises:
        TransientError: the server does not answer, or is not trusted.
        ConfigurationError: there is no such branch.
        RejectedError: there is nothing to read in it.
    """
    server = options.server
    async with connect(server, pki, clock, _WITHIN_S, _FAREWELL_S, Leftover()) as connection:
        walk = _Walk(connection, options, screen)
        leaves = await walk.leaves(await _branch(connection, options.branch))
    if not tags(leaves):
        raise RejectedError(f"{server.url}: nothing that can be read below {options.branch or 'Objects'}")
    comments = [f"From {server.url}, {options.branch or 'Objects'}: take out what is not needed."]
    if walk.is_cut:
        comments.append(f"Cut at {options.most} variables: choose a branch or a higher --most.")
    text = map_text(comments, options.branch or server.url, leaves)
    _check(text)
    left_out = sum(bool(leaf.fault) for leaf in leaves)
    said = f"tags: {tags(leaves)}; variables left out, as comments: {left_out}"
    return text, said + (f"; cut at {options.most} variables" if walk.is_cut else "")


def be_free(output: Path | None) -> None:
    """Make sure, before a long walk, that a map can be written there.

    Raises:
        ConfigurationError: something is there already, or no folder for it.
    """
    if output is not None and output.exists():
        raise ConfigurationError(f"{output}: is there already, and never overwritten")
    if output is not None and not output.parent.is_dir():
        raise ConfigurationError(f"{output}: there is no folder {output.parent}")


def write(text: str, output: Path | None) -> None:
    """Write a map to a new file, or to standard output.

    Raises:
        ConfigurationError: it cannot be written, or is there already.
    """
    if output is None:
        print(text, end="")
        return
    try:
        with output.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise ConfigurationError(f"{output}: cannot be written ({error.strerror})") from error


class _Walk:
    """A walk down the tree, level by level; each node once, whatever loops there are."""

    def __init__(self, connection: Connection, options: Options, screen: Screen) -> None:
        self._connection = connection
        self._options = options
        self._screen = screen
        self._seen: set[Node] = set()
        self.is_cut = False

    async def leaves(self, branch: Node) -> list[Leaf]:
        """Return every variable of a branch, in the order of the tree."""
        level, found = [_Found(branch, ())], list[_Found]()
        for depth in range(self._options.depth + 1):
            if not level or self.is_cut:
                break
            below = await children(self._connection, [one.node for one in level])
            following: list[_Found] = []
            for parent, ones in zip(level, below, strict=True):
                found += self._variables(parent, ones)
                following += self._following(parent, ones)
            level = following
            if len(found) > self._options.most:
                self.is_cut = True
                del found[self._options.most :]
            self._screen.update(len(self._seen), len(found), depth + 1)
        return await self._described(sorted(found, key=lambda one: one.path))

    def _following(self, parent: _Found, ones: Sequence[Child]) -> Iterator[_Found]:
        """Yield what is to be looked below: variables, too, since they have units."""
        for child in ones:
            is_own = not parent.path and child.name == _SERVER
            if not child.is_property and not is_own and child.node not in self._seen:
                self._seen.add(child.node)
                yield _Found(child.node, (*parent.path, child.name), child.title)

    def _variables(self, parent: _Found, ones: Sequence[Child]) -> Iterator[_Found]:
        for child in ones:
            if child.is_variable and not child.is_property and child.node not in self._seen:
                yield _Found(child.node, (*parent.path, child.name), child.title)

    async def _described(self, found: Sequence[_Found]) -> list[Leaf]:
        described = await variables(self._connection, [one.node for one in found])
        properties = await children(self._connection, [one.node for one in found])
        unit_nodes = {
            number: child.node
            for number, ones in enumerate(properties)
            for child in ones
            if child.is_property and child.name == _UNITS
        }
        names = dict(zip(unit_nodes, await units(self._connection, list(unit_nodes.values())), strict=True))
        return [
            Leaf(
                one.path,
                address,
                one.title,
                variable.type,
                variable.size,
                variable.is_array,
                variable.is_readable,
                names.get(number, ""),
                variable.description,
            )
            for number, (one, variable) in enumerate(zip(found, described, strict=True))
            if (address := self._connection.address(one.node)) is not None
        ]


async def _branch(connection: Connection, text: str) -> Node:
    """Return the node of an id or of a path of browse names."""
    try:
        address = parse_node(text) if text else OBJECTS
    except ValueError:
        return await _by_names(connection, text)
    node = connection.node(address)
    if node is None:
        raise ConfigurationError(f"--branch: the server has no namespace {address.namespace} (given: {text})")
    if not await exists(connection, node):
        raise ConfigurationError(f"--branch: the server has no such node (given: {text})")
    return node


async def _by_names(connection: Connection, text: str) -> Node:
    node = connection.node(OBJECTS)
    assert node is not None  # noqa: S101 - every server has namespace 0
    for name in text.strip("/").split("/"):
        (below,) = await children(connection, [node])
        named = {one.name: one.node for one in below if not one.is_property}
        if name not in named:
            there = ", ".join(sorted(named)[:_SHOWN]) + (", …" if len(named) > _SHOWN else "") or "nothing"
            raise ConfigurationError(f"--branch: no {name} there; there is: {there} (given: {text})")
        node = named[name]
    return node


def _check(text: str) -> None:
    """Load the map as a node would: what is written is ready."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "map.yaml"
        file.write_text(text, encoding="utf-8")
        load_map(file)
