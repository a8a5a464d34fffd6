from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.opcua.changes import Change, Changes
from edge.model.frame import Frame

NAMES = ("a", "b", "c")
MS = 1_000_000
TIMES = st.integers(1, 99).map(lambda number: number * MS)
CHANGES = st.lists(st.builds(Change, st.integers(0, 2), st.integers(0, 9), st.just(192), TIMES))


def flat(frames: list[Frame]) -> list[tuple[str, object, int]]:
    """Return tag, value and time of everything in the frames, in order."""
    return [
        reading
        for frame in frames
        for reading in zip(frame.tags, frame.values, frame.times or (), strict=True)
    ]


@given(CHANGES)
def test_no_change_is_dropped_and_each_tags_order_is_kept(changes: list[Change]) -> None:
    """However many changes of a tag come at once, all of them are in frames, in their order."""
    frames = Changes("device", NAMES).frames(changes, now=100)
    for place, name in enumerate(NAMES):
        of_tag = [change for change in changes if change.tag == place]
        # What repeats the value before it, time stamp included, is the same change.
        kept = [one for one, before in zip(of_tag, [None, *of_tag], strict=False) if one != before]
        found = [reading for reading in flat(frames) if reading[0] == name]
        assert [(value, time // MS * MS) for _, value, time in found] == [
            (one.value, one.time) for one in kept
        ]


def test_values_of_one_moment_have_times_of_their_own() -> None:
    """Of two points of a tag at one time a historian keeps one; a server whose clock is not believed sends many."""
    known = Changes("device", NAMES)
    first = known.frames([Change(0, value, 192, 5 * MS) for value in (1, 2, 3)], now=100)
    assert [time for _, _, time in flat(first)] == [5 * MS, 5 * MS + 1, 5 * MS + 2]
    again = known.frames([Change(0, 3, 192, 5 * MS), Change(0, 3, 0, 5 * MS), Change(0, 4, 192, 6 * MS)], 200)
    assert [time for _, _, time in flat(again)] == [5 * MS + 3, 6 * MS]


@given(CHANGES)
def test_a_frame_has_each_tag_once(changes: list[Change]) -> None:
    """A frame is one reading of a device; two values of one tag in it would be two readings."""
    for frame in Changes("device", NAMES).frames(changes, now=100):
        assert len(set(frame.tags)) == len(frame.tags)


@given(CHANGES)
def test_what_holds_is_the_newest_of_each_tag(changes: list[Change]) -> None:
    """What stands still is said with its newest value, at the time that proves it; before any change, nothing is."""
    known = Changes("device", NAMES)
    known.frames(changes, now=100)
    frame = known.holding(200)
    newest = {NAMES[change.tag]: change.value for change in changes}
    if frame is None:
        assert not newest
    else:
        assert dict(zip(frame.tags, frame.values, strict=True)) == newest
        assert frame.time == 200


@given(CHANGES)
def test_a_change_that_is_known_already_is_said_once(changes: list[Change]) -> None:
    """The first value of a subscription is the one that has just been read: nothing comes twice."""
    known = Changes("device", NAMES)
    once = flat(known.frames(changes, now=100))
    newest = {change.tag: change for change in changes}
    assert known.frames(newest.values(), now=101) == []
    assert len(once) <= len(changes)


@given(CHANGES)
def test_the_past_changes_nothing_that_is_known_of_now(changes: list[Change]) -> None:
    """It is marked as such, in the order of time, and what holds is still the newest live value."""
    known = Changes("device", NAMES)
    known.know([Change(0, 42, 192, 1000)])
    frames = known.past(changes)
    assert all(frame.is_past for frame in frames)
    times = [frame.time for frame in frames]
    assert times == sorted(times)
    held = known.holding(2000)
    assert held is not None
    assert dict(zip(held.tags, held.values, strict=True)) == {"a": 42}


@given(CHANGES)
def test_the_same_tags_are_named_by_the_same_tuple(changes: list[Change]) -> None:
    """So that whoever gets frames can tell them by identity."""
    known = Changes("device", NAMES)
    frames = known.frames(changes, 1) + known.past(changes)
    assert len({id(frame.tags) for frame in frames}) == len({frame.tags for frame in frames})
