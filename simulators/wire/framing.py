"""Where one answer ends and the next begins, in the bytes that a server sends. Pure."""

from __future__ import annotations

from typing import Literal

from simulators.servers.mbap import PREFIX, makes_sense

Framing = Literal["chunk", "mbap"]
"""chunk = what one read returned is an answer; mbap = exact frames of Modbus TCP."""


class Framer:
    """Cuts a stream into answers; bytes that are no MBAP are an answer as they come."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._frame = bytearray()
        """What has come of the frame, with what was flushed, so that its end is known."""
        self._flushed = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the answers that are whole now."""
        if self._framing == "chunk":
            return [data]
        self._frame += data
        answers = []
        while (end := self._end()) <= len(self._frame):
            answers.append(bytes(self._frame[self._flushed : end]))
            del self._frame[:end]
            self._flushed = 0
        return answers

    def flush(self) -> list[bytes]:
        """Return what has come of an answer that isn't whole; its rest will be an answer by itself."""
        begun = bytes(self._frame[self._flushed :])
        self._flushed = len(self._frame)
        return [begun] if begun else []

    def _end(self) -> int:
        """Return where the frame ends, as far as that can be known."""
        if len(self._frame) < PREFIX.size:
            return PREFIX.size
        _, protocol, length = PREFIX.unpack_from(self._frame)
        if not makes_sense(protocol, length):
            return len(self._frame)
        return PREFIX.size + int(length)
