"""Dead letters once more into the historian, when the cause is gone: asked for by a person, done by the host."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

from edge.errors import RejectedError, TransientError
from edge.ingest.batches import Batch, open_batch, sift
from edge.ingest.bisection import BadLine
from edge.ingest.committer import Writer
from edge.ingest.dead_letters import DeadLetters, Letter
from edge.ingest.desk import Desk
from edge.messages import batch, line_protocol, topics

log = structlog.get_logger(__name__)

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
    """Where people ask the running host for it.

    Args:
        desk: of requests and answers.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def serve(self, letters: DeadLetters, historian: Writer, site: str) -> None:
        """Deal with requests until cancelled."""

        async def deal(request: Any) -> object:
            try:
                outcome = await replay(letters, historian, site, _numbers(request))
            except RejectedError as error:
                outcome = Outcome(kept={0: str(error)})
            log.info("dead letters replayed", stored=outcome.stored, kept=len(outcome.kept))
            return asdict(outcome)

        await self._desk.serve(deal)

    async def ask(self, numbers: Sequence[int] | None, patience: float) -> Outcome:
        """Lay down a request and wait so many seconds for the answer.

        Raises:
            TransientError: none comes; the request stays, and the host deals with it when it can.
        """
        try:
            document = await self._desk.ask({"ids": numbers}, patience)
        except TransientError as error:
            raise TransientError(
                f"{error}: it does not run, or its database is away; the letters are replayed when it can"
            ) from None
        return Outcome(document["stored"], {int(number): why for number, why in document["kept"].items()})


def _numbers(request: Any) -> Sequence[int] | None:
    try:
        numbers = request["ids"]
        return None if numbers is None else [int(number) for number in numbers]
    except (ValueError, OverflowError, KeyError, TypeError) as error:
        raise RejectedError(f"not a request: {error}") from error
