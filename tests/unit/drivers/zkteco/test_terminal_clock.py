"""What a terminal's clock is off: learned from records that come as they are made, and from no others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.zkteco.terminal_clock import CONTACT, TOLERANCE, TerminalClock
from edge.model.calendar import NS
from edge.model.personnel import Punch

NOW = 1_790_000_000 * NS
HOUR = 3600 * NS


def upload(clock: TerminalClock, now: int, shown: int, count: int = 1) -> list[Punch]:
    """Let a terminal that shows some time push records, and return them as they are taken."""
    live = clock.heard(now)
    punches = [Punch("T1", "1", shown - number * NS, 0) for number in range(count)]
    clock.measure(punches, now, live=live)
    clock.taken()
    return clock.corrected(punches)


def in_contact(error: int = 0) -> TerminalClock:
    """Return the clock of a terminal that spoke ten seconds ago."""
    clock = TerminalClock(error)
    clock.heard(NOW - 10 * NS)
    return clock


def test_a_clock_of_the_year_2000_is_corrected_at_once() -> None:
    """A record cannot be decades late: its terminal's clock was reset; what it showed is kept."""
    shown = 946_684_800 * NS
    assert upload(in_contact(), NOW, shown) == [Punch("T1", "1", NOW, 0, shown=shown)]


def test_a_clock_ahead_is_corrected_at_once() -> None:
    """No record is early."""
    (punch,) = upload(in_contact(), NOW, NOW + HOUR)
    assert (punch.time, punch.shown) == (NOW, NOW + HOUR)


def test_a_clock_behind_is_believed_the_second_time() -> None:
    """One record may be late for another reason; two that are late by the same time are not."""
    clock = in_contact()
    assert upload(clock, NOW, NOW - HOUR)[0].shown is None
    assert upload(clock, NOW + 30 * NS, NOW - HOUR + 29 * NS)[0].shown == NOW - HOUR + 29 * NS
    other = in_contact()
    upload(other, NOW, NOW - HOUR)
    assert upload(other, NOW + 30 * NS, NOW - 2 * HOUR)[0].shown is None


def test_a_burst_after_silence_says_nothing() -> None:
    """Who was cut off sends old records: they stay at their time."""
    clock = TerminalClock()
    clock.heard(NOW - CONTACT - NS)
    assert upload(clock, NOW, NOW - 5 * HOUR)[0].shown is None
    assert clock.error == 0
    crowd = in_contact()
    upload(crowd, NOW, NOW - 5 * HOUR, count=50)
    upload(crowd, NOW + NS, NOW - 5 * HOUR, count=50)
    assert crowd.error == 0


def test_records_that_waited_for_us_say_nothing() -> None:
    """While our disk is full the terminal is in contact and its records grow old all the same."""
    clock = in_contact()
    for seconds in (0, 30, 60):
        assert not clock.heard(NOW + seconds * NS) or seconds == 0
        clock.failed()
    assert upload(clock, NOW + 90 * NS, NOW - 10 * HOUR)[0].shown is None
    assert clock.heard(NOW + 100 * NS)


def test_a_burst_of_a_clock_known_to_be_wrong_is_corrected() -> None:
    """What was learned holds, also over a restart, until the clock is set right."""
    clock = TerminalClock(HOUR)
    assert [punch.time for punch in upload(clock, NOW, NOW - HOUR, count=3)] == [
        NOW - 2 * HOUR - n * NS for n in range(3)
    ]
    assert upload(clock, NOW + 10 * NS, NOW + 9 * NS)[0].shown is None
    assert clock.error == 0


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 5)), max_size=30))
def test_a_clock_that_is_right_is_never_corrected(contacts: list[tuple[int, int]]) -> None:
    """Whatever the pauses between records that take a few seconds, nothing is changed."""
    clock, now = in_contact(), NOW
    for pause, delay in contacts:
        now += pause * NS
        assert upload(clock, now, now - delay * NS)[0].shown is None
    assert TOLERANCE > 5 * NS
