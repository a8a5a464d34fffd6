"""From the bytes of an answer to values: against an encoder that is written by hand."""

from __future__ import annotations

import ctypes
import math
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus.address import DataType, Limits, ModbusTag, Order, Table
from edge.drivers.modbus.decoding import Decoder
from edge.drivers.modbus.plan import plan, spanning
from edge.model.frame import Quality, Value
from tests.unit.drivers.modbus.tags import tag

GOOD, BAD = Quality.GOOD.value, Quality.BAD.value
INTEGERS = {
    DataType.INT16: (2, True),
    DataType.INT32: (4, True),
    DataType.INT64: (8, True),
    DataType.UINT16: (2, False),
    DataType.UINT32: (4, False),
    DataType.UINT64: (8, False),
}
DIGITS = {DataType.BCD16: 4, DataType.BCD32: 8}
TEXT_BYTES = 24


def big_endian(kind: DataType, value: Value) -> bytes:
    """Return the bytes of a value, the most significant first."""
    if kind in INTEGERS:
        assert isinstance(value, int)
        size, signed = INTEGERS[kind]
        return value.to_bytes(size, "big", signed=signed)
    if kind in DIGITS:
        return bytes.fromhex(str(value).zfill(DIGITS[kind]))
    if kind is DataType.STRING:
        assert isinstance(value, str)
        return value.encode().ljust(TEXT_BYTES, b"\0")
    assert isinstance(value, float)
    native = ctypes.c_float(value) if kind is DataType.FLOAT32 else ctypes.c_double(value)
    bits = int.from_bytes(bytes(native), sys.byteorder)
    return bits.to_bytes(4 if kind is DataType.FLOAT32 else 8, "big")


def on_the_wire(kind: DataType, order: Order, value: Value) -> bytes:
    """Return the bytes of a value as a device of that order sends them."""
    plain = big_endian(kind, value)
    words = [plain[place : place + 2] for place in range(0, len(plain), 2)]
    if order in ("CDAB", "DCBA") and kind is not DataType.STRING:
        words.reverse()
    if order in ("BADC", "DCBA"):
        words = [word[::-1] for word in words]
    return b"".join(words)


