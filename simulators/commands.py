"""Where a process's commands come from: lines of stdin, and signals that mean `quit`."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

_CHUNK = 4096
_STDIN = 0
"""The descriptor itself: what stands in for `sys.stdin` within a process may have none."""

Commands = AsyncIterator[str]
"""One word per command; its end means `quit`."""


def process_commands(*, stdin: bool) -> Commands:
    """Return the lines of stdin until it ends, or until SIGTERM or SIGINT; listens from the call on.

    A service started without an input (`< /dev/null`, or closed) lives until a signal.

    Args:
        stdin: False leaves stdin alone, so that only a signal ends it.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lines.put_nowait, None)
    if stdin and _has_input():
        # A thread, because pipes, terminals and plain files must all do; a blocked read dies with the process.
        threading.Thread(target=_read_lines, args=(loop, lines), name="stdin", daemon=True).start()
    return _until_none(lines)


def _has_input() -> bool:
    """Return whether commands can come; nobody ever writes one to the null device."""
    if sys.stdin is None:
        return False
    status = os.fstat(_STDIN)
    return not (stat.S_ISCHR(status.st_mode) and status.st_rdev == Path(os.devnull).stat().st_rdev)


async def _until_none(lines: asyncio.Queue[str | None]) -> Commands:
    while (line := await lines.get()) is not None:
        yield line


def _read_lines(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[str | None]) -> None:
    """Pass on line after line; os.read, because a lock of sys.stdin would outlive the interpreter."""
    pending = b""
    try:
        while chunk := os.read(_STDIN, _CHUNK):
            *whole, pending = (pending + chunk).split(b"\n")
            for line in whole:
                loop.call_soon_threadsafe(lines.put_nowait, line.decode("utf-8", "replace").strip())
        loop.call_soon_threadsafe(lines.put_nowait, None)
    except (OSError, RuntimeError, ValueError):
        # stdin is closed, or the loop has ended before it: nobody is left to listen.
        return
