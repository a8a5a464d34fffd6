"""In which unit, and with how many decimals, each quantity of a report is shown: by the reader's style. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction
from types import MappingProxyType

from edge.reports.compose.say import Say
from edge.reports.document import Format, Number
from edge.reports.rounding import plain, rounded
from edge.reports.style import Style


class Quantity(Enum):
    """What a number is of, and in what a report has it."""

    TEXT = auto()
    COUNT = auto()
    PIECES = auto()
    HEADS = auto()
    RATIO = auto()
    MASS = auto()
    """g."""
    YEAR_MASS = auto()
    """g, of so much that people count it in 万斤 or t."""
    LITTLE_MASS = auto()
    """g, of so little that people count it in single jin or kg."""
    PACK = auto()
    """mg of one pack."""
    MONEY = auto()
    """Yuan of product."""
    YUAN = auto()
    """Yuan as they are."""
    COST = auto()
    """Yuan of wages."""
    HOURS = auto()
    """ms of machines."""
    MINUTES = auto()
    """ms."""
    LABOUR = auto()
    """Hours of people."""
    PER_HEAD = auto()
    """g by a head."""
    PER_HOUR = auto()
    """g in an hour of one head."""
    COST_PER_MASS = auto()
    """Yuan in a g."""
    ENERGY = auto()
    """Wh."""
    STEAM = auto()
    """g."""
    WATER = auto()
    """cm3."""
    ENERGY_PER_TONNE = auto()
    """Wh in a g of product."""
    STEAM_PER_TONNE = auto()
    """g in a g of product."""
    WATER_PER_TONNE = auto()
    """cm3 in a g of product."""


@dataclass(frozen=True, slots=True)
class Unit:
    """How a quantity is shown.

    Attributes:
        size: of one of it, in what the report has.
        name: `""` for none.
    """

    size: Fraction
    name: Say
    decimals: int
    format: Format = Format.NUMBER

    def of(self, value: Number) -> Number:
        """Return a report's number in this unit, exactly."""
        return plain(Fraction(value) / self.size)

    def number(self, value: Number) -> str:
        """Return a report's number as people read it."""
        return rounded(Fraction(value) / self.size, self.decimals)

    def text(self, value: Number, language: str) -> str:
        """Return a report's number as people read it, with the unit."""
        name = self.name.to(language)
        # A Chinese unit stands right behind its number, a symbol after a space.
        return (
            f"{self.number(value)} {name}".rstrip() if name[:1].isascii() else f"{self.number(value)}{name}"
        )


def _unit(size: int | Fraction, zh: str, en: str, decimals: int) -> Unit:
    return Unit(Fraction(size), Say(zh, en), decimals)


_NONE = Say("", "")
_JIN, _KG, _TONNE = 500, 1_000, 1_000_000
_WAN = 10_000
_HOUR_MS, _MINUTE_MS = 3_600_000, 60_000
_SAME: Mapping[Quantity, Unit] = MappingProxyType(
    {
        Quantity.TEXT: Unit(Fraction(1), _NONE, 0, Format.TEXT),
        Quantity.COUNT: Unit(Fraction(1), _NONE, 0),
        Quantity.PIECES: _unit(1, "件", "pcs", 0),
        Quantity.HEADS: _unit(1, "人次", "heads", 0),
        Quantity.RATIO: Unit(Fraction(1), _NONE, 1, Format.RATIO),
        Quantity.YUAN: _unit(1, "元", "CNY", 2),
        Quantity.PACK: _unit(1_000, "克", "g", 2),
        Quantity.HOURS: _unit(_HOUR_MS, "小时", "h", 1),
        Quantity.MINUTES: _unit(_MINUTE_MS, "分", "min", 1),
        Quantity.LABOUR: _unit(1, "工时", "h", 1),
        Quantity.ENERGY: _unit(1_000, "kWh", "kWh", 1),
        Quantity.STEAM: _unit(_TONNE, "吨", "t", 3),
        Quantity.WATER: _unit(1_000_000, "m³", "m³", 1),
        Quantity.ENERGY_PER_TONNE: _unit(Fraction(1_000, _TONNE), "kWh/t", "kWh/t", 1),
        Quantity.STEAM_PER_TONNE: _unit(Fraction(_KG, _TONNE), "kg/t", "kg/t", 1),
        Quantity.WATER_PER_TONNE: _unit(1, "m³/t", "m³/t", 2),
    }
)
_MASSES: Mapping[str, Unit] = MappingProxyType(
    {
        "jin": _unit(_JIN, "斤", "jin", 0),
        "wan_jin": _unit(_JIN * _WAN, "万斤", "10k jin", 2),
        "kg": _unit(_KG, "kg", "kg", 0),
        "t": _unit(_TONNE, "吨", "t", 3),
    }
)
_MONIES: Mapping[str, Unit] = MappingProxyType(
    {"yuan": _unit(1, "元", "CNY", 0), "wan_yuan": _unit(_WAN, "万元", "10k CNY", 2)}
)


def units(style: Style) -> Mapping[Quantity, Unit]:
    """Return the unit of every quantity."""
    in_jin = style.mass in {"jin", "wan_jin"}
    small, zh, en = (_JIN, "斤", "jin") if in_jin else (_KG, "kg", "kg")
    money = _MONIES[style.money]
    return {
        **_SAME,
        Quantity.MASS: _MASSES[style.mass],
        Quantity.LITTLE_MASS: _unit(small, zh, en, 1),
        Quantity.YEAR_MASS: _MASSES["wan_jin" if in_jin else "t"],
        Quantity.MONEY: money,
        Quantity.COST: Unit(money.size, money.name, 2),
        Quantity.PER_HEAD: _unit(small, f"{zh}/人次", f"{en}/head", 1),
        Quantity.PER_HOUR: _unit(small, f"{zh}/工时", f"{en}/h", 1),
        Quantity.COST_PER_MASS: _unit(Fraction(1, small), f"元/{zh}", f"CNY/{en}", 3),
    }
