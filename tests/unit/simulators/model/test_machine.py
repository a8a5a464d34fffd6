"""A machine's counting, states and stops, in virtual time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.model.buffer import Buffer
from simulators.model.machine import CounterStart, Machine
from simulators.model.packml import State
from simulators.model.park.packing import JAR_LINE, PASTEURIZER
from simulators.model.product import JAR_500
from simulators.model.snapshot import UINT32, Snapshot, Status
from simulators.model.stops import FAULT, JAM, StopReason

_STEADY = replace(JAR_LINE, stops=())
_RATED = JAR_LINE.product.rated_per_min * JAR_LINE.speed_share


def _running(machine: Machine) -> Machine:
    machine.run()
    machine.step(3.0)
    return machine


def test_nothing_is_made_before_run() -> None:
    """A machine that was never started stays idle and counts nothing."""
    machine = Machine(JAR_LINE, 1, CounterStart())
    machine.step(3600.0)
    assert (machine.state, machine.total) == (State.IDLE, 0)


def test_it_starts_through_resetting_and_starting() -> None:
    """From Idle to Execute it goes through the acting states of PackML."""
    machine = Machine(_STEADY, 1, CounterStart())
    machine.run()
    seen = [machine.state]
    for _ in range(30):
        machine.step(0.1)
        if machine.state is not seen[-1]:
            seen.append(machine.state)
    assert seen == [State.RESETTING, State.STARTING, State.EXECUTE]


def test_halt_stops_at_once_and_run_starts_again() -> None:
    """Not a pack is made between halt and the next run."""
    machine = _running(Machine(_STEADY, 1, CounterStart()))
    machine.step(60.0)
    machine.halt()
    made = machine.total
    machine.step(600.0)
    assert (machine.state, machine.total) == (State.STOPPED, made)
    machine.run()
    machine.step(60.0)
    assert machine.total > made > 0


def test_it_makes_packs_at_its_speed() -> None:
    """An hour without stops gives an hour's packs, within the noise of the speed."""
    machine = _running(Machine(_STEADY, 1, CounterStart()))
    before = machine.total
    for _ in range(36_000):
        machine.step(0.1)
    assert machine.total - before == pytest.approx(_RATED * 60, rel=0.02)
    assert 0.007 <= machine.reject / machine.total <= 0.014


@settings(max_examples=40)
@given(
    seed=st.integers(0, 1000),
    good=st.integers(UINT32 - 60, UINT32 - 1),
    reject=st.integers(0, UINT32 - 1),
    steps=st.lists(st.floats(0.01, 400.0), min_size=1, max_size=20),
)
def test_raw_counters_follow_the_truth_through_rollovers(
    seed: int, good: int, reject: int, steps: list[float]
) -> None:
    """After every step total = good + reject, and each raw counter has moved by the truth, modulo 2^32."""
    machine = Machine(JAR_LINE, seed, CounterStart(good, reject))
    first = machine.snapshot()
    machine.run()
    for dt in steps:
        machine.step(dt)
        shown = machine.snapshot()
        assert machine.total == machine.good + machine.reject
        assert shown.total == (shown.good + shown.reject) % UINT32
        assert (shown.total - first.total) % UINT32 == machine.total
        assert (shown.good - first.good) % UINT32 == machine.good
        assert (shown.reject - first.reject) % UINT32 == machine.reject


@pytest.mark.parametrize("stride", [2.0, 60.0])
def test_the_step_s_length_hardly_matters(stride: float) -> None:
    """Hours in steps of 0.1 s make what hours in long steps make, stops and rejects included, but for noise."""
    fine, coarse = (_running(Machine(JAR_LINE, 5, CounterStart())) for _ in range(2))
    for _ in range(4 * 36_000):
        fine.step(0.1)
    for _ in range(round(4 * 3600 / stride)):
        coarse.step(stride)
    assert fine.total == pytest.approx(coarse.total, rel=0.03)
    assert fine.run_s == pytest.approx(coarse.run_s, rel=0.03)
    assert fine.reject == pytest.approx(coarse.reject, rel=0.05)


def test_time_is_accounted_for_to_the_second() -> None:
    """Running, standing by reason and down add up to the time that has passed."""
    machine = Machine(JAR_LINE, 3, CounterStart())
    machine.step(100.0)
    machine.run()
    for _ in range(600):
        machine.step(60.0)
    machine.halt(StopReason.PAUSE)
    machine.step(1800.0)
    stood = sum(machine.stopped_s.values())
    assert machine.run_s + stood == pytest.approx(machine.time_s) == pytest.approx(37_900.0)
    assert machine.stopped_s[StopReason.PAUSE] == 1800.0
    assert machine.down_s == pytest.approx(36_000.0 - machine.run_s)


def test_its_changes_tell_its_whole_day() -> None:
    """The states that it notes, one after the other, give the seconds that it ran."""
    machine = Machine(JAR_LINE, 4, CounterStart())
    machine.run()
    for _ in range(480):
        machine.step(60.0)
    changes = machine.take_changes()
    ends = [change.at_s for change in changes[1:]] + [machine.time_s]
    ran = sum(
        end - change.at_s for change, end in zip(changes, ends, strict=True) if change.state is State.EXECUTE
    )
    assert ran == pytest.approx(machine.run_s, abs=1.0)
    assert machine.take_changes() == []


