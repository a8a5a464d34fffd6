"""A day's hours, shifts and products against the plan, and the year's curve with where it leads."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.pages.asked import day_of
from edge.console.question import Parameters, Question
from edge.console.snapshot import plan, shift_output
from edge.historian.base import Aggregate, Column, Historian, Query, Table
from edge.messages.schema import COUNT, TARGET
from edge.model.calendar import NS, local_time
from edge.model.plan import mass_curve
from edge.model.plant import Plant
from edge.model.shifts import Shifts
from edge.model.tag import CounterRole
from edge.production.stops import planned_ms
from edge.production.throughput import HOUR
from edge.target.made import made_until

_FIGURES = (Column("n", Aggregate.SUM), Column("g", Aggregate.SUM))
_KEPT = 60 * NS
"""The days of the year before today move so little that one adding up serves all viewers for this long."""


def production_question(historian: Historian, plant: Plant, clock: Clock) -> Question:
    """Return the question for a production day's output: `production?day=2026-09-15`.

    Args:
        historian: to be asked.
        plant: whose output it is.
        clock: what time it is.
    """

    async def ask(parameters: Parameters) -> dict[str, Any]:
        now = clock.now()
        today = plant.calendar.production_day(now)
        day = day_of(parameters, today)
        return await _day(historian, plant, day, now) | {"is_today": day == today}

    return Question("production", Role.VIEWER, ask)


def year_question(historian: Historian, plant: Plant, clock: Clock) -> Question:
    """Return the question for the year's curve: `year`."""
    kept: dict[date, tuple[int, dict[str, Any]]] = {}

    async def ask(_parameters: Parameters) -> dict[str, Any]:
        now = clock.now()
        today = plant.calendar.production_day(now)
        time, known = kept.get(today, (0, {}))
        if not known or not 0 <= now - time < _KEPT:
            known = await _year(historian, plant, today)
            kept.clear()
            kept[today] = (now, known)
        return known

    return Question("year", Role.VIEWER, ask)


async def _day(historian: Historian, plant: Plant, day: date, now: int) -> dict[str, Any]:
    calendar = plant.calendar
    start, end = calendar.day_span(day)
    where = {"site": plant.site, "line": plant.line, "counter": str(CounterRole.GOOD)}
    spans = [(shift, *calendar.shift_span(shift, day)) for shift in calendar.shifts_of(day)]
    hours, by_sku, *by_shift = await historian.tables(
        [
            Table(COUNT.name, _FIGURES, start, end, where, (), HOUR, start % HOUR),
            Table(COUNT.name, _FIGURES, start, end, where, ("sku",)),
            *(Table(COUNT.name, _FIGURES, begin, stop, where) for _, begin, stop in spans),
        ]
    )
    of_day, of_plan = Shifts(calendar), plan(plant, start)
    asked = of_plan.day if of_plan else None
    whole = planned_ms(of_day, start, end)
    made: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row in hours:
        pieces, grams = row.values
        made[row.time] += Counter(pieces=int(pieces or 0), grams=int(grams or 0))
    return {
        "day": day.isoformat(),
        "plan": asked,
        "grams": sum(of["grams"] for of in made.values()),
        "pieces": sum(of["pieces"] for of in made.values()),
        "hours": [
            {
                "hour": f"{local_time(begin, calendar.zone):%H:%M}",
                "grams": made[begin]["grams"],
                "plan": asked * planned_ms(of_day, begin, min(begin + HOUR, end)) // whole
                if asked is not None and whole
                else None,
                "begun": begin < now,
                "over": begin + HOUR <= now,
            }
            for begin in range(start, end, HOUR)
        ],
        "shifts": [
            {
                "name": shift.name,
                "hours": "–".join(f"{local_time(each, calendar.zone):%H:%M}" for each in (begin, stop)),
                "phase": "ahead" if now < begin else "on" if now < stop else "over",
                **_shift(plant, begin, stop, now, sum(int(row.values[1] or 0) for row in rows)),
            }
            for (shift, begin, stop), rows in zip(spans, by_shift, strict=True)
        ],
        "products": [
            {
                "sku": row.tags["sku"],
                "name": product.name if (product := plant.products.get(row.tags["sku"])) else row.tags["sku"],
                "pieces": int(row.values[0] or 0),
                "grams": None if row.values[1] is None else int(row.values[1]),
            }
            for row in by_sku
        ],
    }


def _shift(plant: Plant, begin: int, stop: int, now: int, grams: int) -> dict[str, Any]:
    its = shift_output(plant, "", begin, stop, max(now, begin), grams)
    return {"grams": grams, "plan": its.plan, "plan_so_far": its.plan_so_far, "projected": its.projected}


async def _year(historian: Historian, plant: Plant, today: date) -> dict[str, Any]:
    first = date(today.year, 1, 1)
    made = await made_until(historian, plant, today)
    target = plant.target if plant.target and plant.target.year == today.year else None
    days = [first + timedelta(days=number) for number in range((date(today.year + 1, 1, 1) - first).days)]
    actual, total = [], 0
    for day in days[: (today - first).days + 1]:
        total += made.grams.get(day, 0)
        actual.append(total)
    planned_by = None
    if target is not None:
        curve = mass_curve(target.as_of(today), plant.calendar)
        planned_by = [round(curve.until(day + timedelta(days=1))) for day in days]
    start, _ = plant.calendar.day_span(today)
    ends = [
        next(iter(await historian.query(Query(TARGET.name, field, None, start, start + 1, where))), None)
        for field in ("p10", "p50", "p90")
        for where in ({"site": plant.site},)
    ]
    known = [int(row.value) for row in ends if row is not None]
    return {
        "first": first.isoformat(),
        "today": (today - first).days,
        "actual": actual,
        "plan": planned_by,
        "target": target.as_of(today).goal_mass if target else None,
        "forecast": dict(zip(("p10", "p50", "p90"), known, strict=True)) if len(known) == len(ends) else None,
    }
