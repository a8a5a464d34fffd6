"""The outbox against a list: acquired = acknowledged + dropped + waiting after every step, through crashes."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge.errors import TransientError
from edge.messages import batch
from edge.messages.schema import Stream
from edge.outbox.options import OutboxOptions
from edge.outbox.sqlite import FILE, Outbox

NOW = 1_790_000_000_000_000_000
BUDGET = OutboxOptions.model_construct(
    budget=128 * 1024, max_hours=None, min_free=0, thin=False, max_upload=None
)
streams = st.sampled_from(list(Stream))


class OutboxModel(RuleBasedStateMachine):
    """Commits, reads, acknowledgements of any ranges, failing disks, closes and crashes, beside plain dictionaries."""

    @initialize(thin=st.booleans())
    def begin(self, thin: bool) -> None:
        """Start with nothing."""
        self.folder = Path(tempfile.mkdtemp())
        self.options = BUDGET.model_copy(update={"thin": thin})
        self.outbox = Outbox(self.folder / FILE, "n", self.options)
        self.epoch = self.outbox.epoch
        self.waiting: dict[Stream, dict[int, list[str]]] = {stream: {} for stream in Stream}
        self.acquired = dict.fromkeys(Stream, 0)
        self.acknowledged = dict.fromkeys(Stream, 0)
        self.state: dict[str, str] = {}
        self.now = NOW
        self.rng = random.Random(7)

    @rule(ledger=st.integers(0, 30), trend=st.integers(0, 400), step=st.integers(-(10**13), 10**11))
    def commit(self, ledger: int, trend: int, step: int) -> None:
        """Put batches and the state behind them into the file, whatever the clock says."""
        self.now += step
        made = {Stream.LEDGER: self._lines(ledger), Stream.TREND: self._lines(trend)}
        self.state |= {"counter": str(self.rng.random())}
        self.outbox.commit(made, self.state, self.now)
        for stream, lines in made.items():
            if lines:
                self.waiting[stream][self.outbox.newest(stream)] = lines
                self.acquired[stream] += len(lines)
        self._forget_what_was_dropped()

    @rule(stream=streams, first=st.integers(0, 40), length=st.integers(0, 10))
    def acknowledge(self, stream: Stream, first: int, length: int) -> None:
        """Acknowledge a range, also of what is gone or never was."""
        gone = [seq for seq in self.waiting[stream] if first <= seq <= first + length]
        points = self.outbox.acknowledge(stream, [(first, first + length)])
        self.acknowledged[stream] += points
        assert points == sum(len(self.waiting[stream].pop(seq)) for seq in gone) or self.options.thin

    @rule(ledger=st.integers(1, 5))
    def fail(self, ledger: int) -> None:
        """A commit on a disk that takes nothing changes nothing."""
        self.outbox._database.execute("PRAGMA query_only = ON")
        try:
            self.outbox.commit({Stream.LEDGER: self._lines(ledger)}, {"counter": "lost"}, self.now)
        except TransientError:
            pass
        else:
            raise AssertionError("committed on a disk that takes nothing")
        self.outbox._database.execute("PRAGMA query_only = OFF")

    @rule()
    def reopen(self) -> None:
        """End in order and start again."""
        self.outbox.close()
        self.outbox = Outbox(self.folder / FILE, "n", self.options)

    @rule()
    def crash(self) -> None:
        """Go on with a copy of the files as they are at this instant, as after kill -9."""
        copy = Path(tempfile.mkdtemp())
        for file in self.folder.iterdir():
            shutil.copy(file, copy)
        self.outbox.close()
        shutil.rmtree(self.folder)
        self.folder = copy
        self.outbox = Outbox(self.folder / FILE, "n", self.options)

    @precondition(lambda self: not self.options.thin)
    @rule(stream=streams, after=st.integers(0, 40), limit=st.integers(1, 5))
    def read(self, stream: Stream, after: int, limit: int) -> None:
        """What waits comes oldest first and as it was committed."""
        rows = self.outbox.waiting(stream, after, limit)
        expected = [seq for seq in sorted(self.waiting[stream]) if seq > after][:limit]
        assert [row.seq for row in rows] == expected
        for row in rows:
            header, text = batch.decode(row.payload)
            assert (header.seq, header.epoch) == (row.seq, self.epoch)
            assert text.decode().splitlines()[1:] == self.waiting[stream][row.seq]

    @invariant()
    def every_point_is_accounted_for(self) -> None:
        """The promise itself; and what is dropped is the oldest of the trend."""
        for stream, tally in self.outbox.tallies().items():
            assert tally.unaccounted == 0
            assert (tally.acquired, tally.acknowledged) == (self.acquired[stream], self.acknowledged[stream])
            if not self.options.thin:
                assert tally.waiting == sum(map(len, self.waiting[stream].values()))
            assert stream is Stream.TREND or tally.dropped == 0
        assert self.outbox.state() == self.state
        assert self.outbox.epoch == self.epoch

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "outbox"):
            self.outbox.close()
            shutil.rmtree(self.folder)

    def _lines(self, number: int) -> list[str]:
        return [
            f"tag,device=d,site=s,tag=t{at} v={self.rng.random()!r} {self.now + self.rng.randrange(10**12)}"
            for at in range(number)
        ]

    def _forget_what_was_dropped(self) -> None:
        if self.options.thin:
            return
        kept = {row.seq for row in self.outbox.waiting(Stream.TREND, 0, 10_000)}
        held = self.waiting[Stream.TREND]
        dropped = sorted(held.keys() - kept)
        assert dropped == sorted(held)[: len(dropped)]
        for seq in dropped:
            del held[seq]


TestOutboxModel = OutboxModel.TestCase
TestOutboxModel.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
