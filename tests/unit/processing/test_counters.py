"""The ledger of one counter: laws against a model PLC, and the cases that taught us the rules."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.model.calendar import NS
from edge.model.tag import Counter, CounterRole, Reset
from edge.processing.counters import CounterState, Increment, Mark, Reading, book

SCAN = 1.0
SPEC = Counter(CounterRole.TOTAL, modulus=65_536, max_per_s=3)
START = 1_790_000_000 * NS


@dataclass
class Booked:
    """A ledger fed with readings, remembering what it booked."""

    counter: Counter = SPEC
    state: CounterState | None = None
    now: int = START

    def __post_init__(self) -> None:
        self.increments: list[Increment] = []

    def read(self, raw: int, after: float = SCAN) -> Increment | None:
        """Read the counter `after` seconds."""
        self.now += round(after * NS)
        self.state, increment = book(
            self.state, Reading(raw % self.counter.modulus, self.now), self.counter, SCAN
        )
        if increment:
            self.increments.append(increment)
        return increment

    @property
    def total(self) -> int:
        """Pieces booked."""
        return sum(increment.n for increment in self.increments)


def test_the_first_reading_begins_the_ledger_and_books_nothing() -> None:
    """What the counter showed before the first reading is nobody's."""
    ledger = Booked()

    increment = ledger.read(41_000)

    assert increment == Increment(0, 0, ledger.now, mark=Mark.START)


def test_a_counter_that_stands_still_books_nothing() -> None:
    """No piece, no point."""
    ledger = Booked()
    ledger.read(5)

    assert ledger.read(5) is None


def test_a_rollover_is_counted_through() -> None:
    """65,534 → 1 is three pieces."""
    ledger = Booked()
    ledger.read(65_534)

    increment = ledger.read(1)

    assert increment is not None
    assert (increment.n, increment.mark, increment.gap) == (3, None, None)


def test_an_increment_across_a_gap_is_booked_to_the_gap() -> None:
    """After ten minutes of silence, all pieces come at once, with the gap's length."""
    ledger = Booked()
    ledger.read(100)

    increment = ledger.read(700, after=600)

    assert increment is not None
    assert (increment.n, increment.gap, increment.mark) == (600, 600, None)


def test_a_counter_that_shows_zero_while_the_plc_boots_costs_nothing() -> None:
    """One impossible reading is a suspicion; back on its way, the counter is believed as before."""
    ledger = Booked()
    ledger.read(40_000)

    assert ledger.read(0) is None
    increment = ledger.read(40_004)

    assert increment is not None
    assert (increment.n, increment.mark) == (4, None)


def test_a_reset_is_believed_at_the_second_reading_and_marked() -> None:
    """After a reset the counter itself is the increment; what was lost before it is not known, so it is marked."""
    ledger = Booked()
    ledger.read(40_000)
    ledger.read(1)

    increment = ledger.read(3)

    assert increment is not None
    assert (increment.n, increment.mark) == (3, Mark.RESET)


def test_a_program_download_invents_no_pieces() -> None:
    """A counter that jumps to another value starts a new way there; the jump itself is booked as nothing."""
    ledger = Booked()
    ledger.read(100)
    ledger.read(30_000)

    increment = ledger.read(30_002)

    assert increment is not None
    assert (increment.n, increment.mark) == (2, Mark.JUMP)
    assert ledger.total == 2


def test_a_gap_longer_than_a_round_is_marked_ambiguous() -> None:
    """A 16-bit counter at 3/s goes round in six hours: after seven, the increment is only the least possible."""
    ledger = Booked()
    ledger.read(100)

    increment = ledger.read(90, after=7 * 3600)

    assert increment is not None
    assert (increment.n, increment.mark) == (65_526, Mark.AMBIGUOUS)


@pytest.mark.parametrize("step_back", [0.0, -0.5])
def test_two_increments_never_share_a_time_stamp(step_back: float) -> None:
    """A clock that stands still or is pulled back a little does not let one point overwrite another."""
    ledger = Booked()
    ledger.read(1)
    ledger.read(2)
    ledger.read(3, after=step_back)

    times = [increment.time for increment in ledger.increments]

    assert len(set(times)) == len(times)


def test_a_clock_that_was_set_back_is_followed() -> None:
    """Increments do not stay in the future for ever because the clock was once wrong."""
    ledger = Booked()
    ledger.read(1)

    increment = ledger.read(2, after=-86_400)

    assert increment is not None
    assert 0 <= increment.time - ledger.now < 1000
    assert (increment.n, increment.mark) == (1, Mark.CLOCK)


