"""A tank's life: filled, closed, fermented, released and drawn empty."""

from __future__ import annotations

import pytest

from simulators.model.vessel import PICKLED, SOUR, STOCK, TONNE, Phase, Style, Vessel

_HOUR_S = 3600.0


def _closed(style: Style = SOUR, age_d: float = 0.0) -> Vessel:
    vessel = Vessel("T01", 12 * TONNE, style, 1, 17.0)
    vessel.put(12 * TONNE, 2026)
    vessel.close(age_d=age_d)
    return vessel


def _days(vessel: Vessel, days: int) -> None:
    for _ in range(days * 24):
        vessel.step(_HOUR_S, 17.0)


def test_a_fresh_tank_sours_within_days() -> None:
    """In a week a fresh tank's pH falls below 4.1 and its acid rises; its level falls by a little."""
    vessel = _closed()
    before = vessel.read()
    _days(vessel, 7)
    after = vessel.read()
    assert before.ph > 5.0
    assert after.ph < 4.1
    assert after.acid > before.acid + 0.3
    assert 0.2 < before.level - after.level < 1.4


@pytest.mark.parametrize(("style", "early", "late"), [(SOUR, 4, 13), (PICKLED, 6, 26), (STOCK, 59, 61)])
def test_it_is_released_by_its_gate(style: Style, early: int, late: int) -> None:
    """Sour fruit is ready within two weeks, pickled within four, salt stock after two months; not before."""
    vessel = _closed(style)
    _days(vessel, early)
    assert not vessel.ready
    _days(vessel, late - early)
    assert vessel.ready


def test_the_brine_takes_its_share_and_the_rest_can_be_drawn() -> None:
    """Between 15 and 25 % of the weight are lost; drawing the last gram leaves an empty vessel for the next fill."""
    vessel = _closed()
    fill = vessel.fill
    assert fill is not None
    assert 0.75 * fill.put_g <= fill.left_g <= 0.85 * fill.put_g
    vessel.draw(fill.left_g - 1)
    assert vessel.phase is Phase.DRAWING
    vessel.draw(1)
    assert (vessel.phase, vessel.fill) == (Phase.EMPTY, None)
    vessel.put(1, 2026)
    assert vessel.fill is not None
    assert vessel.fill.lot == "T01-2026-02"


def test_a_tank_heats_itself_around_the_third_day() -> None:
    """The jacket holds 28 °C; on the third day it is warmer than that."""
    vessel = _closed()
    _days(vessel, 3)
    warm = vessel.read().temperature
    _days(vessel, 8)
    assert warm > vessel.read().temperature + 0.2
    assert vessel.read().temperature == pytest.approx(28.0, abs=0.6)


def test_readings_move_from_second_to_second() -> None:
    """Noise makes each probe move, so that a subscription has something to report."""
    vessel = _closed()
    first = vessel.read()
    vessel.step(1.0, 17.0)
    second = vessel.read()
    assert first.ph != second.ph
    assert first.temperature != second.temperature
    assert abs(first.ph - second.ph) < 0.1
