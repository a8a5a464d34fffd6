"""The statutory holidays of a year by the law and the moon; the only import of holidays, made when a year needs it."""

from __future__ import annotations

from functools import cache

from edge.model.work_days import DayKind, DayOff, DaysOff

_BRIDGE = "休息日"
"""How the names begin of days off that are worked for on a weekend: they are published, not by rule."""


@cache
def by_rule(year: int) -> DaysOff:
    """Return the statutory holidays and, as rest days, those that stand in for the ones on a weekend.

    Of years beyond the reach of the tables of the moon nothing is known.
    """
    # 16 MB and 50 ms that a year with published days never needs.
    from holidays import country_holidays

    likely = country_holidays("CN", years=year, language="zh_CN")
    lawful = country_holidays("CN", years=year, observed=False, language="zh_CN")
    return {
        day: DayOff(DayKind.STATUTORY if day in lawful else DayKind.REST, name)
        for day, name in likely.items()
        if not name.startswith(_BRIDGE)
    }
