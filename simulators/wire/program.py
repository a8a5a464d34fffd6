"""A server process on a loopback port: started, stopped and killed at will, and gone when we are."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
import socket
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import BinaryIO, Self

from simulators.wire.connection import LOOPBACK

_PATIENCE_S = 5.0
"""How long a server may take to stop in order."""
_POLL_S = 0.02
_TAIL_BYTES = 4096
_TAIL_LINES = 8
_CHUNK = 65_536
_LEASH = 'group=; while read -r line; do group=$line; done; [ -z "$group" ] || kill -s KILL -- "-$group"'
"""Kills the group of processes that its stdin named last, as soon as nobody holds the other end: even if we are killed."""


class Program:
    """Runs a command that serves on a port, in the foreground; it ends with the `async with`, and when we are killed."""

    def __init__(self, command: Sequence[str], port: int, *, output: BinaryIO, ready_s: float) -> None:
        """Make a program that isn't started yet.

        Args:
            command: the program and its arguments.
            port: of loopback, where the command makes it serve.
            output: where its stdout and stderr go.
            ready_s: how long it may take until its port answers.
        """
        self._command = command
        self._port = port
        self._output = output
        self._ready_s = ready_s
        self._tail = b""
        self._process: Process | None = None
        self._copying: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()
        self._tasks = asyncio.TaskGroup()
        self._leash: Process | None = None

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._tasks)
        self._leash = await asyncio.create_subprocess_exec(
            "sh", "-c", _LEASH, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._leash is not None and self._leash.stdin is not None:
            self._leash.stdin.close()
            await self._leash.wait()
        await self._stack.aclose()

    async def start(self) -> None:
        """Start it and wait until its port answers.

        Raises:
            OSError: it can't be started, its port is taken, or it doesn't answer in time.
        """
        if await self._answers():
            raise OSError(f"{self._name}: another program answers on port {self._port} already")
        self._tail = b""
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, start_new_session=True
            )
        except OSError as error:
            raise OSError(f"{self._name} can't be started: {error.strerror}") from error
        self._tell_leash(str(self._process.pid))
        self._copying = self._tasks.create_task(self._copy(self._process), name=f"{self._name} output")
        if not await self._comes_up(self._process):
            code = self._process.returncode
            await self.kill()
            what = f"ended with {code}" if code is not None else f"does not answer after {self._ready_s:g} s"
            raise OSError(f"{self._name} {what} on port {self._port}; {self._last_words()}")

    async def stop(self) -> None:
        """End it in order, or by force when that takes too long; do nothing when it doesn't run."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it as a power cut would; do nothing when it doesn't run."""
        await self._end(signal.SIGKILL)

    @property
    def _name(self) -> str:
        return shlex.join(self._command)

    async def _comes_up(self, process: Process) -> bool:
        """Wait until the port answers; return whether it does before the process or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._ready_s):
                while process.returncode is None:
                    if await self._answers():
                        return True
                    await asyncio.sleep(_POLL_S)
        return False

    async def _answers(self) -> bool:
        """Return whether somebody takes connections on the port."""
        with socket.socket() as probe:
            probe.setblocking(False)
            try:
                await asyncio.get_running_loop().sock_connect(probe, (LOOPBACK, self._port))
            except OSError:
                return False
            # A port that nobody has may be given to the probe itself, which then talks to itself.
            return bool(probe.getsockname() != probe.getpeername())

    async def _copy(self, process: Process) -> None:
        """Copy what it says, and keep the last of it."""
        assert process.stdout is not None  # noqa: S101 - it was asked for
        while chunk := await process.stdout.read(_CHUNK):
            self._tail = (self._tail + chunk)[-_TAIL_BYTES:]
            self._output.write(chunk)
            self._output.flush()

    def _last_words(self) -> str:
        lines = self._tail.decode("utf-8", "replace").splitlines()[-_TAIL_LINES:]
        return "\n  ".join(["it said last:", *lines]) if lines else "it said nothing"

    async def _end(self, number: signal.Signals) -> None:
        process, copying = self._process, self._copying
        if process is None or copying is None:
            return
        if process.returncode is None:
            _signal_group(process, number)
        try:
            # Its output ends when those that it has started have ended too.
            async with asyncio.timeout(_PATIENCE_S):
                await asyncio.wait([copying])
                await process.wait()
        except TimeoutError:
            _signal_group(process, signal.SIGKILL)
            await process.wait()
        self._process = self._copying = None
        self._tell_leash("")

    def _tell_leash(self, group: str) -> None:
        assert self._leash is not None  # noqa: S101 - it is there while the program is entered
        assert self._leash.stdin is not None  # noqa: S101 - it was asked for
        self._leash.stdin.write(f"{group}\n".encode())


def _signal_group(process: Process, number: signal.Signals) -> None:
    """Send a signal to a process and to those that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
