"""What was issued and where it went, in one SQLite file of the host: so nothing is issued twice, and no outage loses one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from edge.errors import TransientError
from edge.reports.delivery.issue import Delivery, Issue, Made, Progress, span_of
from edge.reports.delivery.retry import LONGEST
from edge.reports.report import Kind, Span

_BUSY_S = 5.0
_TABLES = """
CREATE TABLE IF NOT EXISTS job (name TEXT PRIMARY KEY, since INTEGER NOT NULL, renewed INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS issue (
    number INTEGER PRIMARY KEY, job TEXT NOT NULL, kind TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    due INTEGER NOT NULL, edition INTEGER, at INTEGER, digest TEXT, title TEXT, text TEXT, files TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, next INTEGER, error TEXT NOT NULL DEFAULT '',
    UNIQUE (job, kind, first, last, edition)
) STRICT;
CREATE TABLE IF NOT EXISTS delivery (
    issue INTEGER NOT NULL REFERENCES issue, destination TEXT NOT NULL, progress TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next INTEGER, at INTEGER, error TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (issue, destination)
) STRICT;
"""
_ISSUE = "number, job, kind, first, last, due, edition, at, digest, title, text, files, attempts, next, error"
_DELIVERY = "issue, destination, progress, attempts, next, at, error"
# Nothing waits longer than the longest pause: a later time is one of a clock that was put back since.
_BY_NOW = "(coalesce(next, 0) <= ? OR next > ?)"


class Archive:
    """The file; short transactions, so that a command may look while the host runs.

    Args:
        path: the file; it is made when it is missing.

    Raises:
        TransientError: from every method: the file cannot be used now.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def since(self, job: str, now: int) -> int:
        """Return since when a job is known, ns UTC; a new one from now on, and one of a time to come too: a clock was put back."""
        self._do("INSERT INTO job VALUES (?, ?, ?) ON CONFLICT DO NOTHING", job, now, now)
        self._do(
            "UPDATE job SET since = min(since, ?), renewed = min(renewed, ?) WHERE name = ? AND max(since, renewed) > ?",
            now,
            now,
            job,
            now,
        )
        return int(self._rows("SELECT since FROM job WHERE name = ?", job)[0][0])

    def begin(self, job: str, span: Span, due: int) -> None:
        """Note that a report is to be issued, unless it was issued or is to be already."""
        place = (job, str(span.kind), span.first.isoformat(), span.last.isoformat())
        self._do(
            "INSERT INTO issue (job, kind, first, last, due) SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS"
            " (SELECT 1 FROM issue WHERE job = ? AND kind = ? AND first = ? AND last = ?)",
            *place,
            due,
            *place,
        )

    def renewed(self, job: str) -> int:
        """Return when the reports of a job were last looked at anew, ns UTC."""
        return int(self._rows("SELECT renewed FROM job WHERE name = ?", job)[0][0])

    def renew_all(self, job: str, kind: Kind, since: date, due: int) -> None:
        """Look anew at every report of a job and its kind whose span ends on or after a day."""
        rows = self._rows(
            "SELECT DISTINCT kind, first, last FROM issue WHERE job = ? AND kind = ? AND last >= ? AND edition IS NOT NULL"
            " ORDER BY last",
            job,
            str(kind),
            since.isoformat(),
        )
        for row in rows:
            self.renew(job, span_of(*row), due)
        self._do("UPDATE job SET renewed = ? WHERE name = ?", due, job)

    def renew(self, job: str, span: Span, due: int) -> None:
        """Note that a report is to be looked at anew: it becomes another edition if its figures are other ones."""
        place = (job, str(span.kind), span.first.isoformat(), span.last.isoformat())
        self._do(
            "INSERT INTO issue (job, kind, first, last, due) SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS"
            " (SELECT 1 FROM issue WHERE job = ? AND kind = ? AND first = ? AND last = ? AND edition IS NULL)",
            *place,
            due,
            *place,
        )

    def to_make(self, now: int) -> list[Issue]:
        """Return what is to be made by now, the oldest first."""
        return self._issues(f"edition IS NULL AND {_BY_NOW} ORDER BY due, number", now, now + LONGEST)

    def latest(self, job: str, span: Span) -> Made | None:
        """Return the newest edition of a report; None when it was never made."""
        found = self._issues(
            "job = ? AND kind = ? AND first = ? AND last = ? AND edition IS NOT NULL ORDER BY edition DESC LIMIT 1",
            job,
            str(span.kind),
            span.first.isoformat(),
            span.last.isoformat(),
        )
        return found[0].made if found else None

    def made(self, issue: Issue, made: Made, destinations: Sequence[str]) -> None:
        """Keep what a report came to; from now on it is on its way."""
        files = json.dumps([str(path) for path in made.files], ensure_ascii=False)
        with self._transaction():
            self._connection.execute(
                "UPDATE issue SET edition = ?, at = ?, digest = ?, title = ?, text = ?, files = ?, next = NULL, error = ''"
                " WHERE number = ?",
                (made.edition, made.at, made.digest, made.title, made.text, files, issue.number),
            )
            self._connection.executemany(
                "INSERT INTO delivery (issue, destination, progress) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(issue.number, destination, str(Progress.WAITING)) for destination in destinations],
            )

    def forget(self, issue: Issue) -> None:
        """Forget a report that was not made: it has the figures of the edition before, or nobody wants it any more."""
        self._do("DELETE FROM issue WHERE number = ? AND edition IS NULL", issue.number)

    def not_made(self, issue: Issue, again: int, error: str) -> None:
        """Note that a report could not be made, and when to try again, ns UTC."""
        self._do(
            "UPDATE issue SET attempts = attempts + 1, next = ?, error = ? WHERE number = ?",
            again,
            error,
            issue.number,
        )

    def to_deliver(self, now: int) -> list[tuple[Issue, Delivery]]:
        """Return what is to be delivered by now, the oldest first."""
        rows = self._rows(
            f"SELECT {_DELIVERY} FROM delivery WHERE progress = ? AND {_BY_NOW} ORDER BY issue, destination",  # noqa: S608 - ours
            str(Progress.WAITING),
            now,
            now + LONGEST,
        )
        found = [_delivery(row) for row in rows]
        issues = {issue.number: issue for issue in self._issues("edition IS NOT NULL")} if found else {}
        return [(issues[one.issue], one) for one in found if one.issue in issues]

    def delivered(self, delivery: Delivery, at: int) -> None:
        """Note that it arrived."""
        self._settle(delivery, Progress.DELIVERED, at=at)

    def not_delivered(self, delivery: Delivery, again: int | None, error: str) -> None:
        """Note that it did not arrive, and when to try again, ns UTC; None gives it up."""
        self._settle(delivery, Progress.WAITING if again else Progress.FAILED, again=again, error=error)

    def again(self, number: int, now: int) -> int:
        """Let every delivery of an issue that has not arrived be tried at once; return how many there are."""
        return self._do(
            "UPDATE delivery SET progress = ?, next = ? WHERE issue = ? AND progress <> ?",
            str(Progress.WAITING),
            now,
            number,
            str(Progress.DELIVERED),
        )

    def newest(self, count: int) -> list[tuple[Issue, tuple[Delivery, ...]]]:
        """Return the newest issues with their deliveries, the newest first."""
        issues = self._issues("1 ORDER BY due DESC, number DESC LIMIT ?", count)
        return [(issue, self._deliveries(issue.number)) for issue in issues]

    def _deliveries(self, number: int) -> tuple[Delivery, ...]:
        rows = self._rows(f"SELECT {_DELIVERY} FROM delivery WHERE issue = ? ORDER BY destination", number)  # noqa: S608 - ours
        return tuple(map(_delivery, rows))

    def _settle(
        self,
        delivery: Delivery,
        progress: Progress,
        *,
        again: int | None = None,
        at: int | None = None,
        error: str = "",
    ) -> None:
        self._do(
            "UPDATE delivery SET progress = ?, attempts = attempts + 1, next = ?, at = ?, error = ?"
            " WHERE issue = ? AND destination = ?",
            str(progress),
            again,
            at,
            error,
            delivery.issue,
            delivery.destination,
        )

    def _issues(self, condition: str, *parameters: object) -> list[Issue]:
        statement = f"SELECT {_ISSUE} FROM issue WHERE {condition}"  # noqa: S608 - ours
        return [_issue(row) for row in self._rows(statement, *parameters)]

    def _rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        with _errors(self._path):
            return self._connection.execute(statement, parameters).fetchall()

    def _do(self, statement: str, *parameters: object) -> int:
        with _errors(self._path):
            return self._connection.execute(statement, parameters).rowcount

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _errors(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _issue(row: tuple[Any, ...]) -> Issue:
    number, job, kind, first, last, due, edition, at, digest, title, text, files, attempts, again, error = row
    made = None
    if edition is not None:
        made = Made(edition, at, digest, title, text, tuple(Path(path) for path in json.loads(files)))
    return Issue(number, job, span_of(kind, first, last), due, made, attempts, again, error)


def _delivery(row: tuple[Any, ...]) -> Delivery:
    issue, destination, progress, *rest = row
    return Delivery(issue, destination, Progress(progress), *rest)


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise TransientError(f"reports: {path}: {error}") from error
