"""The console on its port, until cancelled."""

from __future__ import annotations

import asyncio
from functools import partial

from edge.clock import Clock
from edge.console.app import app
from edge.console.live import Live
from edge.console.options import ConsoleOptions
from edge.console.snapshot import take_snapshot
from edge.historian.base import Historian
from edge.model.plant import Plant
from edge.web_server import serve


async def serve_console(options: ConsoleOptions, historian: Historian, plant: Plant, clock: Clock) -> None:
    """Serve the page and its live figures until cancelled.

    Raises:
        ConfigurationError: the address cannot be listened on.
    """
    live = Live(partial(take_snapshot, historian, plant), clock)
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(live.run(), name="console-live")
        await serve(app(live), options.listen, "console.listen")
        asking.cancel()
