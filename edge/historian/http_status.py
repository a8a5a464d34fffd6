"""What an InfluxDB's HTTP answer means for the lines: the one table, pure (statuses of 1.x, 2.x and 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from edge.errors import RejectedError, TransientError

MAX_RETRY_AFTER_S = 600.0
_MAX_TEXT = 300
_REJECTED = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
)
"""The lines themselves are at fault. Everything else, a refused token and a missing database too, can be mended."""

_VERSION = re.compile(r"v?(?P<major>\d+)\.(?P<minor>\d+)")
_FIRST_WITH_V2 = (1, 8)


def error_of(status: int, headers: Mapping[str, str], body: str) -> RejectedError | TransientError:
    """Return the error that an unsuccessful answer stands for, with the server's own words."""
    text = f"the database answered {status}: {body.strip()[:_MAX_TEXT]}"
    if status in _REJECTED:
        return RejectedError(text)
    return TransientError(text, retry_after(headers))


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
