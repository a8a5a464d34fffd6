"""The statutory holidays of a year by the law and the moon; the only import of holidays, made when a year needs it."""

from __future__ import annotations

from functools import cache

from edge.model.work_days import DayKind, DayOff, DaysOff


@cache
def by_rule(year: int) -> DaysOff:
    """Return the statutory holidays and, as rest days, those that stand in for the ones on a weekend.

    Of years beyond the reach of the tables of the moon nothing is known.
    """
    # 16 MB and 50 ms that a year with published days never needs.
    from holidays.countries.china import China

    likely, lawful = China(years=year, language="zh_CN"), China(years=year, observed=False, language="zh_CN")
    bridge = China.substituted_label.partition("%s")[0]
    return {
        day: DayOff(DayKind.STATUTORY if day in lawful else DayKind.REST, name)
        for day, name in likely.items()
        if not name.startswith(bridge)
    }
