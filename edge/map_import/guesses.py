"""What was guessed of a table, told in the head of the map and to the user. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from edge.documents.sheet import Sheet, is_nothing
from edge.drivers.modbus.address import REGISTERS, DataType, Order
from edge.drivers.modbus.notation import Brand
from edge.map_import.columns import Columns
from edge.map_import.entry import Entry
from edge.map_import.headings import Column
from edge.map_import.row import Context
from edge.map_import.writer import Heading


def heading(
    sheet: Sheet, where: Columns, context: Context, entries: Sequence[Entry], order: Order | None
) -> Heading:
    """Return what stands above the tags of a map; `order` if the user has said it."""
    known, known_by = _order(entries, order, context.brand)
    titles = [text for row in sheet.rows[: where.first] for text in row if text]
    name = titles[0] if titles else sheet.file.stem + (f", {sheet.name}" if sheet.name else "")
    origin = f", sheet {sheet.name}" if sheet.name else f" ({sheet.made_by})"
    comments = [
        f"Made by chili-edge map import from {sheet.file.name}{origin}. Compare it with the manual.",
        *_columns(sheet, where),
        *_addresses(context),
        *_tables(sheet, where, context),
    ]
    if any(entry.type is not DataType.STRING and REGISTERS[entry.type] > 1 for entry in entries):
        comments.append(f"Order of 32-bit values: {known}, {known_by}.")
    return Heading(comments, name, context.style.map_base, context.brand, known)


def _columns(sheet: Sheet, where: Columns) -> Iterator[str]:
    def name(column: int) -> str:
        text = where.headings[column]
        return f"{sheet.column_name(column)} ({text})" if text else sheet.column_name(column)

    found = sorted(where.at.items(), key=lambda item: item[1])
    named = ", ".join(f"{kind} = {name(column)}" for kind, column in found if kind not in where.guessed)
    yield f"Heading in row {sheet.row_name(where.heading)}: {named}."
    guessed = ", ".join(f"{kind} = {name(column)}" for kind, column in found if kind in where.guessed)
    if guessed:
        yield f"Guessed by what stands in it: {guessed}."
    if where.unused:
        yield f"Columns not read: {', '.join(map(name, where.unused))}."
    if Column.TYPE not in where.at:
        yield "There is no column of types: registers are taken as uint16."


def _addresses(context: Context) -> Iterator[str]:
    style = context.style
    given = ", as given by --base" if style.base_is_given else ""
    if context.byte_offsets:
        yield "Addresses: offsets in bytes of a data block; the first register is byte 0."
    elif style.references or style.panel:
        yield f"Addresses: numbers of 40001 and 4x count from {style.reference_base}{given}."
    elif style.hexadecimal:
        yield "Addresses: hexadecimal, as they go over the wire."
    elif style.decimals and given:
        yield f"Addresses: decimals count from {style.base}{given}."
    elif style.decimals:
        yield "Addresses: decimals count from 0; import again with --base 1 if each value is its neighbour's."


def _tables(sheet: Sheet, where: Columns, context: Context) -> Iterator[str]:
    column, style = where.at.get(Column.TABLE), context.style
    if context.table is not None:
        yield f"Table: {context.table} by a title, where a row does not say it."
    elif column is None and (style.decimals or style.hexadecimal or style.prefixed):
        yield "Table: holding, as nothing says another; input registers need a column of function codes (04)."
    if column is not None and any(
        is_nothing(sheet.text(row, column)) and not is_nothing(sheet.text(row, where.at[Column.ADDRESS]))
        for row in range(where.heading + 1, len(sheet.rows))
    ):
        yield f"Table: where column {sheet.column_name(column)} is empty, that of the row above."


def _order(entries: Sequence[Entry], given: Order | None, brand: Brand | None) -> tuple[Order, str]:
    """Return the order of a map, and by what it is known."""
    if given is not None:
        return given, "as given by --order"
    said = Counter(entry.order for entry in entries if entry.order is not None)
    if said:
        return said.most_common(1)[0][0], "as the table says"
    if brand is not None:
        usual = Order.ABCD if brand.startswith("siemens") else Order.CDAB
        return usual, f"as usual with {brand}"
    return Order.ABCD, "guessed: chili-edge probe shows which one is right"
