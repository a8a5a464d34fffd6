"""Small plants for tests of processing."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from zoneinfo import ZoneInfo

from edge.model.calendar import NS, Calendar, Shift
from edge.model.plant import Device, Plant
from edge.model.product import Product
from edge.model.states import Reason, StopKind
from edge.model.tag import Counter, CounterRole, Role, Tag

ZONE = ZoneInfo("Asia/Shanghai")
START = 1_789_970_400 * NS
"""14:00 of 2026-09-21 in Shanghai."""
SHIFTS = (Shift("A", "早班", time(7), time(15)), Shift("B", "中班", time(15), time(23)))
REASONS = {
    1: Reason("缺料", StopKind.STARVED),
    2: Reason("堵料", StopKind.BLOCKED),
    3: Reason("卡料", StopKind.DELAY),
    5: Reason("故障", StopKind.FAILURE),
    8: Reason("换产", StopKind.SETUP),
    9: Reason("休息", StopKind.PLANNED),
}
PRODUCTS = {
    "jar_280": Product("jar_280", "酸椒 280g", 280, Decimal(6), code=1),
    "jar_500": Product("jar_500", "酸椒 500g", 500, Decimal(6), code=3),
}
COUNTER_TAGS = ("state", "good")
"""Of `counting_plant`."""


def plant(*devices: Device, shifts: tuple[Shift, ...] = SHIFTS) -> Plant:
    """Return a plant of some machines."""
    return Plant("tianjiao", "aikou", "suanjiao-1", Calendar(ZONE, time(7), shifts), devices, PRODUCTS)


def counting_plant(modulus: int, per_s: float) -> Plant:
    """Return a plant of one machine with a state and one counter of good pieces."""
    tags = (
        Tag("state", role=Role.PACKML_STATE),
        Tag("good", counter=Counter(CounterRole.GOOD, modulus, per_s)),
    )
    return plant(Device("machine", tags, 1.0, "jar_280"))
