"""Which lines of a refused write are the bad ones: pure, so that it is tested without any historian."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import NamedTuple

from edge.errors import RejectedError


class BadLine(NamedTuple):
    """A line that will never be accepted, and why."""

    line: str
    reason: str


def isolate(
    lines: Sequence[str], refusal: RejectedError
) -> Generator[Sequence[str], RejectedError | None, list[BadLine]]:
    """Search lines that were refused as a whole until each bad one stands alone.

    Lines that the database names are believed; else they are halved. Yields lines to write; the caller sends None when
    they were accepted, else the refusal. Lines that were accepted before, as a part of what was refused, are written
    again: they are the same bytes. With `b` bad ones among `n` lines it asks for at most `2 * b * ceil(log2(n))` writes.

    Returns:
        The bad lines, each with the reason of its own refusal.
    """
    if len(lines) == 1 or refusal.dropped == len(lines):
        return [BadLine(line, str(refusal)) for line in lines]
    named = {number: reason for number, reason in refusal.lines.items() if 0 <= number < len(lines)}
    if named:
        bad = [BadLine(lines[number], reason) for number, reason in sorted(named.items())]
        parts: tuple[Sequence[str], ...] = (
            [line for number, line in enumerate(lines) if number not in named],
        )
    else:
        bad, middle = [], len(lines) // 2
        parts = (lines[:middle], lines[middle:])
    for part in parts:
        if part and (again := (yield part)) is not None:
            bad += yield from isolate(part, again)
    return bad
