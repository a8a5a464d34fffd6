"""From a historian to a `Report`: of any span, of the whole line or of one machine, product, shift or team."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from edge.errors import ConfigurationError
from edge.historian.base import Historian
from edge.model.oee import Sums, total
from edge.model.plan import Curve, mass_curve
from edge.model.plant import Plant
from edge.model.tag import CounterRole
from edge.production.attendance import Attended, attended
from edge.reports.questions import Asked
from edge.reports.report import (
    CurveDay,
    Doubt,
    Goal,
    Kind,
    Loss,
    Part,
    Report,
    Row,
    Source,
    Span,
    Subject,
    Utility,
    Weight,
)
from edge.reports.rows import Machines, amount, electricity, grouped, heads, infeed, planned
from edge.reports.scope import Days, Period, before, periods, year_before
from edge.reports.strips import strips
from edge.reports.sums_table import SumsTable
from edge.target.made import Made, made_until
from edge.target.standing import Year, stand

LISTED = 200
"""So many doubts are listed, the first ones."""
COMPARED = frozenset({Kind.DAY, Kind.WEEK})
"""Spans of which the ledger's counts are few enough to be compared with the sums."""
_DAY = timedelta(days=1)
_COLUMNS = {Part.MACHINE: "device", Part.PRODUCT: "sku", Part.SHIFT: "shift"}


async def ask_report(
    historian: Historian, plant: Plant, span: Span, now: int, subject: tuple[Part, str] | None = None
) -> Report:
    """Return all that is known of a span at an instant, ns UTC.

    Args:
        historian: that is asked.
        plant: whose line it is.
        span: that it is about; it may be in the future.
        now: what has not passed by then is not missed.
        subject: one machine, product, shift or team, by its key.

    Raises:
        ConfigurationError: there is no such subject; names those that there are.
        TransientError: the historian cannot be asked now.
    """
    days = Days(span.first, span.last)
    asked = Asked(historian, plant)
    table = await asked.sums(days)
    january, first = date(span.last.year, 1, 1), span.last.replace(day=1)
    groups = await attended(historian, plant, min(january, span.first), span.last)
    known = _Known(plant, span, table, groups, now, subject)
    earlier = [before(span), year_before(span), Days(first, span.last), Days(january, span.last)]
    previous, last_year, month, year = [
        known.of_line(sums, each) for sums, each in zip(await asked.sums_of(earlier), earlier, strict=True)
    ]
    start, stop = plant.calendar.day_span(span.first)[0], plant.calendar.day_span(span.last)[1]
    passed = min(stop, now)
    sources = tuple(one for one in await asked.sources(start, passed) if known.has_device(one.device))
    doubts = [one for one in await asked.doubts(days) if known.has_doubt(one)]
    made = None if subject else await made_until(historian, plant, span.last)
    whole_line = subject is None
    return Report(
        plant.enterprise,
        plant.site,
        plant.line,
        plant.calendar.zone,
        span,
        start,
        stop,
        await asked.newest(days),
        known.total(sources),
        known.subject,
        known.parts(sources, doubts),
        month,
        year,
        previous,
        last_year,
        known.goal if whole_line else None,
        known.outlook(made) if made is not None else None,
        await known.losses(asked),
        await strips(historian, plant, known.machines, start, passed)
        if span.kind is Kind.DAY and passed > start
        else (),
        known.curve_days(made) if made is not None else (),
        known.weights(),
        known.utilities() if whole_line else (),
        sources,
        tuple(doubts[:LISTED]),
        max(len(doubts) - LISTED, 0),
        await asked.counted(days) - known.grams if whole_line and span.kind in COMPARED else None,
        known.questions,
        plant.calendar.work_days.is_provisional(span.last.year),
    )


