"""What a folder of readings holds, matched with the configuration before anything is imported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from edge.config.settings import Settings
from edge.documents import yaml
from edge.documents.validation import validate
from edge.errors import ConfigurationError
from edge.history.files import MonthFile, Place, check_whole, header, months
from edge.history.readings import Columns, PlacedTag
from edge.model.calendar import Calendar, to_ns
from edge.options import Options

MANIFEST = "readings.json"
_FINGERPRINT_DIGITS = 16
_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(2199, 12, 31)
"""Seconds since 1970 begin with the one, and nanoseconds in 64 bits don't end long after the other."""
_Text = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def _different(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted(name for name in set(names) if names.count(name) > 1)
    if twice:
        raise ValueError(f"{', '.join(twice)} stands here twice and would be counted twice")
    return names


class Manifest(Options):
    """readings.json; keys that only the writer of the folder understands are left to them."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: Literal[1]
    first: Annotated[date, Field(alias="from", ge=_FIRST_DAY)]
    last: Annotated[date, Field(alias="to", le=_LAST_DAY)]
    devices: Annotated[tuple[_Text, ...], AfterValidator(_different)]
    terminals: Annotated[tuple[_Text, ...], AfterValidator(_different)] = ()


@dataclass(frozen=True, slots=True)
class DeviceFiles:
    """A device's readings, and the tags of its map by name."""

    device: str
    files: tuple[MonthFile, ...]
    tags: Mapping[str, PlacedTag]


@dataclass(frozen=True, slots=True)
class TerminalFiles:
    """What an attendance terminal pushed."""

    serial: str
    files: tuple[MonthFile, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """A folder of readings, as far as it is imported.

    Attributes:
        fingerprint: of readings.json: tells one import from another.
        begin, end: of the readings, ns UTC: local midnight of the first day, and of the day after the last.
        limit: end of the last production day; what was received late may come until then.
        skip_unknown: whether columns that a map does not have are left out.
        remarks: what is left out, a line each.
    """

    fingerprint: str
    begin: int
    end: int
    limit: int
    devices: tuple[DeviceFiles, ...]
    terminals: tuple[TerminalFiles, ...]
    skip_unknown: bool
    remarks: tuple[str, ...]

    def days(self, calendar: Calendar) -> list[date]:
        """Return the production days that the readings touch."""
        first, last = calendar.production_day(self.begin), calendar.production_day(self.end)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def open_folder(folder: Path, settings: Settings, *, skip_unknown: bool = False) -> Contents:
    """Look through a folder of readings: everything but the readings themselves.

    Raises:
        ConfigurationError: it is none, or holds what edge.yaml does not know and is not to be skipped.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ConfigurationError(f"{folder}: no folder of readings: there is no {MANIFEST} in it")
    manifest, faults = validate(Manifest, yaml.load(path))
    if manifest is None:
        raise ConfigurationError.of(faults)
    if manifest.last < manifest.first:
        raise ConfigurationError(f"{path}: to: lies before from")
    known = _tags(settings)
    devices, strangers = _split(manifest.devices, known)
    terminals, foreign = _split(manifest.terminals, _serials(settings))
    if not skip_unknown:
        _refuse(path, strangers, foreign)
    found = Contents(
        hashlib.sha256(path.read_bytes()).hexdigest()[:_FINGERPRINT_DIGITS],
        *_span(manifest, settings.plant.calendar),
        tuple(DeviceFiles(key, months(folder / "devices" / key, ".csv.gz"), known[key]) for key in devices),
        tuple(
            TerminalFiles(serial, months(folder / "terminals" / serial, ".txt.gz")) for serial in terminals
        ),
        skip_unknown,
        tuple(_remarks(folder, strangers, foreign)),
    )
    _check_files(found, folder, manifest)
    return found


def _tags(settings: Settings) -> dict[str, Mapping[str, PlacedTag]]:
    tags: dict[str, Mapping[str, PlacedTag]] = {}
    for _, stations in settings.modbus:
        for station in stations:
            tags[station.device] = {placed.tag.name: placed for placed in station.tags}
    for server in settings.opcua:
        tags[server.device] = {placed.tag.name: placed for placed in server.tags}
    return tags


def _serials(settings: Settings) -> tuple[str, ...]:
    people = settings.people
    return people.terminals.serials if people and people.terminals else ()


def _split(names: Sequence[str], known: Mapping[str, object] | Sequence[str]) -> tuple[list[str], list[str]]:
    """Return those of the names that are known, and the others."""
    return [name for name in names if name in known], [name for name in names if name not in known]


def _refuse(path: Path, devices: Sequence[str], terminals: Sequence[str]) -> None:
    for names, key in ((devices, "devices"), (terminals, "people.terminals.serials")):
        if names:
            raise ConfigurationError(
                f"{path}: edge.yaml has no {', '.join(names)} in {key}: add it, or import with --skip-unknown"
            )


def _remarks(folder: Path, devices: Sequence[str], terminals: Sequence[str]) -> Iterator[str]:
    if devices:
        yield f"devices left out, since edge.yaml does not have them: {', '.join(devices)}"
    if terminals:
        yield f"terminals left out, since edge.yaml does not have them: {', '.join(terminals)}"
    tickets = folder / "weighbridge"
    if tickets.is_dir() and any(tickets.iterdir()):
        yield "weighbridge tickets left out: nothing processes them yet"


def _span(manifest: Manifest, calendar: Calendar) -> tuple[int, int, int]:
    """Return begin, end and limit of the readings; see `Contents`."""
    days = manifest.first, manifest.last + timedelta(days=1)
    begin, end = (to_ns(datetime.combine(day, time(), calendar.zone)) for day in days)
    _, limit = calendar.day_span(calendar.production_day(end))
    return begin, end, limit


def _check_files(contents: Contents, folder: Path, manifest: Manifest) -> None:
    """Look at every file, so that one that is missing or damaged, or has a column that nobody knows, stops the import before it begins."""
    expected = {
        f"{manifest.first + timedelta(days=number):%Y-%m}"
        for number in range((manifest.last - manifest.first).days + 1)
    }
    for device in contents.devices:
        missing = expected.difference(file.month for file in device.files)
        if missing:
            raise ConfigurationError(
                f"{folder / 'devices' / device.device}: there is no file of {', '.join(sorted(missing))},"
                f" but {MANIFEST} says from {manifest.first} to {manifest.last}"
            )
    sources: list[DeviceFiles | TerminalFiles] = [*contents.devices, *contents.terminals]
    for source in sources:
        for file in source.files:
            check_whole(file.path)
    for device in contents.devices:
        for file in device.files:
            try:
                columns(contents, device, header(file.path))
            except ValueError as error:
                raise Place(file.path, 1).damaged(error) from None


def columns(contents: Contents, device: DeviceFiles, first_line: str) -> Columns:
    """Return the columns of a file by its first line; a ValueError says why it is no header of this device."""
    return Columns(device.device, first_line, device.tags, skip_unknown=contents.skip_unknown)
