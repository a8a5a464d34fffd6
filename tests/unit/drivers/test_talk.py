"""How often a trouble is spoken of."""

from __future__ import annotations

from edge.drivers.talk import Talk


def test_the_first_time_is_said_at_once_and_the_next_ones_together_after_a_while() -> None:
    """What was kept is not lost: it is counted."""
    talk = Talk(quiet_s=60.0)
    assert talk.times("a", 0.0) == 1
    assert [talk.times("a", now) for now in (1.0, 30.0, 59.9)] == [0, 0, 0]
    assert talk.times("a", 60.0) == 4
    assert talk.times("a", 200.0) == 1


def test_each_trouble_has_its_own_words() -> None:
    """One noisy unit does not silence its neighbours."""
    talk = Talk(quiet_s=60.0)
    assert talk.times("a", 0.0) == 1
    assert talk.times("b", 1.0) == 1


def test_an_end_is_said_only_of_what_was_said_to_begin() -> None:
    """Back, without lost before it, would be a riddle."""
    talk = Talk(quiet_s=60.0)
    assert not talk.was_said("a")
    talk.times("a", 0.0)
    assert talk.was_said("a")
    talk.times("a", 1.0)
    assert not talk.was_said("a")
