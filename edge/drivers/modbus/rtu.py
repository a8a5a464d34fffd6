"""The dialogue in RTU frames, which carry no number: on a serial line, or through a serial server. Pure."""

from __future__ import annotations

from edge.drivers.modbus.checksum import checksum
from edge.drivers.modbus.exchange import EXCEPTION_BYTES, Answer, Exchange, Stray
from edge.drivers.modbus.plan import Request

_CHECKSUM_BYTES = 2
_NOISE = b"\x00\xff"
"""What a line that is turned round seems to say; 0 is the broadcast and 255 reserved, so no answer begins with them."""


class RtuExchange(Exchange):
    """One question at a time; whatever is not its answer, whole and alone, is a reason to hang up."""

    def ask(self, unit: int, request: Request) -> bytes:
        """Return the bytes that ask; from now on the answer is waited for."""
        question = self._question = self._known(unit, request)
        self._last = question.head
        self._buffer = b""
        return question.body + checksum(question.body)

    def receive(self, data: bytes) -> Answer | None:
        """Take bytes; return the answer once it is whole.

        Raises:
            MisfitError: what came is not the answer.
        """
        self._buffer = (self._buffer + data).lstrip(_NOISE)
        frame, question = self._buffer, self._question
        if question is None:
            if not frame:
                return None
            raise self._misfit(Stray.LATE, "an answer that nobody waits for")
        if question.is_exception(frame):
            size = EXCEPTION_BYTES
        elif question.head.startswith(frame[: len(question.head)]):
            size = len(question.head) + question.size
        else:
            raise self._misfit(Stray.MISFIT, "an answer that is not the request's")
        if len(frame) < size + _CHECKSUM_BYTES:
            return None
        body, rest = frame[:size], frame[size:]
        if rest[:_CHECKSUM_BYTES] != checksum(body):
            raise self._misfit(Stray.GARBAGE, "a frame with a wrong checksum")
        if len(rest) > _CHECKSUM_BYTES:
            raise self._misfit(Stray.LATE, "more than one answer")
        self._question = None
        self._buffer = b""
        return question.answer(body)
