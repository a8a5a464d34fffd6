"""When periodic jobs are due: fixed rate without drift, as a pure object; the driver sleeps, this one only counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class _Job:
    period: float
    slot: int
    due: float


class Schedule:
    """Jobs on a common grid: job `j` has the slots `start + k * periods[j]`, so lateness never adds up.

    The job that has waited longest comes first, so no job starves another when there is too much to do.
    """

    def __init__(self, periods: Sequence[float], start: float) -> None:
        self._start = start
        self._jobs = [_Job(period, slot=0, due=start) for period in periods]

    def next(self) -> tuple[int, float]:
        """Return the job that is due first, by its index, and when, s."""
        return min(((number, job.due) for number, job in enumerate(self._jobs)), key=lambda pair: pair[1])

    def due(self, now: float) -> list[int]:
        """Return the jobs that are due, the one that has waited longest first."""
        waiting = [(job.due, number) for number, job in enumerate(self._jobs) if job.due <= now]
        return [number for _, number in sorted(waiting)]

    def due_at(self, number: int) -> float:
        """Return when a job is due, s."""
        return self._jobs[number].due

    def begin(self, number: int, now: float) -> int:
        """Take a job's slot; its next one is the first after `now`.

        Returns:
            The slots that passed unused since the last one and are skipped.
        """
        job = self._jobs[number]
        # A timer may fire a hair early: the slot that is being taken must not come again.
        following = max(math.floor((now - self._start) / job.period), job.slot) + 1
        missed = following - job.slot - 1
        job.slot, job.due = following, self._start + following * job.period
        return missed

    def postpone(self, number: int, until: float) -> None:
        """Make a job due at `until`, off the grid; slots before that are not counted as missed."""
        job = self._jobs[number]
        job.slot, job.due = math.floor((until - self._start) / job.period), until
