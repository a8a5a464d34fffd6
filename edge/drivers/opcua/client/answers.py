"""What is asked of a connection, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from edge.drivers.opcua.address import Deadband
from edge.drivers.opcua.client.messages import Answer, Node

DEFAULT_CHUNK = 1000
"""Nodes in one request, for servers that name no limit of their own."""
DEFAULT_HISTORY_CHUNK = 50


class Watched(NamedTuple):
    """A node to watch: how often the server is to look, s, how many samples it is to keep, and what it may leave out."""

    node: Node
    sampling: float
    queue: int
    deadband: Deadband | None = None


class Agreement(NamedTuple):
    """What the server makes of a wish to watch.

    Attributes:
        silence: the longest time between two publish answers, s.
        clock: between two samples of its clock as they are published, s; None when it would not be watched.
        refused: why it does not watch an item, by the item's number.
        unfiltered: items whose deadband it does not know.
    """

    silence: float
    clock: float | None
    refused: Mapping[int, str]
    unfiltered: Sequence[int]


class Publication(NamedTuple):
    """One publish answer.

    Attributes:
        changes: by the numbers of the items, in the server's order.
        clock: the server's time, if it was published along.
        is_complete: nothing more is waiting at the server.
        ended: why the server has ended the subscription, if it has.
    """

    changes: Sequence[tuple[int, Answer]]
    clock: object
    is_complete: bool
    ended: str = ""


class Past(NamedTuple):
    """A page of a node's history.

    Attributes:
        more: how to ask for the next page; None when there is none.
        refused: why the server gives none, empty when it does.
    """

    answers: Sequence[Answer]
    more: bytes | None
    refused: str = ""


class Limits(NamedTuple):
    """Nodes that the server takes in one request."""

    reads: int = DEFAULT_CHUNK
    items: int = DEFAULT_CHUNK
    histories: int = DEFAULT_HISTORY_CHUNK
    browses: int = DEFAULT_CHUNK


class Child(NamedTuple):
    """A node below another one.

    Attributes:
        name: its browse name.
        title: its display name.
        is_property: whether it only tells of the other one.
    """

    node: Node
    name: str
    title: str
    is_variable: bool
    is_property: bool


class Variable(NamedTuple):
    """What a server says of a variable.

    Attributes:
        type: the name of its type, as in Double; of an array, that of its elements.
        raw: its value now; None when it has none.
        size: elements, when it is an array; None for one of more dimensions than one, or of unknown length.
        is_array: whether it is one.
        is_readable: whether we may read it.
    """

    type: str
    raw: object
    size: int | None
    is_array: bool
    is_readable: bool
    description: str
