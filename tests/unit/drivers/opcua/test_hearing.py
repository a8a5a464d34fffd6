from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.opcua.hearing import Hearing

DEAF, SILENT = 6.0, 5.0


def hearing(silence: float = 1.0, clock: float | None = 1.0) -> Hearing:
    """Return what a session heard that began, and was agreed on, at 0."""
    one = Hearing(0.0, DEAF, SILENT)
    one.agreed(silence, clock, 0.0)
    return one


def test_a_server_that_answers_nothing_is_given_up() -> None:
    """Neither questions nor publications: away."""
    one = Hearing(0.0, DEAF, SILENT)
    assert one.complaint(None, 5.9) == ""
    assert one.complaint(None, 6.0) == "no answer for 6 s"
    one.answered(6.0)
    assert one.complaint(None, 11.9) == ""


def test_a_subscription_without_publish_answers_is_dead() -> None:
    """Also when the session answers every question."""
    one = hearing()
    one.answered(5.0)
    assert one.complaint("12:00", 5.0) == "the subscription has been silent for 5 s"


def test_a_subscription_that_only_keeps_alive_is_deaf_when_the_servers_clock_has_moved() -> None:
    """The clock that a question shows is another one than the last that was published."""
    one = hearing()
    one.clock_published("12:00", 1.0)
    one.published(6.0)
    assert one.complaint("12:00", 6.0) == ""
    assert one.complaint("12:05", 5.9) == ""
    assert "the subscription is deaf" in one.complaint("12:05", 6.0)


def test_a_server_whose_clock_cannot_be_watched_is_believed_by_its_keep_alives() -> None:
    """Some have no such node, or refuse to watch it."""
    one = hearing(clock=None)
    one.published(8.0)
    assert one.complaint("12:08", 9.0) == ""


@given(st.floats(0.05, 3.0), st.floats(0.05, 3.0))
def test_a_dead_subscription_is_known_within_ten_seconds(publishing: float, clock: float) -> None:
    """Whatever a map may ask for, with a question every two seconds at most one of them late."""
    one = hearing(max(publishing, 2.0), max(publishing, clock))
    one.answered(10.0)
    assert one.complaint("moved", 10.0)


@given(st.lists(st.tuples(st.sampled_from(["publish", "clock"]), st.floats(0.01, 4.9)), max_size=30))
def test_whoever_is_heard_in_time_is_not_given_up(events: list[tuple[str, float]]) -> None:
    """No pause of less than the patience, in any order, is a fault."""
    one, now = hearing(), 0.0
    for _, pause in events:
        now += pause
        assert one.complaint(now, now - 0.001) == ""
        one.published(now)
        one.clock_published(now, now)
        assert one.complaint(now, now) == ""
