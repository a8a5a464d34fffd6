"""What faults can hit in the simulated park, and which kinds can happen to each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from simulators.faults.catalogue import DEVICE, OPCUA, SERVICE, WIRE

CONTROLLERS = (
    "intake", "prep", "pouch_a", "pouch_line", "bulk_line", "jar_line", "pasteurizer", "bath", "inspection",
)  # fmt: skip
GATEWAYS: Mapping[str, range] = MappingProxyType({"meters": range(11, 17), "drives": range(21, 33)})
"""The serial lines, and the units on each."""
TERMINALS = ("gate", "workshop")
"""Of attendance: clients of the product, so that their wire is not the plant's."""
SERVICES = ("broker", "database")

_UNIT = frozenset(
    {
        "latency", "no_answer", "exception", "busy", "illegal_hole", "frozen_heartbeat", "probe_nan", "probe_stuck",
    }
)  # fmt: skip
_LINE = _UNIT | {"refuse_clients", "idle_reset"}
_TERMINAL = frozenset({"no_answer", "clock_jump"})
_TANKS = OPCUA | {"frozen_heartbeat", "probe_stuck", "probe_nan", "clock_jump"}


def park_targets() -> Mapping[str, frozenset[str]]:
    """Return the kinds that each target of the park takes, by its name; `meters/11` is one unit on a line."""
    return MappingProxyType(
        dict.fromkeys(CONTROLLERS, DEVICE | WIRE)
        | dict.fromkeys(GATEWAYS, _LINE | WIRE)
        | {f"{line}/{unit}": _UNIT for line, units in GATEWAYS.items() for unit in units}
        | {"tanks": _TANKS | WIRE}
        | dict.fromkeys(TERMINALS, _TERMINAL)
        | dict.fromkeys(SERVICES, SERVICE | WIRE)
    )
