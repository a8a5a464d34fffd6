"""What a push terminal is told, as text. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

ERROR_DELAY_S = 30
"""A terminal whose upload failed tries again after this time."""
DELAY_S = 10
"""A terminal asks for commands this often; that is its sign of life, too."""
_STAMP = re.compile(r"\d{1,19}", re.ASCII)
_SERIAL = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TABLE = re.compile(r"\w{1,32}", re.ASCII)
_NEAR_S = 300
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


def options(serial: str, stamp: str | None, offset: timedelta | None, *, minutes: bool = False) -> str:
    """Return the answer to a terminal's first request.

    Args:
        serial: of the terminal.
        stamp: the newest upload that was committed since the node started; None makes the terminal send all its
            records again, which repairs what a lost file took.
        offset: of the local time from UTC. A terminal takes it as the zone of its own clock; one that is no whole
            hour is not said at all, since firmwares differ in how they read it and would move their clock.
        minutes: whether this one reads it in minutes.
    """
    lines = [
        f"GET OPTION FROM: {serial}",
        f"ATTLOGStamp={stamp}",
        "OPERLOGStamp=9999",
        "ATTPHOTOStamp=9999",
        f"ErrorDelay={ERROR_DELAY_S}",
        f"Delay={DELAY_S}",
        "TransTimes=00:00;14:05",
        "TransInterval=1",
        "TransFlag=TransData AttLog",
        "Realtime=1",
        "Encrypt=None",
    ]
    if offset is not None and minutes:
        lines.append(f"TimeZone={offset // _MINUTE}")
    elif offset is not None and not offset % _HOUR:
        lines.append(f"TimeZone={offset // _HOUR}")
    return "".join(f"{line}\n" for line in lines)


def registration(serial: str) -> str:
    """Return the answer to a terminal with access-control firmware that asks whether it may speak."""
    return (
        f"registry=ok\nRegistryCode={serial}\nServerVersion=3.0.1\nServerName=chili-edge\nPushProtVer=3.0.1\n"
        f"ErrorDelay={ERROR_DELAY_S}\nRequestDelay={DELAY_S}\nTransTimes=00:00\nTransInterval=1\n"
        "TransTables=Transaction\nRealtime=1\nSessionID=0\n"
    )


def wrong_dialect(error_s: int, offset: timedelta | None, *, minutes: bool) -> bool:
    """Return whether a clock is off by just as much as if the terminal had read its zone in the other unit."""
    if offset is None:
        return False
    said = offset // (_MINUTE if minutes else _HOUR)
    understood = timedelta(hours=said) if minutes else timedelta(minutes=said)
    return abs(error_s - (understood - offset).total_seconds()) <= _NEAR_S


def confirmation(query: Mapping[str, str]) -> str:
    """Return what makes a terminal forget an upload that nobody wants; a wrong answer is an endless repetition."""
    table, count = query.get("tablename", ""), query.get("count", "")
    if query.get("table", "").lower() == "tabledata" and _TABLE.fullmatch(table) and _STAMP.fullmatch(count):
        return f"{table}={count}"
    return "OK"


def is_stamp(text: str) -> bool:
    """Return whether a terminal's stamp may be repeated to it."""
    return _STAMP.fullmatch(text) is not None


def is_serial(text: str) -> bool:
    """Return whether a serial number may be written to the log."""
    return _SERIAL.fullmatch(text) is not None
