"""What faults may do to answers, and what they may not, in simulated time."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.faults.kinds import (
    ServiceSlow,
    WireCorrupt,
    WireDelay,
    WireDrip,
    WireDuplicate,
    WireLateAnswer,
    WireReorder,
    WireReset,
)
from simulators.wire.effects import AnswerFault, Conditions
from simulators.wire.outgoing import Outgoing

times = st.lists(st.floats(0.0, 3.0), min_size=1, max_size=12)
"""Pauses before answers."""
shares = st.sampled_from([0.2, 0.5, 1.0])
seeds = st.integers(0, 50)


def numbered(count: int) -> list[bytes]:
    """Return different answers."""
    return [n.to_bytes(4, "big") for n in range(count)]


def passed(
    pauses: list[float], *faults: AnswerFault, seed: int = 1
) -> tuple[list[tuple[float, bytes]], list[float]]:
    """Return what leaves and when, of numbered answers that come with pauses; and when those came."""
    conditions, outgoing = Conditions(), Outgoing()
    for fault in faults:
        conditions.begin(fault, Random(f"{seed}/{fault.kind}"))
    left: list[tuple[float, bytes]] = []
    came: list[float] = []

    def leave(until: float) -> None:
        while (due := outgoing.next_due) is not None and due <= until:
            now = max(due, left[-1][0] if left else 0.0)
            parcel = outgoing.take(now)
            assert parcel is not None
            left.append((now, parcel.data))

    now = 0.0
    for pause, answer in zip(pauses, numbered(len(pauses)), strict=True):
        now += pause
        leave(now)
        outgoing.put(conditions.dispatch(answer, now))
        came.append(now)
    leave(1e9)
    assert outgoing.size == 0
    return left, came


@given(times)
def test_without_faults_everything_passes_at_once(pauses: list[float]) -> None:
    """In its order."""
    left, came = passed(pauses)
    assert left == list(zip(came, numbered(len(pauses)), strict=True))


@given(times, seeds)
def test_delayed_answers_keep_their_order(pauses: list[float], seed: int) -> None:
    """Each leaves no sooner and no later than the fault says, or else with the one before it."""
    left, came = passed(pauses, WireDelay(target="x", start=0.0, shortest=0.1, longest=2.0), seed=seed)
    assert [answer for _, answer in left] == numbered(len(pauses))
    before = 0.0
    for (at, _), arrival in zip(left, came, strict=True):
        assert arrival + 0.1 <= at <= max(arrival + 2.0, before)
        before = at


@given(times, shares, seeds)
def test_a_double_follows_its_answer(pauses: list[float], share: float, seed: int) -> None:
    """Nothing is lost, made up or moved; all are doubled when the share is 1."""
    left, _ = passed(pauses, WireDuplicate(target="x", start=0.0, share=share), seed=seed)
    answers = [answer for _, answer in left]
    assert list(dict.fromkeys(answers)) == numbered(len(pauses)) == sorted(set(answers))
    assert answers == sorted(answers)
    assert set(Counter(answers).values()) <= ({2} if share == 1.0 else {1, 2})


@given(times, shares, seeds, st.floats(0.01, 5.0))
def test_an_answer_is_passed_by_one_other_at_most(
    pauses: list[float], share: float, seed: int, hold: float
) -> None:
    """By the next one, and none waits longer than the fault says."""
    left, came = passed(pauses, WireReorder(target="x", start=0.0, share=share, hold=hold), seed=seed)
    answers = [answer for _, answer in left]
    assert sorted(answers) == numbered(len(pauses))
    for at, answer in left:
        number = int.from_bytes(answer, "big")
        overtakers = [other for other in answers[: answers.index(answer)] if other > answer]
        assert overtakers in ([], [(number + 1).to_bytes(4, "big")])
        assert came[number] <= at <= came[number] + hold + 1e-6


@given(times, seeds)
def test_late_answers_are_passed_by_the_others(pauses: list[float], seed: int) -> None:
    """The others keep their order and their time; nothing is lost."""
    left, came = passed(pauses, WireLateAnswer(target="x", start=0.0, share=0.5, by=1.5), seed=seed)
    assert sorted(answer for _, answer in left) == numbered(len(pauses))
    waits = [(at - came[int.from_bytes(answer, "big")], answer) for at, answer in left]
    punctual = [answer for wait, answer in waits if wait == 0.0]
    assert punctual == sorted(punctual)
    assert all(wait == pytest.approx(1.5) for wait, answer in waits if answer not in punctual)


@given(times, st.integers(1, 64), seeds)
def test_damage_turns_over_as_many_bits_as_it_says(pauses: list[float], bits: int, seed: int) -> None:
    """All 32 of an answer at most; length and order stay."""
    left, _ = passed(pauses, WireCorrupt(target="x", start=0.0, share=1.0, bits=bits), seed=seed)
    for (_, damaged), answer in zip(left, numbered(len(pauses)), strict=True):
        assert len(damaged) == len(answer)
        difference = int.from_bytes(damaged, "big") ^ int.from_bytes(answer, "big")
        assert difference.bit_count() == min(bits, 32)


@given(times, seeds)
def test_of_all_faults_together_nothing_is_made_up(pauses: list[float], seed: int) -> None:
    """Each answer comes once or twice."""
    left, _ = passed(
        pauses,
        WireReorder(target="x", start=0.0, share=0.5),
        WireDuplicate(target="x", start=0.0, share=0.5),
        WireLateAnswer(target="x", start=0.0, share=0.5),
        WireDelay(target="x", start=0.0),
        seed=seed,
    )
    counts = Counter(answer for _, answer in left)
    assert sorted(counts) == numbered(len(pauses))
    assert set(counts.values()) <= {1, 2}


def test_what_was_delayed_is_not_passed_when_the_delay_is_over() -> None:
    """A stream stays in order across the end of a fault."""
    conditions, outgoing = Conditions(), Outgoing()
    fault = WireDelay(target="x", start=0.0, shortest=5.0, longest=5.0)
    conditions.begin(fault, Random(1))
    outgoing.put(conditions.dispatch(b"first", 0.0))
    conditions.end(fault)
    assert conditions.calm
    outgoing.put(conditions.dispatch(b"second", 1.0))
    assert outgoing.take(4.9) is None
    taken = [outgoing.take(5.0), outgoing.take(5.0)]
    assert [parcel.data for parcel in taken if parcel] == [b"first", b"second"]


def test_a_held_answer_waits_for_one_that_comes_after_it() -> None:
    """Not for one that was sent before it and is still under way."""
    conditions, outgoing = Conditions(), Outgoing()
    delay = WireDelay(target="x", start=0.0, shortest=5.0, longest=5.0)
    conditions.begin(delay, Random(1))
    outgoing.put(conditions.dispatch(b"first", 0.0))
    conditions.end(delay)
    conditions.begin(WireReorder(target="x", start=0.0, share=1.0, hold=30.0), Random(1))
    outgoing.put(conditions.dispatch(b"second", 1.0))
    first = outgoing.take(5.0)
    assert first is not None
    assert first.data == b"first"
    assert outgoing.take(6.0) is None
    outgoing.put(conditions.dispatch(b"third", 7.0))
    taken = [outgoing.take(7.0), outgoing.take(7.0)]
    assert [parcel.data for parcel in taken if parcel] == [b"third", b"second"]


def test_a_reset_cuts_off_what_comes_after_it() -> None:
    """Of a short answer there is nothing to cut off, but the connection breaks."""
    conditions = Conditions()
    conditions.begin(WireReset(target="x", start=0.0, after_bytes=5), Random(1))
    parcels = [*conditions.dispatch(b"long answer", 0.0), *conditions.dispatch(b"ok", 0.0)]
    assert [(parcel.data, parcel.breaks) for parcel in parcels] == [(b"long ", True), (b"ok", True)]


@given(st.integers(1, 5000), st.integers(1, 3000), st.booleans())
def test_no_more_leaves_than_the_bottleneck_lets_through(size: int, rate: int, drips: bool) -> None:
    """However the bytes are cut up, and for all who use it together."""
    conditions = Conditions()
    conditions.begin(ServiceSlow(target="x", start=0.0, delay=0.0, bytes_per_s=rate), Random(1))
    if drips:
        conditions.begin(WireDrip(target="x", start=0.0, pause=0.0), Random(1))
    now, rest = 100.0, size
    while rest:
        count, now = conditions.pace(rest, now)
        assert 1 <= count <= (1 if drips else rest)
        rest -= count
    assert abs(now - 100.0 - size / rate) < 1e-6
    _, other = conditions.pace(1, 100.0)
    assert other > now
