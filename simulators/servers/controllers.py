"""Which make of PLC runs which machine: its word order and the tables it offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulators.model.snapshot import Snapshot
from simulators.servers.block import INOVANCE, MITSUBISHI, SIEMENS, WordOrder, encode
from simulators.servers.modbus import Tables

_STATUS_BITS = 16


@dataclass(frozen=True, slots=True)
class Controller:
    """A make of PLC.

    Attributes:
        order: of 32-bit values and strings.
        input_registers: the block can be read with function 4 as well.
        discrete_inputs: the status bits can be read with function 2 as well as with function 1.
    """

    order: WordOrder
    input_registers: bool = False
    discrete_inputs: bool = False

    def tables(self, snapshot: Snapshot, heartbeat: int, clock: datetime) -> Tables:
        """Return what the PLC serves: the machine block from register 0, the status bits from bit 0."""
        block = encode(snapshot, heartbeat, clock, self.order)
        bits = tuple(bool(snapshot.status >> n & 1) for n in range(_STATUS_BITS))
        return Tables(
            coils=bits,
            discrete_inputs=bits if self.discrete_inputs else None,
            holding_registers=block,
            input_registers=block if self.input_registers else None,
        )


CONTROLLERS = {
    "jar_line": Controller(SIEMENS, discrete_inputs=True),
    "pouch_line": Controller(INOVANCE),
    "pasteurizer": Controller(MITSUBISHI, input_registers=True, discrete_inputs=True),
}
"""Siemens S7-1200 MB_SERVER, Inovance Easy (no function 2 or 4) and Mitsubishi FX5U."""
