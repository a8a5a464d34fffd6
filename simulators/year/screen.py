"""The year on a terminal: a bar while it goes by, and a line at its end."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from simulators.clock import now_ns
from simulators.people.calendar import PLAIN_CALENDAR, published_years
from simulators.year.command import simulate


def simulate_and_tell(seed: int, first: date, last: date, directory: Path) -> None:
    """Simulate, and show on stderr how far it is.

    Raises:
        OSError: it can't be written, or something stands there.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    if unpublished := sorted({*range(first.year, last.year + 1)} - published_years()):
        years = ", ".join(map(str, unpublished))
        print(f"the holidays of {years} are not published here: {PLAIN_CALENDAR}", file=sys.stderr)
    begun = now_ns()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(str(first), total=(last - first).days + 1)
        simulate(
            seed, first, last, directory, lambda day: progress.update(task, advance=1, description=str(day))
        )
    days = (last - first).days + 1
    print(f"{days} days from {first} to {last} in {(now_ns() - begun) / 1e9:.0f} s: {directory}")
