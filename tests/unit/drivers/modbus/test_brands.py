"""Where brands keep what their programs name."""

from __future__ import annotations

import itertools

import pytest

from edge.drivers.modbus.address import ADDRESS_SPACE
from edge.drivers.modbus.brands import AREAS, Area, Brand
from edge.drivers.modbus.notation import parse


def wires(area: Area) -> range:
    """Return the wire addresses of an area."""
    return range(area.wire, area.wire + (area.last - area.first) * area.stride + area.stride)


@pytest.mark.parametrize("brand", AREAS)
def test_no_two_names_mean_the_same_place(brand: Brand) -> None:
    """The areas of a brand do not overlap, and lie within what Modbus can address."""
    areas = [area for parts in AREAS[brand].values() for area in parts]

    for area in areas:
        assert wires(area).start >= 0
        assert wires(area).stop <= ADDRESS_SPACE
    for one, other in itertools.combinations(areas, 2):
        if one.table is other.table:
            assert wires(one).stop <= wires(other).start or wires(other).stop <= wires(one).start


@pytest.mark.parametrize(
    ("brand", "text", "start"),
    [
        (Brand.XINJE_XD, "HD0", 0xA080),
        (Brand.XINJE_XD, "Y10", 0x6008),
        (Brand.XINJE_XC, "D8000", 0x4000),
        (Brand.INOVANCE_H5U, "R0", 0x3000),
        (Brand.DELTA_DVP, "D4096", 0x9000),
        (Brand.DELTA_DVP, "C201", 0x0702),
        (Brand.DELTA_DVP, "M1536", 0xB000),
        (Brand.MITSUBISHI_FX5U, "D100", 100),
    ],
)
def test_addresses_of_the_manuals(brand: Brand, text: str, start: int) -> None:
    """What an electrician reads in the program lies where the manual says."""
    assert parse(text, 0, brand).start == start
