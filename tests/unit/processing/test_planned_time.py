"""Breaks, days of rest and the ends of shifts: what of a machine's time is planned, by ISO 22400-2 (PBT = POT - planned downtime)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model.calendar import NS, Break, Shift
from edge.model.oee import Sums
from edge.model.plant import Plant
from edge.model.work_days import DayKind, DayOff, WorkDays
from edge.processing.pipeline import Lines, Pipeline
from tests.unit.processing.machines import START, plant
from tests.unit.processing.test_utilisation import ABORTED, EXECUTE, HELD, JAR, STOPPED, frame, summed, told

HOUR = 3600
DAY_SHIFT = Shift("D", "白班", time(8), time(17, 30), (Break(time(14, 10), time(14, 20)),))
"""Its break begins ten minutes after START and ends twenty after."""
MONDAY = date(2026, 9, 21)
NIGHT = Shift("C", "夜班", time(23, 30), time(7, 30), (Break(time(3), time(3, 15)),))


def site(*shifts: Shift, rest: Iterable[date] = (), work: Iterable[date] = ()) -> Plant:
    """Return a plant with these shifts, days of rest and days of work."""
    own = dict.fromkeys(rest, DayOff(DayKind.REST)) | dict.fromkeys(work, DayOff(DayKind.WORK))
    made = plant(JAR, shifts=shifts)
    return replace(made, calendar=replace(made.calendar, work_days=WorkDays(own=own)))


def lived(of: Plant, first: int, last: int, *changes: tuple[int, int, int]) -> list[Lines]:
    """Return what a machine gives rise to that is read every 10 s and turns to states at times, s after START."""
    pipeline, doing = Pipeline(of, {}), (EXECUTE, 0)
    waiting, outputs = sorted(changes), []
    for at in range(first, last + 1, 10):
        while waiting and waiting[0][0] <= at:
            _, *now = waiting.pop(0)
            doing = now[0], now[1]
        outputs.append(pipeline.process(frame(at, *doing)))
    return [*outputs, pipeline.tick(START + (last + 20 * 86_400) * NS)]


def known(outputs: list[Lines]) -> Sums:
    """Return the sums without the time after the end, which nobody knows."""
    sums = summed(outputs)
    return replace(sums, pbt=sums.pbt - sums.unknown, unknown=0)


def test_a_machine_that_runs_through_a_break_is_busy() -> None:
    """It was not down as planned, so its planned busy time is all of it, and its availability stays at 100 %."""
    sums = known(lived(site(DAY_SHIFT), 0, 1800, (1790, HELD, 3)))

    assert (sums.pbt, sums.apt) == (1_800_000 + 13_000, 1_790_000)


def test_a_machine_that_stands_in_a_break_loses_nothing() -> None:
    """Neither a stop nor a failure, whatever state it shows: Stopped, Held or Aborted."""
    for packml, reason in ((STOPPED, 0), (HELD, 3), (ABORTED, 5)):
        outputs = lived(site(DAY_SHIFT), 0, 1800, (600, packml, reason), (1200, EXECUTE, 0))
        sums = known(outputs)

        assert (sums.adet, sums.adot, sums.stops, sums.failures) == (0, 0, 0, 0)
        assert not [point for point in told(outputs, "loss") if point.tags["category"] != "offline"]


def test_a_stop_that_begins_in_a_break_is_as_long_as_what_it_takes_of_the_shift() -> None:
    """Of nine minutes only the last is planned: a micro-stop, and a failure if it broke."""
    outputs = lived(site(DAY_SHIFT), 0, 1800, (720, ABORTED, 5), (1260, EXECUTE, 0))
    sums = known(outputs)

    assert (sums.adot, sums.failures) == (60_000, 1)
    assert (sums.stops, sums.micro, sums.micro_ms) == (1, 1, 60_000)
    assert sums.mttr_s == 60


def test_a_stop_around_a_break_is_one_stop() -> None:
    """A minute before and two after: three of the shift, and no micro-stop."""
    sums = known(lived(site(DAY_SHIFT), 0, 1800, (540, HELD, 3), (1320, EXECUTE, 0)))

    assert (sums.adet, sums.stops, sums.micro) == (180_000, 1, 0)


def test_a_machine_that_is_switched_off_after_its_shift_has_not_broken() -> None:
    """Stopped from the end of the shift until the next morning: an evening is no failure."""
    end, begin = 3 * HOUR + HOUR // 2, 18 * HOUR
    outputs = lived(site(DAY_SHIFT), 0, begin + 600, (end, STOPPED, 0), (begin, EXECUTE, 0))
    sums = known(outputs)

    assert (sums.failures, sums.stops, sums.adot) == (0, 0, 0)
    assert sums.mtbf_s is None


def test_nothing_is_planned_on_a_day_of_rest() -> None:
    """A machine that stands in its idle state loses nothing, though the shift of its hours has its name."""
    outputs = lived(site(DAY_SHIFT, rest=[MONDAY]), 0, HOUR, (0, HELD, 3))

    assert summed(outputs).pbt == summed(outputs).unknown
    assert (known(outputs).adet, known(outputs).stops) == (0, 0)


def test_who_works_on_a_day_of_rest_is_busy_while_the_machine_runs() -> None:
    """Its pieces and its running count; that it stood is nobody's loss, since nobody planned that it runs."""
    sums = known(lived(site(DAY_SHIFT, rest=[MONDAY]), 0, HOUR, (HOUR // 2, HELD, 3)))

    assert (sums.pbt, sums.apt, sums.adet) == (1_800_000, 1_800_000, 0)


def test_overtime_that_is_entered_is_planned() -> None:
    """A Sunday that the site's own calendar calls worked is like any other day."""
    sums = known(lived(site(DAY_SHIFT, work=[MONDAY]), 0, HOUR, (HOUR // 2, HELD, 3)))

    # A break of ten minutes was run through; the half-hour after was lost, and the last state is believed for 13 s.
    assert (sums.apt, sums.adet) == (1_800_000, 1_800_000 + 13_000)


def test_a_night_shift_belongs_to_the_day_on_which_it_began() -> None:
    """That of Saturday is planned on Sunday morning past the cut at 07:00; that of Sunday is not on Monday morning."""
    sunday, since = MONDAY - timedelta(days=1), -2 * 86_400 + 10 * HOUR

    outputs = lived(site(NIGHT, rest=[sunday]), since, since + 86_400, (since, HELD, 3))

    # From midnight to 07:30 of Sunday, without its break; nothing from 23:30 on.
    assert known(outputs).adet == (7 * HOUR + 1800 - 900) * 1000


def test_without_shifts_a_working_day_is_planned_and_a_day_of_rest_is_not() -> None:
    """From 07:00 to 07:00."""
    tuesday = MONDAY + timedelta(days=1)
    sums = known(lived(site(rest=[tuesday]), 0, 2 * 86_400, (0, HELD, 3)))

    assert sums.adet == (17 * HOUR + 7 * HOUR + 13) * 1000


def test_without_shifts_an_impossible_effectiveness_is_told_when_the_day_ends() -> None:
    """As with one shift round the clock, whose name never changes."""
    for shifts in ((), (Shift("all", "全天", time(7), time(7)),)):
        pipeline = Pipeline(site(*shifts), {})
        frames = [frame(at, EXECUTE, 0, 2 * at, 2 * at) for at in range(16 * HOUR, 18 * HOUR, 10)]
        outputs = [pipeline.process(each) for each in frames]

        faults = [point.fields["fault"] for point in told(outputs, "oee") if "fault" in point.fields]
        assert faults == ["effectiveness"]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 400), st.sampled_from([(EXECUTE, 0), (HELD, 3), (ABORTED, 5), (STOPPED, 9)])
        ),
        max_size=12,
    ),
    st.integers(0, 2),
)
def test_stops_are_counted_in_planned_time_only(
    steps: list[tuple[int, tuple[int, int]]], resting: int
) -> None:
    """The planned busy time is the sum of its elements, and there is no stop or failure where no time was lost."""
    rest = [MONDAY] if resting == 0 else []
    changes = [(at * 10, packml, reason) for at, (packml, reason) in steps]

    sums = known(lived(site(DAY_SHIFT, rest=rest), 0, 4000, *changes, (4000, EXECUTE, 0)))

    assert sums.pbt == sums.apt + sums.asut + sums.adet + sums.adot
    assert (sums.failures > 0) == (sums.adot > 0)
    assert (sums.stops > 0) <= (sums.adet + sums.adot > 0)
    assert sums.micro_ms <= sums.adet + sums.adot
    if rest:
        assert sums.pbt == sums.apt
