"""What a reader must know about the figures: what is missing, doubtful or of unknown hour. Pure."""

from __future__ import annotations

from edge.reports.figures import DayReport
from edge.reports.numbers import duration_text, jin_text, share_text
from edge.reports.words import Words


def warning(report: DayReport, words: Words) -> str:
    """Return the one sentence that goes above all figures, `""` when there is nothing to warn of."""
    if report.until is None:
        return words.no_data
    return "" if report.all_machines.good else words.nothing_made


def gaps_note(report: DayReport, words: Words) -> str:
    """Return what was booked across gaps; of a day without data there is nothing to say."""
    gaps = report.all_machines.gaps
    if not gaps.count:
        return "" if report.until is None else words.no_gaps
    return words.gaps_say.format(
        pieces=f"{gaps.pieces:,}",
        jin=jin_text(gaps.grams),
        share=share_text(gaps.pieces, report.all_machines.good),
        count=f"{gaps.count:,}",
        length=duration_text(gaps.seconds, words),
        longest=duration_text(gaps.longest, words),
    )


def notes(report: DayReport, words: Words) -> list[str]:
    """Return all that is not as sure as it looks."""
    found = [gaps_note(report, words)]
    if report.outlook is not None and report.outlook.provisional:
        found.append(words.provisional_say.format(year=report.day.year))
    if report.unweighed:
        found.append(words.unweighed_say.format(pieces=f"{report.unweighed:,}"))
    unpriced = [product.name for product in report.products if product.value is None and product.grams]
    if unpriced:
        found.append(words.unpriced_say.format(products=words.separator.join(unpriced)))
    found += [
        words.marks_say.format(count=f"{count:,}", reason=words.mark(mark))
        for mark, count in report.marks.items()
    ]
    return list(filter(None, found))
