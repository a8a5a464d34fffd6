"""The day's figures, asked of the historian port only, so a report is the same from every store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from edge.errors import ConfigurationError
from edge.historian.base import Aggregate, Historian, Query, Row
from edge.messages.schema import ATTENDANCE, COUNT, STATE
from edge.model.calendar import Shift
from edge.model.mass import jin
from edge.model.plan import planned
from edge.model.plant import Plant
from edge.model.tag import CounterRole
from edge.reports.figures import Attendance, DayReport, Gaps, Machine, Packed, Plan
from edge.reports.tables import Count, good_by, pieces_by_counter
from edge.target.made import Made, made_until
from edge.target.standing import Year, stand

YEARS = range(1970, 2262)
"""Years of which the historian can hold every moment."""
PLAIN_MARKS = frozenset({"start", "sku_change"})
"""Marks of the ledger that leave no doubt about how much was made."""
_OUTPUT = {"counter": str(CounterRole.GOOD)}


@dataclass(frozen=True, slots=True)
class _Span:
    """Questions about one span of time on one line."""

    historian: Historian
    line: Mapping[str, str]
    start: int
    stop: int

    async def ask(
        self,
        measurement: str,
        field: str,
        aggregate: Aggregate | None,
        where: Mapping[str, str] | None = None,
        group_by: tuple[str, ...] = (),
    ) -> list[Row]:
        return await self.historian.query(
            Query(
                measurement, field, aggregate, self.start, self.stop, {**self.line, **(where or {})}, group_by
            )
        )


async def day_report(historian: Historian, plant: Plant, day: date) -> DayReport:
    """Return the report of a production day; of one that is still on, what is known so far.

    Raises:
        ConfigurationError: no historian holds such a day.
        TransientError: the historian cannot be asked now.
    """
    if day.year not in YEARS:
        raise ConfigurationError(f"--date: {day} is not between {YEARS.start} and {YEARS.stop - 1}")
    start, stop = plant.calendar.day_span(day)
    line = {"site": plant.site, "line": plant.line}
    span = _Span(historian, line, start, stop)
    counts = await _counts(span)
    newest = await _newest(span)
    year = await made_until(historian, plant, day)
    good = good_by(counts, "device")
    return DayReport(
        plant.site,
        plant.line,
        day,
        start,
        stop,
        plant.calendar.zone,
        until=max(newest.values(), default=None),
        grams=sum(part.grams for part in good.values()),
        year_grams=sum(year.grams.values()),
        plan=_plan(plant, day, stop),
        machines=_machines(plant, counts, newest.keys(), await _gaps(span)),
        products=_products(plant, counts),
        shifts=tuple(
            [await _attendance(historian, plant, shift, day) for shift in plant.calendar.shifts_of(day)]
        ),
        outlook=_outlook(plant, day, year),
        unweighed=sum(part.unweighed for part in good.values()),
        marks=await _marks(span),
    )


async def _counts(span: _Span) -> list[Count]:
    tags = ("device", "sku", "counter")
    pieces = await span.ask(COUNT.name, "n", Aggregate.SUM, group_by=tags)
    grams = await span.ask(COUNT.name, "g", Aggregate.SUM, group_by=tags)
    weighed = {_values(row, tags): int(row.value) for row in grams}
    return [
        Count(*_values(row, tags), pieces=int(row.value), grams=weighed.get(_values(row, tags)))
        for row in pieces
    ]


def _values(row: Row, tags: tuple[str, str, str]) -> tuple[str, str, str]:
    first, second, third = tags
    return row.tags[first], row.tags[second], row.tags[third]


async def _newest(span: _Span) -> dict[str, int]:
    """Return the time of each machine's newest point; a machine that nobody watched is not in it."""
    states = await span.ask(STATE.name, "packml", Aggregate.LAST, group_by=("device",))
    counts = await span.ask(COUNT.name, "n", Aggregate.LAST, group_by=("device",))
    newest: dict[str, int] = {}
    for row in (*states, *counts):
        newest[row.tags["device"]] = max(row.time, newest.get(row.tags["device"], row.time))
    return newest


