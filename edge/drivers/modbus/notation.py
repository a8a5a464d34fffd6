"""How addresses are written: `holding:4`, `40005`, `4x5`, or as the program of a PLC has them (`D100`, `DBX24.3`). Pure."""

from __future__ import annotations

import re
import unicodedata

from edge.drivers.modbus.address import ADDRESS_SPACE, Place, Table
from edge.drivers.modbus.brands import AREAS, IMAGES, OCTAL, Area, Brand

__all__ = ["Brand", "parse"]

_PART = r"(?:\.(?P<bit>\d{1,2})(?:-(?P<last>\d{1,2}))?)?"
_TABLE = re.compile(r"(?P<table>[A-Z]+):(?P<number>\d{1,6}|0X[0-9A-F]{1,4})" + _PART)
_HMI = re.compile(r"(?P<digit>[0134])X(?P<number>\d{1,6})" + _PART)
_MODICON = re.compile(r"(?P<digit>[0134])(?P<number>\d{4,5})" + _PART)
_DEVICE = re.compile(r"(?P<prefix>[A-Z]+)(?P<number>\d+)" + _PART)
_DATA_BLOCK = re.compile(r"(?:DB\d+\.)?DB(?P<size>[XBWD])(?P<byte>\d{1,6})(?:\.(?P<bit>\d{1,2}))?")
_TABLES = {"0": Table.COIL, "1": Table.DISCRETE, "3": Table.INPUT, "4": Table.HOLDING}
_LAST_BIT = 15
_BYTE = 8


