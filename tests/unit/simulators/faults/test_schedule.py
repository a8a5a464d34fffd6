from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.faults.kinds import CounterReset, Latency, Window, WireCut
from simulators.faults.schedule import Begin, End, Event, Schedule, apply

CUT = WireCut(target="jar_line", start=5.0, end=8.0)
NEXT_CUT = WireCut(target="jar_line", start=8.0, end=9.0)
RESET = CounterReset(target="jar_line", start=6.0)
SLOW = Latency(target="meters/11", start=1.0)
FAULTS = (SLOW, CUT, RESET, NEXT_CUT)


class Recorder:
    """A target that notes what it is told."""

    def __init__(self, *, known: bool = True) -> None:
        self.told: list[tuple[str, Window]] = []
        self._known = known

    async def begin(self, fault: Window) -> None:
        """Note a beginning."""
        if not self._known:
            raise ValueError(f"{fault.target}: no such fault")
        self.told.append(("begin", fault))

    async def end(self, fault: Window) -> None:
        """Note an end."""
        self.told.append(("end", fault))


@st.composite
def cuts(draw: st.DrawFn) -> WireCut:
    """Draw a fault somewhere in the first half minute."""
    start = draw(st.floats(min_value=0, max_value=30))
    length = draw(st.none() | st.floats(min_value=0.001, max_value=30))
    target = draw(st.sampled_from(["jar_line", "bath"]))
    return WireCut(target=target, start=start, end=None if length is None else start + length)


def test_events_are_due_in_order_of_time() -> None:
    """A fault begins at its start and is over at its end; at one time an end goes before a beginning."""
    assert Schedule(FAULTS).due(10.0) == (
        Begin(SLOW, 1.0),
        Begin(CUT, 5.0),
        Begin(RESET, 6.0),
        End(CUT, 8.0),
        Begin(NEXT_CUT, 8.0),
        End(NEXT_CUT, 9.0),
    )


def test_nothing_is_due_before_its_time_or_twice() -> None:
    """Asking again gives what has come due since."""
    schedule = Schedule(FAULTS)
    assert schedule.due(0.999) == ()
    assert schedule.due(1.0) == (Begin(SLOW, 1.0),)
    assert schedule.due(1.0) == schedule.due(4.999) == ()


@given(
    faults=st.lists(cuts(), max_size=6),
    steps=st.lists(st.floats(min_value=0, max_value=20), max_size=12),
)
def test_the_size_of_the_steps_changes_nothing(faults: list[WireCut], steps: list[float]) -> None:
    """Many small looks give the same events in the same order as one look at the end."""
    times = [*accumulate(steps), 1000.0]
    schedule = Schedule(faults)
    seen: list[Event] = [event for time in times for event in schedule.due(time)]
    assert seen == list(Schedule(faults).due(1000.0))
    assert [event.at for event in seen] == sorted(event.at for event in seen)
    assert len(seen) == len(faults) + sum(fault.end is not None for fault in faults)


async def test_each_event_is_told_to_its_target() -> None:
    """Targets hear of their own faults only; a unit's go to its line."""
    jar_line, meters = Recorder(), Recorder()
    await apply(Schedule(FAULTS).due(8.0), {"jar_line": jar_line, "meters": meters})
    assert meters.told == [("begin", SLOW)]
    assert jar_line.told == [("begin", CUT), ("begin", RESET), ("end", CUT), ("begin", NEXT_CUT)]


async def test_a_unit_that_is_a_target_itself_is_told_itself() -> None:
    """The line hears nothing of it."""
    line, unit = Recorder(), Recorder()
    await apply([Begin(SLOW, 1.0)], {"meters": line, "meters/11": unit})
    assert (line.told, unit.told) == ([], [("begin", SLOW)])


async def test_a_fault_that_a_target_does_not_know_is_not_hidden() -> None:
    """A scenario that can't be played must not look as if it had been."""
    with pytest.raises(ValueError, match="no such fault"):
        await apply([Begin(CUT, 5.0)], {"jar_line": Recorder(known=False)})
    with pytest.raises(KeyError, match="jar_line"):
        await apply([Begin(CUT, 5.0)], {})
