"""For how long a device was heard of: what makes "how much of this day do we know" a sum. Pure.

Time counts from one reading with a good value to the next, if that comes before the device is taken for lost; so a node that
was off, a device that did not answer and values that were all bad are not heard.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from edge.model.calendar import NS, Calendar
from edge.model.plant import Device
from edge.model.point import FieldValue, Point
from edge.processing.machine_state import patience

GRID = 900 * NS
"""Told about this often, and at the end of each production day."""
_MS = 1_000_000
_SLEW = 2 * NS
"""Further back than this a clock was set."""
_STEP = 1000


@dataclass(frozen=True, slots=True)
class Hearing:
    """What must survive a `kill -9`.

    Attributes:
        last: newest reading with a good value, ns UTC; 0 when the newest one had none.
        stop: when what is summed up is told, ns UTC; 0 before anything was heard.
        ms: heard and not told yet.
        told: stamp of what was told last.
        turns: how often the clock was set back.
    """

    last: int = 0
    stop: int = 0
    ms: int = 0
    told: int = 0
    turns: int = 0


Told = list[tuple[int, int]]
"""When, ns UTC, and how many ms up to then."""


def hear(
    now: Hearing, time: int, device: Device, calendar: Calendar, *, is_good: bool
) -> tuple[Hearing, Told]:
    """Take note of a reading."""
    told: Told = []
    if time < now.last - _SLEW or (now.stop and time < now.stop - GRID - _SLEW):
        now, told = _tell(now, min(now.stop, max(now.last, now.told)))
        now = Hearing(turns=now.turns + 1)
    begin = now.last if now.last and time - now.last <= patience(device.scan) else time
    while now.stop and time >= now.stop:
        now, more = _tell(replace(now, ms=now.ms + _ms(begin, now.stop)), now.stop)
        told += more
        begin, stop = max(begin, now.stop), _next(now.stop, calendar)
        now = replace(now, stop=stop if begin < stop else _next(begin, calendar))
    if not now.stop:
        now = replace(now, stop=_next(time, calendar))
    last = max(time, now.last) if is_good else 0
    return Hearing(last, now.stop, now.ms + _ms(begin, time), now.told, now.turns), told


def pass_time(now: Hearing, time: int) -> tuple[Hearing, Told]:
    """Tell what is due of a device that says nothing."""
    return _tell(now, now.stop) if now.stop and time >= now.stop else (now, [])


def point(device: str, line: str, site: str, time: int, ms: int) -> Point:
    """Return the `source` point of what was told."""
    fields: dict[str, FieldValue] = {"ms": ms}
    return Point("source", {"site": site, "line": line, "device": device}, fields, time)


def dump(now: Hearing) -> str:
    """Return it as JSON text."""
    # dataclasses.astuple copies deeply, and this is written with each frame.
    return json.dumps([now.last, now.stop, now.ms, now.told, now.turns])


def load(text: str) -> Hearing:
    """Return what a JSON text says."""
    return Hearing(*json.loads(text))


def _ms(begin: int, stop: int) -> int:
    return max(0, stop // _MS - begin // _MS)


def _tell(now: Hearing, stop: int) -> tuple[Hearing, Told]:
    if not now.ms:
        return now, []
    # Before the end of the span that it is of, and unlike any other stamp of this device: see counters.
    stamp = max((stop - _MS) // _STEP * _STEP + now.turns % _STEP, now.told + _STEP if now.told else 0)
    return replace(now, ms=0, told=stamp), [(stamp, now.ms)]


def _next(time: int, calendar: Calendar) -> int:
    """Return the next instant after a time at which is told what was heard."""
    return min(time // GRID * GRID + GRID, calendar.day_span(calendar.production_day(time))[1])
