"""The truth file: what the plant really made, written so that a reader never sees half of it."""

from __future__ import annotations

import json
from pathlib import Path

from simulators.model.machine import Machine
from simulators.model.park import PASTEURIZER
from simulators.model.plant import Plant

FORMAT = 1


def machines(plant: Plant) -> dict[str, object]:
    """Return the machines' part: a function of the seed and of the time produced, nothing else."""
    return {name: _machine(machine) for name, machine in plant.machines.items()}


def write(path: Path, truth: dict[str, object]) -> None:
    """Replace the truth file at one blow.

    Raises:
        OSError: it can't be written.
    """
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps({"format": FORMAT, **truth}, indent=1) + "\n", encoding="utf-8")
    new.replace(path)


def _machine(machine: Machine) -> dict[str, object]:
    shown = machine.snapshot()
    return {
        "counters": _counters(machine),
        "raw": {"total_count": shown.total, "good_count": shown.good, "reject_count": shown.reject},
        "state": int(shown.packml_state),
        "product_weight_g": machine.spec.product_weight_g,
        "stops": machine.stops,
    }


def _counters(machine: Machine) -> dict[str, object]:
    """Return pieces by the role that the counter has for the line; what passes a tunnel is not product made again."""
    if machine.spec is PASTEURIZER:
        return {"infeed": {"pieces": machine.total, "grams": None}}
    weight = machine.spec.product_weight_g
    pieces = {"total": machine.total, "good": machine.good, "reject": machine.reject}
    return {role: {"pieces": count, "grams": count * weight} for role, count in pieces.items()}
