"""Every kind of fault by its name, the families they come in, and times as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import UnionType
from typing import get_args

from simulators.faults.kinds import DeviceFault, Fault, OpcuaFault, ServiceFault, Window, WireFault


def _by_name(union: UnionType) -> dict[str, type[Window]]:
    return {
        str(field.default): kind for kind in get_args(union) for field in fields(kind) if field.name == "kind"
    }


KINDS: Mapping[str, type[Window]] = (
    _by_name(DeviceFault) | _by_name(WireFault) | _by_name(OpcuaFault) | _by_name(ServiceFault)
)
DEVICE = frozenset(_by_name(DeviceFault))
WIRE = frozenset(_by_name(WireFault))
OPCUA = frozenset(_by_name(OpcuaFault))
SERVICE = frozenset(_by_name(ServiceFault))
MOMENTS = frozenset({"counter_reset", "delete_subscriptions"})
"""Kinds that happen once, at their start, and have no end."""
RESTARTED = frozenset({"service_stop", "service_kill"})
"""Kinds whose end is an event of its own: the service starts again, so it has to be said when."""


def parameters(fault: Fault) -> dict[str, object]:
    """Return what a fault has besides its kind, target, times and seed."""
    common = {"kind", *(field.name for field in fields(Window))}
    return {field.name: getattr(fault, field.name) for field in fields(fault) if field.name not in common}


def time_text(seconds: float) -> str:
    """Return a time as a scenario file has it: `800ms`, `10s`."""
    return f"{seconds * 1000:.6g}ms" if 0 < abs(seconds) < 1 else f"{seconds:.10g}s"
