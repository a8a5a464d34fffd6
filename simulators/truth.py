"""The truth file: what the plant really made, written so that a reader never sees half of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from simulators.model.machine import CounterStart, Machine
from simulators.model.plant import Plant, grams_made
from simulators.model.snapshot import UINT32

FORMAT = 2
_OUTPUT = ("total", "good", "reject")
DEVICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "intake": ("washing", ("infeed",)),
    "prep": ("mixing", ("infeed",)),
    "pouch_a": ("pouch_a", _OUTPUT),
    "pouch_line": ("pouch_line", _OUTPUT),
    "bulk_line": ("bulk_line", _OUTPUT),
    "jar_line": ("jar_line", _OUTPUT),
    "pasteurizer": ("pasteurizer", ("infeed",)),
    "bath": ("bath", ("infeed",)),
    "inspection": ("inspection_jar", ("infeed",)),
}
"""Each PLC's leading machine, and what its counters are for the line: only fillers make output, the rest is passed."""


def devices(plant: Plant) -> dict[str, object]:
    """Return what the counters of each PLC must add up to; a function of the seed and the time produced."""
    return {
        device: {"counters": _counters(plant.machines[name], roles)}
        for device, (name, roles) in DEVICES.items()
    }


def machines(plant: Plant) -> dict[str, object]:
    """Return what each machine made and how it spent its time; a function of the seed and the time produced."""
    return {name: _machine(machine) for name, machine in plant.machines.items()}


def counters_at_the_end(summary: Path) -> dict[str, CounterStart]:
    """Return where the counters of a simulated season stood at its end, from its `truth/summary.json`.

    Raises:
        OSError: it can't be read.
        ValueError: it is no such summary, or a counter in it is none of 32 bits.
    """
    try:
        found = json.loads(summary.read_text(encoding="utf-8"))["machines"]
        raw = {name: [int(count) for count in facts["raw"]] for name, facts in found.items()}
        starts = {name: CounterStart(good, reject) for name, (_, good, reject) in raw.items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{summary}: not the truth/summary.json of a simulated season") from error
    for name, start in starts.items():
        for counter, count in (("good", start.good), ("reject", start.reject)):
            if not 0 <= count < UINT32:
                raise ValueError(
                    f"{summary}: {name}'s {counter} is {count}; a counter is from 0 to {UINT32 - 1}"
                )
    return starts


def write(path: Path, truth: dict[str, object]) -> None:
    """Replace the truth file at one blow.

    Raises:
        OSError: it can't be written.
    """
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps({"format": FORMAT, **truth}, indent=1) + "\n", encoding="utf-8")
    new.replace(path)


def _machine(machine: Machine) -> dict[str, object]:
    return {
        "good": machine.good,
        "reject": machine.reject,
        "raw": dict(zip(("total_count", "good_count", "reject_count"), machine.raw, strict=True)),
        "state": int(machine.state),
        "stops": machine.stops,
        "apt_s": round(machine.run_s, 3),
        "pbt_s": round(machine.run_s + machine.down_s, 3),
        "ideal_s": round(machine.ideal_s, 3),
    }


def _counters(machine: Machine, roles: tuple[str, ...]) -> dict[str, object]:
    """Return pieces and grams by role; what only passes has no grams, it isn't made again."""
    if roles != _OUTPUT:
        return {roles[0]: {"pieces": machine.total, "grams": None}}
    pieces = {"total": machine.total, "good": machine.good, "reject": machine.reject}
    good_g = grams_made(machine)
    reject_g = grams_made(machine, rejected=True)
    grams = {"total": good_g + reject_g, "good": good_g, "reject": reject_g}
    return {role: {"pieces": pieces[role], "grams": grams[role]} for role in roles}
