"""Entries of people, corrections and explanations: written by the host, since nobody else writes its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from edge.errors import RejectedError, TransientError
from edge.ingest.committer import Writer
from edge.ingest.desk import Desk, NotTakenError

log = structlog.get_logger(__name__)


class ManualEntries:
    """Lines that a command has made up and the host commits.

    Args:
        desk: where they are laid down.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def serve(self, historian: Writer) -> None:
        """Commit what is laid down until cancelled.

        An entry has its own stamp in its lines, so one that a host commits again after a crash is still one.
        """

        async def commit(request: Any) -> object:
            lines = _lines(request)
            if lines is None:
                return {"refused": "not an entry"}
            try:
                await historian.write(lines)
            except RejectedError as error:
                return {"refused": str(error)}
            log.info("entries of a person committed", lines=len(lines))
            return {"refused": None}

        await self._desk.serve(commit)

    async def lay_down(self, lines: Sequence[str], patience: float) -> None:
        """Have the running host commit lines.

        Raises:
            TransientError: no host runs, and nothing was booked; or its historian is away, and it will be.
            RejectedError: the historian will not have them.
        """
        try:
            answer = await self._desk.ask({"lines": list(lines)}, patience, take_back=True)
        except NotTakenError as error:
            raise TransientError(
                f"nothing was booked: {error}, and it alone writes its database; start it with `chili-edge run`"
            ) from None
        except TransientError as error:
            raise TransientError(
                f"{error}: it has the entry and books it when it can; do not enter it again, look with `ledger show`"
            ) from None
        if answer["refused"] is not None:
            raise RejectedError(f"nothing was booked: {answer['refused']}")


def _lines(request: Any) -> list[str] | None:
    lines = request.get("lines") if isinstance(request, dict) else None
    if not isinstance(lines, list) or not lines or not all(isinstance(line, str) for line in lines):
        return None
    return lines
