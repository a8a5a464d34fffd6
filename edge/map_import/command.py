"""`chili-edge map import`: a register table → a PLC map that loads, or every fault by its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.documents import table, yaml
from edge.documents.sheet import Sheet, filled
from edge.drivers.modbus.address import Order
from edge.drivers.modbus.notation import Brand
from edge.errors import ConfigurationError
from edge.map_import import columns, guesses, rows
from edge.map_import.columns import Columns
from edge.map_import.draft import Draft
from edge.map_import.headings import Column
from edge.plc_map.load import machine


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line; see `chili-edge map import --help`.

    Attributes:
        file: the register table.
        output: the map that is written; beside the table when not given.
        sheet: of a workbook; the first that holds a register table when not given.
        order: of 32- and 64-bit values, where the table does not say it.
        base: the number of the first register.
        brand: whose notation the addresses have.
        skip_faulty: write the rows with faults into the map as comments.
    """

    file: Path
    output: Path | None = None
    sheet: str | None = None
    order: Order | None = None
    base: int | None = None
    brand: Brand | None = None
    skip_faulty: bool = False


def run(options: Options) -> list[str]:
    """Import a register table, and return what there is to say about it, a line each.

    Raises:
        ConfigurationError: the file is no register table, a row is faulty, or the map cannot be written.
    """
    output = options.output or options.file.with_suffix(".yaml")
    if output.exists():
        raise ConfigurationError(f"{output}: is there already and is not overwritten: name another with -o")
    sheet, where, others = _choose(table.read(options.file, options.sheet), options)
    reading, context = rows.read(sheet, where, options.base, options.brand)
    draft = Draft(sheet, where, reading)
    heading = guesses.heading(sheet, where, context, draft.entries, options.order)
    while draft.entries and not _loads(draft.text(heading), draft, output):
        heading = guesses.heading(sheet, where, context, draft.entries, options.order)
    if not draft.entries or (draft.faults and not options.skip_faulty):
        raise draft.error()
    _write(output, draft.text(heading))
    return [
        *heading.comments,
        *draft.said(),
        *_of_other_sheets(others),
        f"{output}: {draft.summary()}",
    ]


def _choose(sheets: Sequence[Sheet], options: Options) -> tuple[Sheet, Columns, list[Sheet]]:
    """Return the first sheet that holds a register table, where things stand in it, and the others that hold one."""
    found = [(sheet, where) for sheet in sheets if (where := columns.find(sheet, options.brand)) is not None]
    tables = [(sheet, where) for sheet, where in found if Column.ADDRESS in where.at]
    if tables:
        return (*tables[0], [other for other, _ in tables[1:]])
    if found:
        sheet, where = found[0]
        named = ", ".join(text for text in where.headings if text)
        row = sheet.place(where.heading, filled(sheet.rows[where.heading])[0])
        raise ConfigurationError(f"{row}: no column of addresses ({named}): head one of them 地址 or Address")
    raise ConfigurationError(
        f"{options.file}: no heading found: one row must name the columns, such as 名称 or Name, 地址 or Address,"
        " 类型 or Type"
    )


def _loads(text: str, draft: Draft, output: Path) -> bool:
    """Return whether a map loads; what it does not load with is taken out of the draft."""
    if len(text.encode()) > yaml.MAX_BYTES:
        raise ConfigurationError(
            f"{output}: {len(draft.entries)} tags are more than a map of {yaml.MAX_BYTES} bytes can hold:"
            " import the tags that are needed, or a part for each of several devices"
        )
    try:
        machine(yaml.parse(text, output))
    except ConfigurationError as error:
        if not draft.refuse(error.faults):
            raise
        return False
    return True


def _write(output: Path, text: str) -> None:
    try:
        with output.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise ConfigurationError(f"{output}: cannot be written ({error.strerror})") from error


def _of_other_sheets(others: Iterable[Sheet]) -> Iterator[str]:
    for sheet in others:
        yield f"{sheet.file}!{sheet.name}: holds a register table, too: import it with --sheet {sheet.name}"
