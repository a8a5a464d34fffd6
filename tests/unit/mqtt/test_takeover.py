"""Twins are recognised, and brokers that restart are not taken for them."""

from __future__ import annotations

from edge.mqtt.takeover import FIRST_PAUSE_S, LONGEST_PAUSE_S, SUSPICIOUS, TakeoverWatch


def short_connections(watch: TakeoverWatch, number: int, url: str = "a") -> None:
    """Be connected for a second, so many times."""
    for at in range(number):
        watch.ended(url, at * 2.0, at * 2.0 + 1.0, certain=False)


def test_one_that_is_cut_off_again_and_again_stays_away_ever_longer() -> None:
    """The first pauses are short, none is endless."""
    watch = TakeoverWatch()
    short_connections(watch, SUSPICIOUS - 1)
    assert watch.pause() == 0
    short_connections(watch, 1)
    pauses = [watch.pause() for _ in range(20)]

    assert FIRST_PAUSE_S / 2 <= pauses[0] <= FIRST_PAUSE_S
    assert LONGEST_PAUSE_S / 2 <= pauses[-1] <= LONGEST_PAUSE_S


def test_mqtt_5_leaves_no_doubt() -> None:
    """One takeover that the broker names is enough."""
    watch = TakeoverWatch()
    watch.ended("a", 0.0, 500.0, certain=True)

    assert watch.pause() > 0


def test_a_broker_that_restarts_or_moves_is_no_twin() -> None:
    """Unreachable in between, another broker, or a connection that lasted: nobody stays away for these."""
    watch = TakeoverWatch()
    for _ in range(20):
        short_connections(watch, 1)
        watch.unreachable()
    for at in range(20):
        short_connections(watch, 1, url=str(at))
    short_connections(watch, SUSPICIOUS - 1)
    watch.ended("a", 0.0, 3600.0, certain=False)
    short_connections(watch, 1)

    assert watch.pause() == 0
