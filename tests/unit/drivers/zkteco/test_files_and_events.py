"""USB logs, and events of access-control firmware: other columns, the same punches."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.zkteco import attlog, rtlog, usb
from edge.model.calendar import to_ns
from edge.model.personnel import Punch

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> int:
    """Return a local time as ns UTC."""
    return to_ns(datetime.fromisoformat(text).replace(tzinfo=ZONE))


def test_a_plain_log() -> None:
    """The third column is the device's id and the fourth the status, unlike a push; PINs keep their zeros."""
    body = (
        b"        1\t2026-10-03 08:59:01\t1\t0\t1\t0\r\n"
        b"     0011\t2026-10-03 17:31:00\t1\t1\t15\t0\r\n"
        b"        2\t2026-10-03 17:32:00\t7\t255\t15\t\r\n"
    )
    assert usb.parse(body, "S1", ZONE).punches == (
        Punch("S1", "1", at("2026-10-03 08:59:01"), 0),
        Punch("S1", "0011", at("2026-10-03 17:31:00"), 1),
        Punch("S1", "2", at("2026-10-03 17:32:00"), 255),
    )


def test_an_extended_log() -> None:
    """The serial number before and the checksum behind are no records, and no faults."""
    body = b"SN=CGKK223812345\r\n        1\t2026-10-03 08:59:01\t1\t0\t1\t0\r\nCHECKSUM=4711\r\n"
    upload = usb.parse(body, "S1", ZONE)
    assert (len(upload.punches), upload.faults) == (1, ())


def test_the_same_record_by_stick_and_by_push_is_one() -> None:
    """What was pushed and is then read from the stick has the same key."""
    pushed = attlog.parse(b"0011\t2026-10-03 17:31:00\t1\t15\t0\t0", "S1", ZONE)
    stick = usb.parse(b"     0011\t2026-10-03 17:31:00\t1\t1\t15\t0", "S1", ZONE)
    assert pushed.punches == stick.punches


def test_bad_lines_cost_only_themselves() -> None:
    """Half a line, a GBK name, a day that is none: each is named by its number, with nothing of what it says."""
    body = "0001\r\n0002\t2026-10-03 08:00:00\t1\t0\r\n张三\t2026-10-03 08:00:00\r\n3\t2026-02-30 08:00:00".encode(
        "gbk"
    )
    upload = usb.parse(body, "S1", ZONE)
    assert [punch.pin for punch in upload.punches] == ["0002"]
    assert [(fault.line, fault.reason) for fault in upload.faults] == [
        (1, "not tab separated"),
        (3, "not ASCII"),
        (4, "a time that does not exist"),
    ]


@pytest.mark.parametrize(
    ("name", "serial"),
    [("CGKK2238_attlog.dat", "CGKK2238"), ("1_ATTLOG.DAT", "1"), ("attlog.dat", ""), ("x.csv", "")],
)
def test_a_file_is_named_after_its_terminal(name: str, serial: str) -> None:
    """The serial number, or the device's id, stands in front."""
    assert usb.serial_of(name) == serial


def test_events_of_people_are_punches() -> None:
    """Doors that a person opened; alarms, doors left open and events of nobody are neither records nor faults."""
    body = (
        b"time=2026-08-27 10:57:49\tpin=0011\tcardno=0\teventaddr=1\tevent=0\tinoutstatus=1\tverifytype=15\r\n"
        b"time=2026-08-27 10:58:00\tpin=0\tevent=0\tinoutstatus=2\r\n"
        b"time=2026-08-27 10:58:01\tpin=12\tevent=206\tinoutstatus=2\r\n"
        b"pin=12\tevent=0\r\n"
    )
    upload = rtlog.parse(body, "S1", ZONE)
    assert upload.punches == (Punch("S1", "0011", at("2026-08-27 10:57:49"), 1),)
    assert [(fault.line, fault.reason) for fault in upload.faults] == [(4, "no time and pin")]


@given(st.binary(max_size=200))
def test_no_content_breaks_them(body: bytes) -> None:
    """Whatever a body holds, every line is a record, a fault, or nothing."""
    for parse in (usb.parse, rtlog.parse, attlog.parse):
        upload = parse(body, "S1", ZONE)
        assert len(upload.punches) + len(upload.faults) <= len(body.splitlines())
