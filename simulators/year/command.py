"""`python -m simulators year`: a whole season without sockets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

from simulators.year.people import People
from simulators.year.readings import Readings, utc
from simulators.year.season import Season
from simulators.year.truth import Truth


def simulate(
    seed: int, first: date, last: date, directory: Path, tell: Callable[[date], None] | None = None
) -> None:
    """Write the readings and the truth of the days from `first` to `last` to an empty folder.

    Args:
        seed: of everything random.
        first: local day.
        last: local day.
        directory: made when it is not there.
        tell: told of every day that has been lived through.

    Raises:
        OSError: it can't be written, or something stands there.
    """
    season = Season(seed, first, last)
    people = People(seed, first, last)
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise OSError(f"{directory} is not empty: name a new folder")
    truth = Truth(season, utc(datetime.combine(first, time())))
    with Readings(directory, seed, season.plant) as readings:
        for moment in season.moments():
            readings.add(moment)
            truth.add(moment)
            if tell is not None and moment.local.hour == moment.local.minute == 0:
                tell(moment.local.date())
        people.write_records(readings)
        readings.describe(seed, first, last)
    truth.write(directory / "truth")
    people.write_truth(directory / "truth")
