"""What faults make of an answer on its way: when it leaves, how often, how whole, how fast. Pure; time is passed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from simulators.faults.kinds import (
    ServiceSlow,
    WireCorrupt,
    WireDelay,
    WireDrip,
    WireDuplicate,
    WireLateAnswer,
    WireReorder,
    WireReset,
    WireTruncate,
    WireWrongUnit,
    WireZeroNumber,
)
from simulators.wire import modbus

_Damage = WireCorrupt | WireTruncate | WireZeroNumber | WireWrongUnit
"""Faults that change the bytes."""
_Shared = WireReorder | WireLateAnswer | WireDuplicate | WireReset | _Damage
"""Faults that strike a share of the answers."""
AnswerFault = ServiceSlow | WireDelay | WireDrip | _Shared
"""Faults of what is on its way; those of whole connections are the proxy's."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """An answer, or a copy of it, on its way.

    Attributes:
        data: its bytes.
        due: when it leaves, in seconds of the loop's clock; later, if one that it must not pass is still there.
        hold: for how long it waits for the next answer to pass it; 0 = it doesn't.
        late: others may pass it.
        breaks: the connection breaks off behind it.
    """

    data: bytes
    due: float
    hold: float = 0.0
    late: bool = False
    breaks: bool = False


_ORDER = (
    ServiceSlow, WireDelay, WireReorder, WireLateAnswer, WireDuplicate, WireZeroNumber, WireWrongUnit, WireCorrupt,
    WireTruncate, WireReset, WireDrip,
)  # fmt: skip
"""Of several faults: a late answer is late twice, and each copy is damaged by itself."""


def spoil(fault: AnswerFault, rng: Random, parcel: Parcel) -> Sequence[Parcel]:
    """Return what a fault makes of a parcel."""
    match fault:
        case WireDelay(shortest=shortest, longest=longest):
            parcel = replace(parcel, due=parcel.due + rng.uniform(shortest, longest))
        case ServiceSlow(delay=delay):
            parcel = replace(parcel, due=parcel.due + delay)
        case WireDrip():
            pass
        case _ if rng.random() < fault.share:
            return _struck(fault, rng, parcel)
    return (parcel,)


def _struck(fault: _Shared, rng: Random, parcel: Parcel) -> Sequence[Parcel]:
    """Return what becomes of a parcel that has its share of a fault."""
    match fault:
        case WireReorder(hold=hold):
            parcel = replace(parcel, hold=hold)
        case WireLateAnswer(by=by):
            parcel = replace(parcel, due=parcel.due + by, hold=0.0, late=True)
        case WireDuplicate():
            return parcel, parcel
        case WireReset(after_bytes=after_bytes):
            parcel = replace(parcel, data=parcel.data[:after_bytes], breaks=True)
        case _:
            parcel = replace(parcel, data=_damaged(fault, rng, parcel.data))
    return (parcel,)


def _damaged(fault: _Damage, rng: Random, data: bytes) -> bytes:
    match fault:
        case WireCorrupt(bits=bits):
            return _with_flipped_bits(data, bits, rng)
        case WireTruncate(after_bytes=after_bytes):
            return data[:after_bytes]
        case WireZeroNumber():
            return modbus.with_number_zero(data)
        case WireWrongUnit():
            return modbus.with_next_unit(data)


def _with_flipped_bits(data: bytes, bits: int, rng: Random) -> bytes:
    flipped = bytearray(data)
    for place in rng.sample(range(8 * len(data)), min(bits, 8 * len(data))):
        flipped[place // 8] ^= 1 << place % 8
    return bytes(flipped)


class Throttle:
    """A bottleneck that lets so many bytes through per second, whoever sends them."""

    def __init__(self, bytes_per_s: int) -> None:
        self._bytes_per_s = bytes_per_s
        self._free_at = 0.0

    def pass_through(self, count: int, now: float) -> float:
        """Return when bytes are through that come now."""
        self._free_at = max(self._free_at, now) + count / self._bytes_per_s
        return self._free_at


_BREATHS_PER_S = 50
"""How often a throttled stream moves, at most."""


class Conditions:
    """The faults that hold in one direction of the wire."""

    def __init__(self) -> None:
        self._faults: list[tuple[AnswerFault, Random]] = []
        self._throttles: dict[ServiceSlow, Throttle] = {}

    @property
    def calm(self) -> bool:
        """Whether none holds."""
        return not self._faults

    def begin(self, fault: AnswerFault, rng: Random) -> None:
        """Let a fault hold; what is random in it comes from `rng`."""
        self._faults = sorted([*self._faults, (fault, rng)], key=lambda active: _ORDER.index(type(active[0])))
        if isinstance(fault, ServiceSlow):
            self._throttles[fault] = Throttle(fault.bytes_per_s)

    def end(self, fault: AnswerFault) -> None:
        """Let it hold no longer."""
        self._faults = [active for active in self._faults if active[0] != fault]
        if isinstance(fault, ServiceSlow):
            self._throttles.pop(fault, None)

    def dispatch(self, answer: bytes, now: float) -> list[Parcel]:
        """Return what becomes of an answer: itself and its copies."""
        parcels = [Parcel(answer, now)]
        for fault, rng in self._faults:
            parcels = [spoilt for parcel in parcels for spoilt in spoil(fault, rng, parcel)]
        return parcels

    def pace(self, size: int, now: float) -> tuple[int, float]:
        """Return how many of some bytes leave next, and when."""
        count, when = size, now
        for fault, _ in self._faults:
            match fault:
                case WireDrip(pause=pause):
                    count, when = 1, max(when, now + pause)
                case ServiceSlow(bytes_per_s=bytes_per_s):
                    count = min(count, max(1, bytes_per_s // _BREATHS_PER_S))
        for throttle in self._throttles.values():
            when = max(when, throttle.pass_through(count, now))
        return count, when
