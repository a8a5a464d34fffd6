"""What was issued is issued once, and survives."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from edge.errors import TransientError
from edge.reports.delivery.archive import Archive
from edge.reports.delivery.issue import Made, Progress
from edge.reports.report import Kind, Span

DAY = Span(Kind.DAY, date(2026, 9, 15), date(2026, 9, 15))
MADE = Made(1, 5, "abc", "生产日报", "4.72万斤", (Path("day.pdf"),))


def test_a_report_is_begun_once(tmp_path: Path) -> None:
    """Also by another process, after a restart, and when it was made."""
    with Archive(tmp_path / "reports.db") as archive:
        archive.begin("daily", DAY, 1)
        archive.begin("daily", DAY, 2)
        (issue,) = archive.to_make(10)
        archive.made(issue, MADE, ["boss"])
    with Archive(tmp_path / "reports.db") as archive:
        archive.begin("daily", DAY, 3)

        assert archive.to_make(10) == []
        assert archive.latest("daily", DAY) == MADE
        ((_, delivery),) = archive.to_deliver(10)
        assert (delivery.destination, delivery.progress) == ("boss", Progress.WAITING)


def test_what_is_looked_at_anew_is_another_edition_or_nothing(tmp_path: Path) -> None:
    """With the same figures it is forgotten; with others both editions stay."""
    with Archive(tmp_path / "reports.db") as archive:
        archive.since("daily", 0)
        archive.begin("daily", DAY, 1)
        archive.made(archive.to_make(1)[0], MADE, [])
        archive.renew_all("daily", Kind.DAY, DAY.last, 2)
        archive.renew_all("daily", Kind.DAY, DAY.last, 2)
        (again,) = archive.to_make(2)
        archive.forget(again)
        assert len(archive.newest(9)) == 1

        archive.renew_all("daily", Kind.DAY, DAY.last, 3)
        (again,) = archive.to_make(3)
        archive.made(again, Made(2, 9, "other", "生产日报 第2版", "", ()), [])

        assert [issue.made and issue.made.edition for issue, _ in archive.newest(9)] == [2, 1]
        assert archive.renewed("daily") == 3


def test_a_delivery_that_failed_waits_and_is_given_up(tmp_path: Path) -> None:
    """Until somebody says that it is to be tried again."""
    with Archive(tmp_path / "reports.db") as archive:
        archive.begin("daily", DAY, 1)
        archive.made(archive.to_make(1)[0], MADE, ["boss"])
        ((issue, delivery),) = archive.to_deliver(1)
        archive.not_delivered(delivery, 60, "refused")
        assert archive.to_deliver(59) == []
        ((_, delivery),) = archive.to_deliver(60)
        assert (delivery.attempts, delivery.error) == (1, "refused")
        archive.not_delivered(delivery, None, "refused")
        assert archive.to_deliver(10**9) == []

        assert archive.again(issue.number, 70) == 1

        ((_, delivery),) = archive.to_deliver(70)
        archive.delivered(delivery, 71)
        assert archive.again(issue.number, 80) == 0
        ((_, (done,)),) = archive.newest(1)
        assert (done.progress, done.at, done.error) == (Progress.DELIVERED, 71, "")


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    """And a locked one has to wait."""
    (tmp_path / "reports.db").write_bytes(b"this is no database, it is a letter to somebody" * 50)
    with pytest.raises(TransientError, match=r"reports\.db"):
        Archive(tmp_path / "reports.db")

    with Archive(tmp_path / "other.db") as archive:
        other = sqlite3.connect(tmp_path / "other.db", isolation_level=None)
        other.execute("DROP TABLE delivery")
        other.close()
        with pytest.raises(TransientError, match=r"other\.db"):
            archive.to_deliver(1)