@given(
    start=st.integers(0, 65_535),
    events=st.lists(
        st.one_of(
            st.tuples(st.just("run"), st.integers(0, 3), st.just(1.0)),
            st.tuples(st.just("outage"), st.integers(0, 300), st.just(100.0)),
            st.tuples(st.just("restart"), st.integers(0, 30), st.just(10.0)),
            st.tuples(st.just("glitch"), st.integers(0, 3), st.just(1.0)),
        ),
        max_size=60,
    ),
)
def test_the_ledger_equals_the_machine_through_rollovers_outages_restarts_and_glitches(
    start: int, events: list[tuple[str, int, float]]
) -> None:
    """Whatever the machine made since the first reading is booked once, whatever happened in between."""
    ledger = Booked()
    raw, made = start, 0
    ledger.read(raw)

    for kind, pieces, seconds in events:
        raw, made = raw + pieces, made + pieces
        if kind == "glitch":
            ledger.read(raw + 32_768, after=0.1)
        ledger.read(raw, after=seconds)

    assert ledger.total == made
    assert {increment.mark for increment in ledger.increments} <= {Mark.START, None}


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=40), st.integers(1000, 60_000))
def test_resets_lose_nothing_that_was_read_and_are_marked(steps: list[tuple[int, bool]], start: int) -> None:
    """A reset right after a reading costs no piece; each one that shows leaves a mark."""
    ledger = Booked()
    raw, made, resets = start, 0, 0
    ledger.read(raw)

    for pieces, reset in steps:
        if reset and raw > 100:
            raw, resets = 0, resets + 1
            ledger.read(raw)
        raw, made = raw + pieces, made + pieces
        ledger.read(raw)

    ledger.read(raw)
    assert ledger.total == made
    assert sum(increment.mark is Mark.RESET for increment in ledger.increments) == resets


@given(st.lists(st.tuples(st.integers(0, 65_535), st.floats(0.1, 1e5)), max_size=60))
def test_no_sequence_of_readings_books_a_negative_or_impossible_increment(
    readings: list[tuple[int, float]],
) -> None:
    """Garbage is never booked as more than the machine could have made."""
    ledger = Booked()

    for raw, after in readings:
        before = ledger.state.last.time if ledger.state else 0
        increment = ledger.read(raw, after)
        if increment and ledger.state and increment.mark is not Mark.START:
            elapsed = (ledger.now - before) / NS
            assert 0 <= increment.n <= SPEC.max_per_s * 1.5 * (elapsed + 1) + 1


def test_a_node_that_wakes_up_in_1970_books_what_the_plc_made_meanwhile() -> None:
    """How long it was off is not known, and the entry says so; the pieces are those of the totalizer."""
    ledger = Booked()
    ledger.read(100)
    assert ledger.read(10_900, after=-1_700_000_000) is None

    increment = ledger.read(10_901)

    assert increment is not None
    assert (increment.n, increment.mark) == (10_801, Mark.CLOCK)


def test_a_counter_that_runs_back_a_little_is_followed_and_marked() -> None:
    """What it took back was booked already: a person decides whether it was right."""
    ledger = Booked()
    ledger.read(1000)
    assert ledger.read(997) is None

    increment = ledger.read(999)

    assert increment is not None
    assert (increment.n, increment.mark) == (2, Mark.BACKWARDS)


def test_an_old_frame_that_comes_again_books_nothing() -> None:
    """It shows less than the counter has reached, at a time before, so it is not even a witness of a reset."""
    ledger = Booked()
    for raw in (100, 103, 106):
        ledger.read(raw)

    assert ledger.read(100, after=-2.5) is None
    assert ledger.read(100, after=0) is None
    increment = ledger.read(107, after=3.5)

    assert increment is not None
    assert (increment.n, increment.mark) == (1, None)


@pytest.mark.parametrize(
    ("reset", "booked", "mark"),
    [(Reset.ROUTINE, [2, 1], Mark.RESET), (Reset.POWER, [3], Mark.RESET), (Reset.NEVER, [1], Mark.JUMP)],
)
def test_a_reset_is_believed_as_the_map_says(reset: Reset, booked: list[int], mark: Mark) -> None:
    """At once where it is routine, when confirmed where power may be lost, and never of a retentive counter."""
    ledger = Booked(Counter(CounterRole.GOOD, 65_536, 3, reset))
    ledger.read(40_000)
    ledger.read(2)
    ledger.read(3)

    found = [increment for increment in ledger.increments if increment.n]

    assert [increment.n for increment in found] == booked
    assert found[0].mark is mark


def test_an_old_frame_does_not_hide_a_reset_before_a_long_silence() -> None:
    """A suspicion stays until something new confirms or refutes it: the entry after the silence says that it is a guess."""
    ledger = Booked()
    ledger.read(1001)
    ledger.read(0)
    ledger.read(1001, after=-1)

    increment = ledger.read(10, after=6 * 3600)

    assert increment is not None
    assert increment.mark is Mark.AMBIGUOUS
