"""What a page may ask: a name below /api/, the role that it takes, and who answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from edge.console.access.roles import Role
from edge.console.access.visitor import Visitor
from edge.errors import EdgeError

Parameters = Mapping[str, str]
"""Of a query, the last of each name."""


class BadQuestionError(EdgeError):
    """What was asked, or is to be done, cannot be; the message is for whoever did."""


@dataclass(frozen=True, slots=True)
class Question:
    """What `GET /api/<name>` answers.

    Attributes:
        name: in the address.
        role: whoever has less is refused.
        answer: takes the query, returns what becomes JSON; BadQuestionError is told with 400, TransientError with 503.
    """

    name: str
    role: Role
    answer: Callable[[Parameters], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class PersonalQuestion:
    """A question whose answer depends on who asks, or is written down with who asked."""

    name: str
    role: Role
    answer: Callable[[Parameters, Visitor], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class File:
    """A file that a page offers: its bytes, their media type, and how it is called on the disk of who loads it."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Download:
    """What `GET /files/<name>` loads, as a `Question`; `patience_s` is how long it may take."""

    name: str
    role: Role
    answer: Callable[[Parameters], Awaitable[File]]
    patience_s: float = 20.0
