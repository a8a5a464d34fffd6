"""The host's task that issues reports and brings them to people: makes what is due, delivers what was made, tries again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from edge.clock import Clock
from edge.errors import EdgeError, TransientError
from edge.model.calendar import NS, Calendar, local_time
from edge.reports.delivery.archive import Archive
from edge.reports.delivery.issue import Delivery, Issue, Made
from edge.reports.delivery.retry import again_at
from edge.reports.delivery.schedule import Timing, due
from edge.reports.report import Kind

log = structlog.get_logger(__name__)

CHECK_S = 5.0
"""What people ask for by a command begins within this time."""
_CLOCKS_ARE_SET = 1_704_067_200 * NS
"""2024: a clock that shows less was not set since the machine started, and says nothing of what is due."""


@dataclass(frozen=True, slots=True)
class Job:
    """A report that is issued again and again; `to` are keys of destinations."""

    name: str
    timing: Timing
    to: tuple[str, ...]


Make = Callable[[Issue, Made | None], Awaitable[Made]]
"""Makes a report, given the edition before it; its edition is that one's where nothing has changed.

Raises TransientError: it cannot be made now.
"""
Send = Callable[[str, Made], Awaitable[None]]
"""Brings a report to a destination. Raises TransientError: it did not arrive."""


class Courier:
    """Issues reports.

    Args:
        archive: of this host.
        jobs: by the configuration.
        make: what makes a report.
        send: what brings it to people.
        calendar: of the site.
        clock: what time it is.
        look_back: days whose reports are made anew when they were corrected.
    """

    def __init__(
        self,
        archive: Archive,
        jobs: tuple[Job, ...],
        make: Make,
        send: Send,
        calendar: Calendar,
        clock: Clock,
        look_back: int,
    ) -> None:
        self._archive = archive
        self._jobs = {job.name: job for job in jobs}
        self._make = make
        self._send = send
        self._calendar = calendar
        self._clock = clock
        self._look_back = timedelta(days=look_back)

    async def run(self) -> None:
        """Issue and deliver until cancelled."""
        while True:
            try:
                await self.step()
            except TransientError as error:
                log.warning("reports have to wait", reason=str(error))
            await asyncio.sleep(CHECK_S)

    async def step(self) -> None:
        """Make and deliver what is to be made and delivered at this moment.

        Raises:
            TransientError: the archive cannot be used now.
        """
        now = self._clock.now()
        if now < _CLOCKS_ARE_SET:
            return
        await asyncio.to_thread(self._plan, now)
        for issue in await asyncio.to_thread(self._archive.to_make, now):
            await self._make_one(issue)
        waiting = await asyncio.to_thread(self._archive.to_deliver, now)
        for issue, delivery in waiting:
            await self._deliver_one(issue, delivery)

    def _plan(self, now: int) -> None:
        today = local_time(now, self._calendar.zone).date()
        for job in self._jobs.values():
            for one in due(job.timing, self._calendar, self._archive.since(job.name, now), now):
                self._archive.begin(job.name, one.span, one.time)
            daily = due(
                replace(job.timing, kind=Kind.DAY), self._calendar, self._archive.renewed(job.name), now
            )
            if daily and self._look_back:
                self._archive.renew_all(job.name, job.timing.kind, today - self._look_back, daily[-1].time)

    async def _make_one(self, issue: Issue) -> None:
        job = self._jobs.get(issue.job)
        if job is None or job.timing.kind is not issue.span.kind:
            log.warning("a report is no longer wanted", job=issue.job, day=f"{issue.span.last}")
            await asyncio.to_thread(self._archive.forget, issue)
            return
        before = await asyncio.to_thread(self._archive.latest, issue.job, issue.span)
        try:
            made = await self._make(issue, before)
        except EdgeError as error:
            now = self._clock.now()
            again = again_at(issue.attempts + 1, now, now)
            log.warning("a report cannot be made", job=issue.job, day=f"{issue.span.last}", reason=str(error))
            await asyncio.to_thread(self._archive.not_made, issue, again or now, str(error))
            return
        if before is not None and made.edition == before.edition:
            await asyncio.to_thread(self._archive.forget, issue)
            return
        log.info("report made", job=issue.job, day=f"{issue.span.last}", edition=made.edition)
        await asyncio.to_thread(self._archive.made, issue, made, job.to)

    async def _deliver_one(self, issue: Issue, delivery: Delivery) -> None:
        if issue.made is None:
            return
        try:
            await self._send(delivery.destination, issue.made)
        except EdgeError as error:
            now = self._clock.now()
            again = again_at(delivery.attempts + 1, issue.made.at, now)
            log.warning(
                "a report did not arrive",
                job=issue.job,
                to=delivery.destination,
                reason=str(error),
                again_s=None if again is None else (again - now) // NS,
            )
            await asyncio.to_thread(self._archive.not_delivered, delivery, again, str(error))
        else:
            log.info("report delivered", job=issue.job, day=f"{issue.span.last}", to=delivery.destination)
            await asyncio.to_thread(self._archive.delivered, delivery, self._clock.now())
