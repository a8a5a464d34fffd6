"""The report as CSV for a spreadsheet: exact numbers without separators, blocks one below the other. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from edge.model.mass import jin
from edge.reports.figures import Attendance, DayReport, Machine
from edge.reports.notes import notes, warning
from edge.reports.numbers import clock_text, span_text
from edge.reports.words import Words
from edge.target.standing import Year

BOM = "\ufeff"
"""Without it Excel in China reads UTF-8 as GBK."""
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
Cell = str | int | Decimal | None


def sheet_text(report: DayReport, words: Words) -> str:
    """Return the blocks: what and when, output, products, machines, attendance, and what to know of the data."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    blocks = (_head, _output, _products, _machines, _attendance, _notes)
    for number, block in enumerate(blocks):
        if number:
            writer.writerow([])
        writer.writerows([_cell(cell) for cell in row] for row in block(report, words))
    return BOM + text.getvalue()


def _cell(value: Cell) -> str:
    """Return a cell; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str) and not _FORMULA.isdisjoint((value[:1], value.lstrip()[:1])):
        return "'" + value
    return "" if value is None else str(value)


def _head(report: DayReport, words: Words) -> Iterable[list[Cell]]:
    yield [words.title, f"{report.site}/{report.line}"]
    until = "" if report.until is None else words.until.format(time=clock_text(report.until, report))
    yield [words.day, f"{report.day}", span_text(report.start, report.stop, report), until]
    sentence = warning(report, words)
    if sentence:
        yield [sentence]


def _output(report: DayReport, words: Words) -> Iterable[list[Cell]]:
    plan = report.plan
    measured = report.until is not None
    masses = {
        words.output: report.grams if measured else None,
        words.day_plan: plan.day if plan else None,
        words.year: report.year_grams,
        words.year_plan: plan.so_far if plan else None,
        words.year_target: plan.year if plan else None,
    }
    yield [words.item, words.unit_jin, words.unit_tonne]
    for item, grams in masses.items():
        yield [item, _jin(grams), _tonnes(grams)]
    if report.outlook is not None:
        yield from _outlook(report.outlook, words)
    yield [words.yuan, report.value if measured else None]


def _outlook(year: Year, words: Words) -> Iterable[list[Cell]]:
    for share in (10, 50, 90):
        grams = year.mass.outlook.quantile(share / 100)
        yield [f"{words.outlook} P{share}", _jin(grams), _tonnes(grams)]
    if year.mass.required is not None:
        grams = round(year.mass.required)
        yield [words.required, _jin(grams), _tonnes(grams)]
    yield [f"{words.probability} %", round(Decimal(year.mass.probability) * 100, 2)]
    if year.value is not None:
        yield [words.value_so_far, round(Decimal(float(year.value.made)), 2)]
        for share in (10, 50, 90):
            yield [f"{words.outlook} {words.yuan} P{share}", year.value.outlook.quantile(share / 100)]
        yield [f"{words.probability} {words.yuan} %", round(Decimal(year.value.probability) * 100, 2)]


def _products(report: DayReport, words: Words) -> Iterable[list[Cell]]:
    yield [words.product, words.good, words.jin, words.tonnes, words.yuan]
    for product in report.products:
        yield [
            product.name or words.unknown_product,
            product.pieces,
            _jin(product.grams),
            _tonnes(product.grams),
            product.value,
        ]


def _machines(report: DayReport, words: Words) -> Iterable[list[Cell]]:
    yield [
        words.machine,
        words.good,
        words.reject,
        words.pieces,
        f"{words.ratio} %",
        words.jin,
        words.gaps,
        words.gap_pieces,
        f"{words.gap_length} ({words.unit_second})",
    ]
    for machine in report.machines:
        yield _machine(machine, machine.name, words)
    if len(report.machines) > 1:
        yield _machine(report.all_machines, words.total, words)


def _machine(machine: Machine, name: str, words: Words) -> list[Cell]:
    if not machine.seen:
        return [name, words.not_seen]
    gaps = machine.gaps
    return [
        name,
        machine.good,
        machine.reject,
        machine.pieces,
        _percent(machine),
        _jin(machine.grams),
        gaps.count,
        gaps.pieces,
        gaps.seconds,
    ]


def _attendance(report: DayReport, words: Words) -> Iterable[list[Cell]]:
    yield [words.shift, words.hours, words.planned, words.present]
    for shift in report.shifts:
        yield [shift.name, span_text(shift.start, shift.stop, report), *_heads(shift, words)]


def _heads(shift: Attendance, words: Words) -> list[Cell]:
    return [words.not_counted] if shift.present is None else [shift.planned, shift.present]


def _notes(report: DayReport, words: Words) -> Iterable[list[Cell]]:
    yield [words.doubts]
    for note in notes(report, words):
        yield [note]


def _jin(grams: int | None) -> Decimal | None:
    return None if grams is None else jin(grams)


def _tonnes(grams: int | None) -> Decimal | None:
    return None if grams is None else Decimal(grams).scaleb(-6)


def _percent(machine: Machine) -> Decimal | None:
    ratio = machine.quality
    return None if ratio is None else round(Decimal(ratio.numerator * 100) / ratio.denominator, 4)
