"""The product's node with a clock that jumps: `python -m tests.system.chaos.node EDGE_YAML OFFSET_FILE`.

The file holds the seconds by which the box's clock is wrong, and is read again all the time.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from edge.clock import SystemClock
from edge.config.settings import load
from edge.instrumentation import configure_logging
from edge.node import run_node

_NS = 10**9


class JumpingClock(SystemClock):
    """The machine's clock, off by what a file says."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> int:
        """Return the wrong time."""
        return super().now() + int(self._file.read_text() or 0) * _NS


if __name__ == "__main__":
    configure_logging()
    asyncio.run(run_node(load(Path(sys.argv[1])), JumpingClock(Path(sys.argv[2])), sys.stdin))
