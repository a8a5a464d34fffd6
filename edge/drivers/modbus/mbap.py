"""The dialogue in frames of Modbus TCP, which carry a transaction number (MODBUS Messaging on TCP/IP V1.0b, 3.1.3). Pure."""

from __future__ import annotations

import struct

from edge.drivers.modbus.exchange import EXCEPTION_BYTES, Answer, Exchange, Stray
from edge.drivers.modbus.plan import Request

_HEADER = struct.Struct(">HHH")
_ASK = b"\x00\x00\x00\x06"
"""Protocol 0, and the six bytes of a read."""
_SHORTEST, _LONGEST = EXCEPTION_BYTES, 254
"""What the length of an answer may say: unit, function and one byte; unit and 253 bytes at most."""
_LAST_NUMBER = 0xFFFF
_RIGHT_IN_A_ROW = 50
"""After so many answers under their own number a device has numbers again; a fault on the way may have taken them."""
_DATA = 9
"""Bytes before the data: header, unit, function, byte count."""


class MbapExchange(Exchange):
    """One question at a time, each under a number of its own.

    Numbers go on from connection to connection, so that what a serial server kept for the last one has none of ours.

    Some devices answer everything under number 0. The first such answer is believed where nothing can be late: as long
    as every question on the connection has had its answer and nothing else came. From then on the device counts as one
    without numbers, until it has answered many times in a row under the right one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_numbered = True
        self._number = 0
        self._expected = b""
        self._is_clean = True
        self._in_a_row = 0

    def connected(self) -> None:
        """Begin anew on a new connection."""
        super().connected()
        self._is_clean = True

    def ask(self, unit: int, request: Request) -> bytes:
        """Return the bytes that ask; from now on the answer is waited for."""
        question = self._question = self._known(unit, request)
        self._last = question.head
        self._number = self._number % _LAST_NUMBER + 1
        number = self._number.to_bytes(2, "big")
        self._expected = number + b"\x00\x00" + (question.size + 3).to_bytes(2, "big") + question.head
        return number + _ASK + question.body

    def receive(self, data: bytes) -> Answer | None:
        """Take bytes; return the answer once it is whole.

        Raises:
            MisfitError: what came is not the answer.
        """
        question = self._question
        if (
            question is not None
            and not self._buffer
            and len(data) == _DATA + question.size
            and data.startswith(self._expected)
        ):
            self._question = None
            if not self.is_numbered:
                self._count(self._number)
            return data[_DATA:]
        if self._buffer and (_is_frame(data) or data[: _HEADER.size] == self._expected[: _HEADER.size]):
            raise self._misfit(Stray.TRUNCATED, "an answer that ends where the next one begins")
        self._buffer += data
        answer: Answer | None = None
        # What follows the answer is looked at too: if it is no frame, the answer was none either.
        while (frame := self._cut()) is not None:
            judged = self._judge(frame)
            answer = judged if answer is None else answer
        return answer

    def give_up(self) -> bool:
        """Wait no longer; return whether the connection can still be used."""
        self._is_clean = False
        return super().give_up()

    def _cut(self) -> bytes | None:
        """Take a whole frame from what has come.

        Raises:
            MisfitError: it cannot be one.
        """
        if len(self._buffer) < _HEADER.size:
            return None
        _, protocol, length = _HEADER.unpack_from(self._buffer)
        if protocol or not _SHORTEST <= length <= _LONGEST:
            raise self._misfit(Stray.GARBAGE, "what came is no Modbus TCP")
        size = _HEADER.size + length
        if len(self._buffer) < size:
            return None
        frame, self._buffer = self._buffer[:size], self._buffer[size:]
        return frame

    def _judge(self, frame: bytes) -> Answer | None:
        number, question = int.from_bytes(frame[:2], "big"), self._question
        is_ours = number == self._number or (number == 0 and self._is_clean)
        if question is None or not is_ours:
            self._is_clean = False
            if not self.is_numbered:
                raise self._misfit(Stray.LATE, "an answer that nobody waits for")
            self.strays[Stray.LATE] += 1
            return None
        answer = question.answer(frame[_HEADER.size :])
        if answer is None or (number == 0 and self._buffer):
            raise self._misfit(Stray.MISFIT, "an answer that is not the request's")
        self._count(number)
        self._question = None
        return answer

    def _count(self, number: int) -> None:
        """Learn from the number of an answer whether the device has them."""
        self._in_a_row = self._in_a_row + 1 if number else 0
        self.is_numbered = (self.is_numbered and number != 0) or self._in_a_row >= _RIGHT_IN_A_ROW


def _is_frame(data: bytes) -> bool:
    """Return whether bytes that should go on with a frame are a whole one themselves."""
    if len(data) <= _HEADER.size:
        return False
    _, protocol, length = _HEADER.unpack_from(data)
    return (protocol, length) == (0, len(data) - _HEADER.size)
