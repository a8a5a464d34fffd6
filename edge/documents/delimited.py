"""The bytes of a CSV file → a sheet: UTF-8, UTF-16, GBK or Windows Latin; comma, semicolon or tab. Pure."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path

from edge.documents.sheet import MAX_COLUMNS, MAX_ROWS, Sheet, shown
from edge.errors import ConfigurationError

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_HINT = re.compile(r'"?sep=(?P<delimiter>[,;\t])"?\r?\n')
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_SAMPLE = 200


def read(content: bytes, file: Path) -> Sheet:
    """Return the cells of a text file.

    Raises:
        ConfigurationError: it is no text, or not a table.
    """
    text, encoding = _decoded(content, file)
    hint = _HINT.match(text)
    delimiter = hint["delimiter"] if hint else _delimiter(text)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if len(rows) == MAX_ROWS or len(cells) > MAX_COLUMNS:
                raise ConfigurationError(f"{file}:{line}: more than {MAX_ROWS} rows or {MAX_COLUMNS} columns")
            rows.append(tuple(shown(cell) for cell in cells))
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise ConfigurationError(
            f"{file}:{line}: the quotation marks of this line do not pair up ({error})"
        ) from error
    if hint:
        del rows[0], lines[0]
    return Sheet(
        file, "", tuple(rows), tuple(lines), made_by=f"{encoding}, {_DELIMITERS[delimiter]} between cells"
    )


def _decoded(content: bytes, file: Path) -> tuple[str, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried = [("utf-16", "UTF-16")]
    elif _BINARY.search(content):
        raise ConfigurationError(f"{file}: is neither a spreadsheet nor text: save it as .xlsx or .csv")
    elif content.isascii() or content.startswith(codecs.BOM_UTF8):
        tried = [("utf-8-sig", "UTF-8")]
    else:
        # Chinese characters are pairs of high bytes in GBK; a lone one, as in a degree sign, is Latin.
        has_pairs = re.search(rb"[\x80-\xff]{2}", content)
        tried = [("utf-8", "UTF-8"), ("gb18030", "GBK") if has_pairs else ("cp1252", "Windows Latin")]
    for codec, name in tried:
        try:
            return content.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise ConfigurationError(f"{file}: is neither UTF-8 nor GBK text: save it as UTF-8 or as .xlsx")


def _delimiter(text: str) -> str:
    """Return what parts most lines into the same number of cells, more than one."""

    def regularity(delimiter: str) -> tuple[int, int]:
        sample = io.StringIO(text, newline="")
        widths: Counter[int] = Counter()
        try:
            for cells, _ in zip(csv.reader(sample, delimiter=delimiter), range(_MAX_SAMPLE), strict=False):
                widths[len(cells)] += 1
        except csv.Error:
            return 0, 0
        del widths[0], widths[1]
        width, lines = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return lines, width

    return max(_DELIMITERS, key=regularity)
