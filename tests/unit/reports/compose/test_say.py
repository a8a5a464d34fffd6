"""The words, all of them, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from string import Formatter
from types import ModuleType

import pytest

from edge.reports.compose import headings, line_words, reasons, sentences
from edge.reports.compose.say import Say
from edge.reports.compose.units import Quantity, units
from edge.reports.style import Style


def says(module: ModuleType) -> Iterator[Say]:
    """Yield every sentence of a module, also those in its lists."""
    for value in vars(module).values():
        parts = (
            value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else [value]
        )
        yield from (part for part in parts if isinstance(part, Say))


EVERY = [say for module in (headings, line_words, reasons, sentences) for say in says(module)]


def placeholders(text: str) -> set[str]:
    """Return what a sentence has to be filled in with."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("module", [headings, line_words, reasons, sentences], ids=lambda one: one.__name__)
def test_languages_are_filled_in_with_the_same(module: ModuleType) -> None:
    """Both sentences name the same numbers, and none of them is empty alone."""
    for say in says(module):
        assert placeholders(say.zh) == placeholders(say.en), say
        assert bool(say.zh) == bool(say.en) or say is sentences.NEXT_SENTENCE, say


def test_chinese_comes_in_chinese() -> None:
    """What is said in words is not said in English twice."""
    assert len(EVERY) > 200
    same = {say.en for say in EVERY if say.zh == say.en}
    assert same <= {"OEE", "MTBF", "MTTR", "OEE {oee}", "⚠ {what}", "{then} → {now}", "{name} {made}", "{state} {hours}",
                    "{name} {heads}, {made}"}  # fmt: skip


def test_footnotes_differ() -> None:
    """No two reasons read the same: each has a number of its own."""
    for language in ("zh", "en"):
        texts = [say.to(language) for say in says(reasons)]
        assert len(texts) == len(set(texts))


def test_every_quantity_has_a_unit_in_every_style() -> None:
    """A document can be in any unit that a style names."""
    for mass in ("jin", "wan_jin", "kg", "t"):
        assert units(Style("zh", mass)).keys() == set(Quantity)


@pytest.mark.parametrize(
    ("mass", "zh", "en"),
    [
        ("jin", "47,764斤", "47,764 jin"),
        ("wan_jin", "4.78万斤", "4.78 10k jin"),
        ("kg", "23,882 kg", "23,882 kg"),
        ("t", "23.882吨", "23.882 t"),
    ],
)
def test_masses(mass: str, zh: str, en: str) -> None:
    """The same grams in each unit; a Chinese one stands right behind its number."""
    style = {
        "jin": Style(mass="jin"),
        "wan_jin": Style(mass="wan_jin"),
        "kg": Style(mass="kg"),
        "t": Style(mass="t"),
    }
    unit = units(style[mass])[Quantity.MASS]
    assert (unit.text(23_882_000, "zh"), unit.text(23_882_000, "en")) == (zh, en)


def test_use_by_the_tonne() -> None:
    """Wh by g is kWh by t, g by g is kg by t, cm3 by g is m3 by t."""
    all_units = units(Style())
    assert all_units[Quantity.ENERGY_PER_TONNE].text(Fraction(2_463_000, 23_882_000), "en") == "103.1 kWh/t"
    assert all_units[Quantity.STEAM_PER_TONNE].text(Fraction(7_410_000, 23_882_000), "en") == "310.3 kg/t"
    assert all_units[Quantity.WATER_PER_TONNE].text(Fraction(200_000_000, 23_882_000), "en") == "8.37 m³/t"
