"""Rows added up: what is known of them; what nobody knows of one is left out, and None only when nobody knows of any. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from edge.model.oee import total
from edge.reports.report import Amount, Heads, Row


def added(rows: Sequence[Row]) -> Row:
    """Return the sum of rows, without a key or a name."""
    good = [row.good for row in rows if row.good is not None]
    sums = [row.sums for row in rows if row.sums is not None]
    plans = [row.plan for row in rows if row.plan is not None]
    heads = [row.heads for row in rows if row.heads is not None]
    watched = [row.watched for row in rows if row.watched is not None]
    return Row(
        "",
        "",
        good=sum(good, Amount()) if good else None,
        sums=total(sums) if sums else None,
        plan=sum(plans, Fraction()) if plans else None,
        heads=added_heads(heads) if heads else None,
        watched=(sum(part for part, _ in watched), sum(whole for _, whole in watched)) if watched else None,
        doubtful=sum(row.doubtful or 0 for row in rows),
    )


def added_heads(parts: Iterable[Heads]) -> Heads:
    """Return heads of several shifts together; the cost of those whose wages are known."""
    every = list(parts)
    costs = [one.cost for one in every if one.cost is not None]
    return Heads(
        sum(one.shifts for one in every),
        sum(one.planned for one in every),
        sum(one.present for one in every),
        sum(one.late for one in every),
        sum(one.absent for one in every),
        sum(one.leave for one in every),
        sum((one.hours for one in every), Decimal()),
        sum(one.questions for one in every),
        sum(costs, Decimal()) if costs else None,
    )
