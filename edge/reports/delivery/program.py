"""Reports are made and sent by short processes of their own: pandas, pictures, PDF and mail never load into the host."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from edge.clock import Clock
from edge.errors import TransientError
from edge.reports.delivery.issue import Issue, Made

MAKING_S = 300.0
SENDING_S = 120.0
_MOST_SAID = 300


class Program:
    """The commands `reports make` and `reports send` of a configuration.

    Args:
        command: `chili-edge` as this machine starts it.
        config: edge.yaml.
        folder: of the files that are made, one folder a job.
        clock: what time it is.
    """

    def __init__(self, command: Sequence[str], config: Path, folder: Path, clock: Clock) -> None:
        self._command = (*command, "reports")
        self._config = ("-c", str(config))
        self._folder = folder
        self._clock = clock

    async def make(self, issue: Issue, before: Made | None) -> Made:
        """Return what a report comes to; with the edition before it where the figures are the same.

        Raises:
            TransientError: it cannot be made now; says why.
        """
        now, span = self._clock.now(), issue.span
        words = [issue.job, f"{span.first}", f"{span.last}", str(self._folder / issue.job)]
        if before is not None:
            words += ["--edition", str(before.edition), "--digest", before.digest, "--since", str(before.at)]
        answer = await said(MAKING_S, b"", *self._command, "make", *words, *self._config)
        try:
            told = json.loads(answer)
            files = tuple(Path(file) for file in told["files"])
            return Made(told["edition"], now, told["digest"], told["title"], told["text"], files)
        except (ValueError, KeyError, TypeError) as error:
            raise TransientError(f"what it said is no report: {answer[:_MOST_SAID]!r}") from error

    async def send(self, destination: str, made: Made) -> None:
        """Bring a report to a destination.

        Raises:
            TransientError: it did not arrive; says why.
        """
        what = json.dumps({**asdict(made), "files": [str(file) for file in made.files]}).encode()
        await said(SENDING_S, what, *self._command, "send", destination, *self._config)


async def said(patience_s: float, told: bytes, *command: str) -> bytes:
    """Return what a command says when it is told something; it ends with us.

    Raises:
        TransientError: it failed, and this is the last line that it said of it; or it took too long.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise TransientError(f"no process can be started: {error.strerror}") from error
    try:
        async with asyncio.timeout(patience_s):
            out, err = await process.communicate(told)
    except TimeoutError:
        raise TransientError(f"it was not done within {patience_s:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        lines = err.decode(errors="replace").strip().splitlines()
        why = lines[-1].removeprefix("chili-edge: ") if lines else f"it ended with {process.returncode}"
        raise TransientError(why[:_MOST_SAID])
    return out
