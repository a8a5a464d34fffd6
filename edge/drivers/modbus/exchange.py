"""The dialogue on one connection: one question at a time, and which of the bytes that come are its answer. Pure.

Nothing is taken for an answer but what fits the question in every respect: transaction number, unit, function and
length. What comes besides is counted by kind, and whatever could make the next answer doubtful ends the connection.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from edge.drivers.modbus.address import Table
from edge.drivers.modbus.plan import Request

_FUNCTIONS = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}
_EXCEPTION = 0x80
EXCEPTION_BYTES = 3
"""Unit, function and code."""
_BODY = struct.Struct(">BBHH")


class Stray(StrEnum):
    """Bytes that are no answer to the question that is open, by what they are."""

    LATE = "late"
    """A whole frame under the number of an earlier question, or one that nobody asked for."""
    MISFIT = "misfit"
    """A frame in the place of the answer that is not what was asked: another unit, function or length."""
    GARBAGE = "garbage"
    """No frame at all, or one whose checksum is wrong."""
    TRUNCATED = "truncated"
    """The beginning of a frame whose end did not come in time."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The exception response of a device that is there but does not give what was asked.

    Attributes:
        code: Modbus application protocol V1.1b3, section 7.
    """

    code: int


class MisfitError(Exception):
    """What came is not the answer, and the connection cannot be trusted any more. Never leaves this room."""

    def __init__(self, stray: Stray, message: str) -> None:
        super().__init__(message)
        self.stray = stray


Answer = bytes | Refusal
"""The data of an answer, or the exception that came in its place."""


@dataclass(frozen=True, slots=True)
class Question:
    """A read as it goes over the wire, without number or checksum.

    Attributes:
        unit, function: of the request.
        body: unit, function, start and count.
        head: how the answer begins: unit, function, bytes of data.
        size: bytes of data in the answer.
    """

    unit: int
    function: int
    body: bytes
    head: bytes
    size: int

    def answer(self, body: bytes) -> Answer | None:
        """Return what a frame's unit, function and data say to the question; None when they do not fit it."""
        if len(body) == len(self.head) + self.size and body.startswith(self.head):
            return body[len(self.head) :]
        if len(body) == EXCEPTION_BYTES and self.is_exception(body):
            return Refusal(body[2])
        return None

    def is_exception(self, body: bytes) -> bool:
        """Return whether a frame begins as the exception to the question does."""
        return body[:2] == bytes((self.unit, self.function | _EXCEPTION))


class Exchange(ABC):
    """One question at a time.

    Attributes:
        strays: what came that was no answer, by kind.
        is_numbered: whether an answer can be told from a late one; otherwise only a connection without any doubt can.
    """

    def __init__(self) -> None:
        self.strays: Counter[Stray] = Counter()
        self.is_numbered = False
        self._last = b""
        self._questions: dict[tuple[int, Table, int, int], Question] = {}
        self._question: Question | None = None
        self._buffer = b""

    def connected(self) -> None:
        """Begin anew on a new connection."""
        self._question = None
        self._buffer = b""
        self._last = b""

    def is_alike(self, unit: int, request: Request) -> bool:
        """Return whether the answer to the last question on this connection would be one to this one too, but for its number."""
        return self._known(unit, request).head == self._last

    @abstractmethod
    def ask(self, unit: int, request: Request) -> bytes:
        """Return the bytes that ask; from now on the answer is waited for."""

    @abstractmethod
    def receive(self, data: bytes) -> Answer | None:
        """Take bytes; return the answer once it is whole.

        Raises:
            MisfitError: what came is not the answer.
        """

    @property
    def has_begun(self) -> bool:
        """Whether a frame has begun to come and is not whole."""
        return bool(self._buffer)

    def give_up(self) -> bool:
        """Wait no longer; return whether the connection can still be used, since the answer would be known for late."""
        self._question = None
        if self._buffer:
            self.strays[Stray.TRUNCATED] += 1
        return self.is_numbered and not self._buffer

    def _known(self, unit: int, request: Request) -> Question:
        key = (unit, request.table, request.start, request.count)
        question = self._questions.get(key)
        if question is None:
            function, size = _FUNCTIONS[request.table], request.payload_bytes
            question = self._questions[key] = Question(
                unit,
                function,
                _BODY.pack(unit, function, request.start, request.count),
                bytes((unit, function, size)),
                size,
            )
        return question

    def _misfit(self, stray: Stray, message: str) -> MisfitError:
        self.strays[stray] += 1
        self._question = None
        return MisfitError(stray, message)
