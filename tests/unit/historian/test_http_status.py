"""What each HTTP status means for the lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import RejectedError, TransientError
from edge.historian.http_status import MAX_RETRY_AFTER_S, error_of, retry_after, speaks_v2


@pytest.mark.parametrize("status", [400, 413, 422])
def test_the_lines_are_at_fault(status: int) -> None:
    """These are never tried again as they are, and carry the server's words into the dead letter."""
    error = error_of(status, {}, '{"error":"field type conflict"}')

    assert isinstance(error, RejectedError)
    assert "field type conflict" in str(error)


@pytest.mark.parametrize("status", [301, 401, 403, 404, 429, 500, 502, 503, 504])
def test_the_server_is_at_fault(status: int) -> None:
    """A refused token or a missing database never costs a line."""
    error = error_of(status, {"Retry-After": "7"}, "x" * 1000)

    assert isinstance(error, TransientError)
    assert error.retry_after == 7.0
    assert len(str(error)) < 400


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": "999999"}, MAX_RETRY_AFTER_S),
        (
            {"Retry-After": "Wed, 21 Oct 2026 07:28:10 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"},
            10.0,
        ),
        ({"Retry-After": "Wed, 21 Oct 2026 07:27:00 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:10 GMT"}, None),
        ({"Retry-After": "soon"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds and dates are understood, and bounded; a date counts from the server's own clock."""
    assert retry_after(headers) == seconds


@given(st.text(), st.text())
def test_any_retry_after_is_bounded(value: str, date: str) -> None:
    """Whatever a server sends, ingest does not stop for ever."""
    wait = retry_after({"Retry-After": value, "Date": date})

    assert wait is None or 0 <= wait <= MAX_RETRY_AFTER_S


@pytest.mark.parametrize(
    ("version", "v2"),
    [
        ("1.6.7~rc0", False),
        ("1.7.11", False),
        ("1.8.10", True),
        ("v2.7.1", True),
        ("3.0.1", True),
        ("", True),
    ],
)
def test_which_servers_take_the_v2_path(version: str, v2: bool) -> None:
    """Only InfluxDB before 1.8 lacks it."""
    assert speaks_v2(version) == v2
