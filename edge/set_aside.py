"""What happens to a damaged SQLite file: it is renamed, for a person to look at, and never deleted."""

from __future__ import annotations

from pathlib import Path

_PARTS = ("", "-wal", "-shm")


def set_aside(path: Path) -> Path:
    """Rename a closed file, with what SQLite keeps beside it, and return its new name."""
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for suffix in _PARTS:
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(kept.with_name(kept.name + suffix))
    return kept
