"""What `chili-edge outbox status` says: the account of every point, and how long an outage may last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from edge.outbox.options import OutboxOptions
from edge.outbox.sqlite import read_tallies, read_usage

_MB = 1e6


def status_lines(path: Path, options: OutboxOptions) -> Iterator[str]:
    """Yield the lines, of a node that may run meanwhile.

    Raises:
        TransientError: the file cannot be read now.
    """
    usage = read_usage(path, options)
    if usage is None:
        yield "no outbox yet: the node has not run with this configuration"
        return
    for stream, tally in read_tallies(path).items():
        dropped = ", ".join(f"{points} {reason}" for reason, points in tally.dropped_by.items())
        yield (
            f"{stream}: {tally.waiting} points wait ({tally.bytes} bytes, the oldest for {tally.oldest_s} s);"
            f" of {tally.acquired} acquired, {tally.acknowledged} are stored and {tally.dropped} were dropped"
            f"{f' ({dropped})' if dropped else ''}; {tally.unaccounted} unaccounted for"
        )
    left = "unknown yet" if usage.hours_left is None else f"{usage.hours_left:.1f} h"
    yield f"disk: {usage.used / _MB:.1f} of {usage.allowed / _MB:.1f} MB used; outage hours left: {left}"
