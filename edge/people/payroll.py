"""The month as a sheet for signature: hours by class of pay. The only xlsxwriter import."""

from __future__ import annotations

import io

import xlsxwriter  # type: ignore[import-untyped]

from edge.model.personnel import WorkerKind
from edge.people.month import Month, Row

_COLUMNS = (
    ("工号 ID", 10),
    ("姓名 Name", 12),
    ("用工 Kind", 16),
    ("班组 Team", 10),
    ("出勤天 Days", 9),
    ("正常工时 1×", 10),
    ("平日加班 1.5×", 11),
    ("休息日加班 2×", 11),
    ("法定假日 3×", 11),
    ("夜班工时 Night", 11),
    ("合计 Total h", 10),
    ("迟到 Late", 8),
    ("缺勤 Absent", 8),
    ("请假 Leave", 8),
    ("待确认 Open", 9),
    ("应发(元) Pay", 11),
    ("签字 Signature", 16),
)
_KINDS = {WorkerKind.PERMANENT: "正式 permanent", WorkerKind.SEASONAL: "季节工 seasonal"}
_FIRST_ROW = 3
_HEIGHT = 24
"""Of a row, pt: room for a signature."""


def workbook(month: Month, site: str) -> bytes:
    """Return a month as an XLSX file on A4 paper."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(f"{month.first:%Y-%m}")
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
    cell, hours = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "0.0"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_FIRST_ROW - 1)
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.write_string(0, 0, f"{site} {month.first:%Y-%m} 考勤工资表 Attendance and hours", title)
    for column, (heading, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(_FIRST_ROW - 1, column, heading, head)
    for number, row in enumerate(month.rows, _FIRST_ROW):
        sheet.set_row(number, _HEIGHT)
        for column, value in enumerate(_cells(row)):
            if isinstance(value, str):
                sheet.write_string(number, column, value, cell)
            elif value is None:
                sheet.write_blank(number, column, None, cell)
            else:
                sheet.write_number(number, column, value, hours if isinstance(value, float) else cell)
    foot = _FIRST_ROW + len(month.rows) + 1
    sheet.write_string(
        foot, 0, "待确认: 缺卡按班次时间暂计 Open: a missing punch counts as the shift's own time for now"
    )
    sheet.write_string(
        foot + 1, 0, "制表 Prepared:                审核 Checked:                批准 Approved:"
    )
    book.close()
    return buffer.getvalue()


def _cells(row: Row) -> list[str | int | float | None]:
    hours = row.hours
    minutes = (hours.normal, hours.overtime, hours.rest, hours.statutory, hours.night, hours.total)
    return [
        row.worker.id,
        row.worker.name,
        _KINDS[row.worker.kind],
        row.worker.team,
        row.days,
        *(number / 60 for number in minutes),
        row.late,
        row.absent,
        row.leave,
        row.questions,
        None if row.pay is None else float(row.pay),
        "",
    ]
