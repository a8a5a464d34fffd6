"""The console on its port, until cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from edge.clock import Clock
from edge.console.access.access import Access
from edge.console.access.file import File
from edge.console.access.store import Store
from edge.console.actions.action import Action
from edge.console.app import app
from edge.console.headers import HSTS, SECURITY
from edge.console.live import Live
from edge.console.options import ConsoleOptions
from edge.console.question import Download, PersonalQuestion, Question
from edge.console.snapshot import take_snapshot
from edge.errors import ConfigurationError
from edge.historian.base import Historian
from edge.model.plant import Plant
from edge.web_server import Tls, serve


@dataclass(frozen=True, slots=True)
class Contents:
    """What pages ask, load and do, beside what they are told by themselves."""

    questions: Sequence[Question | PersonalQuestion] = ()
    downloads: Sequence[Download] = ()
    actions: Sequence[Action[Any]] = ()


async def serve_console(
    options: ConsoleOptions,
    historian: Historian,
    plant: Plant,
    clock: Clock,
    access: Access | None = None,
    contents: Contents = Contents(),
    when_stored: Callable[[Callable[[], None]], None] = lambda _hear: None,
) -> None:
    """Serve the pages and their live figures until cancelled.

    Args:
        options: the `console:` block.
        historian: that figures come from.
        plant: that they are of.
        clock: what time it is.
        access: who may what; without it there are no users, and this machine alone may look.
        contents: of the pages.
        when_stored: takes what is to be called whenever something was stored, so that pages are told soon.

    Raises:
        ConfigurationError: the address cannot be listened on, the certificate cannot be used, or nobody could log in.
    """
    access = access or Access(options, Store(File(None)), clock)
    await _refuse_if_useless(options, access)
    live = Live(partial(take_snapshot, historian, plant), clock)
    when_stored(live.stored)
    tls = Tls(options.tls.certificate, options.tls.key, "console.tls") if options.tls else None
    headers = {**SECURITY, **(HSTS if access.is_secure else {})}
    async with asyncio.TaskGroup() as group:
        pages = app(live, access, group, contents.questions, contents.downloads, contents.actions)
        asking = group.create_task(live.run(), name="console-live")
        await serve(pages, options.listen, "console.listen", tls, headers)
        asking.cancel()


async def _refuse_if_useless(options: ConsoleOptions, access: Access) -> None:
    if options.is_open and not await access.has_users():
        where = "behind a proxy" if options.behind_proxy else f"on {options.listen.host}"
        raise ConfigurationError(
            f"console: it would be open to others {where}, and nobody could log in yet: add a user with"
            " chili-edge console user add NAME --role admin -c FILE"
        )
