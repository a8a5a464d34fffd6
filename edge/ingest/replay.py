"""Dead letters once more into the historian, when the cause is gone: asked for by a person, done by the host.

The host is the only one that writes its files. So a request is a small file in a folder that it looks into, and the
answer is another one beside it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import structlog

from edge.errors import RejectedError, TransientError
from edge.ingest.batches import Batch, open_batch, sift
from edge.ingest.bisection import BadLine
from edge.ingest.committer import Writer
from edge.ingest.dead_letters import DeadLetters, Letter
from edge.messages import batch, line_protocol, topics

log = structlog.get_logger(__name__)

LOOK_INTERVAL_S = 0.5
_PAGE = 500


@dataclass(slots=True)
class Outcome:
    """What became of the letters: how many are stored, and why each other one is not."""

    stored: int = 0
    kept: dict[int, str] = field(default_factory=dict)


async def replay(
    letters: DeadLetters, historian: Writer, site: str, numbers: Sequence[int] | None
) -> Outcome:
    """Store letters again and forget those that the historian took; all of them when `numbers` is None.

    Raises:
        TransientError: the historian is away.
    """
    outcome = Outcome(kept=dict.fromkeys(numbers or (), "there is no such letter"))
    after = 0
    while page := await asyncio.to_thread(letters.list, _PAGE, after):
        after = page[-1].id
        for letter in page:
            if numbers is not None and letter.id not in numbers:
                continue
            try:
                await _store(historian, site, letter)
            except RejectedError as error:
                outcome.kept[letter.id] = str(error)
            else:
                await asyncio.to_thread(letters.remove, letter.id)
                outcome.kept.pop(letter.id, None)
                outcome.stored += 1
    return outcome


async def _store(historian: Writer, site: str, letter: Letter) -> None:
    if letter.size > len(letter.payload):
        raise RejectedError(f"only the first {len(letter.payload)} of its {letter.size} bytes were kept")
    lines, bad = _lines(site, letter)
    if bad:
        raise RejectedError(bad[0].reason)
    await historian.write(lines)


def _lines(site: str, letter: Letter) -> tuple[Sequence[str], Sequence[BadLine]]:
    """Return the lines of a whole message, or the one line that a letter is."""
    if letter.payload.startswith((batch.GZIP_MAGIC, b"# batch")):
        opened: Batch = open_batch(site, letter.topic, letter.payload)
        return opened.lines, opened.bad
    node, _ = topics.parse_data(letter.topic)
    return sift(node, line_protocol.lines(letter.payload))


class ReplayDesk:
    """Where requests are laid down and answered.

    Args:
        folder: of requests and answers.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unanswered: set[Path] = set()

    async def serve(self, letters: DeadLetters, historian: Writer, site: str) -> None:
        """Deal with requests until cancelled."""
        while True:
            for request in sorted(set(self._folder.glob("*.request")) - self._unanswered):
                await self._answer(request, letters, historian, site)
            await asyncio.sleep(LOOK_INTERVAL_S)

    async def _answer(self, request: Path, letters: DeadLetters, historian: Writer, site: str) -> None:
        try:
            numbers = await asyncio.to_thread(_read_request, request)
            outcome = await replay(letters, historian, site, numbers)
        except TransientError as error:
            log.warning("dead letters cannot be replayed now", reason=str(error))
            return
        except RejectedError as error:
            outcome = Outcome(kept={0: str(error)})
        log.info("dead letters replayed", stored=outcome.stored, kept=len(outcome.kept))
        try:
            await asyncio.to_thread(_write, request.with_suffix(".answer"), asdict(outcome))
            await asyncio.to_thread(request.unlink, missing_ok=True)
        except OSError as error:
            # A full disk, or a folder that another user has made; asked for again, nothing more is stored.
            self._unanswered.add(request)
            log.error("a replay cannot be answered", file=str(request), reason=str(error))

    async def ask(self, numbers: Sequence[int] | None, patience: float) -> Outcome:
        """Lay down a request and wait so many seconds for the answer.

        Raises:
            TransientError: none comes; the request stays, and the host deals with it when it can.
        """
        request = self._folder / f"{secrets.token_hex(4)}.request"
        try:
            await asyncio.to_thread(_write, request, {"ids": numbers})
        except OSError as error:
            raise TransientError(f"the host cannot be asked: {self._folder}: {error.strerror}") from error
        answer = request.with_suffix(".answer")
        try:
            async with asyncio.timeout(patience):
                while not await asyncio.to_thread(answer.exists):
                    await asyncio.sleep(LOOK_INTERVAL_S)
        except TimeoutError:
            raise TransientError(
                "no answer from the host: it does not run, or its database is away; the letters are replayed when it can"
            ) from None
        return await asyncio.to_thread(_read_answer, answer)


def _read_request(path: Path) -> Sequence[int] | None:
    try:
        numbers = json.loads(path.read_text())["ids"]
        return None if numbers is None else [int(number) for number in numbers]
    except (ValueError, OverflowError, KeyError, TypeError, OSError) as error:
        raise RejectedError(f"not a request: {error}") from error


def _read_answer(path: Path) -> Outcome:
    document = json.loads(path.read_text())
    path.unlink()
    return Outcome(document["stored"], {int(number): why for number, why in document["kept"].items()})


def _write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(document))
    part.rename(path)
