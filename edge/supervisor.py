"""`chili-edge run` without --only: node and host as two processes, each restarted when it dies."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import structlog

from edge.backoff import Backoff
from edge.lifecycle import stop_event, wait

log = structlog.get_logger(__name__)

STOP_DEADLINE_S = 12.0
"""A program drains and ends within 10 s of SIGTERM; one that does not is killed."""
USAGE = 2


async def supervise(config: Path, form: str) -> int:
    """Run both programs until SIGTERM or SIGINT; return the exit code.

    The node ends first: what it has counted is acknowledged while the host still runs. A program that says that its
    configuration is wrong (exit code 2) is not started again: everything ends.
    """
    stop, node_has_ended = stop_event(), asyncio.Event()

    async def node() -> int:
        try:
            return await _keep("node", config, form, stop, stop)
        finally:
            node_has_ended.set()

    async with asyncio.TaskGroup() as group:
        host = group.create_task(_keep("host", config, form, node_has_ended, stop), name="host")
        return_code = await group.create_task(node(), name="node")
    return max(return_code, host.result())


async def _keep(program: str, config: Path, form: str, stop: asyncio.Event, stop_all: asyncio.Event) -> int:
    """Run a program until `stop`, starting it again when it dies; return its last exit code."""
    backoff = Backoff()
    while True:
        command = (sys.executable, "-m", "edge", "run", "-c", str(config), "--only", program, "--log", form)
        process = await asyncio.create_subprocess_exec(*command)
        code = await _until_end(process, stop)
        if code == USAGE:
            stop_all.set()
        if code == USAGE or stop.is_set():
            return code
        pause = backoff.next()
        log.error("program died, starting it again", program=program, exit_code=code, pause_s=round(pause, 1))
        await wait(stop, pause)


async def _until_end(process: asyncio.subprocess.Process, stop: asyncio.Event) -> int:
    """Return the exit code of a program that ended by itself, or was asked to when `stop` was set."""
    async with asyncio.TaskGroup() as group:
        stopper = group.create_task(_end_when(stop, process), name="stopper")
        code = await process.wait()
        stopper.cancel()
    return code


async def _end_when(stop: asyncio.Event, process: asyncio.subprocess.Process) -> None:
    await stop.wait()
    process.terminate()
    await asyncio.sleep(STOP_DEADLINE_S)
    process.kill()
