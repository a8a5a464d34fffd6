"""The rows of a report: a span or a part of it, each made of the same sums, so that rows add up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from edge.model.plant import Plant
from edge.model.shifts import Shifts
from edge.production.attendance import Attended
from edge.production.entries import CORRECTION, Entry
from edge.reports.answers import Answers
from edge.reports.attendance import heads
from edge.reports.bookings import Bookings, Column
from edge.reports.plans import plan_of
from edge.reports.report import Kind, Part, Row
from edge.reports.scope import Days, is_within, periods
from edge.reports.subjects import names_of

MS = 1_000_000
_PARTS: Mapping[Part | None, tuple[Part, ...]] = {
    None: (Part.MACHINE, Part.PRODUCT, Part.SHIFT, Part.TEAM),
    Part.MACHINE: (Part.PRODUCT, Part.SHIFT),
    Part.PRODUCT: (Part.MACHINE, Part.SHIFT),
    Part.SHIFT: (Part.MACHINE, Part.PRODUCT, Part.TEAM),
    Part.TEAM: (Part.SHIFT,),
}
"""What each subject is broken down by, beside its periods."""
_COLUMNS: Mapping[Part, Column] = {Part.MACHINE: "device", Part.PRODUCT: "sku", Part.SHIFT: "shift"}


class Rows:
    """All rows of one report.

    Args:
        plant: whose it is.
        answers: of the historian.
    """

    def __init__(self, plant: Plant, answers: Answers) -> None:
        self._plant = plant
        self._answers = answers
        self._scope = answers.scope
        self._part = answers.subject.part if answers.subject else None
        self._key = answers.subject.key if answers.subject else ""
        self._shifts = Shifts(plant.calendar)
        self._doubtful = [entry for entry in answers.marks if entry.mark != CORRECTION]
        makers = answers.makers
        # Where nothing counts good product there is no output, but there are machines.
        self._summed = answers.summed.of_devices(makers or answers.summed.devices)
        self._output = answers.output.of_devices(makers)
        if self._part is Part.TEAM:
            self._output = self._output.of_shifts({(one.day, one.shift) for one in answers.attended})
        self._machines = names_of(plant, Part.MACHINE)
        self._is_told = any(
            ms and self._is_in(day, self._scope.days) for (day, _), ms in answers.heard.items()
        )

    def whole(self, days: Days, key: str = "", name: str = "") -> Row:
        """Return the row of the whole subject over some days."""
        booked, is_summed = self._booked(days)
        machines = [self._key] if self._part is Part.MACHINE else list(self._machines)
        watched = self._watched(days, machines) if is_summed and self._part in (None, Part.MACHINE) else None
        is_seen = bool(booked) or bool(watched and watched[0])
        is_brief = not is_summed and self._part is not Part.TEAM
        return Row(
            key,
            name,
            booked.amount(self._plant.products) if is_seen and self._answers.makers else None,
            booked.sums() if is_seen and is_summed else None,
            plan_of(self._plant, days, self._scope.span.last) if self._part is None else None,
            None if is_brief else heads(self._groups(days)),
            watched,
            sum(1 for _ in self._marks(days)) if is_within(days, self._scope.days) else None,
            is_brief,
        )

    def parts(self) -> dict[Part, tuple[Row, ...]]:
        """Return what the span is broken down by."""
        found = {part: tuple(self._of_part(part)) for part in _PARTS[self._part]}
        if self._scope.span.kind is not Kind.DAY:
            every = [self.whole(one.days, one.key, one.key) for one in periods(self._scope.span)]
            return {Part.PERIOD: tuple(every), **found}
        if Part.SHIFT in found:
            return {Part.PERIOD: found[Part.SHIFT], **found}
        return {Part.PERIOD: (self.whole(self._scope.days, self._key, self._name),), **found}

    @property
    def summed(self) -> Bookings:
        """The span's sums of the machines that make output."""
        return self._summed.within(self._scope.days)

    def passed(self, days: Days) -> int:
        """Return how much of some days has passed, ms."""
        start, stop = (
            self._plant.calendar.day_span(days.first)[0],
            self._plant.calendar.day_span(days.last)[1],
        )
        return max(0, min(stop, self._answers.now) - start) // MS

    def heard(self, days: Days, device: str) -> int | None:
        """Return for how long a device was heard of, ms; None where that is not told of any."""
        if not self._is_told and self.passed(days):
            return None
        return sum(
            ms for (day, key), ms in self._answers.heard.items() if key == device and self._is_in(day, days)
        )

    @property
    def _name(self) -> str:
        return self._answers.subject.name if self._answers.subject else ""

    def _booked(self, days: Days) -> tuple[Bookings, bool]:
        """Return the sums of some days, and whether they are all sums or those of output alone."""
        is_summed = self._part is not Part.TEAM and self._scope.is_summed(days)
        return (self._summed if is_summed else self._output).within(days), is_summed

    def _watched(self, days: Days, devices: Iterable[str]) -> tuple[int, int] | None:
        every = [self.heard(days, device) for device in devices]
        known = [ms for ms in every if ms is not None]
        return (sum(known), self.passed(days) * len(known)) if known else None

    def _groups(self, days: Days) -> list[Attended]:
        return [one for one in self._answers.attended if self._is_in(one.day, days)]

    def _marks(self, days: Days) -> Iterator[Entry]:
        calendar = self._plant.calendar
        return (one for one in self._doubtful if self._is_in(calendar.production_day(one.time), days))

    def _of_part(self, part: Part) -> Iterator[Row]:
        match part:
            case Part.MACHINE:
                return self._machine_rows()
            case Part.PRODUCT:
                return self._product_rows()
            case Part.SHIFT:
                return self._shift_rows()
        return self._team_rows()

    def _machine_rows(self) -> Iterator[Row]:
        """Yield the machines of the configuration, and those that the historian still has; of a subject those that have to do with it."""
        days, names = self._scope.days, self._machines
        booked = self._answers.summed.within(days).by("device")
        for key in (*names, *sorted(booked.keys() - {device.key for device in self._plant.devices})):
            mine = booked.get(key)
            watched = self._watched(days, [key]) if self._part is None else None
            if self._part is not None and mine is None:
                continue
            is_seen = mine is not None or bool(watched and watched[0])
            mine = mine or self._nothing
            yield Row(
                key,
                names.get(key, key),
                mine.amount(self._plant.products) if is_seen and key in self._answers.makers else None,
                mine.sums() if is_seen else None,
                watched=watched,
                doubtful=sum(entry.device == key for entry in self._doubtful),
            )

    def _product_rows(self) -> Iterator[Row]:
        """Yield what was packed; time in which no product was made is no product's."""
        products = self._plant.products
        booked = {key: (part, part.sums()) for key, part in self.summed.by("sku").items()}
        made = {key: part for key, (part, sums) in booked.items() if sums.pq or sums.gq or sums.sq or sums.g}
        known = [key for key in products if key in made]
        former = sorted(made.keys() - products.keys(), key=lambda key: (not key, key))
        for key in (*known, *former):
            yield Row(
                key,
                products[key].name or key if key in products else key,
                made[key].amount(products) if self._answers.makers else None,
                booked[key][1],
                doubtful=sum(entry.sku == key for entry in self._doubtful),
            )

    def _shift_rows(self) -> Iterator[Row]:
        """Yield the shifts that are on, those that the historian still has, and time outside of any where there is something."""
        days, calendar = self._scope.days, self._plant.calendar
        booked, is_summed = self._booked(days)
        parts = booked.by("shift")
        groups = self._groups(days)
        on = {shift.key for day in days.each for shift in calendar.shifts_of(day)}
        heard = {shift.key for day in self._heard_days() for shift in calendar.shifts_of(day)}
        names = {key: name for key, name in names_of(self._plant, Part.SHIFT).items() if key in on}
        told = {key for key, part in parts.items() if key or part.sums()} | {one.shift for one in groups}
        for key in (*names, *sorted(told - names.keys(), key=lambda key: (not key, key))):
            mine = parts.get(key)
            is_seen = mine is not None or key in heard
            mine = mine or self._nothing
            yield Row(
                key,
                names_of(self._plant, Part.SHIFT).get(key, key),
                mine.amount(self._plant.products) if is_seen and self._answers.makers else None,
                mine.sums() if is_seen and is_summed else None,
                heads=heads(one for one in groups if one.shift == key),
                doubtful=sum(self._shifts.at(entry.time).key == key for entry in self._doubtful),
            )

    def _heard_days(self) -> Iterator[date]:
        """Yield the days of those periods in which a machine was heard of."""
        if self._part is None:
            first_days = {
                day for (day, key), ms in self._answers.heard.items() if ms and key in self._machines
            }
            for period in periods(self._scope.span):
                if any(self._is_in(day, period.days) for day in first_days):
                    yield from period.days.each

    def _team_rows(self) -> Iterator[Row]:
        """Yield the teams: heads and hours, since product is nobody's alone."""
        groups = self._groups(self._scope.days)
        for team in sorted({one.team for one in groups}):
            yield Row(team, team, heads=heads(one for one in groups if one.team == team))

    @property
    def _nothing(self) -> Bookings:
        return self._summed.of_devices(())

    @staticmethod
    def _is_in(day: date, days: Days) -> bool:
        return is_within(Days(day, day), days)
