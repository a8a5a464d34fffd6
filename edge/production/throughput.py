"""Pieces and grams by time, product and batch, what went in against what came out, and the route's own figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from edge.historian.base import Aggregate, Historian, Query
from edge.messages.schema import COUNT, OEE
from edge.model.calendar import NS, local_time
from edge.model.plant import Plant, Route
from edge.model.shifts import Shifts
from edge.model.tag import CounterRole

MINUTE, HOUR = 60 * NS, 3600 * NS


@dataclass(frozen=True, slots=True)
class Output:
    """What came out: pieces, and the grams of those whose product is known."""

    pieces: int = 0
    grams: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """What a machine took in and gave out, pieces; None where it has no counter for it.

    Attributes:
        infeed, total, good, reject: by its counters.
    """

    infeed: int | None = None
    total: int | None = None
    good: int | None = None
    reject: int | None = None

    @property
    def handled(self) -> int | None:
        """Pieces that came out, good or not."""
        if self.total is not None:
            return self.total
        return None if self.good is None or self.reject is None else self.good + self.reject

    @property
    def taken(self) -> int | None:
        """Pieces that it has taken from the machines before it."""
        return self.infeed if self.infeed is not None else self.handled

    @property
    def given(self) -> int | None:
        """Good pieces that it gives on; all that a machine took in that only counts this."""
        return self.good if self.good is not None else self.taken

    @property
    def missing(self) -> int | None:
        """Pieces that went in and did not come out yet: on the machine, or taken away by hand."""
        return None if self.infeed is None or self.handled is None else self.infeed - self.handled

    @property
    def yield_(self) -> float | None:
        """Good pieces of those that went in, or were made; None without both counters."""
        return self.good / self.taken if self.taken and self.good is not None else None


@dataclass(frozen=True, slots=True)
class Link:
    """What lies between a machine and those that feed it, pieces.

    Attributes:
        feeders: machines directly before it on any route.
        machine: it.
        given: by the feeders.
        taken: by the machine.
    """

    feeders: tuple[str, ...]
    machine: str
    given: int
    taken: int

    @property
    def between(self) -> int:
        """Given and not taken: on the conveyor or taken away by hand; below 0 a counter is wrong, or pieces were put in."""
        return self.given - self.taken


async def output(
    historian: Historian,
    plant: Plant,
    start: int,
    stop: int,
    every: int | None = None,
    role: CounterRole = CounterRole.GOOD,
) -> dict[tuple[int, str, str], Output]:
    """Return what each machine made in a span [start, stop), ns UTC, by window, device and product.

    Args:
        historian: to be asked.
        plant: whose line it is.
        start: of the span.
        stop: its end.
        every: length of a window, ns, counted from 1970; None for one over all.
        role: which counter.
    """
    place = {"site": plant.site, "line": plant.line, "counter": str(role)}
    found: defaultdict[tuple[int, str, str], Counter[str]] = defaultdict(Counter)
    for field in ("n", "g"):
        query = Query(COUNT.name, field, Aggregate.SUM, start, stop, place, ("device", "sku"), every)
        for row in await historian.query(query):
            found[row.time, row.tags["device"], row.tags["sku"]][field] += int(row.value)
    return {key: Output(fields["n"], fields["g"]) for key, fields in sorted(found.items())}


async def by_batch(
    historian: Historian, plant: Plant, start: int, stop: int
) -> dict[tuple[str, str, str], Output]:
    """Return good product by device, product and batch; `""` of what no batch is known."""
    place, tags = {"site": plant.site, "line": plant.line}, ("device", "shift", "sku")
    batches: dict[tuple[object, ...], str] = {}
    for row in await historian.query(Query(OEE.name, "batch", None, start, stop, place, tags)):
        batches[(row.time, *row.tags.values())] = str(row.value)
    found: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for field in ("gq", "g"):
        for row in await historian.query(Query(OEE.name, field, None, start, stop, place, tags)):
            batch = batches.get((row.time, *row.tags.values()), "")
            found[row.tags["device"], row.tags["sku"], batch][field] += int(row.value)
    return {key: Output(fields["gq"], fields["g"]) for key, fields in sorted(found.items())}


async def balances(historian: Historian, plant: Plant, start: int, stop: int) -> dict[str, Balance]:
    """Return what each machine took in and gave out."""
    place = {"site": plant.site, "line": plant.line}
    query = Query(COUNT.name, "n", Aggregate.SUM, start, stop, place, ("counter", "device"))
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in await historian.query(query):
        if CounterRole(row.tags["counter"]).is_pieces:
            found[row.tags["device"]][row.tags["counter"]] = int(row.value)
    return {device: Balance(**counts) for device, counts in sorted(found.items())}


def links(routes: Iterable[Route], balances: Mapping[str, Balance]) -> Iterator[Link]:
    """Yield what lies between neighbours of the routes, where it can be known.

    A machine takes from all that stand directly before it on any route, as a bath does from two fillers. One that feeds
    several machines says nothing of each, and one that counts nothing says nothing at all.
    """
    before: defaultdict[str, list[str]] = defaultdict(list)
    after: defaultdict[str, set[str]] = defaultdict(set)
    for route in routes:
        for one, other in pairwise(route.machines):
            after[one].add(other)
            if one not in before[other]:
                before[other].append(one)
    for machine, feeders in before.items():
        given = [balances.get(feeder, Balance()).given for feeder in feeders if after[feeder] == {machine}]
        known = [pieces for pieces in given if pieces is not None]
        taken = balances.get(machine, Balance()).taken
        if taken is not None and len(known) == len(feeders):
            yield Link(tuple(feeders), machine, sum(known), taken)


async def routes(historian: Historian, plant: Plant, start: int, stop: int) -> dict[str, Output]:
    """Return what each route made, of those with a machine that counts good product."""
    made: defaultdict[str, Output] = defaultdict(Output)
    for (_, device, _), its in (await output(historian, plant, start, stop)).items():
        made[device] = Output(made[device].pieces + its.pieces, made[device].grams + its.grams)
    found = {route.key: route_output(route, plant, made) for route in plant.routes}
    return {key: output for key, output in found.items() if output is not None}


def route_output(route: Route, plant: Plant, made: Mapping[str, Output]) -> Output | None:
    """Return what a route made: the output of its last machine that counts good product; None when none does."""
    counting = {device.key for device in plant.devices if CounterRole.GOOD in device.counts}
    last = next((machine for machine in route.machines[::-1] if machine in counting), None)
    return None if last is None else made.get(last, Output())


Labelled = tuple[str, str, str, Output, int]
"""When, or which batch; device; product; what was made; how long that took, ns, 0 where that says nothing."""


async def table(historian: Historian, plant: Plant, start: int, stop: int, by: str) -> list[Labelled]:
    """Return what was made in a span [start, stop), ns UTC, by minute, hour, shift, day, sku or batch."""
    if by == "batch":
        batches = await by_batch(historian, plant, start, stop)
        return [(batch, device, sku, made, 0) for (device, sku, batch), made in batches.items()]
    zone = plant.calendar.zone
    if by in ("minute", "hour"):
        every = MINUTE if by == "minute" else HOUR
        windows = await output(historian, plant, start, stop, every)
        return [
            (f"{local_time(time, zone):%m-%d %H:%M}", device, sku, made, every)
            for (time, device, sku), made in windows.items()
        ]
    rows: list[Labelled] = []
    for label, begin, end in _spans(plant, start, stop, by):
        made_by = await output(historian, plant, begin, end)
        rows += [(label, device, sku, made, end - begin) for (_, device, sku), made in made_by.items()]
    return rows


def _spans(plant: Plant, start: int, stop: int, by: str) -> Iterator[tuple[str, int, int]]:
    """Yield the shifts or production days of a span, or all of it for products."""
    calendar, shifts = plant.calendar, Shifts(plant.calendar)
    if by == "sku":
        yield "", start, stop
        return
    now = start
    while now < stop:
        day = calendar.production_day(now)
        stretch = shifts.at(now)
        label, end = f"{day}", calendar.day_span(day)[1]
        if by == "shift":
            label, end = f"{day} {stretch.key}".strip(), stretch.stop
        yield label, now, min(end, stop)
        now = end
