"""A file → its sheets, whatever it is called: what a file is shows in its first bytes."""

from __future__ import annotations

from pathlib import Path

from edge.documents import delimited
from edge.documents.sheet import Sheet
from edge.errors import ConfigurationError

MAX_BYTES = 30_000_000
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_STRANGERS = {
    b"%PDF": "is a PDF: copy its table into a spreadsheet first",
    b"{\\rtf": "is a text document: copy its table into a spreadsheet first",
    b"<": "is a web page or XML, whatever its name says: open it in a spreadsheet program and save it as .xlsx",
}


def read(file: Path, sheet: str | None = None) -> list[Sheet]:
    """Return the sheets of a table file: the one that is asked for, else all; a text file is one.

    Raises:
        ConfigurationError: it cannot be read, is no table, or has no such sheet.
    """
    content = _content(file)
    for start, reason in _STRANGERS.items():
        if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(start):
            raise ConfigurationError(f"{file}: {reason}")
    if content.startswith(_WORKBOOKS):
        from edge.documents import workbook  # noqa: PLC0415 - a text file needs no spreadsheet library

        sheets = workbook.read(content, file, sheet)
    elif sheet is not None:
        raise ConfigurationError(f"{file}: is a text file, it has no sheet {sheet}: leave --sheet away")
    else:
        sheets = [delimited.read(content, file)]
    if not any(text for found in sheets for row in found.rows for text in row):
        raise ConfigurationError(f"{file}: is empty")
    return sheets


def _content(file: Path) -> bytes:
    if file.is_dir():
        raise ConfigurationError(f"{file}: is a folder: name a file")
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read ({error.strerror})") from error
    if not content.strip():
        raise ConfigurationError(f"{file}: is empty")
    if len(content) > MAX_BYTES:
        raise ConfigurationError(f"{file}: is longer than {MAX_BYTES} bytes: save the register table alone")
    return content
