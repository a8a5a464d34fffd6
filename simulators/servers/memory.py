"""The memory of a PLC that runs one or more machines: standard blocks, totals and status bits at the addresses of its make."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.model.snapshot import Snapshot, Status
from simulators.servers.block import WORDS, double_word, encode
from simulators.servers.device_faults import Shown
from simulators.servers.makes import Area, Make
from simulators.servers.modbus import Bits, Tables, Words

_STATUS_BITS = 16
_OCTET = 8
_STOP, _DOOR = int(Status.EMERGENCY_STOP), int(Status.DOOR_OPEN)
_RUNS, _FAULT = int(Status.RUNNING), int(Status.FAULT)
_COUNTERS = struct.Struct(">3I")
_COUNTER = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class ControllerSpec:
    """A PLC of the park.

    Attributes:
        make: its make.
        blocks: machine → D number of its standard block; the bits of its status word are at the same M number.
        totals: name of a 32-bit total → its D number.
        retentive: machine → HD number where total, good and reject are kept once more; no reset reaches them.
        ports: how many it listens on.
    """

    make: Make
    blocks: Mapping[str, int]
    totals: Mapping[str, int] = field(default_factory=dict)
    retentive: Mapping[str, int] = field(default_factory=dict)
    ports: int = 1


class Memory:
    """What is in the registers and bits; inputs and outputs of the n-th machine begin at X and Y 8·n, n from 0.

    X +0 is the emergency stop, +1 an open door; Y +0 the motor, +1 the red lamp.

    Attributes:
        tables: what a client can read.
    """

    def __init__(self, spec: ControllerSpec) -> None:
        make = spec.make
        self._spec = spec
        self._m = _bits(make.m, max(spec.blocks.values()) + _STATUS_BITS)
        self._x = _bits(make.x, _OCTET * len(spec.blocks))
        self._y = _bits(make.y, _OCTET * len(spec.blocks))
        self._shift = 0
        self._lay_out()

    def write(self, shown: Shown, retained: Mapping[str, Snapshot], shift: int) -> None:
        """Show it.

        Args:
            shown: what the program shows.
            retained: where the retentive counters stand.
            shift: words by which every register has moved from where it belongs.
        """
        if shift != self._shift:
            self._shift = shift
            self._lay_out()
        spec, order = self._spec, self._spec.make.order
        auxiliary = inputs = outputs = 0
        for n, (machine, number) in enumerate(spec.blocks.items()):
            snapshot = shown.snapshots[machine]
            status = int(snapshot.status)
            _put(self._d, number + shift, encode(snapshot, shown.heartbeat, shown.clock, order))
            auxiliary |= status << number
            inputs |= _lines(status, _STOP, _DOOR) << _OCTET * n
            outputs |= _lines(status, _RUNS, _FAULT) << _OCTET * n
        for name, number in spec.totals.items():
            _put(self._d, number + shift, _COUNTER.pack(double_word(shown.totals[name], order)))
        for machine, number in spec.retentive.items():
            kept = retained[machine]
            counters = (double_word(count, order) for count in (kept.total, kept.good, kept.reject))
            _put(self._hd, number + shift, _COUNTERS.pack(*counters))
        self._m.value, self._x.value, self._y.value = auxiliary, inputs, outputs

    def _lay_out(self) -> None:
        """Clear the registers, with room for what has moved."""
        spec, make = self._spec, self._spec.make
        ends = [number + WORDS for number in spec.blocks.values()]
        ends += [number + _COUNTER.size // 2 for number in spec.totals.values()]
        kept = [number + _COUNTERS.size // 2 for number in spec.retentive.values()]
        self._d = _registers(make.d, max(ends) + self._shift)
        self._hd = _registers(make.hd, max(kept, default=0) + self._shift)
        self.tables = Tables(
            functions=make.functions,
            words=(self._d, self._hd),
            bits=(self._m, self._x, self._y),
            max_registers=make.max_registers,
            max_bits=make.max_bits,
        )


def _registers(area: Area | None, used: int) -> Words:
    if area is None:
        return Words(0, bytearray())
    return Words(area.base, bytearray(2 * (used if area.count is None else area.count)))


def _bits(area: Area | None, used: int) -> Bits:
    if area is None:
        return Bits(0, 0)
    return Bits(area.base, used if area.count is None else area.count)


def _lines(status: int, first: int, second: int) -> int:
    """Return two bits of a status word side by side."""
    return int(status & first != 0) | int(status & second != 0) << 1


def _put(area: Words, number: int, data: bytes) -> None:
    area.data[2 * number : 2 * number + len(data)] = data