def test_a_changeover_takes_its_time_and_gives_another_article() -> None:
    """For half an hour it is made ready; then it packs the other size, at the other size's speed."""
    machine = _running(Machine(_STEADY, 1, CounterStart()))
    machine.step(60.0)
    before = machine.total
    machine.change_over(JAR_500, 1800.0)
    machine.step(1799.0)
    shown = machine.snapshot()
    assert (machine.total, shown.sku, shown.packml_state) == (before, JAR_500.sku, State.RESETTING)
    assert Status.CHANGEOVER in shown.status
    for _ in range(60):
        machine.step(60.0)
    assert machine.made[JAR_500.sku].good > 45 * 0.85 * 60
    assert machine.down_s == pytest.approx(1803.5, abs=2.0)


def test_counters_that_are_not_retentive_begin_again_and_lose_nothing_made() -> None:
    """After a power cut the raw counters are zero and go on counting; what was made stays made."""
    machine = _running(Machine(_STEADY, 1, CounterStart(1000, 10)))
    machine.step(600.0)
    made = machine.total
    machine.lose_counters()
    assert (machine.snapshot().total, machine.total) == (0, made)
    machine.step(600.0)
    assert machine.snapshot().total == machine.total - made > 0


def test_a_fault_aborts_raises_its_alarm_and_clears() -> None:
    """While a fault lasts, state, reason, alarm and status bit say so; afterwards it clears, starts and runs."""
    machine = _running(Machine(replace(JAR_LINE, stops=(replace(FAULT, every_s=1.0),)), 1, CounterStart()))
    seen: dict[State, Snapshot] = {}
    for _ in range(6_000):
        machine.step(0.1)
        seen.setdefault(machine.state, machine.snapshot())
    aborted = seen[State.ABORTED]
    assert aborted.stop_reason is StopReason.FAULT
    assert aborted.alarms == 1 << (FAULT.alarm or 0)
    assert Status.FAULT in aborted.status
    assert Status.RUNNING not in aborted.status
    assert aborted.speed_act == 0.0
    assert {State.CLEARING, State.STARTING, State.EXECUTE} <= seen.keys()
    assert seen[State.EXECUTE].alarms == 0
    assert seen[State.EXECUTE].stop_reason is StopReason.NONE


def test_a_jam_lasts_as_long_as_jams_do() -> None:
    """Every jam holds the machine for 10 to 90 seconds."""
    machine = _running(Machine(replace(JAR_LINE, stops=(replace(JAM, every_s=30.0),)), 2, CounterStart()))
    lengths: list[int] = []
    held = 0
    for _ in range(20_000):
        machine.step(0.1)
        if machine.state is State.HELD:
            held += 1
        elif held:
            lengths.append(held)
            held = 0
    assert len(lengths) > 10
    assert all(100 - 2 <= length <= 900 + 2 for length in lengths)
    assert machine.stops in (len(lengths), len(lengths) + 1)


def test_a_full_conveyor_blocks_and_room_on_it_lets_go() -> None:
    """With no room downstream the machine is suspended as blocked, and resumes once there is room again."""
    belt = Buffer(capacity=20)
    machine = _running(Machine(_STEADY, 1, CounterStart(), outlet=belt))
    machine.step(60.0)
    blocked = machine.snapshot()
    assert (blocked.packml_state, blocked.stop_reason) == (State.SUSPENDED, StopReason.BLOCKED)
    assert Status.BLOCKED in blocked.status
    assert belt.level == machine.good
    assert machine.total == 20
    belt.level = 0
    machine.step(5.0)
    assert machine.state is State.EXECUTE
    assert machine.good > 20


def test_an_empty_conveyor_starves_and_jars_on_it_let_go() -> None:
    """Without jars for half a minute the tunnel is suspended as starved; it takes every jar it is given, no more."""
    belt = Buffer(capacity=100, level=10)
    tunnel = _running(Machine(replace(PASTEURIZER, stops=()), 1, CounterStart(), inlet=belt))
    for _ in range(60):
        tunnel.step(1.0)
    starved = tunnel.snapshot()
    assert (starved.packml_state, starved.stop_reason) == (State.SUSPENDED, StopReason.STARVED)
    assert tunnel.total == 10
    belt.level = 50
    for _ in range(5):
        tunnel.step(1.0)
    assert tunnel.state is State.EXECUTE
    assert tunnel.total + belt.level == 60


def test_fill_weights_lie_around_nominal_and_giveaway() -> None:
    """The mean of many fill weights is 283 g and their deviation 3 g."""
    machine = _running(Machine(_STEADY, 1, CounterStart()))
    weights = []
    for _ in range(2_000):
        machine.step(1.06)
        weights.append(machine.snapshot().process_values[0])
    mean = sum(weights) / len(weights)
    deviation = (sum((weight - mean) ** 2 for weight in weights) / len(weights)) ** 0.5
    assert mean == pytest.approx(283.0, abs=0.4)
    assert deviation == pytest.approx(3.0, abs=0.3)
