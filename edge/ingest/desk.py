"""What people ask of the running host: a small file in a folder that it looks into, and the answer as another beside it.

The host is the only one that writes its files. It takes a request in hand by renaming it, so that who asks can tell one
that nobody has looked at, and take it back.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog

from edge.errors import TransientError

log = structlog.get_logger(__name__)

LOOK_INTERVAL_S = 0.5
_ASKED, _TAKEN, _ANSWERED, _PART = ".request", ".taken", ".answer", ".part"


class Desk:
    """Where requests are laid down and answered.

    Args:
        folder: of requests and answers.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unanswered: set[Path] = set()

    async def serve(self, deal: Callable[[Any], Awaitable[object]]) -> None:
        """Deal with requests until cancelled.

        Args:
            deal: takes a request as it was asked, None when that is not JSON, and returns the answer; what it cannot do
                now (TransientError) it is asked again.
        """
        while True:
            for request in await asyncio.to_thread(self._waiting):
                await self._answer(request, deal)
            await asyncio.sleep(LOOK_INTERVAL_S)

    async def ask(self, document: object, patience: float, *, take_back: bool = False) -> Any:
        """Lay down a request and wait so many seconds for the answer.

        Args:
            document: the request, JSON.
            patience: seconds.
            take_back: a request that the host has not taken by then is withdrawn; otherwise it stays until there is one.

        Raises:
            TransientError: no answer came. `NotTakenError`: and none will, nothing was done.
        """
        request = self._folder / f"{secrets.token_hex(4)}{_ASKED}"
        answer = request.with_suffix(_ANSWERED)
        try:
            await asyncio.to_thread(_write, request, document)
            async with asyncio.timeout(patience):
                while not await asyncio.to_thread(answer.exists):
                    await asyncio.sleep(LOOK_INTERVAL_S)
            return await asyncio.to_thread(_read_answer, answer)
        except TimeoutError:
            if take_back and await asyncio.to_thread(_withdraw, request):
                raise NotTakenError("no host runs on this box") from None
            raise TransientError("no answer from the host") from None
        except OSError as error:
            raise TransientError(
                f"the host cannot be asked: {self._folder}: {error.strerror or error}"
            ) from error

    def _waiting(self) -> list[Path]:
        """Return what is to be dealt with: first what was taken in hand before a restart."""
        taken = sorted(set(self._folder.glob(f"*{_TAKEN}")) - self._unanswered)
        for request in sorted(set(self._folder.glob(f"*{_ASKED}")) - self._unanswered):
            hand = request.with_suffix(_TAKEN)
            try:
                request.rename(hand)
            except FileNotFoundError:
                continue
            except OSError as error:
                self._give_up(request, error)
            else:
                taken.append(hand)
        return taken

    async def _answer(self, request: Path, deal: Callable[[Any], Awaitable[object]]) -> None:
        try:
            answer = await deal(await asyncio.to_thread(_read, request))
        except TransientError as error:
            log.warning("a request has to wait", folder=self._folder.name, reason=str(error))
            return
        try:
            await asyncio.to_thread(_write, request.with_suffix(_ANSWERED), answer)
            await asyncio.to_thread(request.unlink, missing_ok=True)
        except OSError as error:
            self._give_up(request, error)

    def _give_up(self, request: Path, error: OSError) -> None:
        """Leave a request alone until the next start: a full disk, or a folder that another user has made, must not end the host."""
        self._unanswered.add(request)
        log.error("a request cannot be answered", file=str(request), reason=str(error))


class NotTakenError(TransientError):
    """A request was taken back, since no host has looked at it."""


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return None


def _read_answer(path: Path) -> Any:
    document = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    return document


def _withdraw(request: Path) -> bool:
    try:
        request.unlink()
    except FileNotFoundError:
        return False
    return True


def _write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(_PART)
    part.write_text(json.dumps(document), encoding="utf-8")
    part.rename(path)
