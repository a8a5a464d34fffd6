"""When a record reaches the server: at once, or in a burst after hours without network, and now and then twice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from operator import attrgetter
from random import Random
from typing import NamedTuple

from simulators.clock import PLANT_ZONE
from simulators.people.attendance import Record
from simulators.people.attlog import Terminal, attlog_line

OFFLINE_S = 2 * 3600
"""Each terminal is offline for this long in each week (domain §4.1)."""
REPEATED = 0.01
_MOST_OUTAGES = 3
_LEAST_OUTAGE_S = 600
_DAY_S = 86_400
_WEEK = 7
_ON_THE_WAY_S = 1
_LINES_PER_POST = 50
_RETRY_S = (30, 35)
"""An upload that got no answer is sent again after this long: the usual ErrorDelay, and a bit."""


class Delivery(NamedTuple):
    """A record as the server gets it.

    Attributes:
        received: s UTC.
        serial: of the terminal.
        line: of the upload.
    """

    received: int
    serial: str
    line: str


class Outage(NamedTuple):
    """A terminal is offline from `begin` until just before `end`, s UTC."""

    begin: int
    end: int


@cache
def outages(seed: int, terminal: Terminal, monday: date) -> tuple[Outage, ...]:
    """Return when a terminal is offline in the week that begins on a Monday: one to three times, on different days."""
    rng = Random(f"{seed}/offline/{terminal}/{monday}")
    count = rng.randint(1, _MOST_OUTAGES)
    spare = OFFLINE_S - count * _LEAST_OUTAGE_S
    cuts = [0, *sorted(rng.randint(0, spare) for _ in range(count - 1)), spare]
    lengths = [_LEAST_OUTAGE_S + cuts[n + 1] - cuts[n] for n in range(count)]
    begins = [
        _utc(datetime.combine(monday, time()) + timedelta(days=weekday)) + rng.randrange(_DAY_S - OFFLINE_S)
        for weekday in sorted(rng.sample(range(_WEEK), count))
    ]
    return tuple(Outage(begin, begin + length) for begin, length in zip(begins, lengths, strict=True))


def delivered(seed: int, records: Iterable[Record]) -> list[Delivery]:
    """Return what the server gets, in the order in which it gets it.

    A terminal sends its records in their order, up to 50 in a second. About 1 in 100 comes once more, because its
    acknowledgement was lost.

    Args:
        seed: of the outages and repetitions.
        records: of any terminals and days; a call with all of them is right to the second, as a record may wait for those before it.
    """
    by_terminal: dict[Terminal, list[Record]] = {}
    for record in records:
        by_terminal.setdefault(record.terminal, []).append(record)
    deliveries = [
        delivery
        for terminal in sorted(by_terminal)
        for delivery in _uploads(
            seed, terminal, sorted(by_terminal[terminal], key=attrgetter("local", "pin"))
        )
    ]
    return sorted(deliveries, key=attrgetter("received", "serial"))


def _uploads(seed: int, terminal: Terminal, records: list[Record]) -> Iterable[Delivery]:
    received, in_this_second = 0, 0
    for record in records:
        due = _reachable(seed, terminal, _utc(record.local) + _ON_THE_WAY_S)
        if due > received:
            received, in_this_second = due, 0
        elif in_this_second == _LINES_PER_POST:
            received, in_this_second = received + 1, 0
        in_this_second += 1
        line = attlog_line(record.pin, record.local, record.status, record.verify)
        yield Delivery(received, terminal.value, line)
        rng = Random(f"{seed}/repeated/{terminal}/{line}")
        if rng.random() < REPEATED:
            again = _reachable(seed, terminal, received + rng.randint(*_RETRY_S))
            yield Delivery(again, terminal.value, line)


def _reachable(seed: int, terminal: Terminal, at: int) -> int:
    """Return `at`, or the end of the outage that it falls into."""
    local = datetime.fromtimestamp(at, PLANT_ZONE).date()
    week = outages(seed, terminal, local - timedelta(days=local.weekday()))
    place = bisect_right(week, at, key=attrgetter("begin")) - 1
    return max(at, week[place].end) if place >= 0 else at


def _utc(local: datetime) -> int:
    return int(local.replace(tzinfo=PLANT_ZONE).timestamp())
