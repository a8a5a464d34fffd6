"""A device whose answers go wrong as the field has shown it, from a seed; the same faults in real and in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection
from enum import StrEnum

from tests.unit.drivers.modbus.plc import Ask, FakePlc, Session, crc
from tests.unit.drivers.modbus.truth import Moment

ANSWER_S = (0.002, 0.03)
"""How long an honest answer takes; less where many units share the line, which would be overloaded otherwise."""
_FEW = 3
_HEADER = 6


class Kind(StrEnum):
    """What goes wrong with an answer, or with its connection."""

    LATE = "late"
    SPILT = "late, on whatever connection there is by then"
    DUPLICATE = "duplicate"
    ZERO = "number 0"
    TRUNCATED = "truncated"
    WRONG_UNIT = "wrong unit"
    WRONG_FUNCTION = "wrong function"
    WRONG_LENGTH = "wrong length"
    RESET = "reset within a frame"
    BLACKHOLE = "blackhole"
    DRIP = "byte by byte"
    CORRUPT = "corrupt"
    NOISE = "noise"
    BUSY = "busy"
    GATEWAY = "gateway without target"
    HANG_UP = "hangs up after the answer"
    REFUSED = "connections refused"
    ACCEPT_AND_CLOSE = "accepts and closes"


CONNECTION_FAULTS = (Kind.REFUSED, Kind.ACCEPT_AND_CLOSE)
TCP_ONLY = (Kind.ZERO,)
RTU_ONLY = (Kind.NOISE, Kind.SPILT)


def kinds(*, rtu: bool) -> list[Kind]:
    """Return what can go wrong in such frames."""
    return [kind for kind in Kind if kind not in (TCP_ONLY if rtu else RTU_ONLY)]


class FaultyPlc(FakePlc):
    """A device with faults.

    Attributes:
        faults: what goes wrong now, and with which share of the answers.
        injected: how often each kind has struck.
        troubled_until: when the last thing that went wrong reaches the client.
    """

    def __init__(self, seed: int, timeout: float, units: int, *, rtu: bool) -> None:
        super().__init__(rtu=rtu)
        self.faults: dict[Kind, float] = {}
        self.injected: Counter[Kind] = Counter()
        self.troubled_until = 0.0
        self._rng = random.Random(seed)
        self._timeout = timeout
        self._answer_s = tuple(seconds * _FEW / max(_FEW, units) for seconds in ANSWER_S)
        self._moment = Moment()
        self.memory = self._moment
        self.handler = self._handle
        self.on_connect = self._greet

    async def begin(self, faults: Collection[Kind], share: float) -> None:
        """Let things go wrong."""
        self.faults = dict.fromkeys(faults, share)
        if Kind.REFUSED in self.faults:
            self._struck(Kind.REFUSED)
            await self.stop()

    async def end(self) -> None:
        """Let nothing new go wrong; what is under way stays so."""
        refused = Kind.REFUSED in self.faults
        self.faults = {}
        self.troubled_until = max(self.troubled_until, asyncio.get_running_loop().time())
        if refused:
            await self.start()

    def _greet(self, session: Session) -> None:
        if Kind.ACCEPT_AND_CLOSE in self.faults:
            self._struck(Kind.ACCEPT_AND_CLOSE)
            session.transport.abort()

    def _handle(self, ask: Ask) -> None:
        self.asks.clear()
        self._moment.take()
        struck = [kind for kind, share in self.faults.items() if self._rng.random() < share]
        frame, after = self.frame(ask, self.pdu(ask)), self._rng.uniform(*self._answer_s)
        send = ask.send
        for kind in struck:
            self._struck(kind)
            frame = self._damaged(kind, ask, frame)
        if Kind.LATE in struck or Kind.SPILT in struck:
            after += self._rng.uniform(0.5, 1.5 if Kind.SPILT in struck else 3.0) * self._timeout
        if Kind.SPILT in struck:
            send = self._spill
        if Kind.BLACKHOLE in struck:
            return
        if Kind.RESET in struck:
            frame = frame[: self._rng.randrange(len(frame))]
            self._later(after, lambda: send(frame))
            self._later(after, ask.hang_up)
            return
        self._send(send, frame, after, dripping=Kind.DRIP in struck)
        if Kind.DUPLICATE in struck:
            self._send(
                send, frame, after + self._rng.choice((0.0, self._rng.uniform(0, max(self._answer_s))))
            )
        if Kind.NOISE in struck:
            noise = self._rng.choice((b"\0", b"\xff\xff", self._rng.randbytes(3)))
            self._send(send, noise, self._rng.uniform(0, 2 * after))
        if Kind.HANG_UP in struck:
            self._later(after + 0.001, ask.hang_up)

    def _damaged(self, kind: Kind, ask: Ask, frame: bytes) -> bytes:
        """Return what a kind of fault makes of the bytes of an answer."""
        rng, pdu = self._rng, self.pdu(ask)
        size = 2 * rng.randrange(1, 124)
        size += 2 * (size >= pdu[1])
        damaged: dict[Kind, Callable[[], bytes]] = {
            Kind.ZERO: lambda: b"\0\0" + frame[2:],
            Kind.TRUNCATED: lambda: frame[: rng.randrange(1, len(frame))],
            Kind.WRONG_UNIT: lambda: self.frame(ask, pdu, unit=(ask.unit + rng.randrange(1, 255)) % 256),
            Kind.WRONG_FUNCTION: lambda: self.frame(
                ask, bytes([ask.function ^ rng.randrange(1, 128)]) + pdu[1:]
            ),
            Kind.WRONG_LENGTH: lambda: self.frame(ask, bytes([ask.function, size]) + rng.randbytes(size)),
            Kind.CORRUPT: lambda: self._corrupt(frame),
            Kind.BUSY: lambda: self.frame(ask, self.exception(ask, rng.choice((5, 6)))),
            Kind.GATEWAY: lambda: self.frame(ask, self.exception(ask, rng.choice((0x0A, 0x0B)))),
        }
        return damaged.get(kind, lambda: frame)()

    def _corrupt(self, frame: bytes) -> bytes:
        """Turn bits over: anywhere, as the RTU checksum is to notice; over TCP, whose own checksum guards the data, up to the byte count."""
        spoilt = bytearray(frame)
        length = len(frame) if self.rtu else min(len(frame), _HEADER + 3)
        for place in self._rng.sample(range(8 * length), min(self._rng.randrange(1, 4), 8 * length)):
            spoilt[place // 8] ^= 1 << place % 8
        if self.rtu and len(spoilt) > 2 and crc(bytes(spoilt[:-2])) == spoilt[-2:]:
            return frame
        return bytes(spoilt)

    def _struck(self, kind: Kind) -> None:
        self.injected[kind] += 1
        self.troubled_until = max(self.troubled_until, asyncio.get_running_loop().time())

    def _send(
        self, send: Callable[[bytes], None], frame: bytes, after: float, *, dripping: bool = False
    ) -> None:
        if not dripping:
            self._later(after, lambda: send(frame))
            return
        for place in range(len(frame)):
            self._later(after + 0.001 * place, lambda place=place: send(frame[place : place + 1]))  # type: ignore[misc]

    def _later(self, after: float, what: Callable[[], object]) -> None:
        loop = asyncio.get_running_loop()
        if self.faults:
            self.troubled_until = max(self.troubled_until, loop.time() + after)
        loop.call_later(after, what)

    def _spill(self, data: bytes) -> None:
        for session in self.sessions:
            session.transport.write(data)
