"""Where the devices of a PLC program (D100, M10, Y17) lie in its Modbus tables, brand by brand. Pure.

Sources are the brands' communication manuals; `plc_maps/NOTATION.md` shows the same as a table for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from edge.drivers.modbus.address import Table

OCTAL, DECIMAL = 8, 10


class Brand(StrEnum):
    """Whose program writes the addresses of a map."""

    XINJE_XD = "xinje_xd"
    """Xinje XD, XL, XG."""
    XINJE_XC = "xinje_xc"
    """Xinje XC."""
    INOVANCE_H5U = "inovance_h5u"
    """Inovance H5U and Easy."""
    INOVANCE_AM = "inovance_am"
    """Inovance AM and AC."""
    DELTA_DVP = "delta_dvp"
    """Delta DVP."""
    DELTA_AS = "delta_as"
    """Delta AS."""
    MITSUBISHI_FX5U = "mitsubishi_fx5u"
    """Mitsubishi FX5U; its device assignment decides, and D0 at register 0 is the usual one."""
    SIEMENS = "siemens"
    """Siemens S7-1200 and 1500: offsets in the data block that MB_SERVER was given, and the process image."""


@dataclass(frozen=True, slots=True)
class Area:
    """Devices of one name in a row.

    Attributes:
        table: where they lie.
        wire: address of the first one, 0-based.
        first, last: their numbers.
        base: in which they are counted: 8 or 10.
        stride: addresses from one to the next.
    """

    table: Table
    wire: int
    first: int
    last: int
    base: int = DECIMAL
    stride: int = 1

    def span(self, prefix: str) -> str:
        """Return the names of its first and last device."""
        return f"{prefix}{self.name(self.first)}-{prefix}{self.name(self.last)}"

    def name(self, number: int) -> str:
        """Return a number as the brand writes it."""
        return f"{number:o}" if self.base == OCTAL else str(number)


Areas = Mapping[str, tuple[Area, ...]]
"""Areas by the letters before the number; a name may go on in another place of the table."""


def _words(wire: int, last: int, first: int = 0) -> Area:
    return Area(Table.HOLDING, wire, first, last)


def _coils(wire: int, last: int, first: int = 0) -> Area:
    return Area(Table.COIL, wire, first, last)


def _octal(table: Table, wire: int, last: int) -> Area:
    return Area(table, wire, 0, last, OCTAL)


AREAS: Mapping[Brand, Areas] = {
    Brand.XINJE_XD: {
        "D": (_words(0x0000, 20479),),
        "SD": (_words(0x7000, 4095),),
        "TD": (_words(0x8000, 4095),),
        "CD": (_words(0x9000, 4095),),
        "HD": (_words(0xA080, 6143),),
        "FD": (_words(0xC4C0, 8191),),
        "M": (_coils(0x0000, 20479),),
        "X": (_octal(Table.COIL, 0x5000, 0o77),),
        "Y": (_octal(Table.COIL, 0x6000, 0o77),),
        "S": (_coils(0x7000, 7999),),
        "HM": (_coils(0xC100, 6143),),
    },
    Brand.XINJE_XC: {
        "D": (_words(0x0000, 7999), _words(0x4000, 8511, first=8000)),
        "M": (_coils(0x0000, 7999),),
        "X": (_octal(Table.COIL, 0x4000, 0o1037),),
        "Y": (_octal(Table.COIL, 0x4800, 0o1037),),
    },
    Brand.INOVANCE_H5U: {
        "D": (_words(0x0000, 7999),),
        "R": (_words(0x3000, 32767),),
        "M": (_coils(0x0000, 7999),),
        "B": (_coils(0x3000, 32767),),
        "S": (_coils(0xE000, 4095),),
        "X": (_octal(Table.COIL, 0xF800, 0o1777),),
        "Y": (_octal(Table.COIL, 0xFC00, 0o1777),),
    },
    Brand.INOVANCE_AM: {"MW": (_words(0x0000, 65535),)},
    Brand.DELTA_DVP: {
        "D": (_words(0x1000, 4095), _words(0x9000, 11999, first=4096)),
        "T": (_words(0x0600, 255),),
        "C": (_words(0x0E00, 199), Area(Table.HOLDING, 0x0700, 200, 255, stride=2)),
        "S": (_coils(0x0000, 1023),),
        "X": (_octal(Table.DISCRETE, 0x0400, 0o377),),
        "Y": (_octal(Table.COIL, 0x0500, 0o377),),
        "M": (_coils(0x0800, 1535), _coils(0xB000, 4095, first=1536)),
    },
    Brand.DELTA_AS: {
        "D": (_words(0x0000, 29999),),
        "M": (_coils(0x0000, 8191),),
    },
    Brand.MITSUBISHI_FX5U: {"D": (_words(0x0000, 7999),)},
    Brand.SIEMENS: {},
}

IMAGES: Mapping[Brand, Mapping[str, Table]] = {
    Brand.INOVANCE_AM: {"QX": Table.COIL, "IX": Table.DISCRETE},
    Brand.SIEMENS: {"Q": Table.COIL, "A": Table.COIL, "I": Table.DISCRETE, "E": Table.DISCRETE},
}
"""Process images, whose bits are written BYTE.BIT, from address 0 on; German programs say A and E."""
