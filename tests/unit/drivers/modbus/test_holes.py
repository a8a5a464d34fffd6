"""What the refusals of a device teach."""

from __future__ import annotations

from edge.drivers.modbus.address import Table
from edge.drivers.modbus.holes import FIRST_PAUSE_S, LONGEST_PAUSE_S, Holes
from edge.drivers.modbus.plan import Span


def span(start: int, stop: int, table: Table = Table.HOLDING) -> Span:
    """Return registers."""
    return Span(table, start, stop)


def test_nothing_is_refused_at_first() -> None:
    """A new device is believed to have everything."""
    holes = Holes()

    assert holes.allows(span(0, 125))
    assert holes.probe(now=1e9) is None


def test_what_is_left_between_what_was_served_is_the_hole() -> None:
    """Refused as a whole, served at both ends: the rest is not there."""
    holes = Holes()
    holes.learn([span(0, 10), span(4, 7)], [span(0, 4), span(7, 10)], now=0.0)

    assert holes.allows(span(0, 4))
    assert holes.allows(span(7, 10))
    assert not holes.allows(span(3, 8))
    assert holes.allows(span(0, 10, Table.INPUT))


def test_a_seam_keeps_two_areas_apart() -> None:
    """Both parts are served, but not in one answer; other blocks as long are."""
    holes = Holes()
    holes.learn([span(0, 10)], [span(0, 5), span(5, 10), span(20, 40)], now=0.0)

    assert holes.allows(span(0, 5))
    assert not holes.allows(span(4, 6))
    assert holes.allows(span(20, 40))


def test_a_block_that_is_too_long_tells_the_devices_limit() -> None:
    """All of it is served in parts, and nothing as long ever was: then no block may be longer than those were."""
    holes = Holes()
    holes.learn([span(0, 100), span(0, 50)], [span(0, 25), span(25, 50), span(50, 100 - 25)], now=0.0)

    assert holes.allows(span(60, 85))
    assert not holes.allows(span(200, 250))


def test_a_supposed_hole_is_no_refusal() -> None:
    """Only what was asked for by itself is known to be refused."""
    holes = Holes()
    holes.learn([span(0, 6)], [span(0, 5)], now=0.0)

    assert not holes.allows(span(4, 6))
    assert not holes.refuses(span(4, 6))
    holes.learn([span(4, 6)], [], now=0.0)
    assert holes.refuses(span(4, 6)) or not holes.allows(span(4, 6))


def test_a_refused_request_is_made_again_after_growing_pauses() -> None:
    """Five seconds, then twice as long each time, up to ten minutes."""
    holes = Holes()
    holes.learn([span(3, 4)], [], now=0.0)
    assert holes.probe(FIRST_PAUSE_S - 0.1) is None
    assert holes.probe(FIRST_PAUSE_S) == span(3, 4)

    now = FIRST_PAUSE_S
    for _ in range(20):
        holes.still_refused(span(3, 4), now)
        before, now = now, now + LONGEST_PAUSE_S
    assert holes.probe(before + LONGEST_PAUSE_S - 1) is None
    assert holes.probe(before + LONGEST_PAUSE_S) == span(3, 4)


def test_an_answer_where_there_was_a_refusal_makes_everything_possible_again() -> None:
    """The program of the PLC has changed: nothing that was learned need hold."""
    holes = Holes()
    holes.learn([span(3, 4), span(60, 61)], [], now=0.0)
    version = holes.version
    holes.forget()

    assert len(holes) == 0
    assert holes.version > version
    assert holes.allows(span(0, 125))
