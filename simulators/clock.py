"""What time it is in the plant: the only module here that asks the operating system."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

PLANT_ZONE = ZoneInfo("Asia/Shanghai")


def now_ns() -> int:
    """Return nanoseconds since 1970-01-01 UTC."""
    return time.time_ns()  # noqa: TID251 - the one place


def local_now() -> datetime:
    """Return the wall clock of the plant."""
    return datetime.fromtimestamp(now_ns() / 1e9, PLANT_ZONE)
