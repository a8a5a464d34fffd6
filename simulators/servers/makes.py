"""The makes of PLC in the park as Modbus servers: address maps, word orders, functions and limits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulators.servers.block import ABCD, CDAB, CDAB_LOW_BYTE_FIRST, WordOrder
from simulators.servers.modbus import (
    READ_COILS,
    READ_DISCRETE_INPUTS,
    READ_HOLDING_REGISTERS,
    READ_INPUT_REGISTERS,
)

_ALL_READS = frozenset({READ_COILS, READ_DISCRETE_INPUTS, READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS})
_NO_INPUT_REGISTERS = _ALL_READS - {READ_INPUT_REGISTERS}


@dataclass(frozen=True, slots=True)
class Area:
    """Where a kind of device of the PLC lies on the wire.

    Attributes:
        base: wire address of its number 0.
        count: how many there are; None = as many as the program uses.
    """

    base: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Make:
    """A make of PLC.

    Attributes:
        title: as on its front.
        order: of 32-bit values and strings.
        functions: that it answers; any other is exception 1.
        d: data registers.
        m: auxiliary bits.
        hd: data registers that are retentive: a Xinje's HD, a Delta's D from its second area.
        x: inputs, numbered in octal.
        y: outputs, numbered in octal.
        max_registers: of one request.
        max_bits: of one request.
        max_clients: of one port.
        answer_s: no answer is given sooner.
    """

    title: str
    order: WordOrder
    functions: frozenset[int]
    d: Area
    m: Area
    hd: Area | None = None
    x: Area | None = None
    y: Area | None = None
    max_registers: int = 125
    max_bits: int = 2000
    max_clients: int = 16
    answer_s: float = 0.0


XINJE_XD = Make(
    "Xinje XD5E",
    CDAB,
    _NO_INPUT_REGISTERS,
    d=Area(0x0000, 20480),
    m=Area(0x0000, 20480),
    hd=Area(0xA080, 6144),
    x=Area(0x5000, 64),
    y=Area(0x6000, 64),
    answer_s=0.005,
)

SIEMENS_S7_1200 = Make(
    "Siemens S7-1200 MB_SERVER", ABCD, _ALL_READS, d=Area(0x0000), m=Area(0x0000), max_clients=1
)
"""One non-optimized data block; a port takes one client, the next needs the next port."""

INOVANCE_H5U = Make(
    "Inovance H5U",
    CDAB_LOW_BYTE_FIRST,
    frozenset({READ_COILS, READ_HOLDING_REGISTERS}),
    d=Area(0x0000, 8000),
    m=Area(0x0000, 8000),
    x=Area(0xF800, 1024),
    y=Area(0xFC00, 1024),
)

INOVANCE_EASY = replace(INOVANCE_H5U, title="Inovance Easy521")

MITSUBISHI_FX5U = Make("Mitsubishi FX5U", CDAB, _ALL_READS, d=Area(0x0000), m=Area(0x0000))
"""It has no map of its own: its user has assigned D0 to register 0 and M0 to bit 0, as far as they are used."""

DELTA_DVP = Make(
    "Delta DVP",
    CDAB,
    _NO_INPUT_REGISTERS,
    d=Area(0x1000, 4096),
    m=Area(0x0800, 1536),
    hd=Area(0x9000, 5904),
    x=Area(0x0400, 256),
    y=Area(0x0500, 256),
    max_registers=100,
)
"""D0 to D4095 at 0x1000, D4096 to D9999 at 0x9000."""

DELTA_AS = Make(
    "Delta AS",
    CDAB,
    _NO_INPUT_REGISTERS,
    d=Area(0x0000, 30000),
    m=Area(0x0000, 8192),
    max_registers=100,
    max_bits=1600,
)