@dataclass(frozen=True)
class _Known:
    """What is known of a span, and its rows."""

    plant: Plant
    span: Span
    table: SumsTable
    groups: Sequence[Attended]
    now: int
    wanted: tuple[Part, str] | None

    @cached_property
    def subject(self) -> Subject | None:
        """The one that is asked for, with its name.

        Raises:
            ConfigurationError: there is none of this key.
        """
        if self.wanted is None:
            return None
        part, key = self.wanted
        names = self._subjects(part)
        if key not in names:
            raise ConfigurationError(
                f"--{part}: there is no {key or 'empty key'}; there are: {', '.join(names) or 'none'}"
            )
        return Subject(part, key, names[key])

    def _subjects(self, part: Part) -> Mapping[str, str]:
        if part is Part.MACHINE:
            return self._all_machines
        if part is Part.PRODUCT:
            return {
                **self.products,
                **{key: key for key in self.table.values("sku") if key and key not in self.products},
            }
        if part is Part.SHIFT:
            return {shift.key: shift.name for shift in self.plant.calendar.shifts}
        return {one.team: one.team for one in sorted(self.groups, key=lambda one: one.team)}

    @cached_property
    def products(self) -> Mapping[str, str]:
        """Names by key."""
        return {key: product.name for key, product in self.plant.products.items()}

    @cached_property
    def _by_device(self) -> Mapping[str, Sums]:
        return {device: sums for (device,), sums in self.table.by("device").items()}

    @cached_property
    def _all_machines(self) -> Mapping[str, str]:
        return Machines.of(self.plant, self._by_device).names

    @cached_property
    def machines(self) -> Mapping[str, str]:
        """Names of the machines that make product, by key; of a subject, the one."""
        if self.subject is not None and self.subject.part is Part.MACHINE:
            return {self.subject.key: self.subject.name}
        return self._all_machines

    @cached_property
    def _own(self) -> SumsTable:
        """The sums of the machines, and of the subject alone."""
        own = self.table.where("device", list(self.machines))
        if self.subject is not None and self.subject.part in (Part.PRODUCT, Part.SHIFT):
            return own.where(_COLUMNS[self.subject.part], [self.subject.key])
        if self.subject is not None and self.subject.part is Part.TEAM:
            return own.where("shift", sorted({one.shift for one in self._own_groups}))
        return own

    @cached_property
    def _own_groups(self) -> list[Attended]:
        span = [one for one in self.groups if self.span.first <= one.day <= self.span.last]
        if self.subject is None:
            return span
        name = {Part.SHIFT: "shift", Part.TEAM: "team"}.get(self.subject.part)
        return [one for one in span if name is not None and getattr(one, name) == self.subject.key]

    @property
    def _has_heads(self) -> bool:
        return self.subject is None or self.subject.part in (Part.SHIFT, Part.TEAM)

    @property
    def _has_times(self) -> bool:
        """Product is no team's alone, so what machines did of their time says nothing of one."""
        return self.subject is None or self.subject.part is not Part.TEAM

    @cached_property
    def curve(self) -> Curve | None:
        """The plan as it was known at the end of the span; None without one for its year."""
        target = self.plant.target
        if target is None or target.year != self.span.last.year:
            return None
        return mass_curve(target.as_of(self.span.last), self.plant.calendar)

    @cached_property
    def goal(self) -> Goal | None:
        """What the plan asks of the year."""
        target = self.plant.target
        if target is None or self.curve is None:
            return None
        known = target.as_of(self.span.last)
        return Goal(known.goal_mass, known.goal_value, self.curve.until(self.span.last + _DAY))

    @property
    def grams(self) -> int:
        """Good product of the span."""
        return total(self._own.by("device").values()).g

    @property
    def questions(self) -> int | None:
        """Open questions of attendance; None when nobody counted."""
        found = heads(self._own_groups) if self._has_heads else None
        return None if found is None else found.questions

    def total(self, sources: Sequence[Source]) -> Row:
        """Return the row of the whole span."""
        mine = [one for one in sources if one.device in self.machines and one.watched is not None]
        watched = (sum(one.watched or 0 for one in mine), sum(one.passed for one in mine)) if mine else None
        days = Days(self.span.first, self.span.last)
        return self._row("", "", self._own, self._own_groups, days if self.subject is None else None, watched)

    def of_line(self, sums: Mapping[tuple[str, ...], Sums], days: Days) -> Row:
        """Return the row of other days, with what the subject is of them."""
        subject = self.subject
        shifts = {one.shift for one in self._own_groups}

        def counts(key: tuple[str, ...]) -> bool:
            device, shift, sku = key
            if subject is None:
                return True
            mine = {Part.MACHINE: device, Part.PRODUCT: sku, Part.SHIFT: shift}
            return shift in shifts if subject.part is Part.TEAM else mine[subject.part] == subject.key

        known = Machines.of(self.plant, _by(sums, 0)).names
        own = {key: each for key, each in sums.items() if key[0] in known and counts(key)}
        groups = [one for one in self.groups if days.first <= one.day <= days.last]
        if subject is not None:
            name = {Part.SHIFT: "shift", Part.TEAM: "team"}.get(subject.part)
            groups = [one for one in groups if name is not None and getattr(one, name) == subject.key]
        return Row(
            "",
            "",
            amount(self._output(own), self.plant) if own else None,
            total(own.values()) if own and self._has_times else None,
            planned(self.curve, days) if subject is None else None,
            heads(groups) if self._has_heads else None,
        )

    def _output(self, sums: Mapping[tuple[str, ...], Sums]) -> Mapping[str, Sums]:
        """Return sums by product of the machines whose good product is output."""
        good = {device.key for device in self.plant.devices if CounterRole.GOOD in device.counts}
        configured = {device.key for device in self.plant.devices}
        return _by({key: each for key, each in sums.items() if key[0] in good or key[0] not in configured}, 2)

    def _row(
        self,
        key: str,
        name: str,
        table: SumsTable,
        groups: Sequence[Attended] | None = None,
        days: Days | None = None,
        watched: tuple[int, int] | None = None,
        doubtful: int = 0,
    ) -> Row:
        found = table.by("device", "shift", "sku")
        return Row(
            key,
            name,
            amount(self._output(found), self.plant) if found else None,
            total(found.values()) if found and self._has_times else None,
            planned(self.curve, days) if days is not None else None,
            heads(groups) if groups is not None and self._has_heads else None,
            watched,
            doubtful,
        )

    def parts(self, sources: Sequence[Source], doubts: Sequence[Doubt]) -> Mapping[Part, tuple[Row, ...]]:
        """Return the rows that the span can be broken down into."""
        makers: Mapping[Part, Callable[[], tuple[Row, ...]]] = {
            Part.PERIOD: self._periods,
            Part.MACHINE: lambda: self._machine_rows(sources, doubts),
            Part.PRODUCT: self._product_rows,
            Part.SHIFT: self._shift_rows,
            Part.TEAM: self._team_rows,
        }
        part = self.subject.part if self.subject is not None else None
        if part is Part.TEAM:
            wanted = [Part.PERIOD, Part.SHIFT]
        else:
            wanted = [
                each for each in makers if each is not part and (each is not Part.TEAM or self._has_heads)
            ]
        rows = {each: makers[each]() for each in wanted}
        return {each: found for each, found in rows.items() if found}

    def _periods(self) -> tuple[Row, ...]:
        if self.span.kind is Kind.DAY:
            return self._shift_rows()
        return tuple(self._period_row(one) for one in periods(self.span))

    def _period_row(self, one: Period) -> Row:
        days = one.days
        groups = [each for each in self._own_groups if days.first <= each.day <= days.last]
        own = self._own.of_days(days.first, days.last)
        return self._row(one.key, one.key, own, groups, days if self.subject is None else None)

    def _machine_rows(self, sources: Sequence[Source], doubts: Sequence[Doubt]) -> tuple[Row, ...]:
        watched = {one.device: (one.watched, one.passed) for one in sources if one.watched is not None}
        rows = []
        for key, name in self.machines.items():
            doubtful = sum(one.device == key for one in doubts)
            rows.append(
                self._row(
                    key, name, self._own.where("device", [key]), watched=watched.get(key), doubtful=doubtful
                )
            )
        return tuple(rows)

    def _product_rows(self) -> tuple[Row, ...]:
        found = self._own.values("sku")
        known = [key for key in self.products if key in found]
        strange = [key for key in found if key not in self.products]
        rows = [
            self._row(key, self.products.get(key, key), self._own.where("sku", [key]))
            for key in (*known, *sorted(strange, key=lambda key: (not key, key)))
        ]
        return tuple(row for row in rows if row.good is not None and row.good.pieces)

    def _shift_rows(self) -> tuple[Row, ...]:
        by_shift = grouped(self._own_groups, "shift")
        names = {shift.key: shift.name for shift in self.plant.calendar.shifts}
        on = {
            shift.key
            for number in range((self.span.last - self.span.first).days + 1)
            for shift in self.plant.calendar.shifts_of(self.span.first + number * _DAY)
        }
        found = self._own.values("shift")
        keys = [key for key in names if key in on or key in found]
        keys += [key for key in found if key not in names]
        rows = [
            self._row(key, names.get(key, key), self._own.where("shift", [key]), by_shift.get(key, []))
            for key in keys
        ]
        return tuple(row for row in rows if row.key or (row.good is not None and row.good.pieces))

    def _team_rows(self) -> tuple[Row, ...]:
        return tuple(
            Row(team, team, heads=heads(groups))
            for team, groups in sorted(grouped(self._own_groups, "team").items())
        )

    def outlook(self, made: Made) -> Year | None:
        """Return how the year stands, as of the end of the span, or of the day that is on."""
        target = self.plant.target
        if target is None or self.curve is None:
            return None
        today = self.plant.calendar.production_day(self.now)
        return stand(
            self.plant, target, made, max(min(self.span.last + _DAY, today), date(target.year, 1, 1))
        )

    def curve_days(self, made: Made) -> tuple[CurveDay, ...]:
        """Return the year day by day."""
        if self.curve is None:
            return ()
        today = self.plant.calendar.production_day(self.now)
        found, grams = [], 0
        for number in range(len(self.curve.days)):
            day = self.curve.first + number * _DAY
            grams += made.grams.get(day, 0)
            is_known = day <= self.span.last and day < today
            found.append(CurveDay(day, self.curve.until(day + _DAY), grams if is_known else None))
        return tuple(found)

    async def losses(self, asked: Asked) -> tuple[Loss, ...]:
        """Return what was lost; a product and a team lose no time of their own."""
        part = self.subject.part if self.subject is not None else None
        if part in (Part.PRODUCT, Part.TEAM):
            return ()
        where = {_COLUMNS[part]: self.subject.key} if part is not None and self.subject is not None else {}
        return await asked.losses(Days(self.span.first, self.span.last), self.machines, where)

    def weights(self) -> tuple[Weight, ...]:
        """Return what packs weighed."""
        found = {sku: sums for (sku,), sums in self._own.by("sku").items()} if self._has_times else {}
        return tuple(
            Weight(key, product.name, product.net_weight_g, found[key].weighed, found[key].weight_mg)
            for key, product in self.plant.products.items()
            if key in found and found[key].weighed
        )

    def utilities(self) -> tuple[Utility, ...]:
        """Return what was used; None of what nobody measures."""
        every = total(self._by_device.values())
        return (
            Utility("electricity", electricity(self._by_device)),
            Utility("steam", every.steam or None),
            Utility("water", every.water or None),
            Utility("infeed", infeed(self.plant, self._by_device)),
        )

    def has_device(self, device: str) -> bool:
        """Return whether a device is part of what is asked for."""
        subject = self.subject
        return subject is None or subject.part is not Part.MACHINE or subject.key == device

    def has_doubt(self, one: Doubt) -> bool:
        """Return whether a doubtful entry is part of what is asked for; a shift's or a product's cannot be told."""
        return self.has_device(one.device)


def _by(sums: Mapping[tuple[str, ...], Sums], place: int) -> Mapping[str, Sums]:
    found: dict[str, Sums] = {}
    for key, each in sums.items():
        found[key[place]] = found.get(key[place], Sums()) + each
    return found
