"""A report as a document: everything that is known, in the order of reading. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edge.reports.compose import bars, bookings, curves, headings, lists, raw_sums, row_tables, sentences
from edge.reports.compose.dates import moment_text, season, span_text
from edge.reports.compose.key_figures import key_figures
from edge.reports.compose.progress import warning
from edge.reports.compose.remarks import remarks
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Writer
from edge.reports.document import Document, Table
from edge.reports.report import Kind, Part, Report
from edge.reports.style import Style

LANGUAGES = {"zh": "zh-CN", "en": "en"}
"""As HTML names them."""
_PICTURES = (
    curves.year_curve,
    curves.output_bars,
    bars.state_strip,
    bars.loss_pareto,
    bars.oee_bars,
    curves.attendance,
    bars.giveaway,
)


def compose(report: Report, style: Style) -> Document:
    """Return a report as people read it; the same report and style always give the same document."""
    writer = Writer(style)
    tables = tuple(_tables(writer, report))
    return Document(
        name=name_of(report),
        language=LANGUAGES[style.language],
        title=writer.say(headings.TITLES[report.span.kind]),
        subtitle=_subtitle(writer, report),
        date=f"{report.span.last}",
        facts=tuple(_facts(writer, report)),
        warning=warning(writer, report),
        figures=key_figures(writer, report),
        tables=tables,
        pictures=tuple(picture for make in _PICTURES for picture in make(writer, report)),
        footnotes=writer.footnotes,
        remarks=remarks(writer, report),
        signatures=tuple(writer.say(label) for label in headings.SIGNATURES),
        blanks=tuple(writer.say(label) for label in headings.BLANKS),
        words={key: writer.say(words) for key, words in headings.FORMS.items()},
    )


def name_of(report: Report) -> str:
    """Return a name for files, ASCII: the span, and what of the line it is about."""
    span = report.span
    match span.kind:
        case Kind.MONTH:
            when = f"{span.first:%Y-%m}"
        case Kind.SEASON:
            when = f"{span.first.year}-Q{season(span.first)}"
        case Kind.YEAR:
            when = f"{span.first.year}"
        case Kind.RANGE:
            when = f"{span.first}_{span.last}"
        case _:
            when = f"{span.first}"
    parts = [str(span.kind), when]
    if report.subject is not None:
        parts.append(_ascii(report.subject.key) or "unknown")
    return "-".join(parts)


def _ascii(key: str) -> str:
    """Return a key as a part of a file's name; two keys never become the same."""
    return re.sub(r"[^A-Za-z0-9_.]", lambda found: f"~{ord(found.group()):x}", key)


def _subtitle(writer: Writer, report: Report) -> str:
    parts = [report.enterprise, report.site, report.line, span_text(report.span, writer.language)]
    subject = report.subject
    if subject is not None:
        parts.append(
            writer.say(
                sentences.ABOUT,
                part=writer.say(headings.PARTS[subject.part]),
                name=subject.name or subject.key or writer.say(headings.UNKNOWN_PRODUCT),
            )
        )
    return " · ".join(filter(None, parts))


def _facts(writer: Writer, report: Report) -> Iterator[str]:
    yield writer.say(
        sentences.SPAN, start=moment_text(report.start, report), stop=moment_text(report.stop, report)
    )
    if report.until is not None:
        yield writer.say(sentences.UNTIL, time=moment_text(report.until, report))
    if report.edition is not None:
        yield writer.say(sentences.EDITION, edition=f"{report.edition}")
    yield writer.say(sentences.UNITS, mass=writer.unit(Quantity.MASS), money=writer.unit(Quantity.MONEY))
    yield writer.say(sentences.ROUNDING)


def _tables(writer: Writer, report: Report) -> Iterator[Table]:
    """Yield the tables that have rows, and the raw sums at the end."""
    # The shifts of a day are its periods already.
    shown_by_shift = report.span.kind is Kind.DAY and bool(report.parts.get(Part.PERIOD))
    makers = (
        row_tables.cumulative,
        row_tables.periods,
        row_tables.products,
        row_tables.machines,
        *(() if shown_by_shift else (row_tables.shifts,)),
        row_tables.teams,
        *((lists.losses,) if report.losses else ()),
        *((lists.utilities,) if report.utilities else ()),
        lists.weights,
        row_tables.comparison,
        lists.sources,
        bookings.doubts,
        bookings.corrections,
        raw_sums.sums,
    )
    # One after the other, since footnotes are numbered in the order of reading.
    for make in makers:
        table = make(writer, report)
        if table.rows:
            yield table
