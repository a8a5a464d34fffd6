"""The commands `check` and `init`, and whose certificates a command uses."""

from __future__ import annotations

from pathlib import Path

from edge.config.read_plan import describe
from edge.config.samples import FILES, maps_directory, sample
from edge.config.settings import load
from edge.drivers.opcua.pki import Pki
from edge.errors import ConfigurationError
from edge.processing.attendance import turns
from edge.records.roster import read_roster


def check(file: Path) -> str:
    """Return what a configuration makes the node read.

    Raises:
        ConfigurationError: with every fault of edge.yaml, its maps and its roster.
    """
    settings = load(file)
    lines = [f"{file}: no faults, {len(settings.plant.devices)} devices"]
    if settings.people is not None and settings.people.roster is not None:
        shifts = [shift.key for shift in settings.plant.calendar.shifts]
        roster = read_roster(settings.people.roster, lambda text: turns.fault(text, shifts))
        lines.append(f"{settings.people.roster}: {len(roster)} workers")
    return "\n".join([*lines, *describe(settings)])


def init(directory: Path) -> list[Path]:
    """Write a commented edge.yaml, the maps it names, their schemas and what they are written by; return the files.

    Raises:
        ConfigurationError: a file is there already, or cannot be written; then none was written.
    """
    maps = maps_directory()
    files = {directory / name: sample(name) for name in FILES}
    files[directory / "edge.schema.json"] = (maps / "edge.schema.json").read_bytes()
    for source in sorted([*maps.glob("*.yaml"), *maps.glob("*.md"), maps / "plc_map.schema.json"]):
        files[directory / "plc_maps" / source.name] = source.read_bytes()
    there = [str(file) for file in files if file.exists()]
    if there:
        raise ConfigurationError(f"init: already there, and never overwritten: {', '.join(there)}")
    written: list[Path] = []
    try:
        for file, content in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as stream:
                written.append(file)
                stream.write(content)
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)

        raise ConfigurationError(f"init: cannot write to {directory}: {error.strerror}") from error
    return written


def certificates(config: Path | None) -> Pki:
    """Return the certificates of a configuration's node; without one, those of the folder `var/pki`, for a first look round."""
    if config is None:
        return Pki(Path("var") / "pki", "nobody")
    settings = load(config)
    return Pki(settings.data_dir / "pki", settings.node_id)
