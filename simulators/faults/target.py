"""What a scenario acts on: anything that faults can begin and end at."""

from __future__ import annotations

from typing import Protocol

from simulators.faults.kinds import Window


class Target(Protocol):
    """A controller, a server, a proxy or a service of the simulated plant."""

    async def begin(self, fault: Window) -> None:
        """Let the fault hold from now on; a kind that this target does not know is a ValueError."""

    async def end(self, fault: Window) -> None:
        """Let it hold no longer; called for faults that have an `end`, and for all of them when the run is over."""
