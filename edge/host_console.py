"""What the host gives to its console: who may come in, and what they can do to the historian and to the node's records."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from edge.backoff import Backoff
from edge.clock import Clock
from edge.config.settings import Settings
from edge.console.access.access import Access
from edge.console.access.desk import UserDesk
from edge.console.access.file import NAME, File
from edge.console.access.questions import audit_question
from edge.console.access.store import Store
from edge.console.actions.acknowledge import acknowledge
from edge.console.actions.correct import correct_count
from edge.console.actions.explain import explain_stop
from edge.console.actions.fields import Commit
from edge.console.pages.line import machine_question
from edge.console.pages.process import process_questions
from edge.console.pages.production import production_question, year_question
from edge.console.server import Contents
from edge.errors import TransientError
from edge.historian.base import Historian
from edge.host_pages import Box, page_downloads, page_questions
from edge.people.screen import attendance_questions, settle_attendance

TRIES = 4
"""An entry is written as often before whoever made it is told that nobody knows whether it rests."""


@contextmanager
def open_access(settings: Settings, clock: Clock) -> Iterator[Access]:
    """Open users, sessions and audit of a box; `chili-edge console` may do so meanwhile.

    Raises:
        TransientError: the file cannot be opened.
    """
    file = File(settings.data_dir / NAME)
    try:
        yield Access(settings.console, Store(file), clock)
    finally:
        file.close()


@contextmanager
def open_desk(settings: Settings, clock: Clock, by: str) -> Iterator[UserDesk]:
    """Open users and audit of a box to change them; its host may run meanwhile.

    Raises:
        TransientError: the file cannot be opened.
    """
    file = File(settings.data_dir / NAME)
    try:
        yield UserDesk(Store(file), clock, by, settings.plant.calendar.zone)
    finally:
        file.close()


def console_contents(
    settings: Settings, historian: Historian, reader: Historian, access: Access, clock: Clock, box: Box
) -> Contents:
    """Return what the pages of a host ask and do.

    Args:
        settings: of the box.
        historian: that takes entries.
        reader: that is asked.
        access: who may what.
        clock: what time it is.
        box: what the running host knows.
    """
    plant, store, commit = settings.plant, access.store, _committing(historian)
    return Contents(
        questions=[
            machine_question(reader, plant, clock),
            production_question(reader, plant, clock),
            year_question(reader, plant, clock),
            *process_questions(reader, plant, clock),
            audit_question(store),
            attendance_questions(settings, clock),
            *page_questions(settings, reader, store, clock, box),
        ],
        downloads=list(page_downloads(settings, clock)),
        actions=[
            explain_stop(reader, plant, commit, clock),
            correct_count(reader, plant, commit, clock),
            settle_attendance(settings, clock),
            acknowledge(store, clock),
        ],
    )


def _committing(historian: Historian) -> Commit:
    """Return what has lines committed: the same bytes again while the historian is away, since nobody knows of the first."""

    async def commit(lines: Sequence[str]) -> None:
        backoff = Backoff(base=0.2, cap=2.0)
        for left in reversed(range(TRIES)):
            try:
                await historian.write(lines)
            except TransientError:
                if not left:
                    raise
                await asyncio.sleep(backoff.next())
            else:
                return

    return commit
