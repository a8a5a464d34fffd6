"""What an InfluxDB's HTTP answer means for the lines: the one table, pure (statuses of 1.x, 2.x and 3)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from edge.errors import RejectedError, ServerFaultError, TransientError

MAX_RETRY_AFTER_S = 600.0
_MAX_TEXT = 300
_MAX_NAMED = 10_000
_REJECTED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})
"""The lines themselves are at fault. Everything else, a refused token and a missing database too, can be mended."""

_VERSION = re.compile(r"v?(?P<major>\d+)\.(?P<minor>\d+)")
_DROPPED = re.compile(r"\bdropped=(\d{1,9})\b")
_MISSING = re.compile(
    r'database not found|bucket (?:name )?\\?"?[^"]*"? ?not found|"code" ?: ?"not found".*bucket', re.DOTALL
)
_FIRST_WITH_V2 = (1, 8)


class TooLargeError(RejectedError):
    """The body is larger than the server takes; its lines are not at fault, unless it is one alone."""


class DatabaseMissingError(TransientError):
    """The server has no such database, yet."""


def error_of(status: int, headers: Mapping[str, str], body: str) -> RejectedError | TransientError:
    """Return the error that an unsuccessful answer stands for, with the server's own words."""
    text = f"the database answered {status}: {body.strip()[:_MAX_TEXT]}"
    if status in _REJECTED:
        dropped = _DROPPED.search(body)
        return RejectedError(text, _named(body), int(dropped[1]) if dropped else None)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooLargeError(text)
    if status == HTTPStatus.NOT_FOUND and _MISSING.search(body):
        return DatabaseMissingError(text)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerFaultError(text, retry_after(headers))
    return TransientError(text, retry_after(headers))


def check_stored(status: int, headers: Mapping[str, str]) -> None:
    """Believe that a write is stored only when the answer is a database's: 204, or a success without a word.

    Raises:
        TransientError: a proxy, a login page or another server has answered.
    """
    if status != HTTPStatus.NO_CONTENT and headers.get("Content-Length") != "0":
        raise TransientError(
            f"the answer to a write is {status} with a text, and not an InfluxDB's: is historian.url that of another server?"
        )


def _named(body: str) -> Mapping[int, str]:
    """Return the lines that an InfluxDB 3 names, by number from 0."""
    try:
        data = json.loads(body)["data"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    found = data if isinstance(data, list) else [data]
    named = {}
    for each in found[:_MAX_NAMED]:
        number = each.get("line_number") if isinstance(each, dict) else None
        if isinstance(number, int) and number > 0:
            named[number - 1] = str(each.get("error_message", ""))[:_MAX_TEXT]
    return named


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to be left alone, at most ten minutes; None when it does not."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return min(float(value), MAX_RETRY_AFTER_S)
    try:
        # Against the server's own clock: ours may be wrong.
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return min(max(wait.total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def speaks_v2(version: str) -> bool:
    """Return whether a server with this X-Influxdb-Version has /api/v2/write; VictoriaMetrics names none and has."""
    match = _VERSION.match(version)
    return match is None or (int(match["major"]), int(match["minor"])) >= _FIRST_WITH_V2


def major_version(version: str) -> int | None:
    """Return 1, 2 or 3; None for a server that names no version."""
    match = _VERSION.match(version)
    return int(match["major"]) if match else None
