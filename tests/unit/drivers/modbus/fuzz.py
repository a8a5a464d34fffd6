"""Random and mutated frames through both kinds of exchange, beside an oracle that knows what a right answer is.

The oracle is written from the specification and shares nothing with the product: whatever an exchange takes for the
answer must be one by the oracle's word, and nothing but a misfit is ever raised.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from edge.drivers.modbus.address import Table
from edge.drivers.modbus.exchange import Answer, Exchange, MisfitError, Refusal
from edge.drivers.modbus.mbap import MbapExchange
from edge.drivers.modbus.plan import Request
from edge.drivers.modbus.rtu import RtuExchange
from tests.unit.drivers.modbus.plc import crc

_FUNCTIONS = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}
_TURNS = 40
"""Questions on one exchange before a new one is made."""


@dataclass
class Outcome:
    """What came of a run.

    Attributes:
        frames: pieces of bytes that were fed.
        answers, refusals, misfits: what the exchanges made of them; misfits by kind.
        false: answers that are none by the oracle's word.
        missed: right answers, alone and whole, that were not taken.
    """

    frames: int = 0
    answers: int = 0
    refusals: int = 0
    misfits: Counter[str] = field(default_factory=Counter)
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.misfits.items()))
        return (
            f"{self.frames} frames: {self.answers} answers, {self.refusals} refusals, misfits: {kinds}; "
            f"false answers: {len(self.false)}, missed: {len(self.missed)}"
        )


class Oracle:
    """What a question asks, and all the bytes that have come since it was made."""

    def __init__(self, unit: int, request: Request, question: bytes, *, rtu: bool) -> None:
        self.unit, self.request, self.rtu = unit, request, rtu
        self.function = _FUNCTIONS[request.table]
        self.size = -(-request.count // 8) if request.table.is_bits else 2 * request.count
        self.number = b"" if rtu else question[:2]

    def body(self, data: bytes) -> bytes:
        """Return unit, function and data of the right answer."""
        return bytes([self.unit, self.function, self.size]) + data

    def framed(self, body: bytes) -> bytes:
        """Return a frame around a body."""
        if self.rtu:
            return body + crc(body)
        return self.number + b"\0\0" + len(body).to_bytes(2, "big") + body

    def allows(self, answer: Answer, heard: bytes) -> bool:
        """Return whether what has come holds a frame with this answer, framed as it must be."""
        if isinstance(answer, Refusal):
            body = bytes([self.unit, self.function | 0x80, answer.code])
        elif len(answer) == self.size:
            body = self.body(answer)
        else:
            return False
        frame = self.framed(body)
        return frame in heard or (not self.rtu and b"\0\0" + frame[2:] in heard)


def fuzz(frames: int, seed: int) -> Outcome:
    """Feed so many pieces of bytes."""
    rng, outcome = random.Random(seed), Outcome()
    while outcome.frames < frames:
        rtu = rng.random() < 0.5
        exchange: Exchange = RtuExchange() if rtu else MbapExchange()
        exchange.connected()
        for _ in range(_TURNS):
            if _turn(exchange, rng, outcome, rtu=rtu):
                exchange.connected()
    return outcome


def _turn(exchange: Exchange, rng: random.Random, outcome: Outcome, *, rtu: bool) -> bool:
    """Ask a question and feed what may come; return whether the connection would have been closed."""
    table = rng.choice(list(Table))
    request = Request(table, rng.randrange(65_000), rng.randrange(1, 200 if table.is_bits else 125))
    unit = rng.randrange(1, 248)
    oracle = Oracle(unit, request, exchange.ask(unit, request), rtu=rtu)
    heard = b""
    pieces = _pieces(rng, oracle)
    is_honest = len(pieces) == 1 and pieces[0] == oracle.framed(
        pieces[0][: 3 + oracle.size] if rtu else pieces[0][6:]
    )
    for piece in pieces:
        outcome.frames += 1
        heard += piece
        try:
            answer = exchange.receive(piece)
        except MisfitError as error:
            outcome.misfits[str(error.stray)] += 1
            return True
        if answer is None:
            continue
        outcome.answers += isinstance(answer, bytes)
        outcome.refusals += isinstance(answer, Refusal)
        if not oracle.allows(answer, heard):
            outcome.false.append(f"{request} of {unit}: {answer!r} of {heard.hex()}")
        is_honest = False
    if is_honest and _is_right(pieces[0], oracle):
        outcome.missed.append(f"{request} of {unit}: {heard.hex()}")
    return not exchange.give_up()


def _is_right(frame: bytes, oracle: Oracle) -> bool:
    body = frame[:-2] if oracle.rtu else frame[6:]
    return body[:3] == bytes([oracle.unit, oracle.function, oracle.size]) and len(body) == 3 + oracle.size


def _pieces(rng: random.Random, oracle: Oracle) -> list[bytes]:
    """Return what comes: the right answer, one that was tampered with, several at once, or anything at all."""
    right = oracle.framed(oracle.body(rng.randbytes(oracle.size)))
    refusal = oracle.framed(bytes([oracle.unit, oracle.function | 0x80, rng.randrange(256)]))
    frame = rng.choice((right, right, refusal))
    choice = rng.randrange(9)
    if choice == 0:
        data = frame
    elif choice == 1:
        data = rng.randbytes(rng.randrange(1, 300))
    elif choice == 2:
        data = frame[: rng.randrange(1, len(frame) + 1)]
    elif choice == 3:
        data = frame + rng.choice((right, refusal, rng.randbytes(rng.randrange(1, 20))))
    elif choice == 4:
        data = rng.choice((b"\0", b"\xff", rng.randbytes(3), right)) + frame
    elif choice == 5:
        data = oracle.framed(_mutated(rng, oracle.body(rng.randbytes(oracle.size))))
    elif choice == 6 and not oracle.rtu:
        data = b"\0\0" + frame[2:]
    else:
        data = _mutated(rng, frame)
    return _cut(rng, data) if rng.random() < 0.4 else [data]


def _mutated(rng: random.Random, data: bytes) -> bytes:
    """Return bytes with a few of them changed, left out or put in."""
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(len(changed) + 1)
        what = rng.randrange(3)
        if what == 0:
            changed[place : place + 1] = bytes([rng.randrange(256)])
        elif what == 1:
            del changed[place : place + rng.randrange(1, 4)]
        else:
            changed[place:place] = rng.randbytes(rng.randrange(1, 4))
    return bytes(changed)


def _cut(rng: random.Random, data: bytes) -> list[bytes]:
    pieces = []
    while data:
        size = rng.randrange(1, len(data) + 1)
        pieces.append(data[:size])
        data = data[size:]
    return pieces or [b""]