def values_of(kind: DataType) -> st.SearchStrategy[Value]:
    """Any value that a device can send as this type."""
    if kind in INTEGERS:
        size, signed = INTEGERS[kind]
        bits = 8 * size
        return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else st.integers(0, 2**bits - 1)
    if kind in DIGITS:
        return st.integers(0, 10 ** DIGITS[kind] - 1)
    if kind is DataType.STRING:
        alphabet = st.characters(exclude_characters="\0", codec="utf-8")
        texts = st.text(alphabet, max_size=TEXT_BYTES // 4)
        return texts.map(lambda text: text.strip(" "))
    return st.floats(allow_nan=False, allow_infinity=False, width=32 if kind is DataType.FLOAT32 else 64)


def decode(tags: Sequence[ModbusTag], payload: bytes) -> tuple[dict[str, Value], list[int]]:
    """Return values by tag, and qualities, of tags that one request reads."""
    (request,) = plan(tags, Limits())
    assert len(payload) == request.payload_bytes
    values, qualities = Decoder(request).decode(payload)
    names = [tag.tag.name for tag in request.tags]
    return dict(zip(names, values, strict=True)), qualities


def decode_one(one: ModbusTag, payload: bytes) -> tuple[Value, int]:
    """Return value and quality of a single tag."""
    values, (quality,) = decode([one], payload)
    return values[one.tag.name], quality


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("kind", [kind for kind in DataType if kind is not DataType.BOOL])
@given(data=st.data())
def test_decoding_undoes_encoding(kind: DataType, order: Order, data: st.DataObject) -> None:
    """A run of values of any type and order comes back as it was sent, all of good quality."""
    sent = data.draw(st.lists(values_of(kind), min_size=1, max_size=5))
    payload = b"".join(on_the_wire(kind, order, value) for value in sent)
    width = len(payload) // len(sent) // 2
    length = TEXT_BYTES if kind is DataType.STRING else 0
    tags = [
        tag(f"t{place}", 7 + place * width, kind, order=order, length=length) for place in range(len(sent))
    ]

    values, qualities = decode(tags, payload)

    assert list(values.values()) == sent
    assert [type(value) for value in values.values()] == [type(value) for value in sent]
    assert qualities == [GOOD] * len(sent)


@st.composite
def mixtures(draw: st.DrawFn) -> tuple[list[ModbusTag], bytes, list[Value]]:
    """Tags of all types and orders one after the other, with gaps, and the payload that holds their values."""
    tags, payload, values = [], b"", []
    for number in range(draw(st.integers(1, 10))):
        kind = draw(st.sampled_from([kind for kind in DataType if kind is not DataType.BOOL]))
        order = draw(st.sampled_from(Order))
        value = draw(values_of(kind))
        length = TEXT_BYTES if kind is DataType.STRING else 0
        if payload:
            payload += draw(st.sampled_from([b"", b"\xff\xff", b"\x7f\xc0\x00\x00"]))
        tags.append(tag(f"t{number:02}", len(payload) // 2, kind, order=order, length=length))
        payload += on_the_wire(kind, order, value)
        values.append(value)
    return tags, payload, values


@given(mixtures())
def test_runs_of_different_kinds_do_not_disturb_each_other(
    mixture: tuple[list[ModbusTag], bytes, list[Value]],
) -> None:
    """Whatever stands beside it, and whatever garbage lies in the gaps, a value is its own."""
    tags, payload, values = mixture
    decoded, qualities = Decoder(spanning(tags, Limits())).decode(payload)

    assert decoded == values
    assert qualities == [GOOD] * len(values)


@pytest.mark.parametrize(
    ("kind", "order", "wire", "value"),
    [
        (DataType.FLOAT32, Order.ABCD, "43668000", 230.5),
        (DataType.FLOAT32, Order.CDAB, "80004366", 230.5),
        (DataType.FLOAT32, Order.BADC, "66430080", 230.5),
        (DataType.FLOAT32, Order.DCBA, "00806643", 230.5),
        (DataType.FLOAT32, Order.ABCD, "3FC00000", 1.5),
        (DataType.FLOAT32, Order.CDAB, "00003FC0", 1.5),
        (DataType.FLOAT32, Order.ABCD, "47F12000", 123456.0),
        (DataType.UINT32, Order.ABCD, "12345678", 0x12345678),
        (DataType.UINT32, Order.CDAB, "56781234", 0x12345678),
        (DataType.UINT32, Order.BADC, "34127856", 0x12345678),
        (DataType.UINT32, Order.DCBA, "78563412", 0x12345678),
        (DataType.UINT64, Order.CDAB, "CDEF89AB45670123", 0x0123456789ABCDEF),
        (DataType.UINT64, Order.BADC, "23016745AB89EFCD", 0x0123456789ABCDEF),
        (DataType.BCD16, Order.ABCD, "1234", 1234),
        (DataType.UINT16, Order.ABCD, "1234", 4660),
        (DataType.UINT16, Order.CDAB, "1234", 4660),
        (DataType.UINT16, Order.BADC, "3412", 4660),
        (DataType.BCD32, Order.CDAB, "56781234", 12345678),
        (DataType.INT16, Order.ABCD, "FFF6", -10),
    ],
)
def test_published_vectors(kind: DataType, order: Order, wire: str, value: Value) -> None:
    """The words that manuals and forums print decode to the values that they print."""
    assert decode_one(tag("v", 0, kind, order=order), bytes.fromhex(wire)) == (value, GOOD)


@pytest.mark.parametrize(
    ("kind", "wire"),
    [
        (DataType.FLOAT32, "7FC00000"),
        (DataType.FLOAT32, "7F800000"),
        (DataType.FLOAT32, "FF800000"),
        (DataType.FLOAT64, "7FF8000000000000"),
        (DataType.BCD16, "12A4"),
        (DataType.BCD32, "0000000F"),
    ],
)
@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_what_is_no_number_is_bad(kind: DataType, wire: str, scale: float) -> None:
    """NaN, infinity and digits that are none become no value, scaled or not, and never a number."""
    assert decode_one(tag("v", 0, kind, scale=scale), bytes.fromhex(wire)) == (None, BAD)


def test_one_bad_value_leaves_its_neighbours_good() -> None:
    """A broken sensor costs its own tag only."""
    tags = [tag(name, 2 * place, DataType.FLOAT32) for place, name in enumerate("abc")]

    values, qualities = decode(tags, bytes.fromhex("43668000 7FC00000 3FC00000"))

    assert values == {"a": 230.5, "b": None, "c": 1.5}
    assert qualities == [GOOD, BAD, GOOD]


def test_sums_beyond_a_double_are_not_bad_values() -> None:
    """The short cut that looks for NaN by a sum must not take an overflow of its own for one."""
    tags = [tag("a", 0, DataType.FLOAT64), tag("b", 4, DataType.FLOAT64)]

    values, qualities = decode(tags, 2 * big_endian(DataType.FLOAT64, 1.7e308))

    assert list(values.values()) == [1.7e308, 1.7e308]
    assert qualities == [GOOD, GOOD]


@pytest.mark.parametrize(("raw", "value"), [(3, 0.3), (123, 12.3), (1205, 120.5), (0, 0.0)])
def test_a_tenth_gives_tenths(raw: int, value: float) -> None:
    """`scale: 0.1` gives 0.3, not 0.30000000000000004."""
    assert decode_one(tag("v", 0, scale=0.1), raw.to_bytes(2, "big")) == (value, GOOD)


def test_scale_then_offset() -> None:
    """Value = raw * scale + offset."""
    assert decode_one(tag("v", 0, scale=0.5, offset=-40.0), (200).to_bytes(2, "big")) == (60.0, GOOD)


def test_an_unscaled_integer_stays_one() -> None:
    """A 64-bit counter beyond a float's precision keeps its last digit."""
    value, _ = decode_one(tag("v", 0, DataType.UINT64), (2**53 + 1).to_bytes(8, "big"))

    assert value == 2**53 + 1


@pytest.mark.parametrize(("raw", "quality"), [(0, GOOD), (1200, GOOD), (1201, BAD)])
def test_a_value_out_of_its_range_is_bad(raw: int, quality: int) -> None:
    """The range of a tag counts after scaling, its ends included."""
    value, found = decode_one(tag("v", 0, scale=0.1, low=0, high=120), raw.to_bytes(2, "big"))

    assert found == quality
    assert (value is None) == (quality == BAD)


def test_a_range_with_one_end() -> None:
    """A tag may have a lower bound only."""
    below = tag("v", 0, DataType.INT16, low=0)

    assert decode_one(below, bytes.fromhex("FFF6")) == (None, BAD)
    assert decode_one(below, bytes.fromhex("7FFF")) == (32767, GOOD)


@pytest.mark.parametrize("order", Order)
@given(word=st.integers(0, 0xFFFF))
def test_bits_of_a_register(order: Order, word: int) -> None:
    """Bit 0 is the least significant of the word, whatever the order of its bytes; the word itself stays readable."""
    tags = [tag("word", 3, order=order)]
    tags += [tag(f"b{bit:02}", 3, DataType.BOOL, bit=bit, order=order) for bit in range(16)]

    values, qualities = decode(tags, on_the_wire(DataType.UINT16, order, word))

    assert values.pop("word") == word
    assert [values[f"b{bit:02}"] for bit in range(16)] == [bool(word >> bit & 1) for bit in range(16)]
    assert qualities == [GOOD] * 17


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_coils(states: list[bool]) -> None:
    """The first coil is the lowest bit of the first byte."""
    tags = [tag(f"c{n:02}", 100 + n, DataType.BOOL, table=Table.COIL) for n in range(len(states))]
    number = sum(1 << place for place, state in enumerate(states) if state)

    values, _ = decode(tags, number.to_bytes((len(states) + 7) // 8, "little"))

    assert list(values.values()) == states


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"LOT-42\0\0", "LOT-42"),
        (b"  LOT-42", "LOT-42"),
        (b"AB\0garba", "AB"),
        (bytes(8), ""),
        ("酸椒".encode().ljust(8), "酸椒"),
        ("酸椒".encode("gbk").ljust(8, b"\0"), "酸椒"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff", None),
    ],
)
def test_strings(data: bytes, text: str | None) -> None:
    """Padding goes, UTF-8 and GBK are both read, and what is neither is bad."""
    one = tag("s", 0, DataType.STRING, length=8)

    assert decode_one(one, data) == (text, BAD if text is None else GOOD)


def test_a_string_low_byte_first() -> None:
    """BADC swaps the letters of each word back; CDAB leaves a string alone."""
    swapped = tag("s", 0, DataType.STRING, length=6, order=Order.BADC)
    plain = tag("s", 0, DataType.STRING, length=6, order=Order.CDAB)

    assert decode_one(swapped, b"OL-T24") == ("LOT-42", GOOD)
    assert decode_one(plain, b"LOT-42") == ("LOT-42", GOOD)


def test_no_value_is_ever_nan() -> None:
    """What reaches the historian is finite or nothing."""
    tags = [tag("a", 0, DataType.FLOAT32, scale=1e300), tag("b", 2, DataType.FLOAT32, scale=1e300)]

    values, _ = decode(tags, bytes.fromhex("7F7FFFFF 3F800000"))

    assert all(
        value is None or (isinstance(value, float) and math.isfinite(value)) for value in values.values()
    )
    assert values["a"] is None


@given(st.integers(0, 0xFFFF), st.integers(0, 15), st.integers(1, 16), st.sampled_from(Order))
def test_a_field_of_bits_is_a_number_of_its_own(word: int, bit: int, bits: int, order: Order) -> None:
    """Bits 4 to 7 of a status word are read as if nothing stood beside them, whatever the order of the bytes."""
    bits = min(bits, 16 - bit)
    field = tag("mode", 3, order=order, bit=bit, bits=bits)

    value, quality = decode_one(field, on_the_wire(DataType.UINT16, order, word))

    digits = f"{word:016b}"[::-1]
    assert (value, quality) == (int(digits[bit : bit + bits][::-1], 2), GOOD)


def test_fields_of_one_register_and_the_register_itself_are_all_read() -> None:
    """Several tags may lie in one word; each is read from it."""
    tags = [tag("a_word", 3), tag("low", 3, bit=0, bits=4), tag("high", 3, bit=12, bits=4, scale=0.5)]

    values, qualities = decode(tags, bytes.fromhex("9ABC"))

    assert values == {"a_word": 0x9ABC, "low": 0xC, "high": 4.5}
    assert qualities == [GOOD] * 3


@pytest.mark.parametrize(
    ("kind", "code", "wire", "other", "value"),
    [
        (DataType.INT16, 0x8000, "8000", "8001", -32767),
        (DataType.UINT16, 0xFFFF, "FFFF", "FFFE", 65534),
        (DataType.UINT32, 0xFFFFFFFF, "FFFFFFFF", "0000FFFF", 65535),
        (DataType.INT64, 0x8000_0000_0000_0000, "8000000000000000", "0000000000008000", 32768),
    ],
)
def test_the_codes_of_a_meter_for_no_value_are_bad(
    kind: DataType, code: int, wire: str, other: str, value: int
) -> None:
    """Schneider says 0x8000 or all ones where it has nothing to say; that is no reading, and its neighbour is one."""
    one = tag("v", 0, kind, no_value=(code,))

    assert decode_one(one, bytes.fromhex(wire)) == (None, BAD)
    assert decode_one(one, bytes.fromhex(other)) == (value, GOOD)
