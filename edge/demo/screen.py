"""What the demo shows while it runs: a live table in a terminal, a line now and then anywhere else."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from edge.demo.reconciliation import Reconciliation, jin_text, pieces

PLAIN_EVERY = 10
"""Without a terminal, every so many updates are printed."""


class Screen:
    """Where the demo speaks to whoever started it."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._updates = 0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._console.print(text, markup=False, soft_wrap=True)

    def update(self, figures: Reconciliation, status: str) -> None:
        """Show the figures of this moment; what was made a moment ago is counted and stored a moment later."""
        self._updates += 1
        if self._console.is_terminal:
            self._live.update(Group(_table(figures), Text(status)), refresh=True)
        elif self._updates % PLAIN_EVERY == 0:
            self.say(f"{status}; {_in_short(figures)}")


def _table(figures: Reconciliation) -> Table:
    table = Table("machine", "counter")
    for column in ("made", "counted", "stored", "stored 斤"):
        table.add_column(column, justify="right")
    for line in figures.lines:
        table.add_row(
            line.machine,
            line.counter,
            *(pieces(figure) for figure in (line.made, line.counted, line.stored)),
            jin_text(line.stored),
        )
    return table


def _in_short(figures: Reconciliation) -> str:
    good = [line for line in figures.lines if line.counter == "good"]
    return ", ".join(f"{line.machine} {pieces(line.made)} made {pieces(line.stored)} stored" for line in good)
