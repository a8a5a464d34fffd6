"""Lactic fermentation of chili in brine: pH, acid, salt and nitrite by days, °C and salt % (domain §1.2)."""

from __future__ import annotations

import math

_FRESH_PH = 5.4
_FINAL_PH = 3.55
_EQUILIBRIUM_D = 5.0 / 3.0
"""Time constant of salt going from brine into the fruit: it is over after about five days."""
_BRINE_M3 = 6.5
_CHILI_T = 12.0
_NITRITE_PEAK_D = 6.0


def rate(temperature: float, salt: float) -> float:
    """Return how fast the lactic fermentation goes (1/d) at °C and salt %."""
    return 0.42 * math.exp(0.055 * (temperature - 28.0)) * max(0.08, 1.0 - salt / 20.0)


def lag(salt: float) -> float:
    """Return the days until it starts."""
    return 0.6 + 0.08 * salt


def ph(progress: float) -> float:
    """Return the true pH after a fermentation progress (rate × days since the lag)."""
    return _FINAL_PH + (_FRESH_PH - _FINAL_PH) * math.exp(-progress)


def acid(progress: float) -> float:
    """Return the true acid in % (as lactic)."""
    return 0.12 + 0.75 * (1.0 - math.exp(-0.8 * progress))


def nitrite(age_d: float, salt: float) -> float:
    """Return nitrite in mg/kg after days: its peak is 12 at 3 % salt, 3 from 8 % on."""
    peak = 12.0 - 9.0 * min(1.0, max(0.0, (salt - 3.0) / 5.0))
    share = max(0.0, age_d) / _NITRITE_PEAK_D
    return peak * share * math.exp(1.0 - share)


def equilibrium_salt(brine_salt: float) -> float:
    """Return the salt % that a brine comes down to once the fruit has taken its share."""
    return brine_salt * _BRINE_M3 / (_BRINE_M3 + 0.85 * _CHILI_T)


def brine_for(salt: float) -> float:
    """Return the brine (salt %) that comes down to a salt % in the fruit."""
    return salt / equilibrium_salt(1.0)


def salt_after(age_d: float, brine_salt: float) -> float:
    """Return the brine's salt % after days."""
    final = equilibrium_salt(brine_salt)
    return final + (brine_salt - final) * math.exp(-age_d / _EQUILIBRIUM_D)


def self_heating(age_d: float) -> float:
    """Return how much warmer than its surroundings it is: 1.5 °C around the third day."""
    return 1.5 * math.exp(-(((age_d - 3.0) / 0.8) ** 2))
