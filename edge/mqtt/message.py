"""What goes over a connection, and how it may end."""

from __future__ import annotations

from dataclasses import dataclass

from edge.errors import PublishRefusedError, TransientError


@dataclass(frozen=True, slots=True)
class Message:
    """A message, or the will.

    Attributes:
        generation: the connection that brought it; its acknowledgement is good on that one only.
        mid: the number by which it is acknowledged.
    """

    topic: str
    payload: bytes
    retain: bool = False
    generation: int = 0
    mid: int = 0


class NobodyListensError(PublishRefusedError):
    """The broker has no subscriber for a message; what is retained rests with it all the same."""


class TakenOverError(TransientError):
    """Another client with our id has connected, and the broker has thrown us out."""
