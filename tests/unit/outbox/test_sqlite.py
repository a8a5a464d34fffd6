"""The outbox file: what is committed stays, what is acknowledged goes, and every point's fate is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import EdgeError, TransientError
from edge.messages import batch
from edge.messages.schema import Stream
from edge.outbox.sqlite import FILE, Outbox, read_state, read_tallies

NOW = 1_790_000_000_000_000_000


def lines(number: int) -> list[str]:
    """Return lines of line protocol."""
    return [
        f"count,counter=good,device=jar,line=l,site=s n={at}i,total={at}i {NOW + at}" for at in range(number)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the outbox file is."""
    return tmp_path / FILE


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    """Yield a new outbox."""
    with closing(Outbox(path, "aikou-1")) as outbox:
        yield outbox


def test_batches_and_state_of_a_commit_survive_a_restart_together(path: Path) -> None:
    """The same epoch, the same bytes, the same state, and the next number is not used again."""
    with closing(Outbox(path, "aikou-1")) as outbox:
        outbox.commit({Stream.LEDGER: lines(3)}, {"ledger/jar": "1"}, NOW)
        before, epoch = outbox.waiting(Stream.LEDGER, 0, 10), outbox.epoch

    with closing(Outbox(path, "aikou-1")) as outbox:
        assert outbox.waiting(Stream.LEDGER, 0, 10) == before
        assert outbox.state() == {"ledger/jar": "1"}
        assert outbox.epoch == epoch
        outbox.acknowledge(Stream.LEDGER, [(1, 1)])
        outbox.commit({Stream.LEDGER: lines(1)}, {}, NOW)
        assert [row.seq for row in outbox.waiting(Stream.LEDGER, 0, 10)] == [2]


def test_a_batch_names_its_node_epoch_number_and_span(outbox: Outbox) -> None:
    """The header says what the payload holds."""
    outbox.commit({Stream.TREND: lines(3)}, {}, NOW)

    header, text = batch.decode(outbox.waiting(Stream.TREND, 0, 1)[0].payload)

    assert header == batch.Header("aikou-1", outbox.epoch, 1, 3, NOW, NOW + 2)
    assert text.decode().splitlines()[1:] == lines(3)


def test_a_commit_that_fails_leaves_neither_batch_nor_state(outbox: Outbox) -> None:
    """A line without a time stamp is a mistake of ours; nothing of its commit stays."""
    with pytest.raises(ValueError, match="invalid literal"):
        outbox.commit({Stream.LEDGER: lines(1), Stream.TREND: ["no time"]}, {"ledger/jar": "1"}, NOW)

    assert outbox.waiting(Stream.LEDGER, 0, 10) == []
    assert outbox.state() == {}


def test_the_oldest_trend_goes_when_its_budget_is_spent_and_the_ledger_never(path: Path) -> None:
    """What was dropped is counted."""
    with closing(Outbox(path, "aikou-1", trend_budget=1000)) as outbox:
        for _ in range(20):
            outbox.commit({Stream.TREND: lines(5), Stream.LEDGER: lines(5)}, {}, NOW)
        tallies = outbox.tallies()

        assert [row.seq for row in outbox.waiting(Stream.TREND, 0, 99)][-1] == 20
        assert tallies[Stream.TREND].dropped > 0
        assert tallies[Stream.TREND].bytes <= 1000
        assert (tallies[Stream.LEDGER].dropped, tallies[Stream.LEDGER].waiting) == (0, 100)


@settings(max_examples=30)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("commit"), st.integers(0, 4), st.integers(0, 4)),
            st.tuples(st.just("acknowledge"), st.integers(0, 30), st.integers(0, 30)),
            st.tuples(st.just("restart"), st.just(0), st.just(0)),
        ),
        max_size=20,
    )
)
def test_every_point_is_acknowledged_dropped_or_waiting(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    """The invariant holds after any sequence of commits, acknowledgements and restarts."""
    path = tmp_path_factory.mktemp("outbox") / FILE
    outbox = Outbox(path, "aikou-1", trend_budget=600)
    acquired = dict.fromkeys(Stream, 0)

    for kind, first, second in steps:
        if kind == "commit":
            outbox.commit({Stream.LEDGER: lines(first), Stream.TREND: lines(second)}, {}, NOW)
            acquired[Stream.LEDGER] += first
            acquired[Stream.TREND] += second
        elif kind == "acknowledge":
            outbox.acknowledge(Stream.LEDGER, [(first, second)])
        else:
            outbox.close()
            outbox = Outbox(path, "aikou-1", trend_budget=600)
        for stream, tally in outbox.tallies().items():
            assert tally.acquired == acquired[stream]
            assert tally.acquired == tally.acknowledged + tally.dropped + tally.waiting
    outbox.close()


def test_a_damaged_file_is_set_aside_and_the_node_starts(path: Path) -> None:
    """Garbage where the outbox was does not keep the plant from being measured."""
    path.write_bytes(b"this is not a database" * 500)

    with closing(Outbox(path, "aikou-1")) as outbox:
        outbox.commit({Stream.LEDGER: lines(1)}, {}, NOW)

    assert path.with_name("outbox.db.damaged-1").read_bytes().startswith(b"this is not")


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    """A node that was rolled back does not touch what it does not understand."""
    with closing(Outbox(path, "aikou-1")) as outbox:
        outbox._database.execute("PRAGMA user_version = 2")

    with pytest.raises(EdgeError, match="version 2"):
        Outbox(path, "aikou-1")


def test_another_process_can_read_while_the_node_writes(path: Path, outbox: Outbox) -> None:
    """`outbox status` and the demo look without disturbing; a file that is not there yet is empty."""
    outbox.commit({Stream.LEDGER: lines(2)}, {"output": "7"}, NOW)

    assert read_state(path) == {"output": "7"}
    assert read_tallies(path)[Stream.LEDGER].waiting == 2
    assert read_state(path.with_name("absent.db")) == {}


def test_a_disk_that_fails_is_said_as_something_to_try_again(outbox: Outbox) -> None:
    """The node keeps its lines and tries again; SQLite's own exceptions stay inside."""
    outbox._database.execute("PRAGMA query_only = ON")

    with pytest.raises(TransientError, match="cannot be written"):
        outbox.commit({Stream.LEDGER: lines(1)}, {}, NOW)
