"""The fermentation equations against the check values they were tuned to."""

from __future__ import annotations

import pytest

from simulators.model.fermentation import (
    acid,
    brine_for,
    equilibrium_salt,
    lag,
    nitrite,
    ph,
    rate,
    salt_after,
)


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


def test_nitrite_peaks_on_the_sixth_day_and_is_gone_after_a_month() -> None:
    """Little salt lets nitrite rise to 12 mg/kg, much salt to 3; after day 20 it is on its way out."""
    assert nitrite(6.0, 3.0) == pytest.approx(12.0)
    assert nitrite(6.0, 8.0) == nitrite(6.0, 18.0) == pytest.approx(3.0)
    assert max(range(60), key=lambda day: nitrite(day, 6.0)) == 6
    assert nitrite(30.0, 6.0) < 1.0


def test_brine_and_fruit_come_to_one_salt() -> None:
    """A brine of 22 % comes down to 8 or 9 % in about five days, and the way back gives the brine."""
    assert equilibrium_salt(22.0) == pytest.approx(8.6, abs=0.1)
    assert salt_after(0.0, 22.0) == 22.0
    assert salt_after(8.0, 22.0) == pytest.approx(8.6, abs=0.2)
    assert brine_for(equilibrium_salt(22.0)) == pytest.approx(22.0)
