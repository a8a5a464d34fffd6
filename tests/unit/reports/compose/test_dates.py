"""Days and spans in words."""

from __future__ import annotations

from datetime import date

import pytest

from edge.reports.compose.dates import period_text, short_span_text, span_text
from edge.reports.report import Kind, Span


@pytest.mark.parametrize(
    ("kind", "first", "last", "zh", "en"),
    [
        (Kind.DAY, (9, 15), (9, 15), "2026年9月15日（周二）", "Tue 15 September 2026"),
        (
            Kind.WEEK,
            (9, 14),
            (9, 20),
            "2026年第38周（2026年9月14日–2026年9月20日）",
            "Week 38 of 2026 (14 September 2026–20 September 2026)",
        ),
        (Kind.MONTH, (9, 1), (9, 30), "2026年9月", "September 2026"),
        (Kind.SEASON, (7, 1), (9, 30), "2026年第三季度", "Q3 2026"),
        (Kind.YEAR, (1, 1), (12, 31), "2026年", "2026"),
        (Kind.RANGE, (9, 1), (9, 12), "2026年9月1日–2026年9月12日", "1 September 2026–12 September 2026"),
    ],
)
def test_spans(kind: Kind, first: tuple[int, int], last: tuple[int, int], zh: str, en: str) -> None:
    """Each kind by its own name."""
    span = Span(kind, date(2026, *first), date(2026, *last))
    assert (span_text(span, "zh"), span_text(span, "en")) == (zh, en)


def test_short_spans() -> None:
    """A day of a year that is known."""
    day = date(2026, 9, 15)
    assert short_span_text(Span(Kind.DAY, day, day), "zh") == "9月15日"
    assert short_span_text(Span(Kind.WEEK, date(2026, 9, 14), date(2026, 9, 20)), "en") == "14 Sep–20 Sep"


def test_rows_of_days_and_months() -> None:
    """By their keys; of anything else the name."""
    assert (period_text("2026-09-15", "", "zh"), period_text("2026-09", "", "zh")) == ("9月15日 周二", "9月")
    assert (period_text("2026-09-15", "", "en"), period_text("2026-09", "", "en")) == (
        "15 Sep Tue",
        "Sep 2026",
    )
    assert (period_text("A", "早班", "zh"), period_text("2026-13", "x", "zh")) == ("早班", "x")
