"""Heads of shifts and teams added up. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from edge.production.attendance import Attended
from edge.reports.report import Heads


def heads(groups: Iterable[Attended]) -> Heads | None:
    """Return what groups come to together; None when nobody counted. Cost is that of those whose wages are known."""
    known = list(groups)
    if not known:
        return None
    costs = [_decimal(one.cost) for one in known if one.cost is not None]
    return Heads(
        len({(one.day, one.shift) for one in known}),
        sum(one.planned or 0 for one in known),
        sum(one.present or 0 for one in known),
        sum(one.late or 0 for one in known),
        sum(one.absent or 0 for one in known),
        sum(one.leave or 0 for one in known),
        sum((_decimal(one.hours or 0.0) for one in known), Decimal()),
        sum(one.questions or 0 for one in known),
        sum(costs, Decimal()) if costs else None,
    )


def _decimal(number: float) -> Decimal:
    """Return the number that a person would read, so that sums of it are exact."""
    return Decimal(str(number))
