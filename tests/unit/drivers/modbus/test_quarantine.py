"""Frames of a line without numbers wait until nothing speaks against them."""

from __future__ import annotations

import math

from edge.drivers.modbus.quarantine import LEAST_S, LONGEST_S, Quarantine
from edge.model.frame import Frame, Quality

GOOD = Quality.GOOD.value


def frame(value: int) -> Frame:
    """Return a frame of one good value."""
    return Frame("press", ("v",), (value,), (GOOD,), 7)


def test_a_frame_is_free_when_the_line_has_stayed_quiet() -> None:
    """Not before, and then as it was."""
    quarantine = Quarantine()
    quarantine.hold(frame(1), doubts=0, now=10.0)

    assert quarantine.free_at(quiet_from=11.0) == 11.0 + LEAST_S
    assert quarantine.release(0, is_quiet=False) == []
    assert quarantine.release(0, is_quiet=True) == [frame(1)]
    assert quarantine.free_at(quiet_from=11.0) == math.inf


def test_a_frame_that_comes_into_doubt_is_bad_at_once() -> None:
    """An answer too many means that some question had another one's answer: nothing of it may be a value."""
    quarantine = Quarantine()
    quarantine.hold(frame(1), doubts=3, now=10.0)

    assert quarantine.release(4, is_quiet=False) == [Frame.bad("press", ("v",), 7)]


def test_frames_that_were_begun_after_the_doubt_are_sound() -> None:
    """The connection was made anew in between."""
    quarantine = Quarantine()
    quarantine.hold(frame(1), doubts=0, now=10.0)
    quarantine.hold(frame(2), doubts=1, now=10.0)

    assert quarantine.release(1, is_quiet=True) == [Frame.bad("press", ("v",), 7), frame(2)]


def test_a_slow_line_is_waited_for_longer() -> None:
    """The answer that is left over comes within the time that an answer takes."""
    quarantine = Quarantine()
    quarantine.answered(0.4)
    quarantine.hold(frame(1), doubts=0, now=10.0)

    assert quarantine.free_at(quiet_from=10.0) == 10.65


def test_a_busy_line_is_made_to_rest() -> None:
    """A line that never rests by itself would keep its frames for ever."""
    quarantine = Quarantine()
    assert not quarantine.needs_rest(now=99.0)
    quarantine.hold(frame(1), doubts=0, now=10.0)

    assert not quarantine.needs_rest(now=10.0 + LONGEST_S / 2)
    assert quarantine.needs_rest(now=10.0 + LONGEST_S)
