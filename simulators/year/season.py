"""The plant in virtual time: minute by minute while somebody works, in quarters of an hour while nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from simulators.model.genealogy import Genealogy
from simulators.model.park.packing import BULK_LINE
from simulators.model.plant import Plant
from simulators.model.stops import StopReason
from simulators.model.weighbridge import Ticket, stock_ticket, tickets
from simulators.year.foreman import Foreman
from simulators.year.hours import works_of
from simulators.year.plan import (
    Outage,
    PowerCut,
    fresh_tonnes,
    july_breakdown,
    ordered_g,
    power_cuts,
    stock_comes,
)

MINUTE_S = 60.0
REST_MIN = 15
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Moment:
    """What the plant is at the end of a step.

    Attributes:
        local: wall clock of the plant.
        shift: key of the shift that works, "" while nobody does.
        dark: the power is cut: nobody answers.
        awake: somebody works or something runs.
        tickets: weighed since the last moment.
    """

    local: datetime
    shift: str
    dark: bool
    awake: bool
    tickets: tuple[Ticket, ...]


class Season:
    """A plant, its foreman and its days.

    Attributes:
        plant: to be looked at between two moments.
        genealogy: of its lots.
        outages: that reach into these days.
        cuts: power cuts that fall into these days.
        shift_begins: called with its day and key before the first piece of a shift is made.
    """

    def __init__(self, seed: int, first: date, last: date) -> None:
        self.plant = Plant(seed, month=first.month, year=first.year)
        self.genealogy = Genealogy(self.plant)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        months = sorted({(day.year, day.month) for day in days})
        begin, end = datetime.combine(first, time()), datetime.combine(last, time(23, 59))
        self.cuts: tuple[PowerCut, ...] = tuple(
            cut
            for year, month in months
            for cut in power_cuts(seed, year, month)
            if begin <= cut.begin <= end
        )
        self.outages: tuple[Outage, ...] = tuple(
            outage
            for outage in map(july_breakdown, sorted({day.year for day in days}))
            if outage.begin <= end and begin < outage.end
        )
        self.shift_begins: Callable[[date, str], None] = lambda _day, _shift: None
        self._announced: tuple[date, str] | None = None
        self._seed = seed
        self._days = days
        self._foreman = Foreman(self.plant, seed)

    def moments(self) -> Iterator[Moment]:
        """Live through the days; yield after every step."""
        for day in self._days:
            self.plant.month = day.month
            self.plant.hall.year = day.year
            self._foreman.begin_day(day, works_of(day), ordered_g(self._seed, day))
            yield from self._live(day, list(self._tickets(day)))

    def _live(self, day: date, coming: list[Ticket]) -> Iterator[Moment]:
        midnight = datetime.combine(day, time())
        minute = 0
        while minute < _DAY_MIN:
            now = midnight + timedelta(minutes=minute)
            dark = any(cut.begin <= now < cut.begin + timedelta(minutes=cut.minutes) for cut in self.cuts)
            self._command(now, minute, dark=dark)
            self._announce_shift(day)
            length = 1 if dark or not self._foreman.resting else REST_MIN - minute % REST_MIN
            self.plant.step(length * MINUTE_S, stride=MINUTE_S * REST_MIN)
            minute += length
            weighed = self._weigh(coming, minute)
            working = self._foreman.working
            self._book(day, working.shift if working else "")
            yield Moment(
                local=midnight + timedelta(minutes=minute),
                shift=working.shift if working else "",
                dark=dark,
                awake=not self._foreman.resting,
                tickets=weighed,
            )

    def _announce_shift(self, day: date) -> None:
        working = self._foreman.working
        if working is not None and (day, working.shift) != self._announced:
            self._announced = (day, working.shift)
            self.shift_begins(day, working.shift)

    def _command(self, now: datetime, minute: int, *, dark: bool) -> None:
        machines = self.plant.machines
        if dark:
            for machine in machines.values():
                machine.halt(StopReason.POWER)
            machines[BULK_LINE.name].lose_counters()
            return
        self._foreman.command(minute)
        for outage in self.outages:
            if outage.begin <= now < outage.end:
                for name in outage.machines:
                    if machines[name].up and machines[name].reason is not StopReason.BREAKDOWN:
                        machines[name].fail((outage.end - now).total_seconds())

    def _weigh(self, coming: list[Ticket], minute: int) -> tuple[Ticket, ...]:
        weighed = []
        while coming and coming[0].time_s < minute * 60:
            ticket = coming.pop(0)
            weighed.append(ticket)
            if ticket.kind == "fresh":
                self.plant.heap.put(ticket.lot, ticket.net_g)
            else:
                self.plant.hall.deliver(ticket.net_g, ticket.lot)
        return tuple(weighed)

    def _tickets(self, day: date) -> Iterator[Ticket]:
        yield from tickets(self._seed, day, fresh_tonnes(self._seed, day))
        if stock_comes(day):
            yield stock_ticket(self._seed, day)

    def _book(self, day: date, shift: str) -> None:
        genealogy, now = self.genealogy, self.plant.time_s
        if shift != genealogy.shift and genealogy.shift:
            genealogy.close_batch(now)
        if shift:
            genealogy.begin(f"{day:%Y%m%d}", shift)
        genealogy.step(now)
