"""The files that `init` writes: a commented edge.yaml, a roster to fill in, and the maps of `plc_maps/`."""

from __future__ import annotations

from pathlib import Path

import edge

FILES = ("edge.yaml", "people.csv")


def sample(name: str) -> bytes:
    """Return one of `FILES`."""
    return (Path(__file__).parent / name).read_bytes()


def maps_directory() -> Path:
    """Return the folder of the PLC maps: inside an installed package, beside it in a checkout."""
    package = Path(edge.__file__).parent
    installed = package / "plc_maps"
    return installed if installed.is_dir() else package.parent / "plc_maps"
