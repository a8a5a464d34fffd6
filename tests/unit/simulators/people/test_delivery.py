"""How records reach the server."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.clock import PLANT_ZONE
from simulators.people.attendance import Record, day
from simulators.people.attlog import Status, Terminal, Verify, attlog_line
from simulators.people.delivery import OFFLINE_S, Delivery, Outage, delivered, outages
from simulators.people.staff import staff
from tests.unit.simulators.people.year import DAYS, records

_MONDAYS = [date(2026, 1, 5) + timedelta(days=7 * n) for n in range(52)]
_MIDNIGHT = datetime.combine(_MONDAYS[0], time())
_WEEK_S = 7 * 86_400
_RECORDS = st.lists(
    st.builds(
        lambda second, number, status, verify, terminal: Record(
            _MIDNIGHT + timedelta(seconds=second), f"{number:04d}", status, verify, terminal
        ),
        st.integers(0, 2 * _WEEK_S),
        st.integers(1, 99),
        st.sampled_from(Status),
        st.sampled_from(Verify),
        st.sampled_from(Terminal),
    ),
    max_size=60,
)


def _utc(local: datetime) -> int:
    return int(local.replace(tzinfo=PLANT_ZONE).timestamp())


def _line(record: Record) -> str:
    return attlog_line(record.pin, record.local, record.status, record.verify)


def _all_outages(seed: int) -> dict[Terminal, list[Outage]]:
    return {t: [outage for monday in _MONDAYS for outage in outages(seed, t, monday)] for t in Terminal}


def test_the_line_of_a_record() -> None:
    """As the push protocol has it: leading zeros kept, time without zone, ten columns."""
    at = datetime(2026, 9, 8, 6, 58, 3)  # noqa: DTZ001 - a terminal's clock
    assert attlog_line("0042", at, Status.NONE, Verify.FACE) == (
        "0042\t2026-09-08 06:58:03\t255\t15\t0\t0\t0\t0\t0\t0"
    )


@pytest.mark.parametrize("terminal", Terminal)
def test_every_week_has_two_hours_offline(terminal: Terminal) -> None:
    """In each week the outages add up to two hours, within the week, one after the other, never the same twice."""
    seen = set()
    for monday in _MONDAYS:
        week = outages(1, terminal, monday)
        start = int(datetime(monday.year, monday.month, monday.day, tzinfo=PLANT_ZONE).timestamp())
        assert sum(outage.end - outage.begin for outage in week) == OFFLINE_S
        assert start <= week[0].begin
        assert week[-1].end <= start + _WEEK_S
        assert all(before.end < after.begin for before, after in pairwise(week))
        seen.add(tuple(outage.begin - start for outage in week))
    assert len(seen) == len(_MONDAYS)
    assert outages(1, Terminal.GATE, _MONDAYS[0]) != outages(1, Terminal.WORKSHOP, _MONDAYS[0])


@pytest.mark.parametrize("seed", [1, 2])
def test_about_one_in_a_hundred_comes_twice(seed: int) -> None:
    """Repeats are byte for byte the record; there are 0.7 to 1.3 % of them."""
    made = records(seed)
    lines = Counter(delivery.line for delivery in delivered(seed, made))
    assert set(lines) == {_line(record) for record in made}
    assert 0.007 <= lines.total() / len(made) - 1 <= 0.013


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_comes_out_of_an_outage_and_then_there_is_a_burst(seed: int) -> None:
    """Records of an outage come within seconds of its end, all others within seconds of the punch."""
    offline = _all_outages(seed)
    terminals = {_line(record): record for record in records(seed)}
    first: dict[str, int] = {}
    for delivery in delivered(seed, records(seed)):
        first.setdefault(delivery.line, delivery.received)
        spans = offline[Terminal(delivery.serial)]
        assert not any(outage.begin <= delivery.received < outage.end for outage in spans)
    burst: Counter[Outage] = Counter()
    for line, received in first.items():
        record = terminals[line]
        sent = _utc(record.local) + 1
        outage = next((o for o in offline[record.terminal] if o.begin <= sent < o.end), None)
        assert 0 <= received - (outage.end if outage else sent) <= 4
        if outage:
            burst[outage] += 1
    assert max(burst.values()) > 20
    assert len(burst) > 10


def _check_order(made: list[Record], got: list[Delivery]) -> None:
    for terminal in Terminal:
        sent = [delivery.line for delivery in got if delivery.serial == terminal]
        own = sorted((r for r in made if r.terminal is terminal), key=lambda r: (r.local, r.pin))
        assert list(dict.fromkeys(sent)) == list(dict.fromkeys(map(_line, own)))


@given(st.integers(0, 5), _RECORDS)
@settings(max_examples=60)
def test_every_record_is_delivered(seed: int, made: list[Record]) -> None:
    """Each at least once and never before it was made, by its own terminal, in the order of the punches."""
    got = delivered(seed, made)
    assert [delivery.received for delivery in got] == sorted(delivery.received for delivery in got)
    assert not Counter((r.terminal.value, _line(r)) for r in made) - Counter((d.serial, d.line) for d in got)
    earliest = {(r.terminal.value, _line(r)): _utc(r.local) for r in made}
    assert all(delivery.received > earliest[delivery.serial, delivery.line] for delivery in got)
    _check_order(made, got)


def test_a_long_burst_takes_its_time() -> None:
    """After an outage fifty records come in a second, the next fifty in the next one."""
    outage = outages(1, Terminal.GATE, _MONDAYS[0])[0]
    at = datetime.fromtimestamp(outage.begin, PLANT_ZONE).replace(tzinfo=None)
    made = [
        Record(at + timedelta(seconds=n), f"{n:04d}", Status.IN, Verify.FACE, Terminal.GATE)
        for n in range(120)
    ]
    first = {d.line: d.received - outage.end for d in reversed(delivered(1, made))}
    assert Counter(first.values()) == {0: 50, 1: 50, 2: 20}


def test_a_year_is_made_in_seconds() -> None:
    """Staff, attendance and delivery of a year take at most 5 s, in records by the ten thousand."""
    started = process_time()
    people = staff(3, 2026)
    made = [record for on in DAYS for record in day(3, on, people).records]
    got = delivered(3, made)
    assert process_time() - started <= 5.0
    assert len(got) > 40_000
