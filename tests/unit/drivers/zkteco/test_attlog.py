"""ATTLOG bodies: every form that terminals are known to send, and lines that are none of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.drivers.zkteco.attlog import LineFault, Upload, parse
from edge.model.calendar import NS, to_ns
from edge.model.personnel import Punch

SHANGHAI = ZoneInfo("Asia/Shanghai")
SERIAL = "CGKK223812345"
AT = to_ns(datetime(2025, 8, 27, 10, 57, 49, tzinfo=SHANGHAI))
GOOD = b"0011\t2025-08-27 10:57:49\t0\t25\t0\t0\t0\t0\t0\t0"


def upload(body: bytes) -> Upload:
    """Return what a body of the terminal in Xiushan holds."""
    return parse(body, SERIAL, SHANGHAI)


@pytest.mark.parametrize(
    ("line", "pin", "status"),
    [
        (GOOD, "0011", 0),
        (b"2\t2025-08-27 10:57:49\t1\t15\t\t0\t0\t\t\t43", "2", 1),
        (b"2\t2025-08-27 10:57:49\t255\t15\t0", "2", 255),
        (b"2\t2025-08-27 10:57:49", "2", 255),
        (b"2\t2025-08-27 10:57:49\t\t15", "2", 255),
        (b"        2\t2025-08-27 10:57:49\t0\t1\t0\t0", "2", 0),
    ],
)
def test_known_forms(line: bytes, pin: str, status: int) -> None:
    """Leading zeros of a PIN stay, a missing status is undefined, and the time is the site's."""
    assert upload(line) == Upload((Punch(SERIAL, pin, AT, status),), ())


def test_a_bad_line_costs_only_itself() -> None:
    """The good lines around a bad one are kept, and the fault names its line but nothing of what it says."""
    found = upload(b"\r\n".join([GOOD, b"\xd5\xc5\xc8\xfd\t2025-08-27 10:57:49", b"", GOOD]))
    assert [punch.pin for punch in found.punches] == ["0011", "0011"]
    assert found.faults == (LineFault(2, "not ASCII"),)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"hello", "not tab separated"),
        (b"\t2025-08-27 10:57:49", "no PIN"),
        (b"a b\t2025-08-27 10:57:49", "no PIN"),
        (b"1\t27.08.2025 10:57:49", "no time"),
        (b"1\t2025-13-27 10:57:49", "does not exist"),
        (b"1\t2025-08-27 10:57:49\tin", "status"),
        (b"1\t2025-08-27 10:57:49\t256", "status"),
        (b"1\t0001-01-01 00:00:00\t0", "does not exist"),
        ("1\t2025-08-27 10:57:49\t0".encode("utf-16"), "not ASCII"),
    ],
)
def test_what_is_no_record(line: bytes, reason: str) -> None:
    """A line that is no record is a fault with its reason."""
    found = upload(line)
    assert found.punches == ()
    assert reason in found.faults[0].reason


def test_an_empty_body_is_nothing() -> None:
    """Nothing and blank lines are neither punches nor faults."""
    assert upload(b"\r\n \n") == Upload((), ())


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_body_breaks_it(body: bytes) -> None:
    """Whatever comes, each line that is not blank is a punch or a fault."""
    found = upload(body)
    lines = sum(bool(line.strip()) for line in body.splitlines())
    assert len(found.punches) + len(found.faults) == lines


@settings(max_examples=200)
@given(
    st.text("0123456789", min_size=1, max_size=9),
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001 - a terminal's clock has no zone
    st.integers(0, 255),
)
def test_what_a_terminal_writes_is_read(pin: str, moment: datetime, status: int) -> None:
    """Reading undoes writing, to the second."""
    line = f"{pin}\t{moment:%Y-%m-%d %H:%M:%S}\t{status}\t15".encode()
    local = moment.replace(microsecond=0, tzinfo=SHANGHAI)
    assert upload(line).punches == (Punch(SERIAL, pin, to_ns(local), status),)
    assert upload(line).punches[0].time % NS == 0
