"""The ledger against a model of everything that can happen to a counter, a node and a clock, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.calendar import NS
from edge.model.frame import Frame, Quality
from edge.processing.pipeline import Lines, Pipeline
from tests.unit.processing.machines import COUNTER_TAGS, START, counting_plant

MODULUS = 65_536
PER_S = 3
DOUBTFUL = {"reset", "jump", "ambiguous", "backwards", "clock"}


@dataclass
class Historian:
    """Points by what makes them one and the same: a second one with the same tags and time takes the first one's place."""

    points: dict[tuple[object, ...], int] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    gaps: int = 0

    def write(self, lines: list[str]) -> None:
        """Take lines."""
        for point in map(parse, lines):
            if point.measurement != "count":
                continue
            self.points[tuple(sorted(point.tags.items())), point.time] = int(point.fields["n"])
            self.marks |= {str(point.fields["mark"])} if "mark" in point.fields else set()
            self.gaps += "gap" in point.fields

    @property
    def pieces(self) -> int:
        """Everything that is stored."""
        return sum(self.points.values())


class LedgerModel(RuleBasedStateMachine):
    """A PLC that counts, a node that reads it and may die at any time, and a historian."""

    def __init__(self) -> None:
        super().__init__()
        self.plant = counting_plant(MODULUS, PER_S)
        self.pipeline = Pipeline(self.plant, {})
        self.historian = Historian()
        self.committed: dict[str, str] = {}
        self.lines: list[str] = []
        self.frames: list[Frame] = []
        self.now = START
        self.clock = 0
        self.made = 0
        self.raw = 0
        self.lossy = False
        self.hidden = False

    @initialize(raw=st.integers(0, MODULUS - 1))
    def begin(self, raw: int) -> None:
        """Read the counter for the first time, wherever it stands."""
        self.raw = raw
        self.read()
        self.commit()

    def read(self) -> None:
        """Let the node read the PLC."""
        self.now += NS
        time = self.now + self.clock
        self.frames.append(Frame("machine", COUNTER_TAGS, (6, self.raw), (Quality.GOOD, Quality.GOOD), time))
        self.take(self.pipeline.process(self.frames[-1]))

    def take(self, lines: Lines) -> None:
        """Keep lines until the next commit."""
        self.lines += lines[Stream.LEDGER]

    def make(self, pieces: int) -> None:
        """Let the machine make pieces."""
        self.made += pieces
        self.raw = (self.raw + pieces) % MODULUS

    @rule(pieces=st.integers(0, PER_S))
    def count(self, pieces: int) -> None:
        """A second of work."""
        self.make(pieces)
        self.read()

    @rule()
    def roll_over(self) -> None:
        """The counter goes round: after so long a silence that it is known to the piece."""
        seconds = MODULUS // PER_S - 10
        self.now += seconds * NS
        self.make(MODULUS - self.raw if self.raw > MODULUS - seconds else 10)
        self.read()

    @rule(seconds=st.integers(2, 10_800), share=st.floats(0, 1))
    def outage(self, seconds: int, share: float) -> None:
        """The cable is cut while the machine goes on."""
        self.now += seconds * NS
        self.make(int(seconds * PER_S * share))
        self.read()

    @rule(rounds=st.integers(1, 3), more=st.integers(0, 100))
    def long_outage(self, rounds: int, more: int) -> None:
        """The cable is cut for so long that the counter may have gone round."""
        self.now += (rounds * MODULUS // PER_S + 3600) * NS
        self.make(rounds * MODULUS + more)
        self.lossy = True
        self.read()

    @precondition(lambda self: 1000 < self.raw < MODULUS - 1000)
    @rule(lost=st.integers(0, PER_S), then=st.integers(0, PER_S))
    def reset(self, lost: int, then: int) -> None:
        """The counter begins at zero again; what was made just before is never read."""
        self.make(lost)
        self.raw = 0
        self.make(then)
        self.lossy = True
        self.read()

    @rule(seconds=st.integers(10, 3600), share=st.floats(0, 1))
    def plc_restart(self, seconds: int, share: float) -> None:
        """The PLC loses its power and its counter while nobody can read it."""
        self.now += seconds * NS
        self.raw = 0
        self.make(int(seconds * share))
        self.lossy = self.hidden = True
        self.read()

    @rule()
    def boot(self) -> None:
        """The PLC shows zero for a moment; just below the modulus that looks like going round."""
        self.lossy |= self.raw > MODULUS - 1000
        raw, self.raw = self.raw, 0
        self.read()
        self.raw = raw
        self.read()

    @rule()
    def commit(self) -> None:
        """Lines and state become durable together."""
        self.historian.write(self.lines)
        self.lines = []
        self.committed |= self.pipeline.changes()

    @rule(seconds=st.integers(0, 600), share=st.floats(0, 1), jump=st.just(0) | st.integers(-(10**9), -3600))
    def kill(self, seconds: int, share: float, jump: int) -> None:
        """The node dies, and may wake up with a clock of long ago; what was not committed never was.

        A round that was never committed and a clock that hides how long it took cannot be told: nobody makes both.
        """
        if jump:
            self.commit()
        self.lines = []
        self.clock += jump * NS
        self.lossy |= jump < 0
        self.now += seconds * NS
        self.make(int(seconds * PER_S * share))
        self.pipeline = Pipeline(self.plant, self.committed)
        self.read()

    @rule(back=st.integers(1, 5))
    def duplicate(self, back: int) -> None:
        """A frame comes again, the newest or an older one."""
        self.take(self.pipeline.process(self.frames[-min(back, len(self.frames))]))

    @rule(seconds=st.integers(-86_400, 86_400))
    def clock_jump(self, seconds: int) -> None:
        """Somebody sets the clock of the node."""
        self.clock += seconds * NS
        self.lossy |= seconds < 0
        self.read()

    @rule()
    def send_again(self) -> None:
        """The same lines reach the historian twice."""
        self.historian.write(self.lines)
        self.commit()

    @invariant()
    def each_piece_is_counted_once_or_marked(self) -> None:
        """What is stored is what was made; where it is not, an entry says so."""
        accounts = self.pipeline._machines["machine"].ledger.accounts
        if self.lines or not accounts:
            return
        state = accounts["good"].state
        is_settled = state.suspect is None and state.last.raw == self.raw
        if is_settled and self.historian.pieces != self.made:
            assert self.lossy
            assert self.historian.marks & DOUBTFUL or (self.hidden and self.historian.gaps)

    def teardown(self) -> None:
        """Let things calm down, and check once more."""
        if self.frames:
            self.clock = max(0, max(frame.time for frame in self.frames) - self.now)
            for _ in range(4):
                self.read()
            self.commit()
            self.each_piece_is_counted_once_or_marked()
            assert self.pipeline._machines["machine"].ledger.accounts["good"].state.last.raw == self.raw


LedgerModel.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestLedger = LedgerModel.TestCase
