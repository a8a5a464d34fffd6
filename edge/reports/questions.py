"""All questions of a report: sums and marks only, in few requests whatever the length of the span."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from edge.historian.base import Aggregate, Column, Historian, Query, Table, TableRow
from edge.messages.schema import COUNT, LOSS, OEE, SOURCE, STATE
from edge.model.calendar import NS
from edge.model.oee import FIELDS
from edge.model.plant import Plant
from edge.model.shifts import Shifts
from edge.model.tag import CounterRole
from edge.production.attendance import Attended, attended
from edge.production.entries import CORRECTION, Entry, described, marked
from edge.reports.answers import Answers, Heard
from edge.reports.assembly import LISTED
from edge.reports.bookings import OUTPUT, TAGS, Bookings
from edge.reports.report import Kind, Part, Subject
from edge.reports.scope import Days, Scope
from edge.reports.stretches import stretches, table, together
from edge.reports.strips import GRID, HEARD, Spent, spent
from edge.target.made import Made, made_of, windows

SKU_CHANGE = "sku_change"
"""The mark of pieces at a change of product; how many they are is not in doubt."""
_TAGS = {Part.MACHINE: "device", Part.PRODUCT: "sku", Part.SHIFT: "shift"}
_LOSS_FIELDS = ("ms", "stops", "micro")
_DAY_NS = 86_400 * NS
_SIGNS_OF_LIFE = (
    (STATE.name, "packml"), (COUNT.name, "n"), (SOURCE.name, "ms"), (OEE.name, "pbt"), (OEE.name, "pq"),
)  # fmt: skip
QUESTIONS = 10
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Asker:
    """Questions about one line, and about one subject of it; `done` is told of each of `QUESTIONS` answers."""

    historian: Historian
    plant: Plant
    scope: Scope
    subject: Subject | None
    now: int
    done: Callable[[], None]

    async def ask(self, since: int | None) -> Answers:
        """Return all answers.

        Args:
            since: corrections that were entered later, ns UTC, are looked up whatever their number; None for no such.

        Raises:
            TransientError: the historian cannot be asked now.
        """
        try:
            async with asyncio.TaskGroup() as group:
                summed, output = self._begin(group, self._summed()), self._begin(group, self._output())
                made, groups = self._begin(group, self._made()), self._begin(group, self._attended())
                heard, losses = self._begin(group, self._heard()), self._begin(group, self._losses())
                marks, newest = self._begin(group, self._marks()), self._begin(group, self._newest())
                day, counted = self._begin(group, self._day()), self._begin(group, self._counted())
        except ExceptionGroup as errors:
            # They ask one historian: what one of them met, they all would.
            raise errors.exceptions[0] from None
        listed = _listed(marks.result(), since)
        known = await described(self.historian, self.plant, listed)
        spent_on, quarters = day.result()
        return Answers(
            scope=self.scope,
            now=self.now,
            subject=self.subject,
            makers=await self._makers(summed.result().devices | output.result().devices),
            summed=summed.result(),
            output=output.result(),
            made=made.result(),
            attended=groups.result(),
            heard=heard.result(),
            losses=losses.result(),
            marks=marks.result(),
            described=dict(zip(listed, known, strict=True)),
            newest=newest.result(),
            spent=spent_on,
            quarters=quarters,
            counted=counted.result(),
        )

    def _begin(self, group: asyncio.TaskGroup, question: Coroutine[None, None, _T]) -> asyncio.Task[_T]:
        async def ask() -> _T:
            answer = await question
            self.done()
            return answer

        return group.create_task(ask())

    @property
    def _place(self) -> Mapping[str, str]:
        return {"site": self.plant.site, "line": self.plant.line}

    @property
    def _span(self) -> tuple[int, int]:
        calendar, days = self.plant.calendar, self.scope.days
        return calendar.day_span(days.first)[0], calendar.day_span(days.last)[1]

    def _where(self, *tags: str) -> dict[str, str]:
        """Return the place, and the subject's own tag if it is one of these."""
        tag = _TAGS.get(self.subject.part) if self.subject else None
        subject = {tag: self.subject.key} if self.subject and tag in tags else {}
        return {**self._place, **subject}

    async def _bookings(self, fields: Sequence[str], parts: Sequence[Days]) -> Bookings:
        calendar = self.plant.calendar
        tables = [
            table(calendar, stretch, OEE.name, fields, self._where(*TAGS), TAGS)
            for stretch in stretches(calendar, parts)
        ]
        return Bookings.of(calendar, fields, await self.historian.tables(tables))

    async def _summed(self) -> Bookings:
        # Whose output a team's is hangs on each day and shift, and machines' times are nobody's.
        if self._is_team:
            return await self._bookings(FIELDS, [])
        return await self._bookings(FIELDS, self.scope.summed)

    async def _output(self) -> Bookings:
        if self._is_team:
            days = [Days(day, day) for part in together(self.scope.all_days) for day in part.each]
            return await self._bookings(OUTPUT, days)
        return await self._bookings(
            OUTPUT, [days for days in self.scope.all_days if not self.scope.is_summed(days)]
        )

    @property
    def _is_team(self) -> bool:
        return self.subject is not None and self.subject.part is Part.TEAM

    @property
    def _of_shift(self) -> str | None:
        return self.subject.key if self.subject and self.subject.part is Part.SHIFT else None

    async def _made(self) -> Made:
        """Return the days of the year; nothing where no plan wants to know."""
        target, year, calendar = self.plant.target, self.scope.year, self.plant.calendar
        if self.subject is not None or target is None or target.year != year.last.year:
            return Made()
        every, offset = windows(calendar, year.first, year.last)
        start, stop = calendar.day_span(year.first)[0], calendar.day_span(year.last)[1]
        query = Query(OEE.name, "g", Aggregate.SUM, start, stop, self._place, ("sku",), every, offset)
        return made_of(self.plant, await self.historian.query(query))

    async def _attended(self) -> list[Attended]:
        subject = self.subject
        if subject is not None and subject.part in (Part.MACHINE, Part.PRODUCT):
            return []
        parts = [
            await attended(self.historian, self.plant, days.first, days.last)
            for days in together(self.scope.all_days if self._is_team else self.scope.summed)
        ]
        wanted = {Part.SHIFT: "shift", Part.TEAM: "team"}.get(subject.part) if subject else None
        return [
            group
            for part in parts
            for group in part
            if subject is None or wanted is None or getattr(group, wanted) == subject.key
        ]

    async def _heard(self) -> Heard:
        calendar = self.plant.calendar
        tables = [
            table(calendar, stretch, SOURCE.name, ("ms",), self._where("device"), ("device",))
            for stretch in stretches(calendar, self.scope.summed)
        ]
        found: defaultdict[tuple[date, str], int] = defaultdict(int)
        for rows in await self.historian.tables(tables):
            for row in rows:
                found[calendar.production_day(row.time), row.tags["device"]] += int(row.values[0] or 0)
        return found

    async def _losses(self) -> list[TableRow]:
        if self.subject is not None and self.subject.part in (Part.PRODUCT, Part.TEAM):
            return []
        columns = tuple(Column(field, Aggregate.SUM) for field in _LOSS_FIELDS)
        by = ("device", "category", "reason", "cause")
        return await self.historian.table(
            Table(LOSS.name, columns, *self._span, self._where("device", "shift"), by)
        )

    async def _marks(self) -> list[Entry]:
        if self._is_team:
            return []
        tags = self._where("device", "sku")
        found = await marked(self.historian, self.plant, *self._span, tags)
        shifts = Shifts(self.plant.calendar)
        return [
            entry
            for entry in found
            if (entry.mark != SKU_CHANGE or entry.gap is not None)
            and (self._of_shift is None or shifts.at(entry.time).key == self._of_shift)
        ]

    async def _newest(self) -> int | None:
        """Return the time of the newest point: of the span's last day that has begun, else of all of it."""
        start, stop = self._span
        stop = min(stop, max(self.now, start))
        recent = max(start, stop - _DAY_NS)
        for begin, end in ((recent, stop), (start, recent)):
            rows = await asyncio.gather(
                *(
                    self.historian.query(
                        Query(name, field, Aggregate.LAST, begin, end, self._where("device"))
                    )
                    for name, field in _SIGNS_OF_LIFE
                )
            )
            times = [row.time for part in rows for row in part]
            if times:
                return max(times)
        return None

    async def _day(self) -> tuple[dict[str, Spent], dict[str, dict[int, int]]]:
        """Return of one day what each machine's five minutes were spent on, and for how long it was heard of."""
        is_whole = self.subject is None or self.subject.part is Part.MACHINE
        if self.scope.span.kind is not Kind.DAY or not is_whole:
            return {}, {}
        where, span = self._where("device"), self._span
        ran, lost, heard = await self.historian.tables(
            [
                Table(OEE.name, (Column("apt", Aggregate.SUM),), *span, where, ("device",), GRID),
                Table(LOSS.name, (Column("ms", Aggregate.SUM),), *span, where, ("device", "category"), GRID),
                Table(SOURCE.name, (Column("ms", Aggregate.SUM),), *span, where, ("device",), HEARD),
            ]
        )
        quarters: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for row in heard:
            quarters[row.tags["device"]][row.time] = int(row.values[0] or 0)
        return spent(ran, lost), quarters

    async def _counted(self) -> dict[tuple[str, str], int] | None:
        """Return what the ledger has, of a day or a week that is over; of longer ones it is too much to add up."""
        subject, kind = self.subject, self.scope.span.kind
        is_told = subject is None or subject.part in (Part.MACHINE, Part.PRODUCT)
        if kind not in (Kind.DAY, Kind.WEEK) or not is_told or self._span[1] > self.now:
            return None
        where = {**self._where("device", "sku"), "counter": str(CounterRole.GOOD)}
        query = Query(COUNT.name, "g", Aggregate.SUM, *self._span, where, ("device", "sku"))
        return {
            (row.tags["device"], row.tags["sku"]): int(row.value) for row in await self.historian.query(query)
        }

    async def _makers(self, devices: Collection[str]) -> frozenset[str]:
        """Return the machines that count good product, also those that are no longer in the configuration."""
        known = {device.key: CounterRole.GOOD in device.counts for device in self.plant.devices}
        former = sorted(devices - known.keys())
        calendar, days = self.plant.calendar, self.scope.all_days
        start = min(calendar.day_span(one.first)[0] for one in days)
        stop = max(calendar.day_span(one.last)[1] for one in days)
        good = {**self._place, "counter": str(CounterRole.GOOD)}
        answers = await asyncio.gather(
            *(
                self.historian.query(
                    Query(COUNT.name, "n", Aggregate.FIRST, start, stop, {**good, "device": key})
                )
                for key in former
            )
        )
        found = [key for key, rows in zip(former, answers, strict=True) if rows]
        return frozenset([key for key, makes in known.items() if makes] + found)


def _listed(marks: Sequence[Entry], since: int | None) -> list[Entry]:
    """Return those of which each is told: corrections, then the first in time; and every one that is newer than an edition."""
    corrections = [entry for entry in marks if entry.mark == CORRECTION]
    others = [entry for entry in marks if entry.mark != CORRECTION]
    listed = corrections[:LISTED]
    listed += others[: LISTED - len(listed)]
    newer = [entry for entry in corrections[LISTED:] if since is not None and (entry.entered or 0) > since]
    return [*listed, *newer]
