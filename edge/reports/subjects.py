"""The one machine, product, shift or team that a whole report is about, and what everything is called."""

from __future__ import annotations

from collections.abc import Mapping

from edge.errors import ConfigurationError
from edge.historian.base import Aggregate, Column, Historian, Table
from edge.messages.schema import ATTENDANCE, OEE
from edge.model.calendar import Calendar
from edge.model.plant import Device, Plant
from edge.reports.report import Part, Subject

_TAGS = {Part.MACHINE: "device", Part.PRODUCT: "sku", Part.SHIFT: "shift", Part.TEAM: "team"}
_EVER = -(2**62), 2**62


async def subject_of(historian: Historian, plant: Plant, part: Part, key: str) -> Subject:
    """Return the subject of a key: of the configuration, or one that only the historian still knows.

    Raises:
        ConfigurationError: nobody knows it; names those that are known.
        TransientError: the historian cannot be asked now.
    """
    names = names_of(plant, part)
    if key not in names:
        known = [*names, *(one for one in await _told(historian, plant, part) if one not in names)]
        if key not in known:
            raise ConfigurationError(
                f"--{part}: there is no {part} {key!r}; there are: {', '.join(filter(None, known)) or 'none'}"
            )
    return Subject(part, key, names.get(key, key))


def names_of(plant: Plant, part: Part) -> Mapping[str, str]:
    """Return the names of what the configuration has, in its order; it has no teams."""
    match part:
        case Part.MACHINE:
            return {device.key: device.name or device.key for device in plant.devices if is_machine(device)}
        case Part.PRODUCT:
            return {product.key: product.name or product.key for product in plant.products.values()}
        case Part.SHIFT:
            return shift_names(plant.calendar)
    return {}


def shift_names(calendar: Calendar) -> Mapping[str, str]:
    """Return the names of shifts."""
    return {shift.key: shift.name or shift.key for shift in calendar.shifts}


def is_machine(device: Device) -> bool:
    """Return whether a device makes something: it counts pieces or tells what it does; a meter or a tank does not."""
    return device.tells_state or any(role.is_pieces for role in device.counts)


async def _told(historian: Historian, plant: Plant, part: Part) -> list[str]:
    """Return the keys that the historian has."""
    tag = _TAGS[part]
    place = {"site": plant.site}
    if part is Part.TEAM:
        columns, measurement = (
            (Column("planned", Aggregate.FIRST), Column("present", Aggregate.FIRST)),
            ATTENDANCE,
        )
    else:
        columns, measurement = (Column("pbt", Aggregate.FIRST), Column("pq", Aggregate.FIRST)), OEE
        place["line"] = plant.line
    rows = await historian.table(Table(measurement.name, columns, *_EVER, place, (tag,)))
    return [row.tags[tag] for row in rows]
