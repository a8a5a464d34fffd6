"""Which lines of a refused write are the bad ones: pure, so that it is tested without any historian."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import NamedTuple

from edge.errors import RejectedError
from edge.messages import line_protocol


class BadLine(NamedTuple):
    """A line that will never be accepted, and why."""

    line: str
    reason: str


def sift(lines: Sequence[str]) -> tuple[list[str], list[BadLine]]:
    """Return the lines that the schema knows, and those that it does not."""
    good, bad = [], []
    for line in lines:
        try:
            line_protocol.parse(line)
        except RejectedError as error:
            bad.append(BadLine(line, str(error)))
        else:
            good.append(line)
    return good, bad


def isolate(lines: Sequence[str], reason: str) -> Generator[Sequence[str], str | None, list[BadLine]]:
    """Halve lines that were refused as a whole until each bad one stands alone.

    Yields lines to write; the caller sends None when they were accepted, else the reason. Lines that were accepted
    before, as a part of what was refused, are written again: they are the same bytes. With `b` bad ones among `n`
    lines it asks for at most `2 * b * ceil(log2(n))` writes.

    Returns:
        The bad lines, each with the reason of its own refusal.
    """
    if len(lines) == 1:
        return [BadLine(lines[0], reason)]
    middle = len(lines) // 2
    bad: list[BadLine] = []
    for half in (lines[:middle], lines[middle:]):
        refusal = yield half
        if refusal is not None:
            bad += yield from isolate(half, refusal)
    return bad
