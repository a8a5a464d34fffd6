"""What a report lists beside its rows: losses, strips, weights, utilities, sources and doubtful entries. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from edge.historian.base import TableRow
from edge.model.mass import parse_mass
from edge.model.packml import Category
from edge.model.plant import Device, Plant
from edge.model.shifts import Shifts
from edge.model.tag import CounterRole
from edge.production.entries import Entry
from edge.reports.answers import Answers
from edge.reports.bookings import Bookings
from edge.reports.report import Doubt, Kind, Loss, Part, Source, Strip, Utility, Weight
from edge.reports.rows import Rows
from edge.reports.strips import cells, known_category

_METERS = {
    "electricity": (CounterRole.ENERGY, "wh"),
    "steam": (CounterRole.STEAM, "steam"),
    "water": (CounterRole.WATER, "water"),
}


def losses(plant: Plant, rows: Iterable[TableRow]) -> tuple[Loss, ...]:
    """Return what planned busy time was lost to, the longest first."""
    devices = {device.key: device for device in plant.devices}
    names = device_names(plant)
    found = []
    for row in rows:
        ms, stops, micro = (int(value or 0) for value in row.values)
        key, reason = row.tags["device"], int(row.tags["reason"] or 0)
        device, cause = devices.get(key), row.tags["cause"]
        known = device.states.reasons.get(reason) if device else None
        if ms or stops:
            found.append(
                Loss(
                    key,
                    names.get(key, key),
                    known_category(row.tags["category"]) or Category.OFFLINE,
                    reason,
                    known.name if known else "",
                    names.get(cause, cause),
                    ms,
                    stops,
                    micro,
                )
            )
    return tuple(
        sorted(found, key=lambda loss: (-loss.ms, loss.device, loss.category, loss.reason, loss.cause))
    )


def device_names(plant: Plant) -> Mapping[str, str]:
    """Return what devices are called."""
    return {device.key: device.name or device.key for device in plant.devices}


def strips(plant: Plant, answers: Answers, start: int, stop: int) -> tuple[Strip, ...]:
    """Return the day of each machine that tells what it does, as far as it has passed; nothing of a day that nobody watched."""
    subject, shifts = answers.subject, Shifts(plant.calendar)
    is_day = answers.scope.span.kind is Kind.DAY
    if not is_day or answers.newest is None or (subject is not None and subject.part is not Part.MACHINE):
        return ()
    names = {device.key: device.name or device.key for device in plant.devices if device.tells_state}
    names |= {key: key for key in sorted(answers.spent.keys() - device_names(plant).keys())}
    is_told = bool(answers.quarters)
    return tuple(
        Strip(
            key,
            name,
            cells(
                answers.spent.get(key, {}),
                answers.quarters.get(key, {}) if is_told else None,
                shifts,
                start,
                stop,
            ),
        )
        for key, name in names.items()
        if subject is None or key == subject.key
    )


def weights(plant: Plant, booked: Bookings) -> tuple[Weight, ...]:
    """Return what the packs of each product weighed, of those that were weighed."""
    sums = {key: part.sums() for key, part in booked.by("sku").items()}
    return tuple(
        Weight(key, product.name or key, product.net_weight_g, sums[key].weighed, sums[key].weight_mg)
        for key, product in plant.products.items()
        if key in sums and sums[key].weighed
    )


def utilities(plant: Plant, booked: Bookings) -> tuple[Utility, ...]:
    """Return what was used; what no counter measured is None, and what two meters in a row measured counts once."""
    used = {key: part.sums() for key, part in booked.by("device").items()}
    found = []
    for key, (role, field) in _METERS.items():
        inner = {device.key for device in plant.devices if _is_measured_before(plant, device, role)}
        amount = sum(getattr(sums, field) for device, sums in used.items() if device not in inner)
        is_metered = bool(used) and any(role in device.counts for device in plant.devices)
        found.append(Utility(key, amount if amount or is_metered else None))
    return (*found, Utility("infeed", _infeed(plant, booked)))


def _is_measured_before(plant: Plant, device: Device, role: CounterRole) -> bool:
    """Return whether a meter that a device is within counts the same."""
    devices = {one.key: one for one in plant.devices}
    outer = devices.get(device.within)
    while outer is not None and role not in outer.counts:
        outer = devices.get(outer.within)
    return outer is not None


def _infeed(plant: Plant, booked: Bookings) -> int | None:
    """Return the raw product that entered where routes begin, g: of machines whose counter counts a mass."""
    by_device = booked.by("device")
    begin = {route.machines[0] for route in plant.routes if route.machines}
    found = [
        by_device[device.key].sums().infeed * grams
        for device in plant.devices
        if device.key in begin and device.key in by_device and (grams := _grams(device))
    ]
    return sum(found) if found else None


def _grams(device: Device) -> int | None:
    """Return what one of a machine's infeed counter is, g; None when it counts pieces."""
    for tag in device.tags:
        if tag.counter and tag.counter.role is CounterRole.INFEED:
            try:
                return parse_mass(f"1 {tag.unit}")
            except ValueError:
                return None
    return None


def sources(plant: Plant, answers: Answers, rows: Rows) -> tuple[Source, ...]:
    """Return for how long each device was heard of; of a report of one machine that one."""
    subject, days = answers.subject, answers.scope.days
    names = dict(device_names(plant))
    names |= {key: key for key in sorted({device for _, device in answers.heard} - names.keys())}
    if subject is not None and subject.part is Part.MACHINE:
        names = {subject.key: subject.name}
    return tuple(Source(key, name, rows.heard(days, key), rows.passed(days)) for key, name in names.items())


def doubts(plant: Plant, entries: Iterable[Entry]) -> tuple[Doubt, ...]:
    """Return entries as they are listed, in the order of time."""
    names = device_names(plant)
    return tuple(
        Doubt(
            entry.time,
            entry.device,
            names.get(entry.device, entry.device),
            entry.counter,
            entry.mark,
            entry.n,
            entry.g,
            entry.gap,
            entry.who,
            entry.why,
            entry.entered,
        )
        for entry in sorted(entries, key=lambda one: (one.time, one.device, one.counter, one.sku))
    )


def uncounted(counted: Mapping[tuple[str, str], int] | None, booked: Bookings) -> int | None:
    """Return by how much the ledger and the sums differ, g, over machines and products; None where they are not compared."""
    if counted is None:
        return None
    summed = {
        (device, sku): part.sums().g
        for device, of_device in booked.by("device").items()
        for sku, part in of_device.by("sku").items()
    }
    return sum(abs(counted.get(key, 0) - summed.get(key, 0)) for key in counted.keys() | summed.keys())
