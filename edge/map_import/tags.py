"""The cells of a row → its tag, or all that is wrong with them. Pure."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from edge.documents.sheet import number, plain, shown
from edge.drivers.modbus.address import REGISTERS, DataType, Order, Table
from edge.map_import import addresses, data_types, headings, keys, scaling, words
from edge.map_import.addresses import Found, Style
from edge.map_import.data_types import Kind
from edge.map_import.entry import Entry, Remark
from edge.map_import.headings import Column
from edge.map_import.row import Context, Faulty, Findings, Row

_INTEGER_BITS = {DataType.INT16: 16, DataType.UINT16: 16, DataType.INT32: 32, DataType.UINT32: 32}
_PREFIX = re.compile(r"(?:[01346]X(?:_?BIT)?|[A-Z]{1,3})")
_MAX_DESCRIPTION = 200


def entry(row: Row, context: Context) -> tuple[Entry, list[Remark]]:
    """Return the tag of a row, and what was taken for granted.

    Raises:
        Faulty: with every fault of the row.
    """
    findings = Findings(row)
    given = findings.of(Column.TYPE, data_types.parse)
    place = _place(findings, given, context)
    table, kind = _table_and_type(findings, place, given, context)
    scale, unit_of_scale = _scale(findings, kind.type)
    length = _length(findings, kind, place, context)
    limits, remark = _range(findings, kind.type, scale)
    order, offset = findings.of(Column.ORDER, _order), _offset(findings)
    scan = findings.of(Column.PERIOD, lambda text: words.period(text, _period_unit(row))) or ""
    if findings.faults or place is None:
        raise Faulty(findings.faults)
    name, unit_of_name = words.split_unit(row.text(Column.NAME))
    key = keys.from_name(name) or keys.from_name(row.text(Column.CODE))
    found = Entry(
        row=row.number,
        key=key or _key_of(place, table, context.style),
        table=table,
        start=place.start,
        type=kind.type,
        bit=place.bit,
        bits=place.bits,
        written=place.written,
        length=length,
        order=order,
        scale="" if Decimal(scale or 1) == 1 else scale,
        offset=offset,
        unit=_unit(row) or unit_of_scale or unit_of_name,
        range=limits,
        scan=scan,
        description=_description(row, name, key, remark),
    )
    return found, findings.notes


def _place(findings: Findings, kind: Kind | None, context: Context) -> Found | None:
    row = findings.row
    text = row.text(Column.ADDRESS)
    if not text:
        findings.fault(Column.ADDRESS, "there is no address")
        return None
    cell = (row.number, row.column(Column.ADDRESS))
    if cell in row.sheet.numbers and text.endswith(".1") and not context.byte_offsets:
        findings.fault(
            Column.ADDRESS, f"{text} may be bit 1 or bit 10: make the cell a text and write it again"
        )
        return None
    prefix = plain(row.text(Column.TABLE)).upper()
    is_prefix = bool(_PREFIX.fullmatch(prefix)) and text[:1].isdigit() and words.table(prefix) is None
    try:
        if context.byte_offsets:
            return addresses.byte_offset(text, is_bool=kind is not None and kind.type is DataType.BOOL)
        found = None
        if is_prefix and not (context.style.references and addresses.looks_like(text)):
            found = addresses.read(f"{prefix}{text}", context.style)
        found = found or addresses.read(text, context.style)
        bit = row.text(Column.BIT)
        if bit and found.bit is None:
            if not plain(bit).isdecimal():
                findings.fault(Column.BIT, f"{bit} is not the number of a bit")
                return None
            found = addresses.in_bit(found, int(plain(bit)))
    except ValueError as error:
        findings.fault(Column.ADDRESS, str(error))
        return None
    return found


def _table_and_type(
    findings: Findings, place: Found | None, given: Kind | None, context: Context
) -> tuple[Table, Kind]:
    """Return table and type, of which each may be known by the other; holding when nothing says it."""
    row = findings.row
    named = words.table(row.text(Column.TABLE)) if row.text(Column.TABLE) else None
    own = place.table if place is not None else None
    if Column.TABLE in row.where.at and named is None and own is None and place is not None:
        said = row.text(Column.TABLE) or "nothing"
        if said != "nothing" or context.table is None:
            findings.fault(Column.TABLE, f"{said} is no table: write 03, 04, 01 or 02")
    if named is not None and own is not None and named is not own:
        findings.fault(Column.TABLE, f"says {named}, but the address says {own}")
    table = own or named or context.table
    of_bit = place is not None and place.bits == 1
    is_bool = given is not None and given.type is DataType.BOOL
    if table is None and is_bool and not of_bit and place is not None and Column.TABLE not in row.where.at:
        findings.fault(
            Column.ADDRESS,
            "a bit, but of which table? add a column of function codes: 01 coil, 02 discrete input",
        )
    table = table or Table.HOLDING
    if given is not None:
        return table, given
    if table.is_bits or of_bit:
        return table, Kind(DataType.BOOL)
    if Column.TYPE in row.where.at and not row.text(Column.TYPE):
        findings.fault(Column.TYPE, "there is no type")
    return table, Kind(DataType.UINT16)


def _scale(findings: Findings, kind: DataType) -> tuple[str, str]:
    """Return the factor, empty when there is none, and the unit that stands with it."""
    for column, divides in ((Column.SCALE, False), (Column.DIVISOR, True)):
        found = findings.of(column, lambda text, divides=divides: scaling.scale(text, divides=divides))  # type: ignore[misc]
        if found is not None:
            if Decimal(found[0]) > 1:
                findings.note(
                    column, f"value = raw × {found[0]}: write 1/{found[0]} if it is the other way round"
                )
            return found
    places = findings.of(Column.DECIMALS, scaling.decimals)
    of_unit = _unit_with_number(findings.row)
    if of_unit is not None:
        return of_unit
    # A float has its point already: its places are those of a display.
    if places is None or kind in (DataType.FLOAT32, DataType.FLOAT64, DataType.BOOL, DataType.STRING):
        return "", ""
    return places, ""


def _unit_with_number(row: Row) -> tuple[str, str] | None:
    """Return scale and unit of a cell such as `0.01Hz`; `1/min` is a unit alone."""
    text = row.text(Column.UNIT)
    if not text[:1].isdigit() or words.is_unit(text):
        return None
    try:
        found = scaling.scale(text)
    except ValueError:
        return None
    return found if found[1] else None


def _unit(row: Row) -> str:
    return "" if _unit_with_number(row) else words.unit(row.text(Column.UNIT))


def _length(findings: Findings, kind: Kind, place: Found | None, context: Context) -> int:
    """Return the bytes of a string; a length that does not go with the type of a number is a fault."""
    match = re.match(r"\d{1,4}", plain(findings.row.text(Column.LENGTH)))
    length = int(match[0]) * context.length_bytes if match else 0
    registers = place.registers if place is not None else 0
    if kind.type is DataType.STRING:
        if context.brand is not None and context.brand.startswith("siemens"):
            findings.fault(
                Column.TYPE,
                "a STRING of Siemens begins with two bytes that are no text: use an array of char",
            )
        size = kind.length or length or 2 * registers
        if not size:
            findings.fault(Column.TYPE, "a string needs its length: write STRING(20)")
        return 2 * math.ceil(size / 2)
    if kind.type is DataType.BOOL or (place is not None and place.bit is not None):
        return 0
    width, hint = (
        REGISTERS[kind.type],
        "" if Column.TYPE in findings.row.where.at else ": add a column of types",
    )
    for column, given in ((Column.LENGTH, length / 2), (Column.ADDRESS, registers)):
        if given and given != width:
            text = findings.row.text(column)
            findings.fault(
                column, f"{text} does not go with {kind.type}, which takes {width} registers{hint}"
            )
    return 0


def _range(findings: Findings, kind: DataType, scale: str) -> tuple[tuple[str, str] | None, str]:
    """Return lowest and highest value, and the text of a range that says other things, such as the meaning of codes."""
    text, remark = findings.row.text(Column.RANGE), ""
    found = scaling.limits(text) if text else None
    if text and found is None:
        remark = text
        findings.note(Column.RANGE, f"{text} is not lowest and highest value: it is kept in the description")
    low, high = findings.of(Column.LOW, number), findings.of(Column.HIGH, number)
    if low is not None and high is not None:
        if Decimal(low) < Decimal(high):
            found = scaling.tidy(Decimal(low)), scaling.tidy(Decimal(high))
        else:
            findings.note(Column.LOW, f"{low} is not below {high}: no range is taken from it")
    if found is None or kind in (DataType.BOOL, DataType.STRING):
        return None, remark
    bits, factor = _INTEGER_BITS.get(kind), Decimal(scale or 1)
    if bits and factor != 1 and abs(Decimal(found[1]) / factor) >= 2**bits:
        # Beyond what the type can say once scaled: the table gives raw numbers.
        return (_times(found[0], factor), _times(found[1], factor)), remark
    return found, remark


def _times(value: str, factor: Decimal) -> str:
    return scaling.tidy(Decimal(value) * factor)


def _offset(findings: Findings) -> str:
    found = findings.of(Column.OFFSET, number)
    return found if found is not None and Decimal(found) else ""


def _order(text: str) -> Order:
    found = words.order(text)
    if found is None:
        raise ValueError(f"{text} is not an order: write {', '.join(Order)}")
    return found


def _period_unit(row: Row) -> str:
    return headings.unit_of(row.where.heading_of(Column.PERIOD))


def _key_of(place: Found, table: Table, style: Style) -> str:
    if place.written:
        return keys.from_name(place.written) or "tag"
    bit = "" if place.bit is None else f"_{place.bit}"
    return f"{table}_{place.start + style.map_base}{bit}"


def _description(row: Row, name: str, key: str, remark: str) -> str:
    """Return what people should read, without what the key says already."""
    said = row.text(Column.DESCRIPTION)
    own = name if name and key != name.lower() else ""
    if own and keys.from_name(name) == key and len(re.sub(r"\W", "", name)) <= len(key):
        own = ""
    parts = [part for part in (own, said, remark) if part]
    return shown(", ".join(dict.fromkeys(parts)))[:_MAX_DESCRIPTION]
