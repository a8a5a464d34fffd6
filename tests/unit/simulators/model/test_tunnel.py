"""A pasteuriser's inside: what rides in rides out, hot enough."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.model.buffer import Buffer
from simulators.model.tunnel import JARS, POUCHES, REFERENCE_C, TARGET_P, Z_C, Cohort, Tunnel, Zones

_RIDE_MIN = sum(JARS.minutes)


def _ridden(
    zones: Zones, minutes: int, *, step_s: float = 10.0, packs: int = 9
) -> tuple[Tunnel, list[Cohort]]:
    gone: list[Cohort] = []
    tunnel = Tunnel("pasteurizer", zones, 1, Buffer(10**9), gone.append)
    for _ in range(round(minutes * 60 / step_s)):
        tunnel.put(packs)
        tunnel.step(step_s, moving=True)
    return tunnel, gone


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.floats(1.0, 120.0), st.booleans()), min_size=1, max_size=80),
    st.integers(1, 400),
)
def test_no_pack_is_lost_inside(rides: list[tuple[int, float, bool]], capacity: int) -> None:
    """Whatever goes in is inside or has come out, also when the way out is full."""
    outlet = Buffer(capacity)
    tunnel = Tunnel("bath", POUCHES, 1, outlet)
    put = 0
    for packs, seconds, moving in rides:
        if tunnel.room and packs:
            tunnel.put(packs)
            put += packs
        tunnel.step(seconds, moving=moving)
    assert tunnel.level + outlet.level == put
    assert outlet.level <= capacity


def test_packs_come_out_after_their_ride() -> None:
    """The first pack leaves when the belt has carried it through all zones, and not before."""
    _, early = _ridden(JARS, int(_RIDE_MIN) - 1)
    _, late = _ridden(JARS, int(_RIDE_MIN) + 1)
    assert early == []
    assert late


@pytest.mark.parametrize("zones", [JARS, POUCHES])
def test_lethality_reaches_its_target_and_stays_sane(zones: Zones) -> None:
    """Every pack that rode through without a stop has P of at least 30, and its core came above 80 °C."""
    _, gone = _ridden(zones, 120)
    assert min(cohort.lethality for cohort in gone) >= TARGET_P
    assert max(cohort.lethality for cohort in gone) < 400
    assert all(80.0 < cohort.hottest_c < 88.5 for cohort in gone)
    assert not any(cohort.doubtful for cohort in gone)


def test_lethality_is_the_formula_s() -> None:
    """At a constant core temperature P is 10^((T - 71.1)/9.3) per minute: 109 at 90 °C, 2.6 at 75 °C."""
    for celsius, per_minute in ((75.0, 2.6), (85.0, 31.0), (90.0, 109.0)):
        assert 10 ** ((celsius - REFERENCE_C) / Z_C) == pytest.approx(per_minute, rel=0.02)
    flat = Zones((80.0,) * 5, (6.0,) * 5, 0.01, 80.0)
    _, gone = _ridden(flat, 31)
    assert gone[0].lethality == pytest.approx(30 * 10 ** ((80.0 - REFERENCE_C) / Z_C), rel=0.2)


def test_a_core_follows_the_water_with_its_time_constant() -> None:
    """After one time constant in water of even temperature, 63 % of the way is gone."""
    flat = Zones((80.0,) * 5, (9.0,) * 5, 9.0, 20.0)
    tunnel = Tunnel("pasteurizer", flat, 1, Buffer(10**9))
    tunnel.put(1)
    for _ in range(9 * 60):
        tunnel.step(1.0, moving=False)
    assert tunnel.core_c == pytest.approx(80.0 - 60.0 * math.exp(-1.0), abs=0.6)


def test_a_belt_that_stands_cooks_on() -> None:
    """While the belt stands nothing comes out, and lethality goes on rising."""
    tunnel, gone = _ridden(JARS, 30)
    out = len(gone)
    for _ in range(60):
        tunnel.step(60.0, moving=False)
    assert len(gone) == out
    for _ in range(60):
        tunnel.step(60.0, moving=True)
    assert max(cohort.lethality for cohort in gone) > 1000


def test_cold_water_makes_packs_doubtful() -> None:
    """Water below 85 °C for more than a minute marks the packs in the hold zone."""
    tunnel, gone = _ridden(JARS, 30)
    for _ in range(15):
        tunnel.step(60.0, moving=True, heated=False)
    for _ in range(60):
        tunnel.step(60.0, moving=True)
    assert any(cohort.doubtful for cohort in gone)
    assert tunnel.held > 0


def test_fifteen_minutes_in_the_heat_overcook_a_pack() -> None:
    """What stood in the hold zone is flagged; what stood in a cooler one is not, and neither is what waited in cold water."""
    gone: list[Cohort] = []
    tunnel = Tunnel("pasteurizer", JARS, 1, Buffer(10**9), gone.append)
    for minute in range(130):
        tunnel.put(9)
        tunnel.step(60.0, moving=not 40 <= minute < 54)
    assert not tunnel.overcooks
    assert not any(cohort.overcooked for cohort in gone)
    flagged = False
    for minute in range(100):
        tunnel.step(60.0, moving=minute >= 15)
        flagged |= tunnel.overcooks
    overcooked = sum(cohort.packs for cohort in gone if cohort.overcooked)
    assert flagged
    assert overcooked == pytest.approx(9 * JARS.minutes[2], abs=9 * 2)
    assert not tunnel.overcooks
