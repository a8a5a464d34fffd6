"""The demo's programs: each a process with a log file of its own, ended when the demo ends, however that comes."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import EdgeError

READY_DEADLINE_S = 60.0
STOP_DEADLINE_S = 15.0
_LOG_TAIL = 5
MOSQUITTO_PLACES = f"/usr/sbin{os.pathsep}/usr/local/sbin"


@dataclass(slots=True)
class Program:
    """A program that the demo runs.

    Its standard input is a pipe of ours: the programs that we wrote end when it closes, so that no orphan outlives a
    demo that was killed.
    """

    name: str
    command: tuple[str, ...]
    log: Path
    process: asyncio.subprocess.Process | None = None
    killed: bool = False

    async def start(self) -> None:
        """Start it, or start it again."""
        self.killed = False
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A process group of its own: Ctrl-C is for the demo, which then ends its programs in order.
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                process_group=0,
            )

    async def ready(self) -> Mapping[str, Any]:
        """Return what it says in JSON on its first line of output, once it can be used."""
        try:
            async with asyncio.timeout(READY_DEADLINE_S):
                line = await self._running.stdout.readline() if self._running.stdout else b""
            return dict(json.loads(line))
        except (TimeoutError, ValueError) as error:
            raise EdgeError(f"{self.name} did not start: {self.last_words()}") from error

    async def output(self) -> bytes:
        """Return all that it prints, once it has ended.

        Raises:
            EdgeError: it failed.
        """
        printed, _ = await self._running.communicate()
        if self._running.returncode:
            raise EdgeError(f"{self.name} failed: {self.last_words()}")
        return printed

    async def tell(self, order: str) -> None:
        """Write a line to its standard input."""
        if self._running.stdin is None:
            raise EdgeError(f"{self.name} does not listen")
        self._running.stdin.write(f"{order}\n".encode())
        await self._running.stdin.drain()

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.runs:
            self._running.kill()
            self.killed = True
            await self._running.wait()

    async def stop(self) -> None:
        """Ask it to end, and wait until it has; kill it when it does not."""
        if not self.runs:
            return
        self._running.terminate()
        try:
            async with asyncio.timeout(STOP_DEADLINE_S):
                await self._running.wait()
        except TimeoutError:
            self._running.kill()
            await self._running.wait()

    @property
    def runs(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.returncode is None

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self.process is None:
            raise EdgeError(f"{self.name} was not started")
        return self.process

    def last_words(self) -> str:
        """Return where its log is, and the end of it."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL:]
        return f"see {self.log}: {' | '.join(lines)}" if lines else f"see {self.log}"


def ours(name: str, log: Path, *arguments: str) -> Program:
    """Return a program of this project, run by the interpreter that runs the demo."""
    return Program(name, (sys.executable, "-m", *arguments), log)


def tied(program: Program) -> Program:
    """Return a program that ends with the demo even though it does not listen to its standard input."""
    return Program(program.name, (*_tied_to_us(), *program.command), program.log)


def mosquitto(directory: Path, log: Path, port: int) -> Program | None:
    """Return Debian's broker on loopback, with its configuration written; None when it is not installed."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path=MOSQUITTO_PLACES)
    if program is None:
        return None
    configuration = directory / "mosquitto.conf"
    configuration.write_text(
        # Changing its user, as it does when root starts it, would undo what ties it to the demo.
        f"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
        "max_queued_messages 10000\n",
        encoding="utf-8",
    )
    return tied(Program("broker", (program, "-c", str(configuration)), log))


def _tied_to_us() -> tuple[str, ...]:
    """Return what makes a program end when the demo is killed; nothing where that is not known."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM") if setpriv else ()


async def accepts(port: int) -> None:
    """Return once a server accepts connections on a loopback port.

    Raises:
        EdgeError: it does not within the deadline.
    """
    try:
        async with asyncio.timeout(READY_DEADLINE_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    await writer.wait_closed()
                    return
    except TimeoutError as error:
        raise EdgeError(f"nothing answers on 127.0.0.1:{port}") from error


def free_port(wish: int = 0) -> int:
    """Return a loopback port that is free now: the wished one, or any other when it is taken."""
    for port in (wish, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EdgeError("no free port on 127.0.0.1")
