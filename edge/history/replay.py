"""A production day in virtual time: what came on it, through the node's own processing, as lines. Reads no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain

from edge.model.calendar import NS, Calendar, local_time
from edge.model.frame import Frame
from edge.model.personnel import Punch
from edge.model.plant import Plant
from edge.processing.counters import GAP_SCANS
from edge.processing.pipeline import Lines, Pipeline

QUIET_S = 960.0
"""Readings lie up to a quarter of an hour apart, and a little, while all is well."""
MINUTE, QUARTER = 60 * NS, 900 * NS

Attend = Callable[[Sequence[Punch], int], Lines]
"""Keeps punches and returns who is there at an instant, ns UTC."""


@dataclass(frozen=True, slots=True)
class Received:
    """A punch, and when the node received it, ns UTC."""

    time: int
    punch: Punch


@dataclass(frozen=True, slots=True)
class Day:
    """All that came on a production day, in order of time.

    Attributes:
        start, stop: half-open, ns UTC; the first day starts where the readings begin.
        before: the last frame of each device before the day: how it was found when the day began.
    """

    start: int
    stop: int
    before: tuple[Frame, ...]
    frames: tuple[Frame, ...]
    punches: tuple[Received, ...]


def plant_of(plant: Plant, devices: Sequence[str]) -> Plant:
    """Return the plant as it is seen through readings of the past: only these devices, and read less often."""
    scan = QUIET_S / GAP_SCANS
    return replace(
        plant,
        devices=tuple(
            replace(device, scan=max(device.scan, scan)) for device in plant.devices if device.key in devices
        ),
    )


def replay(day: Day, pipeline: Pipeline, attend: Attend | None, plant: Plant, end: int) -> Iterator[Lines]:
    """Yield what a node would have said on a production day.

    A node looks about itself once a second. Here nothing changes between readings, so it does so at the end of each
    minute in which something came, each quarter of an hour, and where a day or a shift begins or ends.

    Args:
        day: what came.
        pipeline: as it was when the day before ended.
        attend: for punches; None when nobody's attendance is kept.
        plant: what the pipeline was made for.
        end: of the readings, ns UTC: nothing is due by time alone after it.
    """
    for frame in day.before:
        pipeline.find(frame)
    frames, punches = list(reversed(day.frames)), list(reversed(day.punches))
    for moment in chain(_moments(day, plant.calendar, end), [day.stop]):
        while frames and frames[-1].time <= moment:
            yield pipeline.process(frames.pop())
        said = None
        if attend and (came := _taken(punches, moment)):
            said = came[-1].time
            yield attend([received.punch for received in came], said)
        if moment < day.stop:
            yield pipeline.tick(moment)
            if attend and said != moment and not moment % QUARTER:
                yield attend((), moment)


def _taken(punches: list[Received], moment: int) -> list[Received]:
    """Take what was received up to a moment from the end of a list."""
    taken = []
    while punches and punches[-1].time <= moment:
        taken.append(punches.pop())
    return taken


def _moments(day: Day, calendar: Calendar, end: int) -> Iterator[int]:
    """Yield when the node looks about itself, ns UTC, in order."""
    times = [*(frame.time for frame in day.frames), *(received.time for received in day.punches)]
    minutes = {-(-time // MINUTE) * MINUTE for time in times}
    quarters = range(-(-day.start // QUARTER) * QUARTER, day.stop, QUARTER)
    moments = {day.start, *minutes, *quarters, *_shift_ends(day, calendar)}
    return (moment for moment in sorted(moments) if day.start <= moment < day.stop and moment <= end)


def _shift_ends(day: Day, calendar: Calendar) -> Iterator[int]:
    date = local_time(day.start, calendar.zone).date()
    for shift in calendar.shifts:
        for number in (-1, 0, 1):
            yield from shift.span(date + timedelta(days=number), calendar.zone)
