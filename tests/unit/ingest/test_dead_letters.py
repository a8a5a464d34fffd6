"""The dead-letter file: nothing twice, nothing without bound, and never a reason not to start."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from edge.errors import TransientError
from edge.ingest import dead_letters
from edge.ingest.dead_letters import DeadLetters, Letter, letter_lines, read_letters


def test_keeps_letters_over_a_restart(tmp_path: Path) -> None:
    """Time, topic, reason and payload are there the next time, for another reader too."""
    path = tmp_path / "var" / "dead.db"
    with DeadLetters(path) as letters:
        letters.add(5, "t", "坏", b"\x00payload")
    with DeadLetters(path) as letters:
        letters.add(6, "t", "worse", b"line")

        assert letters.count() == 2
        assert letters.list() == [
            Letter(1, 5, "t", "坏", 8, b"\x00payload"),
            Letter(2, 6, "t", "worse", 4, b"line"),
        ]
        assert letters.list(limit=1, after=1) == read_letters(path, after=1)


def test_the_same_letter_is_kept_once(tmp_path: Path) -> None:
    """A batch that is delivered again adds nothing, and its first time stays."""
    with DeadLetters(tmp_path / "dead.db") as letters:
        for time in (1, 2):
            letters.add(time, "t", "r", b"p")
        letters.add(3, "another topic", "r", b"p")

        assert [letter.time for letter in letters.list()] == [1, 3]


def test_a_large_payload_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its beginning is kept, and how large it was."""
    monkeypatch.setattr(dead_letters, "MAX_PAYLOAD_BYTES", 4)
    with DeadLetters(tmp_path / "dead.db") as letters:
        letters.add(1, "t", "r", b"123456789")

        assert [(letter.payload, letter.size) for letter in letters.list()] == [(b"1234", 9)]


def test_a_flood_takes_the_oldest(tmp_path: Path) -> None:
    """All letters together stay within their budget, over a restart too."""
    path = tmp_path / "dead.db"
    with DeadLetters(path, max_total_bytes=10) as letters:
        letters.add(1, "t", "r", b"aaaa")
        letters.add(2, "t", "r", b"bbbb")
    with DeadLetters(path, max_total_bytes=10) as letters:
        letters.add(3, "t", "r", b"cccc")

        assert [letter.payload for letter in letters.list()] == [b"bbbb", b"cccc"]


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    """The host starts with an empty file, and the damaged one is kept."""
    path = tmp_path / "dead.db"
    path.write_bytes(b"no database at all" * 100)
    with DeadLetters(path) as letters:
        letters.add(1, "t", "r", b"p")

        assert letters.count() == 1
    assert (tmp_path / "dead.db.damaged-1").read_bytes().startswith(b"no database")


def test_nothing_there_yet(tmp_path: Path) -> None:
    """A reader that comes before the host has run sees no letters; a folder in its place is said in a line."""
    assert read_letters(tmp_path / "dead.db") == []
    with pytest.raises(TransientError, match="dead letters"):
        read_letters(tmp_path)


def test_a_closed_file_is_transient(tmp_path: Path) -> None:
    """A disk that fails is waited for: the batch is not acknowledged meanwhile."""
    with DeadLetters(tmp_path / "dead.db") as letters:
        pass
    with pytest.raises(TransientError):
        letters.add(1, "t", "r", b"p")


def test_a_letter_is_one_line_and_gives_no_orders_to_the_terminal(tmp_path: Path) -> None:
    """Topic and reason are other people's words: no escape sequence and no line break of theirs is printed."""
    path = tmp_path / "dead.db"
    with DeadLetters(path) as letters:
        letters.add(0, "edge/v1/s/\x1b[2Jn/data/trend", "not\n42  坏\r\x9b31m", b"p")

    (line,) = letter_lines(path)

    assert (
        line
        == "1  1970-01-01T00:00:00+00:00  edge/v1/s/\ufffd[2Jn/data/trend  1 bytes  not\ufffd42  坏\ufffd\ufffd31m"
    )


def test_to_list_letters_is_not_to_read_them(tmp_path: Path) -> None:
    """A page of letters of 8 MiB each is more than a small box has."""
    path = tmp_path / "dead.db"
    with DeadLetters(path) as letters:
        for number in range(8):
            letters.add(0, "t", "r", bytes([number]) * 4_000_000)

    tracemalloc.start()
    try:
        assert len(list(letter_lines(path))) == 8
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
