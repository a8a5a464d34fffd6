"""The questions of a report to the historian's port: a handful, however long the span is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.historian.base import Aggregate, Column, Historian, Query, Table, TableRow
from edge.messages.schema import COUNT, LOSS, OEE, SOURCE, STATE
from edge.model.oee import FIELDS, Sums
from edge.model.packml import Category
from edge.model.plant import Plant
from edge.model.tag import CounterRole
from edge.production.entries import Entry, doubtful
from edge.reports.report import Doubt, Loss, Source
from edge.reports.scope import Days
from edge.reports.sums_table import SumsTable
from edge.target.made import windows

PLAIN_MARKS = frozenset({"sku_change"})
"""Marks of the ledger that leave no doubt about how much was made."""
_SUMS = tuple(Column(field, Aggregate.SUM) for field in FIELDS)
_LOST = tuple(Column(field, Aggregate.SUM) for field in ("ms", "stops", "micro"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A historian and the line that it is asked about."""

    historian: Historian
    plant: Plant

    async def sums(self, days: Days) -> SumsTable:
        """Return what was summed up of some days, by day, device, shift and product."""
        calendar = self.plant.calendar
        every, offset = windows(calendar, days.first, days.last)
        table = Table(
            OEE.name, _SUMS, *self._span(days), self._place, ("device", "shift", "sku"), every, offset
        )
        return SumsTable.of(await self.historian.table(table), calendar)

    async def sums_of(self, parts: Sequence[Days]) -> list[Mapping[tuple[str, ...], Sums]]:
        """Return the sums of some days as a whole each, by device, shift and product."""
        group = ("device", "shift", "sku")
        tables = [Table(OEE.name, _SUMS, *self._span(days), self._place, group) for days in parts]
        return [_by_tags(rows, group) for rows in await self.historian.tables(tables)]

    async def losses(
        self, days: Days, names: Mapping[str, str], where: Mapping[str, str]
    ) -> tuple[Loss, ...]:
        """Return what planned time was lost to, the most first."""
        group = ("category", "cause", "device", "reason")
        table = Table(LOSS.name, _LOST, *self._span(days), {**self._place, **where}, group)
        found = [self._loss(row, names) for row in await self.historian.table(table)]
        known = [one for one in found if one.device in names and (one.ms or one.stops)]
        return tuple(sorted(known, key=lambda one: (-one.ms, one.device, one.reason, one.cause)))

    def _loss(self, row: TableRow, names: Mapping[str, str]) -> Loss:
        tags, (ms, stops, micro) = row.tags, (int(value or 0) for value in row.values)
        device = next((one for one in self.plant.devices if one.key == tags["device"]), None)
        number = int(tags["reason"] or 0)
        reason = device.states.reasons.get(number) if device is not None else None
        category = Category(tags["category"]) if tags["category"] in set(Category) else Category.OFFLINE
        return Loss(
            tags["device"],
            names.get(tags["device"], tags["device"]),
            category,
            number,
            reason.name if reason is not None else "",
            self.name(tags["cause"]) if tags["cause"] else "",
            ms,
            stops,
            micro,
        )

    async def sources(self, start: int, stop: int) -> tuple[Source, ...]:
        """Return how much of a span [start, stop), ns UTC, that has passed each device was heard of."""
        passed = max(stop - start, 0) // 1_000_000
        table = Table(
            SOURCE.name, (Column("ms", Aggregate.SUM),), start, max(start, stop), self._place, ("device",)
        )
        rows = await self.historian.table(table) if stop > start else []
        heard = {row.tags["device"]: int(row.values[0] or 0) for row in rows}
        return tuple(
            Source(
                device.key,
                device.name or device.key,
                heard.get(device.key, 0) if heard or not passed else None,
                passed,
            )
            for device in self.plant.devices
        )

    async def doubts(self, days: Days) -> list[Doubt]:
        """Return the doubtful entries of some days and the corrections, in the order of time."""
        found = await doubtful(self.historian, self.plant, *self._span(days))
        return [self._doubt(one) for one in found if one.mark not in PLAIN_MARKS]

    def _doubt(self, one: Entry) -> Doubt:
        return Doubt(
            one.time,
            one.device,
            self.name(one.device),
            one.counter,
            one.mark,
            one.n,
            one.g,
            one.gap,
            one.who,
            one.why,
            one.entered,
        )

    async def counted(self, days: Days) -> int:
        """Return g of good product as the ledger has it."""
        where = {**self._place, "counter": str(CounterRole.GOOD)}
        query = Query(COUNT.name, "g", Aggregate.SUM, *self._span(days), where)
        return sum(int(row.value) for row in await self.historian.query(query))

    async def newest(self, days: Days) -> int | None:
        """Return the time of the newest word on any machine, ns UTC."""
        found = [
            row.time
            for name, field in ((STATE.name, "packml"), (COUNT.name, "n"), (OEE.name, "gq"))
            for row in await self.historian.query(
                Query(name, field, Aggregate.LAST, *self._span(days), self._place)
            )
        ]
        return max(found, default=None)

    def name(self, device: str) -> str:
        """Return what people call a device."""
        return next((one.name or one.key for one in self.plant.devices if one.key == device), device)

    @property
    def _place(self) -> dict[str, str]:
        return {"site": self.plant.site, "line": self.plant.line}

    def _span(self, days: Days) -> tuple[int, int]:
        calendar = self.plant.calendar
        return calendar.day_span(days.first)[0], calendar.day_span(days.last)[1]


def _by_tags(rows: Sequence[TableRow], group: tuple[str, ...]) -> Mapping[tuple[str, ...], Sums]:
    return {
        tuple(row.tags[tag] for tag in group): Sums(*(int(value or 0) for value in row.values))
        for row in rows
    }
