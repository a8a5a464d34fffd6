"""XLSX, XLS, XLSB and ODS files → sheets. The only python-calamine import."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from edge.documents.sheet import MAX_COLUMNS, MAX_ROWS, Sheet, shown
from edge.errors import ConfigurationError

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_Value = int | float | str | bool | time | date | timedelta


def read(content: bytes, file: Path, wanted: str | None) -> list[Sheet]:
    """Return the sheet that is wanted, or all that can be seen.

    Raises:
        ConfigurationError: it cannot be read, or has no such sheet.
    """
    if _ENCRYPTED in content:
        raise _encrypted(file)
    try:
        workbook = load_workbook(io.BytesIO(content))
        return [_sheet(workbook, name, file) for name in _names(workbook, file, wanted)]
    except PasswordError as error:
        raise _encrypted(file) from error
    except CalamineError as error:
        raise ConfigurationError(
            f"{file}: is not a spreadsheet that can be read, or is damaged ({shown(str(error))}):"
            " open it and save it as .xlsx"
        ) from error


def _encrypted(file: Path) -> ConfigurationError:
    return ConfigurationError(f"{file}: is encrypted: open it with its password and save it without")


def _names(workbook: CalamineWorkbook, file: Path, wanted: str | None) -> Sequence[str]:
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if wanted is None:
        return [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    names = [sheet.name for sheet in sheets]
    if wanted not in names:
        raise ConfigurationError(
            f"{file}: there is no sheet {wanted}; it has {', '.join(map(shown, names)) or 'none'}"
        )
    return [wanted]


def _sheet(workbook: CalamineWorkbook, name: str, file: Path) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        raise ConfigurationError(
            f"{file}!{shown(name)}: more than {MAX_ROWS} rows or {MAX_COLUMNS} columns:"
            " delete what stands far away from the table"
        )
    values: list[list[_Value]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    merged = _spread(sheet, values)
    return Sheet(
        file,
        shown(name),
        tuple(tuple(_text(value) for value in row) for row in values),
        merged=merged,
        numbers=frozenset(
            (row, column)
            for row, cells in enumerate(values)
            for column, value in enumerate(cells)
            if isinstance(value, float) and not value.is_integer()
        ),
    )


def _spread(sheet: CalamineSheet, values: list[list[_Value]]) -> frozenset[tuple[int, int]]:
    """Repeat a cell that is merged over rows in each of them; return the cells that were filled."""
    found = set()
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in range(top + 1, min(bottom + 1, len(values))):
            if left < len(values[row]) and values[row][left] == "":
                values[row][left] = values[top][left]
                found.add((row, left))
    return frozenset(found)


def _text(value: _Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return shown(str(value))
