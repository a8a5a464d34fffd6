"""The report as a few short lines that are read on a phone. Pure."""

from __future__ import annotations

from edge.reports.figures import DayReport
from edge.reports.notes import gaps_note, warning
from edge.reports.numbers import (
    big_jin_text,
    clock_text,
    difference_text,
    jin_text,
    outlook_text,
    percent,
    share_text,
    tonnes_text,
    yuan_text,
)
from edge.reports.words import Words


def phone_text(report: DayReport, words: Words) -> str:
    """Return at most seven lines: what, output, year and its end, value, people, and what was booked across gaps."""
    lines = [_head(report, words)]
    sentence = warning(report, words)
    if sentence:
        lines.append(sentence)
    else:
        lines.append(_output(report, words))
    lines.append(_year(report, words))
    if report.outlook is not None:
        lines.append(outlook_text(report.outlook, words))
    if report.all_machines.good:
        lines.append(_value(report, words))
    shifts = [
        f"{shift.name} {shift.present}/{shift.planned}"
        for shift in report.shifts
        if shift.present is not None and shift.planned is not None
    ]
    if shifts:
        lines.append(words.line_shifts.format(shifts=words.separator.join(shifts)))
    if report.all_machines.gaps.count:
        lines.append(gaps_note(report, words))
    return "\n".join(lines) + "\n"


def _head(report: DayReport, words: Words) -> str:
    until = words.until.format(time=clock_text(report.until, report)) if report.until is not None else ""
    return " ".join(filter(None, (f"{report.site}/{report.line}", words.title, f"{report.day}", until)))


def _output(report: DayReport, words: Words) -> str:
    text = words.line_output.format(jin=jin_text(report.grams), tonnes=tonnes_text(report.grams))
    if report.plan is not None and not report.plan.day:
        return f"{text} ({words.rest_day})"
    if report.plan is not None:
        text += words.line_plan.format(
            plan=jin_text(report.plan.day), share=share_text(report.grams, report.plan.day)
        )
    return text


def _year(report: DayReport, words: Words) -> str:
    text = words.line_year.format(year=big_jin_text(report.year_grams, words))
    if report.plan is None:
        return f"{text} ({words.no_plan})"
    return text + words.line_year_share.format(
        target=big_jin_text(report.plan.year, words),
        share=share_text(report.year_grams, report.plan.year),
        difference=difference_text(report.year_grams - report.plan.so_far, words),
    )


def _value(report: DayReport, words: Words) -> str:
    machines = report.all_machines
    return words.line_value.format(
        value=yuan_text(report.value, words),
        quality=percent(machines.quality),
        reject=f"{machines.reject:,}",
    )
