"""What a report shows while it is made: a bar of its steps in a terminal, nothing anywhere else."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

STEPS = {
    "zh": ("读取数据", "生成报表", "完成"),
    "en": ("asking the historian", "writing the report", "done"),
}


class ReportScreen:
    """A progress bar on standard error.

    Args:
        language: of the steps.
    """

    def __init__(self, language: str) -> None:
        console = Console(stderr=True)
        self._steps = STEPS[language]
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(self._steps[0], total=len(self._steps) - 1)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def step(self, done: int) -> None:
        """Show that so many steps are done."""
        self._progress.update(self._task, description=self._steps[done], completed=done)