async def _gaps(span: _Span) -> dict[str, Gaps]:
    lengths: defaultdict[str, list[Row]] = defaultdict(list)
    for row in await span.ask(COUNT.name, "gap", None, _OUTPUT, ("device", "sku")):
        lengths[row.tags["device"]].append(row)
    return {device: await _gaps_of(span, device, rows) for device, rows in lengths.items()}


async def _gaps_of(span: _Span, device: str, lengths: Sequence[Row]) -> Gaps:
    """Return a machine's gaps: how long each was is known, what was booked at its end is looked up."""
    times = [row.time for row in lengths]
    around = _Span(span.historian, span.line, min(times), max(times) + 1)
    ends = {(row.tags["sku"], row.time) for row in lengths}

    async def booked(field: str) -> int:
        rows = await around.ask(COUNT.name, field, None, {**_OUTPUT, "device": device}, ("sku",))
        return sum(int(row.value) for row in rows if (row.tags["sku"], row.time) in ends)

    seconds = [int(row.value) for row in lengths]
    return Gaps(len(seconds), await booked("n"), await booked("g"), sum(seconds), max(seconds))


async def _marks(span: _Span) -> dict[str, int]:
    rows = await span.ask(COUNT.name, "mark", None, _OUTPUT)
    found = Counter(str(row.value) for row in rows)
    return {mark: found[mark] for mark in sorted(found.keys() - PLAIN_MARKS)}


async def _attendance(historian: Historian, plant: Plant, shift: Shift, day: date) -> Attendance:
    start, stop = plant.calendar.shift_span(shift, day)
    where = {"site": plant.site, "shift": shift.key}

    async def heads(field: str) -> int | None:
        query = Query(ATTENDANCE.name, field, Aggregate.LAST, start, stop, where, ("team", "kind"))
        rows = await historian.query(query)
        return sum(int(row.value) for row in rows) if rows else None

    return Attendance(shift.name, start, stop, await heads("planned"), await heads("present"))


def _plan(plant: Plant, day: date, stop: int) -> Plan | None:
    if plant.target is None or plant.target.year != day.year:
        return None
    so_far, of_day = planned(plant.target, plant.calendar, stop - 1)
    return Plan(of_day, so_far, plant.target.as_of(day).goal_mass)


def _outlook(plant: Plant, day: date, made: Made) -> Year | None:
    if plant.target is None or plant.target.year != day.year:
        return None
    return stand(plant, plant.target, made, day + timedelta(days=1))


def _machines(
    plant: Plant, counts: Sequence[Count], seen: Iterable[str], gaps: Mapping[str, Gaps]
) -> tuple[Machine, ...]:
    """Return the machines that count output, in the order of the configuration, and then those no longer in it."""
    good, pieces = good_by(counts, "device"), pieces_by_counter(counts)
    names = {
        device.key: device.name or device.key
        for device in plant.devices
        if any(tag.counter and tag.counter.role is not CounterRole.INFEED for tag in device.tags)
    }
    former = [
        key for key, by_role in pieces.items() if key not in names and by_role.keys() - {CounterRole.INFEED}
    ]
    watched = frozenset(seen)
    machines = []
    for key in (*names, *former):
        by_role = pieces.get(key, {})
        accepted, rejected = by_role.get(CounterRole.GOOD, 0), by_role.get(CounterRole.REJECT, 0)
        made = max(by_role.get(CounterRole.TOTAL, 0), accepted + rejected)
        grams = good[key].grams if key in good else 0
        machines.append(
            Machine(
                names.get(key, key), key in watched, accepted, rejected, made, grams, gaps.get(key, Gaps())
            )
        )
    return tuple(machines)


def _products(plant: Plant, counts: Sequence[Count]) -> tuple[Packed, ...]:
    good = good_by(counts, "sku")
    known = [key for key in plant.products if key in good]
    packed = []
    for key in (*known, *sorted(good.keys() - plant.products.keys())):
        product, made = plant.products.get(key), good[key]
        if made.pieces:
            value = jin(made.grams) * product.price_yuan_per_jin if product else None
            packed.append(Packed(product.name if product else key, made.pieces, made.grams, value))
    return tuple(packed)
