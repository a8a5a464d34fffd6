"""The forecast that the host keeps in the historian."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from edge.errors import TransientError
from edge.lifecycle import cancel
from edge.messages import line_protocol
from edge.messages.schema import TARGET as MEASUREMENT
from edge.model.calendar import NS
from edge.target.publish import Forecaster, keep_forecast
from tests.fakes import FakeClock
from tests.unit.reports.sample import DAY, PLANT, MemoryHistorian, at, known_day, made_line

NOW = at(16, 12)
assert PLANT.target is not None
TARGET = PLANT.target


async def test_the_point_stands_at_the_start_of_the_day() -> None:
    """It holds what was made before, the year's end in mass and value, and what each day left must bring."""
    historian = MemoryHistorian(known_day())
    point = await Forecaster(historian, PLANT, TARGET).point(NOW)

    assert point is not None
    assert point.time == at(16, 7)
    assert point.fields["before"] == 32_500 * 280 + 10_001 * 200 + 5_001_000 * 280
    assert set(point.fields) <= set(MEASUREMENT.fields)
    assert {"p10", "p50", "p90", "probability", "required", "value", "value_p50", "provisional"} <= set(
        point.fields
    )


async def test_the_day_that_is_on_is_not_in_it() -> None:
    """It is half a day, and half a day says nothing about a day."""
    historian = MemoryHistorian([*known_day(), made_line("jar_line", 1_000, at(16, 11), "jar_280")])
    first, second = [
        await Forecaster(one, PLANT, TARGET).point(NOW) for one in (historian, MemoryHistorian(known_day()))
    ]

    assert first == second


async def test_a_target_of_another_year_has_no_forecast() -> None:
    """Before it begins and after it has ended."""
    assert await Forecaster(MemoryHistorian(), PLANT, replace(TARGET, year=2027)).point(NOW) is None


async def test_the_first_day_of_the_year_has_one() -> None:
    """Nothing of the year before counts for it."""
    old = made_line("jar_line", 1_000, at(1, 6, month=1), "jar_280")
    point = await Forecaster(MemoryHistorian([old]), PLANT, TARGET).point(at(1, 12, month=1))

    assert point is not None
    assert point.fields["before"] == 0


async def test_a_correction_of_last_week_comes_soon_and_one_of_march_on_the_next_day() -> None:
    """The last weeks are added up each time, all of the year once a day."""
    historian = MemoryHistorian(known_day())
    forecaster = Forecaster(historian, PLANT, TARGET)

    async def before(now: int) -> int:
        point = await forecaster.point(now)
        assert point is not None
        return int(point.fields["before"])

    first = await before(NOW)
    await historian.write(
        [
            made_line("jar_line", -100, at(14, 9), "jar_280"),
            made_line("jar_line", -1_000, at(2, 9, month=3), "jar_280"),
        ]
    )
    tomorrow = NOW + 24 * 3600 * NS
    made_today = 7_777 * 280

    assert await before(NOW + NS) == first - 100 * 280
    assert await before(tomorrow) == first - 1_100 * 280 + made_today


class _Store(MemoryHistorian):
    """Notes what is written, and fails at first when it is told to."""

    def __init__(self, lines: Sequence[str] = (), failures: int = 0) -> None:
        super().__init__(lines)
        self.written: asyncio.Queue[str] = asyncio.Queue()
        self.failed = asyncio.Event()
        self._failures = failures

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:  # noqa: ARG002 - as the port has it
        """Keep lines, or not."""
        if self._failures:
            self._failures -= 1
            self.failed.set()
            raise TransientError("the store is away")
        for line in lines:
            self.written.put_nowait(line)


async def test_it_is_said_at_once_and_a_store_that_is_away_ends_nothing() -> None:
    """The task outlives a failure; the next round says it."""
    store, failing = _Store(known_day()), _Store(failures=1)
    tasks = [
        asyncio.create_task(keep_forecast(store, target, PLANT, FakeClock(NOW)))
        for target in (store, failing)
    ]
    line = await store.written.get()
    await failing.failed.wait()
    await asyncio.sleep(0)

    assert line_protocol.parse(line).time == PLANT.calendar.day_span(DAY)[1]
    assert not any(task.done() for task in tasks)
    await cancel(tasks)


async def test_without_a_target_there_is_nothing_to_keep() -> None:
    """The task ends by itself."""
    await keep_forecast(_Store(), _Store(), replace(PLANT, target=None), FakeClock(NOW))


def test_days_of_the_sample() -> None:
    """The point of the day is that of 16 September."""
    assert PLANT.calendar.production_day(NOW) == date(2026, 9, 16)
    assert PLANT.calendar.day_span(DAY)[1] == NOW - 5 * 3600 * NS
