"""Lines of readings become the frames that a driver would have made, or say what is damaged."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus.address import Address, DataType, Limits, ModbusTag, Station, Table
from edge.drivers.modbus.plan import plan
from edge.drivers.modbus.reading import Reading
from edge.drivers.modbus.scan_class import scan_classes
from edge.drivers.opcua.address import NodeAddress, OpcuaTag
from edge.history.readings import Columns
from edge.model.calendar import NS
from edge.model.frame import Quality
from edge.model.tag import Tag


def modbus(
    name: str, kind: DataType, scale: float = 1.0, low: float | None = None, start: int = 0
) -> ModbusTag:
    """Return a tag of a Modbus map."""
    bit = 0 if kind is DataType.BOOL else None
    address = Address(Table.HOLDING, start, kind, bit=bit, length=8 if kind is DataType.STRING else 0)
    return ModbusTag(Tag(name, low=low), address, 1.0, scale)


def columns(*tags: ModbusTag | OpcuaTag, header: str | None = None, skip: bool = False) -> Columns:
    """Return the columns of a file about these tags."""
    by_name = {tag.tag.name: tag for tag in tags}
    return Columns("jar", header or f"time,{','.join(by_name)}", by_name, skip_unknown=skip)


@given(st.integers(0, 0xFFFF), st.sampled_from([1.0, 0.1, 0.01, 2.5]), st.integers(0, 9999))
def test_a_line_gives_the_frame_that_the_driver_makes_of_the_registers(
    raw: int, scale: float, digits: int
) -> None:
    """The same words in the PLC, once from the wire and once from a file, are the same values and qualities."""
    tags = (
        modbus("scaled", DataType.UINT16, scale, low=100),
        modbus("plain", DataType.INT16, start=1),
        modbus("digits", DataType.BCD16, start=2),
        modbus("real", DataType.FLOAT32, scale, start=3),
        modbus("on", DataType.BOOL, start=5),
    )
    signed = raw - 0x10000 if raw > 0x7FFF else raw
    (real,) = struct.unpack(">f", struct.pack(">f", raw / 7))
    words = struct.pack(">HhHfH", raw, signed, int(str(digits), 16), real, raw)
    (group,) = scan_classes(Station("jar", 1, Limits(), tags))
    reading = Reading(group, 0.0)
    reading.take(words, 0.0)
    read = reading.finish(60 * NS, 0.0)
    assert len(plan(tags, Limits())) == 1

    frame = columns(*tags).frame(f"60,{raw},{signed},{digits},{real!r},{raw & 1}")

    assert (frame.device, frame.tags, frame.time) == (read.device, read.tags, read.time)
    assert list(frame.values) == list(read.values)
    assert list(map(type, frame.values)) == list(map(type, read.values))
    assert list(frame.qualities) == list(read.qualities)


def test_an_empty_field_is_bad_and_a_line_of_them_a_device_that_did_not_answer() -> None:
    """What could not be read is None and bad, whatever it was before, and good again afterwards."""
    table = columns(modbus("a", DataType.UINT16), modbus("b", DataType.STRING, start=1))
    good, bad = Quality.GOOD, Quality.BAD

    lines = [table.frame(line) for line in ("60,1,x", "120,,x", "180,,", "240,1,y")]

    assert [tuple(frame.values) for frame in lines] == [(1, "x"), (None, "x"), (None, None), (1, "y")]
    assert [tuple(frame.qualities) for frame in lines] == [
        (good, good),
        (bad, good),
        (bad, bad),
        (good, good),
    ]


def test_an_opcua_tag_is_a_number_where_the_map_means_one_and_else_what_it_looks_like() -> None:
    """OPC UA maps name no types: a batch number may be text, a pH may not."""
    ph = OpcuaTag(Tag("ph", unit="pH"), NodeAddress("urn:x", "s=ph"), 1.0)
    batch = OpcuaTag(Tag("batch"), NodeAddress("urn:x", "s=batch"), 1.0)
    table = columns(ph, batch)

    assert table.frame("60,4.2,B0330").values == [4.2, "B0330"]
    assert table.frame("120,4,330").values == [4, 330]
    with pytest.raises(ValueError, match="ph: not a number"):
        table.frame("180,4..2,B0330")


def test_columns_that_the_map_does_not_have_can_be_left_out() -> None:
    """The others keep their places."""
    known = modbus("a", DataType.UINT16), modbus("b", DataType.UINT16, start=1)

    table = columns(*known, header="time,x,a,y,b", skip=True)

    assert table.names == ("a", "b")
    assert table.frame("60,9,1,9,2").values == [1, 2]
    with pytest.raises(ValueError, match=r"no tag x, y: add it, or import with --skip-unknown"):
        columns(*known, header="time,x,a,y,b")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("60,1", "2 fields instead of 3: the line is cut"),
        ("60,1,2,3", "4 fields instead of 3"),
        ("", "1 fields instead of 3"),
        ("soon,1,2", "a time is in whole seconds since 1970 UTC"),
        ("60.5,1,2", "a time is in whole seconds"),
        ("60,57.3,2", "a: no uint16 as it stands in the PLC, before scale and offset"),
        ("60,70000,2", "a: a uint16 is 0 to 65535"),
        ("60,1,2", "b: a bool is 0 or 1"),
    ],
)
def test_what_is_damaged_is_named(line: str, reason: str) -> None:
    """A field that is no value of its tag is not guessed at."""
    table = columns(modbus("a", DataType.UINT16), modbus("b", DataType.BOOL, start=1))
    with pytest.raises(ValueError, match=reason):
        table.frame(line)


@pytest.mark.parametrize("header", ["", "a,b", "time", "zeit,a", "time,a,a"])
def test_a_file_without_its_header_is_refused(header: str) -> None:
    """A table whose columns have no names, or a name twice, is none."""
    with pytest.raises(ValueError, match=r"the first line is|is there twice"):
        columns(modbus("a", DataType.UINT16), header=header or "\n")
