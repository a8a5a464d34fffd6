"""Badge readers on a PLC: each badge once, from a ring that is only read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.model.frame import Frame, Quality, Value
from edge.model.personnel import NO_STATUS, Punch
from edge.model.plant import Device, Plant
from edge.model.tag import Role, Tag
from edge.processing.badges import Badges, read, slots
from edge.processing.trend import Trend
from tests.unit.processing.attendance.plant import CALENDAR

RING = 4
GATE = Device(
    "gate",
    (Tag("count", role=Role.BADGE_COUNT), *(Tag(f"badge_{n}", role=Role.BADGE) for n in range(RING))),
    scan=1.0,
)


def frame(count: Value, *ring: Value, time: int = 5, quality: Quality = Quality.GOOD) -> Frame:
    """Return a reading."""
    tags = ("count", *slots(GATE))
    return Frame("gate", tags, (count, *ring), (quality,) * len(tags), time)


def test_the_first_reading_only_says_where_to_go_on() -> None:
    """What the ring held before the node began is somebody else's, or long ago."""
    assert read(GATE, frame(7, "A1", "A2", "A3", "A4"), None) == Badges(counter=7)


def test_new_badges_are_punches_in_their_order() -> None:
    """Of badges 8 and 9, number n stands in slot (n - 1) modulo 4; numbers are PINs as well as text."""
    found = read(GATE, frame(9, 1234, "A2", "A3", "0011"), 7)
    assert found == Badges((Punch("gate", "0011", 5, NO_STATUS), Punch("gate", "1234", 5, NO_STATUS)), 0, 9)


def test_nothing_new_is_nothing() -> None:
    """The same counter, one that cannot be read, and a device without one."""
    assert read(GATE, frame(7, "A", "B", "C", "D"), 7) == Badges(counter=7)
    assert read(GATE, frame(9, "A", "B", "C", "D", quality=Quality.BAD), 7) == Badges(counter=7)
    assert read(GATE, frame(None, "A", "B", "C", "D"), 7) == Badges(counter=7)
    assert slots(Device("other", (Tag("x"),), scan=1.0)) == ()


def test_what_was_overwritten_is_said() -> None:
    """Six badges in a ring of four: two are lost, and an empty slot is one as well."""
    found = read(GATE, frame(13, "E", "B", "C", ""), 7)
    assert ([punch.pin for punch in found.punches], found.lost) == (["B", "C", "E"], 3)


def test_the_counter_goes_round_and_begins_anew() -> None:
    """From 65535 to 0 is one badge; from 500 to 2 is a PLC that was started again."""
    assert [punch.pin for punch in read(GATE, frame(0, "A", "B", "C", "D"), 65_535).punches] == ["D"]
    assert [punch.pin for punch in read(GATE, frame(2, "A", "B", "C", "D"), 500).punches] == ["A", "B"]


@given(st.lists(st.integers(1, RING), max_size=40))
def test_every_badge_is_taken_once(batches: list[int]) -> None:
    """However many come between two readings, as long as the ring holds them."""
    ring, made, taken, counter = [""] * RING, 0, [], 0
    for batch in batches:
        for _ in range(batch):
            ring[made % RING] = f"P{made}"
            made += 1
        found = read(GATE, frame(made, *ring), counter)
        taken += [punch.pin for punch in found.punches]
        counter = found.counter or 0
        assert found.lost == 0
    assert taken == [f"P{n}" for n in range(made)]


def test_whose_badge_it_was_is_no_trend() -> None:
    """The counter is a raw tag like any other; the badges never leave the node."""
    trend = Trend(Plant("e", "s", "l", CALENDAR, (GATE,)))
    lines = trend.lines(frame(9, "A1", "A2", "A3", "A4"))
    assert len(lines) == 1
    assert "tag=count" in lines[0]
