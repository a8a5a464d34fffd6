"""Days, spans and moments as people read them. Pure."""

from __future__ import annotations

from datetime import date, datetime

from edge.model.calendar import local_time
from edge.reports.compose.headings import MONTHS, WEEKDAYS
from edge.reports.report import Kind, Report, Span

_SEASONS = "一二三四"
_MONTH = len("2026-09")


def season(day: date) -> int:
    """Return the quarter of a year that a day is in, from 1."""
    return (day.month - 1) // 3 + 1


def day_text(day: date, language: str) -> str:
    """Return a day with its year and weekday."""
    weekday = WEEKDAYS[day.weekday()].to(language)
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日（{weekday}）"
    return f"{weekday} {day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day_text(day: date, language: str) -> str:
    """Return a day of a year that is known."""
    return f"{day.month}月{day.day}日" if language == "zh" else f"{day.day} {MONTHS[day.month - 1][:3]}"


def span_text(span: Span, language: str) -> str:
    """Return a span: its name where it has one, and its days."""
    first = span.first
    chinese = language == "zh"
    match span.kind:
        case Kind.DAY:
            return day_text(first, language)
        case Kind.MONTH:
            return f"{first.year}年{first.month}月" if chinese else f"{MONTHS[first.month - 1]} {first.year}"
        case Kind.SEASON:
            quarter = season(first)
            return f"{first.year}年第{_SEASONS[quarter - 1]}季度" if chinese else f"Q{quarter} {first.year}"
        case Kind.YEAR:
            return f"{first.year}年" if chinese else f"{first.year}"
        case _:
            days = f"{_plain(first, language)}–{_plain(span.last, language)}"
            if span.kind is Kind.RANGE:
                return days
            year, week, _ = first.isocalendar()
            return f"{year}年第{week}周（{days}）" if chinese else f"Week {week} of {year} ({days})"


def short_span_text(span: Span, language: str) -> str:
    """Return a span for a short line."""
    if span.kind is Kind.DAY:
        return short_day_text(span.first, language)
    if span.kind in {Kind.WEEK, Kind.RANGE}:
        return f"{short_day_text(span.first, language)}–{short_day_text(span.last, language)}"
    return span_text(span, language)


def first_day(key: str) -> date | None:
    """Return the first day of a row of a day (`2026-09-15`) or month (`2026-09`); None of anything else."""
    try:
        return date.fromisoformat(f"{key}-01" if len(key) == _MONTH else key)
    except ValueError:
        return None


def is_month(key: str) -> bool:
    """Return whether a row is of a month."""
    return len(key) == _MONTH and first_day(key) is not None


def period_text(key: str, name: str, language: str) -> str:
    """Return the label of a row of a day or month; of anything else its name."""
    day = first_day(key)
    if day is None:
        return name
    if is_month(key):
        return f"{day.month}月" if language == "zh" else f"{MONTHS[day.month - 1][:3]} {day.year}"
    return f"{short_day_text(day, language)} {WEEKDAYS[day.weekday()].to(language)}"


def moment_text(time: int, report: Report) -> str:
    """Return the site's wall-clock time of ns UTC, with its date."""
    return f"{local_time(time, report.zone):%Y-%m-%d %H:%M}"


def clock_text(time: int, report: Report) -> str:
    """Return the site's wall-clock time of ns UTC; with the date where it is not that of a report of one day."""
    local: datetime = local_time(time, report.zone)
    is_plain = report.span.kind is Kind.DAY and local.date() == report.span.first
    return f"{local:%H:%M}" if is_plain else f"{local:%m-%d %H:%M}"


def _plain(day: date, language: str) -> str:
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
