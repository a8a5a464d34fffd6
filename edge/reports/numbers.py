"""Numbers as a person reads them: rounded half up (四舍五入), once, at the very end. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from edge.model.calendar import local_time
from edge.model.mass import jin, wan_jin
from edge.reports.figures import DayReport
from edge.reports.words import Words
from edge.target.standing import Year

UNKNOWN = "—"
_GRAMS_PER_TONNE = 1_000_000
_WAN = 10_000
_FINE = 1000
"""Below this a decimal of a jin is still of interest."""


def rounded(number: Decimal, places: int) -> str:
    """Return a number with thousands separators; half is rounded away from zero, and there is no minus zero."""
    cut = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{cut or abs(cut):,}"


def jin_text(grams: int) -> str:
    """Return grams in jin: whole ones, with a decimal below 1,000 jin."""
    return rounded(jin(grams), 1 if abs(jin(grams)) < _FINE else 0)


def tonnes_text(grams: int) -> str:
    """Return grams in t."""
    return rounded(Decimal(grams) / _GRAMS_PER_TONNE, 2)


def big_jin_text(grams: int, words: Words) -> str:
    """Return grams of a year with their unit: in 万斤 where people count in 万, else in jin."""
    if not words.counts_in_wan:
        return f"{rounded(jin(grams), 0)} {words.unit_jin}"
    return f"{_shortest(wan_jin(grams))} 万{words.unit_jin}"


def yuan_text(yuan: Decimal, words: Words) -> str:
    """Return an amount with its unit: in 万元 from 10,000 yuan on, where people count in 万."""
    if yuan < _WAN or not words.counts_in_wan:
        return f"{rounded(yuan, 0)} {words.unit_yuan}"
    return f"{_shortest(yuan / _WAN)} 万{words.unit_yuan}"


def _shortest(number: Decimal) -> str:
    return rounded(number, 0 if number == number.to_integral_value() else 2)


def share_text(part: int, whole: int) -> str:
    """Return a part of a whole in percent; unknown when there is no whole."""
    return percent(Fraction(part, whole)) if whole else UNKNOWN


def percent(ratio: Fraction | None) -> str:
    """Return a ratio in percent."""
    if ratio is None:
        return UNKNOWN
    return rounded(Decimal(ratio.numerator * 100) / ratio.denominator, 1) + "%"


def difference_text(grams: int, words: Words) -> str:
    """Return how far ahead of the plan or behind it something is."""
    return (words.ahead if grams >= 0 else words.behind).format(jin=big_jin_text(abs(grams), words))


def outlook_text(year: Year, words: Words) -> str:
    """Return how the year will end."""
    ends = {
        f"p{share}": big_jin_text(year.mass.outlook.quantile(share / 100), words) for share in (10, 50, 90)
    }
    return words.outlook_say.format(**ends, probability=percent(Fraction(year.mass.probability)))


def value_text(year: Year, words: Words) -> str:
    """Return what the year is worth so far, and how that will end; nothing when the plan has no value."""
    value = year.value
    if value is None:
        return ""
    ends = {
        f"p{share}": yuan_text(Decimal(value.outlook.quantile(share / 100)), words) for share in (10, 50, 90)
    }
    return words.value_say.format(
        **ends,
        made=yuan_text(Decimal(round(value.made)), words),
        goal=yuan_text(Decimal(value.goal), words),
        share=percent(value.completion),
        probability=percent(Fraction(value.probability)),
    )


def required_text(year: Year, words: Words) -> str:
    """Return what each production day left must bring; nothing when none is left."""
    required = year.mass.required
    if required is None:
        return ""
    return words.required_say.format(
        days=year.mass.days_left,
        jin=big_jin_text(round(required), words),
        pressure=percent(year.mass.pressure),
    )


def duration_text(seconds: int, words: Words) -> str:
    """Return a length of time in its two largest units."""
    minutes, rest = divmod(seconds, 60)
    hours, of_hour = divmod(minutes, 60)
    if hours:
        return words.duration.format(hours=f"{hours:,}", minutes=of_hour)
    return words.minutes.format(minutes=minutes) if minutes else words.seconds.format(seconds=rest)


def clock_text(time: int, report: DayReport) -> str:
    """Return the site's wall-clock time of ns UTC; with the date where it is not the production day's."""
    local = local_time(time, report.zone)
    return f"{local:%H:%M}" if local.date() == report.day else f"{local:%m-%d %H:%M}"


def span_text(start: int, stop: int, report: DayReport) -> str:
    """Return a span of wall-clock time."""
    return f"{local_time(start, report.zone):%H:%M}–{local_time(stop, report.zone):%H:%M}"
