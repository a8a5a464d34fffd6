"""What the host gives to the pages of its console beyond the historian: who saw what, reports, and how this box is."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from edge import __version__
from edge.clock import Clock
from edge.config.settings import Settings
from edge.console.access.store import Store
from edge.console.pages.events import events_question
from edge.console.pages.people import people_question
from edge.console.pages.reports import PATIENCE_S, Wanted, report_download, reports_question
from edge.console.pages.system import system_question
from edge.console.question import Download, PersonalQuestion, Question
from edge.errors import TransientError
from edge.historian.base import Historian
from edge.historian.embedded import LIBRARY_VERSION
from edge.issuing import told
from edge.model.calendar import local_time
from edge.people.names import names_question
from edge.reports.delivery.program import said

NEWEST = 50
"""Issued reports that are listed."""
FAILURES = 5
_COMMAND = (sys.executable, "-m", "edge", "report")


@dataclass(frozen=True, slots=True)
class Box:
    """What only the running host knows.

    Attributes:
        letters: counts the dead letters; blocks.
        connected: whether the broker is.
    """

    letters: Callable[[], int]
    connected: Callable[[], bool]


def page_questions(
    settings: Settings, reader: Historian, store: Store, clock: Clock, box: Box
) -> Iterator[Question | PersonalQuestion]:
    """Yield what the pages of events, people, reports and system ask."""
    plant = settings.plant
    yield events_question(reader, plant, clock, acknowledged(store, settings))
    yield people_question(reader, plant, clock)
    yield names_question(settings, clock)

    async def issued() -> Mapping[str, Any]:
        return await asyncio.to_thread(told, settings, NEWEST, clock.now())

    async def this_box() -> Mapping[str, Any]:
        return {
            **await asyncio.to_thread(about_box, settings, box, clock.now()),
            "connected": box.connected(),
        }

    yield reports_question(plant, clock, issued)
    yield system_question(reader, plant, clock, this_box)


def page_downloads(settings: Settings, clock: Clock, command: Sequence[str] = _COMMAND) -> Iterator[Download]:
    """Yield what the pages load.

    Args:
        settings: of the box.
        clock: what time it is.
        command: `chili-edge report` as this machine starts it.
    """

    async def make(wanted: Wanted) -> bytes:
        words = ("--date", f"{wanted.day}", "--format", wanted.form, "--lang", wanted.language)
        return await said(PATIENCE_S, b"", *command, wanted.span, *words, "-c", str(settings.file))

    yield report_download(settings.plant, clock, make)


def acknowledged(store: Store, settings: Settings) -> Callable[[Sequence[str]], Any]:
    """Return what tells who acknowledged which events, when, and with which note."""
    zone = settings.plant.calendar.zone

    async def ask(keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        known = await asyncio.to_thread(store.acknowledged, keys)
        return {
            key: {**asdict(one), "time": f"{local_time(one.time, zone):%m-%d %H:%M}"}
            for key, one in known.items()
        }

    return ask


def about_box(settings: Settings, box: Box, now: int) -> dict[str, Any]:
    """Return versions, disk, dead letters and the newest failures of reports. Blocks; what cannot be known is None."""
    return {
        "versions": {
            "chili-edge": __version__,
            "Python": platform.python_version(),
            "SQLite": LIBRARY_VERSION,
        },
        "historian": settings.historian.kind,
        "disk": _known(partial(_disk, settings)),
        "dead_letters": _known(box.letters),
        "failures": _known(partial(_failures, settings, now)),
    }


def _disk(settings: Settings) -> dict[str, int]:
    usage = shutil.disk_usage(settings.data_dir)
    return {"free": usage.free, "total": usage.total}


def _failures(settings: Settings, now: int) -> list[dict[str, Any]]:
    issues = told(settings, NEWEST, now)["issues"]
    found = [
        {"job": one["job"], "last": one["last"], "to": to, "error": error}
        for one in issues
        for to, error in [("", one["error"]), *((each["to"], each["error"]) for each in one["deliveries"])]
        if error
    ]
    return found[:FAILURES]


def _known(ask: Callable[[], Any]) -> Any:
    """Return an answer; None when there is none now, so that one that is missing does not hide the others."""
    try:
        return ask()
    except (OSError, TransientError):
        return None
