"""The ledger's doubtful entries, and corrections: new entries of a person, never edits of old ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edge.errors import ConfigurationError
from edge.historian.base import Aggregate, Column, Historian, Query, Table, TableRow
from edge.messages import line_protocol
from edge.messages.schema import COUNT, OEE
from edge.model.calendar import NS
from edge.model.oee import Sums, counted, ideal_ns
from edge.model.plant import Device, Plant
from edge.model.point import FieldValue, Point
from edge.model.shifts import Shifts
from edge.model.tag import CounterRole

CORRECTION = "correction"
"""The mark of a correction."""
GAP = "gap"
"""What an entry is listed for that has no mark but was booked across a gap."""
HARMLESS = ("start",)
"""Marks by which nothing is doubtful."""
_MEMORY = 31 * 86_400 * NS
"""How far back the product is looked for that a machine packed."""
_STEP, _OURS = 1000, 999
"""The node's stamps end in how often its clock was set back, which is never so often: see `counters.py`."""
_TAGS = ("device", "counter", "sku")
_Key = tuple[int, str, str, str]
"""Time, device, counter and product of an entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the ledger.

    Attributes:
        time: ns UTC that it is booked to.
        device, counter, sku: whose it is.
        mark: why it is doubtful, `correction`, or `gap`.
        n, g: pieces and grams; None when the product is not known.
        gap: seconds that it was booked across.
        who, why, entered: of a correction.
    """

    time: int
    device: str
    counter: str
    sku: str
    mark: str
    n: int
    g: int | None = None
    gap: int | None = None
    who: str = ""
    why: str = ""
    entered: int | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says that a counter missed, or counted too much.

    Attributes:
        device: the machine.
        counter: of which of its counters.
        sku: product.
        n: pieces; negative for what was counted too much.
        at: ns UTC that it is of.
        who, why: of the person.
        entered: ns UTC.
    """

    device: Device
    counter: CounterRole
    sku: str
    n: int
    at: int
    who: str
    why: str
    entered: int


async def doubtful(
    historian: Historian, plant: Plant, start: int, stop: int, device: str | None = None
) -> list[Entry]:
    """Return the entries of a span [start, stop), ns UTC, that are marked or were booked across a gap, in order of time."""
    where = {} if device is None else {"device": device}
    return await described(historian, plant, await marked(historian, plant, start, stop, where))


async def marked(
    historian: Historian, plant: Plant, start: int, stop: int, where: Mapping[str, str] | None = None
) -> list[Entry]:
    """Return those entries as far as their marks tell, without their pieces and grams: `described` asks for these."""
    place = {"site": plant.site, "line": plant.line, **(where or {})}
    found: defaultdict[_Key, dict[str, FieldValue]] = defaultdict(dict)
    for field in COUNT.sparse:
        for row in await historian.query(Query(COUNT.name, field, None, start, stop, place, _TAGS)):
            found[row.time, row.tags["device"], row.tags["counter"], row.tags["sku"]][field] = row.value
    return [
        _entry(key, fields)
        for key, fields in sorted(found.items())
        if fields.get("mark", GAP) not in HARMLESS
    ]


async def described(historian: Historian, plant: Plant, entries: Sequence[Entry]) -> list[Entry]:
    """Return entries with their pieces and grams."""
    place = {"site": plant.site, "line": plant.line}
    amounts = await historian.tables([_amounts(entry, place) for entry in entries])
    return [_with(entry, rows) for entry, rows in zip(entries, amounts, strict=True)]


async def product_at(historian: Historian, plant: Plant, device: str, counter: CounterRole, at: int) -> str:
    """Return the product that a counter counted last before an instant, ns UTC; `""` when there is none."""
    place = {"site": plant.site, "line": plant.line, "device": device, "counter": str(counter)}
    query = Query(COUNT.name, "n", Aggregate.LAST, at - _MEMORY, at + 1, place, ("sku",))
    newest = max(await historian.query(query), key=lambda row: row.time, default=None)
    return newest.tags["sku"] if newest else ""


async def free_stamp(historian: Historian, plant: Plant, correction: Correction) -> int:
    """Return a time stamp, ns UTC, within the second of a correction, that no entry and no sums of its machine have.

    It begins with the microsecond in which it was entered: two people who correct the same minute at once, so that neither
    sees the other's entry yet, have two stamps.
    """
    place = {"site": plant.site, "line": plant.line, "device": correction.device.key}
    stamp = correction.at // NS * NS + correction.entered % NS // _STEP * _STEP + _OURS
    while True:
        rows = [
            row
            for name, field in ((COUNT.name, "n"), (OEE.name, "pq"), (OEE.name, "gq"), (OEE.name, "sq"))
            for row in await historian.query(Query(name, field, None, stamp, stamp + 1, place))
        ]
        if not rows:
            return stamp
        stamp += _STEP


def lines(correction: Correction, stamp: int, plant: Plant) -> Sequence[str]:
    """Return a correction as line protocol: its entry, and what it changes of the machine's sums.

    Raises:
        ConfigurationError: the machine has no such counter, or the product is not known.
    """
    device = correction.device
    if correction.counter not in device.counts:
        known = ", ".join(sorted(device.counts)) or "none"
        raise ConfigurationError(f"ledger: {device.key} has no counter {correction.counter}; it has: {known}")
    if correction.sku and correction.sku not in plant.products:
        known = ", ".join(plant.products) or "none"
        raise ConfigurationError(f"--sku: no such product; there are: {known} (given: {correction.sku})")
    place = {"site": plant.site, "line": plant.line, "device": device.key, "sku": correction.sku}
    fields: dict[str, FieldValue] = {
        "n": correction.n,
        "mark": CORRECTION,
        "who": correction.who,
        "why": correction.why,
        "entered": correction.entered,
    }
    product = plant.products.get(correction.sku)
    grams = correction.n * product.net_weight_g if product else None
    if grams is not None:
        fields["g"] = grams
    points = [Point(COUNT.name, {**place, "counter": str(correction.counter)}, fields, stamp)]
    change = _sums(correction, grams)
    if change:
        shift = Shifts(plant.calendar).at(correction.at).key
        values = {name: value for name, value in _fields(change).items() if value}
        points.append(Point(OEE.name, {**place, "shift": shift}, values, stamp))
    return [line_protocol.encode(point) for point in points]


def _sums(correction: Correction, grams: int | None) -> Sums:
    """Return what a correction changes of the machine's sums."""
    device = correction.device
    sums = counted(correction.counter, correction.n, device.counts)
    rated = device.rated_for(correction.sku) if device.tells_state else None
    sums += Sums(ideal=round(ideal_ns(sums.pq, rated) / 1e6)) if rated else Sums(unrated=sums.pq)
    return sums + Sums(g=grams or 0) if correction.counter is CounterRole.GOOD else sums


def _fields(sums: Sums) -> dict[str, FieldValue]:
    return {name: getattr(sums, name) for name in OEE.fields if hasattr(sums, name)}


def _amounts(entry: Entry, place: Mapping[str, str]) -> Table:
    """Return what asks for the pieces and grams of one entry."""
    where = {**place, "device": entry.device, "counter": entry.counter, "sku": entry.sku}
    columns = (Column("n", Aggregate.SUM), Column("g", Aggregate.SUM))
    return Table(COUNT.name, columns, entry.time, entry.time + 1, where)


def _with(entry: Entry, rows: Sequence[TableRow]) -> Entry:
    n, g = rows[0].values if rows else (None, None)
    return replace(entry, n=int(n or 0), g=None if g is None else int(g))


def _entry(key: _Key, fields: Mapping[str, FieldValue]) -> Entry:
    gap, entered = fields.get("gap"), fields.get("entered")
    return Entry(
        *key,
        str(fields.get("mark", GAP)),
        0,
        None,
        None if gap is None else int(gap),
        str(fields.get("who", "")),
        str(fields.get("why", "")),
        None if entered is None else int(entered),
    )