def parse(text: str, base: int = 0, brand: Brand | None = None) -> Place:
    """Return the place that an address names.

    `holding:4` and `holding:0x1000` are wire addresses (or count from 1, by `base`), `holding:4.1` is a bit of a register and
    `holding:4.4-7` several. `40005`, `400005` and `4x5` count from 1 whatever the base; `0x10` is coil 10, as HMIs have it.
    Everything else is what a brand's programs show.

    Args:
        text: as in a PLC map; full-width characters and lower case are as good as others.
        base: 1 when the map counts from 1, as manuals do; 0 for wire addresses.
        brand: whose devices may be named.

    Raises:
        ValueError: it is not an address, or out of range; says what is wrong and what may stand here.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper().lstrip("%")
    if match := _TABLE.fullmatch(plain):
        return _in_table(match, base)
    if match := _HMI.fullmatch(plain) or _MODICON.fullmatch(plain):
        return _counted_from_one(match)
    if brand is not None and (place := _of_brand(plain, brand)):
        return place
    if brand is None and (_DEVICE.fullmatch(plain) or _DATA_BLOCK.fullmatch(plain)):
        raise ValueError(f"{plain} is a PLC's own address: say whose, as in brand: {Brand.XINJE_XD}")
    raise ValueError(
        "an address is TABLE:NUMBER, TABLE:NUMBER.BIT or TABLE:NUMBER.BIT-BIT with a table of "
        f"{', '.join(Table)}; or 40001, 4x1{_known(brand)}"
    )


def _in_table(match: re.Match[str], base: int) -> Place:
    name = match["table"].lower()
    if name not in list(Table):
        raise ValueError(f"there is no table {name}; there are {', '.join(Table)}")
    table, start = Table(name), int(match["number"], 0 if match["number"].startswith("0X") else 10) - base
    if not 0 <= start < ADDRESS_SPACE:
        raise ValueError(f"{table} addresses run from {base} to {ADDRESS_SPACE - 1 + base}")
    return _place(table, start, match)


def _counted_from_one(match: re.Match[str]) -> Place:
    table, number = _TABLES[match["digit"]], int(match["number"])
    if not 1 <= number <= ADDRESS_SPACE:
        raise ValueError(f"{match[0]}: {match['digit']}x addresses run from 1 to {ADDRESS_SPACE}")
    return _place(table, number - 1, match)


def _of_brand(plain: str, brand: Brand) -> Place | None:
    if brand is Brand.SIEMENS and (match := _DATA_BLOCK.fullmatch(plain)):
        return _in_data_block(match)
    match = _DEVICE.fullmatch(plain)
    if match is None:
        return None
    prefix = match["prefix"]
    if table := IMAGES.get(brand, {}).get(prefix):
        return _in_image(match, table)
    if areas := AREAS[brand].get(prefix):
        return _in_area(match, areas)
    return None


def _in_area(match: re.Match[str], areas: tuple[Area, ...]) -> Place:
    prefix, digits = match["prefix"], match["number"]
    if areas[0].base == OCTAL and not set(digits) <= set("01234567"):
        raise ValueError(f"{prefix}{digits}: {prefix} is counted in octal here, where there is no 8 and no 9")
    number = int(digits, areas[0].base)
    for area in areas:
        if area.first <= number <= area.last:
            start = area.wire + (number - area.first) * area.stride
            return _place(area.table, start, match)
    spans = " and ".join(area.span(prefix) for area in areas)
    raise ValueError(f"{prefix}{digits} is not among {spans}")


def _in_image(match: re.Match[str], table: Table) -> Place:
    if match["bit"] is None or match["last"] is not None or int(match["bit"]) >= _BYTE:
        raise ValueError(
            f"a bit of the process image is {match['prefix']}BYTE.BIT with bits 0 to {_BYTE - 1}"
        )
    start = int(match["number"]) * _BYTE + int(match["bit"])
    if start >= ADDRESS_SPACE:
        raise ValueError(f"{match[0]} lies beyond the {ADDRESS_SPACE} bits that Modbus can address")
    return Place(table, start)


def _in_data_block(match: re.Match[str]) -> Place:
    """Return the place in the data block that MB_SERVER was given: byte 0 is the high byte of register 0."""
    size, byte = match["size"], int(match["byte"])
    register, is_low_byte = divmod(byte, 2)
    if register >= ADDRESS_SPACE:
        raise ValueError(f"{match[0]} lies beyond the {ADDRESS_SPACE} registers that Modbus can address")
    first_bit = 0 if is_low_byte else _BYTE
    if size == "X":
        if match["bit"] is None or int(match["bit"]) >= _BYTE:
            raise ValueError(f"a bit of a data block is DBX{byte}.0 to DBX{byte}.{_BYTE - 1}")
        return Place(Table.HOLDING, register, first_bit + int(match["bit"]), 1)
    if match["bit"] is not None:
        raise ValueError(f"only DBX has a bit, not DB{size}")
    if size == "B":
        return Place(Table.HOLDING, register, first_bit, _BYTE)
    if is_low_byte:
        raise ValueError(
            f"{match[0]} begins at an odd byte, in the middle of a register: it cannot be read alone"
        )
    return Place(Table.HOLDING, register)


def _place(table: Table, start: int, match: re.Match[str]) -> Place:
    if match["bit"] is None:
        return Place(table, start)
    if table.is_bits:
        raise ValueError(f"an address of table {table} is a bit already")
    bit, last = int(match["bit"]), int(match["last"] or match["bit"])
    if max(bit, last) > _LAST_BIT:
        raise ValueError(f"a register has bits 0 to {_LAST_BIT}")
    if last < bit:
        raise ValueError(f"of a field of bits the lower one comes first, as in {last}-{bit}")
    return Place(table, start, bit, last - bit + 1)


def _known(brand: Brand | None) -> str:
    """Return what else may stand in a map of a brand."""
    if brand is None:
        return ""
    spans = [area.span(prefix) for prefix, areas in AREAS[brand].items() for area in areas]
    spans += [f"{prefix}BYTE.BIT" for prefix in IMAGES.get(brand, {})]
    spans += ["DBX24.3, DBB25, DBW26, DBD28"] if brand is Brand.SIEMENS else []
    return f", or of {brand}: {', '.join(spans)}"
