"""`chili-edge run` without --only: node and host as two processes, each restarted when it dies."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import structlog

from edge.backoff import Backoff
from edge.lifecycle import stop_event, wait

log = structlog.get_logger(__name__)

PROGRAMS = ("node", "host")
STOP_DEADLINE_S = 12.0
"""A program drains and ends within 10 s of SIGTERM; one that does not is killed."""
USAGE = 2


async def supervise(config: Path, form: str) -> int:
    """Run both programs until SIGTERM or SIGINT; return the exit code.

    A program that says that its configuration is wrong (exit code 2) is not started again: everything ends.
    """
    stop = stop_event()
    async with asyncio.TaskGroup() as group:
        watchers = [
            group.create_task(_keep(program, config, form, stop), name=program) for program in PROGRAMS
        ]
    return max(watcher.result() for watcher in watchers)


async def _keep(program: str, config: Path, form: str, stop: asyncio.Event) -> int:
    backoff = Backoff()
    while True:
        command = (sys.executable, "-m", "edge", "run", "-c", str(config), "--only", program, "--log", form)
        process = await asyncio.create_subprocess_exec(*command)
        code = await _until_end(process, stop)
        if code == USAGE:
            stop.set()
        if stop.is_set():
            return code
        pause = backoff.next()
        log.error("program died, starting it again", program=program, exit_code=code, pause_s=round(pause, 1))
        await wait(stop, pause)


async def _until_end(process: asyncio.subprocess.Process, stop: asyncio.Event) -> int:
    """Return the exit code of a program that ended by itself, or was asked to when `stop` was set."""
    ended = asyncio.ensure_future(process.wait())
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait((ended, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not ended.done():
        process.terminate()
        try:
            async with asyncio.timeout(STOP_DEADLINE_S):
                return await ended
        except TimeoutError:
            process.kill()
    return await process.wait()
