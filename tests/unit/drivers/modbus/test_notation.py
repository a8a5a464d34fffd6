"""How addresses are written, in maps, manuals, HMIs and PLC programs."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus.address import Place, Table
from edge.drivers.modbus.brands import AREAS, Area
from edge.drivers.modbus.notation import Brand, parse

COIL, DISCRETE, INPUT, HOLDING = Table
ROW = re.compile(
    r"^\| `(?P<brand>\w+)` \| `(?P<text>[^`]+)` \| (?P<table>\w+) \| (?P<wire>0x[0-9A-F]{4}|\d+)",
    re.MULTILINE,
)
NOTATION = Path("plc_maps/NOTATION.md")
ALL_AREAS = [
    (brand, prefix, area) for brand, areas in AREAS.items() for prefix, each in areas.items() for area in each
]


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("holding:4", 0, Place(HOLDING, 4)),
        ("holding:1.1", 0, Place(HOLDING, 1, 1, 1)),
        ("holding:1.4-7", 0, Place(HOLDING, 1, 4, 4)),
        ("holding:0x1000", 0, Place(HOLDING, 4096)),
        ("input:1", 1, Place(INPUT, 0)),
        ("coil:65535", 0, Place(COIL, 65535)),
        ("discrete:65536", 1, Place(DISCRETE, 65535)),
        ("40001", 0, Place(HOLDING, 0)),
        ("400001", 1, Place(HOLDING, 0)),
        ("465536", 0, Place(HOLDING, 65535)),
        ("30011", 0, Place(INPUT, 10)),
        ("10001", 0, Place(DISCRETE, 0)),
        ("00017", 0, Place(COIL, 16)),
        ("40010.3", 0, Place(HOLDING, 9, 3, 1)),
        ("4x100", 0, Place(HOLDING, 99)),
        ("3x00100", 0, Place(INPUT, 99)),
        ("0x10", 0, Place(COIL, 9)),
        ("\uff14\uff38\uff11\uff10", 0, Place(HOLDING, 9)),
    ],
)
def test_addresses(text: str, base: int, expected: Place) -> None:
    """A map counts from 0, as the wire does, or from 1, as manuals do; 40001 and 4x1 always count from 1."""
    assert parse(text, base) == expected


@pytest.mark.parametrize(
    ("brand", "text", "expected"),
    [
        ("xinje_xd", "D0", Place(HOLDING, 0)),
        ("xinje_xd", "HD0", Place(HOLDING, 0xA080)),
        ("xinje_xd", "SD10", Place(HOLDING, 0x700A)),
        ("xinje_xd", "Y10", Place(COIL, 0x6008)),
        ("xinje_xd", "d100.3", Place(HOLDING, 100, 3, 1)),
        ("xinje_xd", "HM1", Place(COIL, 0xC101)),
        ("xinje_xc", "D8000", Place(HOLDING, 0x4000)),
        ("xinje_xc", "X0", Place(COIL, 0x4000)),
        ("inovance_h5u", "R0", Place(HOLDING, 0x3000)),
        ("inovance_h5u", "X17", Place(COIL, 0xF80F)),
        ("inovance_h5u", "Y0", Place(COIL, 0xFC00)),
        ("inovance_am", "MW65535", Place(HOLDING, 65535)),
        ("inovance_am", "QX1.2", Place(COIL, 10)),
        ("delta_dvp", "D0", Place(HOLDING, 0x1000)),
        ("delta_dvp", "D4096", Place(HOLDING, 0x9000)),
        ("delta_dvp", "C201", Place(HOLDING, 0x0702)),
        ("delta_dvp", "X20", Place(DISCRETE, 0x0410)),
        ("delta_dvp", "M1536", Place(COIL, 0xB000)),
        ("delta_as", "D29999", Place(HOLDING, 29999)),
        ("mitsubishi_fx5u", "\uff24\uff11\uff10\uff10", Place(HOLDING, 100)),
        ("siemens", "DBW24", Place(HOLDING, 12)),
        ("siemens", "DB10.DBD24", Place(HOLDING, 12)),
        ("siemens", "%DB10.DBX24.3", Place(HOLDING, 12, 11, 1)),
        ("siemens", "DBX25.3", Place(HOLDING, 12, 3, 1)),
        ("siemens", "DBB24", Place(HOLDING, 12, 8, 8)),
        ("siemens", "DBB25", Place(HOLDING, 12, 0, 8)),
        ("siemens", "%Q1.0", Place(COIL, 8)),
        ("siemens", "E0.7", Place(DISCRETE, 7)),
        ("siemens", "40001", Place(HOLDING, 0)),
        ("xinje_xd", "holding:7", Place(HOLDING, 7)),
    ],
)
def test_what_a_plc_program_shows(brand: str, text: str, expected: Place) -> None:
    """An electrician writes what is on the programming screen; the brand says where it lies."""
    assert parse(text, brand=Brand(brand)) == expected


@pytest.mark.parametrize(
    ("brand", "text", "base", "complaint"),
    [
        (None, "holding", 0, "TABLE:NUMBER"),
        (None, "register:4", 0, "there is no table register; there are coil, discrete, input, holding"),
        (None, "holding:-1", 0, "TABLE:NUMBER"),
        (None, "holding:65536", 0, "from 0 to 65535"),
        (None, "holding:0", 1, "from 1 to 65536"),
        (None, "holding:1.16", 0, "bits 0 to 15"),
        (None, "holding:1.7-4", 0, "the lower one comes first, as in 4-7"),
        (None, "coil:1.1", 0, "is a bit already"),
        (None, "40000", 0, "run from 1 to 65536"),
        (None, "499999", 0, "run from 1 to 65536"),
        (None, "D100", 0, "say whose, as in brand: xinje_xd"),
        (None, "12", 0, "or 40001, 4x1"),
        ("xinje_xd", "D20480", 0, "D20480 is not among D0-D20479"),
        ("xinje_xd", "Y8", 0, "counted in octal"),
        ("xinje_xd", "X100", 0, "not among X0-X77"),
        ("xinje_xd", "R5", 0, "of xinje_xd: D0-D20479"),
        ("delta_dvp", "D12000", 0, "not among D0-D4095 and D4096-D11999"),
        ("siemens", "DBW25", 0, "odd byte"),
        ("siemens", "DBX25.8", 0, "DBX25.0 to DBX25.7"),
        ("siemens", "DBW24.1", 0, "only DBX has a bit"),
        ("siemens", "DBW200000", 0, "beyond"),
        ("siemens", "Q1", 0, "QBYTE.BIT"),
        ("siemens", "Q9999.0", 0, "beyond"),
    ],
)
def test_what_is_no_address(brand: str | None, text: str, base: int, complaint: str) -> None:
    """The message says what an address looks like or how far it may go."""
    with pytest.raises(ValueError, match=complaint):
        parse(text, base, Brand(brand) if brand else None)


@given(st.sampled_from(ALL_AREAS), st.data())
def test_addresses_rise_with_the_numbers_of_an_area(
    area_of: tuple[Brand, str, Area], data: st.DataObject
) -> None:
    """From its first device on, each one lies a step behind the one before."""
    brand, prefix, area = area_of
    number = data.draw(st.integers(area.first, area.last))

    place = parse(f"{prefix}{area.name(number)}", brand=brand)

    assert (place.table, place.start) == (area.table, area.wire + area.stride * (number - area.first))
    assert place.start < 0x1_0000


@given(st.text(max_size=12), st.sampled_from([None, *Brand]), st.sampled_from([0, 1]))
def test_no_text_raises_anything_else(text: str, brand: Brand | None, base: int) -> None:
    """Whatever stands in a map is an address or a fault with a reason."""
    with suppress(ValueError):
        assert 0 <= parse(text, base, brand).start < 0x1_0000


def test_the_table_for_people_says_the_same() -> None:
    """Each row of plc_maps/NOTATION.md is what is read, and every area of every brand has its row."""
    rows = [match.groupdict() for match in ROW.finditer(NOTATION.read_text(encoding="utf-8"))]

    for row in rows:
        place = parse(row["text"], brand=Brand(row["brand"]))
        assert (place.table, place.start) == (row["table"], int(row["wire"], 0)), row
    told = {(row["brand"], row["text"]) for row in rows}
    for brand, prefix, area in ALL_AREAS:
        assert (brand.value, f"{prefix}{area.name(area.first)}") in told
