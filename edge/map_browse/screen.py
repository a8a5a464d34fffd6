"""What a walk shows while it goes on: a line in a terminal, nothing anywhere else."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status


class Screen:
    """A line on standard error."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._status = Status("connecting", console=console) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def update(self, nodes: int, variables: int, depth: int) -> None:
        """Show how far the walk has come."""
        if self._status is not None:
            self._status.update(f"{nodes} nodes seen, {variables} variables, {depth} levels deep")
