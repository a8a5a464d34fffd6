"""The fermentation equations against the check values they were tuned to."""

from __future__ import annotations

import pytest

from simulators.model.plant import Plant
from simulators.model.tank import FILLS, Tank, acid, lag, ph, rate


@pytest.mark.parametrize(
    ("salt", "temperature", "expected"),
    [
        (6.0, 28.0, {3: 4.60, 5: 4.13, 9: 3.73, 15: 3.58}),
        (10.0, 22.0, {5: 4.62, 9: 4.14, 15: 3.79, 30: 3.57}),
        (18.0, 20.0, {9: 5.08, 20: 4.69, 45: 4.13}),
    ],
)
def test_ph_falls_as_known(salt: float, temperature: float, expected: dict[int, float]) -> None:
    """The pH after so many days at a constant salt and temperature."""
    for day, value in expected.items():
        assert ph(rate(temperature, salt) * (day - lag(salt))) == pytest.approx(value, abs=0.01)


def test_acid_rises_as_known() -> None:
    """At 6 %, 28 °C and 15 days the acid is 8.3 g/kg."""
    assert 10 * acid(rate(28.0, 6.0) * (15 - lag(6.0))) == pytest.approx(8.3, abs=0.15)


def test_tanks_differ_and_lie_in_their_ranges() -> None:
    """Six tanks of different age: the older, the sourer; all within what such tanks show."""
    readings = [tank.read() for tank in Plant(1).tanks]
    values = [reading.ph for reading in readings]
    assert values == sorted(values, reverse=True)
    for reading in readings:
        assert 3.5 < reading.ph < 5.6
        assert 15 < reading.temperature < 31
        assert 80 < reading.level < 98
        assert 5 < reading.salt < 16
        assert 0.1 < reading.acid < 0.95


def test_a_fresh_tank_sours_within_days() -> None:
    """In a week of virtual time a fresh tank's pH falls below 4.1 and its acid rises; its level falls by a little."""
    tank = Tank("T01", FILLS[0], 1, 17.0)
    before = tank.read()
    for _ in range(7 * 24):
        tank.step(3600.0)
    after = tank.read()
    assert before.ph > 4.8
    assert after.ph < 4.1
    assert after.acid > before.acid + 0.3
    assert 0.2 < before.level - after.level < 1.4


def test_readings_move_from_second_to_second() -> None:
    """Noise makes each probe move, so that a subscription has something to report."""
    tank = Tank("T01", FILLS[0], 1, 17.0)
    first = tank.read()
    tank.step(1.0)
    second = tank.read()
    assert first.ph != second.ph
    assert first.temperature != second.temperature
    assert abs(first.ph - second.ph) < 0.1
