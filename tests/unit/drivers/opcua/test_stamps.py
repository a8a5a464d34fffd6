from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.opcua.address import Window
from edge.drivers.opcua.stamps import Origin, Stamps, utc_ns
from edge.model.calendar import NS, to_ns

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOW = to_ns(NOON)


def test_the_first_plausible_clock_counts_and_is_named() -> None:
    """Source, server, ours, in this order; 1601 and a clock a day off are not believed."""
    source, server = NOON - timedelta(seconds=2), NOON - timedelta(seconds=1)
    unset = datetime(1601, 1, 1, tzinfo=UTC)
    acquired = Stamps(Window()).acquired
    assert acquired(source, server, NOW) == (NOW - 2 * NS, Origin.SOURCE)
    assert acquired(unset, server, NOW) == (NOW - NS, Origin.SERVER)
    assert acquired(None, None, NOW) == (NOW, Origin.OWN)
    assert acquired(source + timedelta(days=2), unset, NOW) == (NOW, Origin.OWN)


@given(st.floats(-100, 100))
def test_the_window_is_the_maps(off: float) -> None:
    """A minute behind and ten seconds ahead are believed here, and not a second more."""
    moment = NOON + timedelta(seconds=off)
    _, origin = Stamps(Window(behind=60.0, ahead=10.0)).acquired(moment, None, NOW)
    is_within = -60 <= (moment - NOON).total_seconds() <= 10
    assert origin is (Origin.SOURCE if is_within else Origin.OWN)


@given(st.timedeltas(timedelta(days=-150_000), timedelta(days=80_000)))
def test_a_time_stamp_is_exact(off: timedelta) -> None:
    """To the microsecond, as exactly as the slower way."""
    moment = NOON + off
    assert utc_ns(moment) == to_ns(moment)
