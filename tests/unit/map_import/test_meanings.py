"""What single cells mean."""

from __future__ import annotations

import pytest

from edge.drivers.modbus.address import DataType, Order, Table
from edge.map_import import data_types, headings, keys, scaling, words
from edge.map_import.addresses import Found, Style, read, style
from edge.map_import.headings import Column

TYPES = {
    DataType.BOOL: "BOOL bit 位 布尔 开关量 Digital 1位",
    DataType.INT16: "INT INT16 有符号16位 16位有符号整数 16-bit_Signed short s16 整数 有符号 INT16S sint16",
    DataType.UINT16: "UINT WORD 无符号16位 无符号１６位 U16 UINT16 INT16U 16-bit_Unsigned 字 单字 无符号 unsigned",
    DataType.INT32: "DINT INT32 32位有符号 32-bit_Signed long 双字有符号 s32",
    DataType.UINT32: "UDINT DWORD 32位无符号 无符号32位整型 双字 U32 32-bit_Unsigned INT32U ulong",
    DataType.INT64: "LINT INT64 64位有符号",
    DataType.UINT64: "UINT64 ULINT 64位无符号 LWORD",
    DataType.FLOAT32: "REAL FLOAT Float32 浮点 浮点数 单精度浮点 32-bit_Float IEEE754 32位浮点数 F32",
    DataType.FLOAT64: "LREAL DOUBLE FLOAT64 双精度 64位浮点",
    DataType.BCD16: "BCD 16-bit_BCD BCD16",
    DataType.BCD32: "BCD32 32-bit_BCD 双字BCD LBCD",
    DataType.STRING: "STRING 字符串 ASCII UTF8",
}


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, texts in TYPES.items() for text in texts.split()]
)
def test_types_are_understood_as_people_write_them(text: str, kind: DataType) -> None:
    """In Chinese and English, of PLC tools, panels and manuals."""
    assert data_types.parse(text.replace("_", " ")).type is kind


@pytest.mark.parametrize("text", ["STRING(20)", "String[20]", "ASCII 20", "字符串（20）", "STRING20"])
def test_a_string_may_say_its_length(text: str) -> None:
    """In the brackets of any PLC tool."""
    assert data_types.parse(text) == data_types.Kind(DataType.STRING, 20)


@pytest.mark.parametrize("text", ["32位", "16 bit", "BYTE", "TIME", "4Q_FP_PF", "DATETIME", "FLOAT16", ""])
def test_a_type_that_leaves_a_doubt_is_refused(text: str) -> None:
    """A wrong type makes wrong values: nobody guesses one."""
    with pytest.raises(ValueError, match="type"):
        data_types.parse(text)


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("0.1", "0.1"),
        ("0,01", "0.01"),
        ("x10", "10"),
        ("×0.1", "0.1"),
        ("＊０.１", "0.1"),
        ("÷10", "0.1"),
        ("/100", "0.01"),
        ("1/1000", "0.001"),
        ("1:10", "0.1"),
        ("1e-3", "0.001"),
        ("10倍", "10"),
        ("0.01Hz", "0.01"),
    ],
)
def test_scales_are_understood_as_people_write_them(text: str, factor: str) -> None:
    """A factor, a divisor, or the least step with its unit."""
    assert scaling.scale(text)[0] == factor


@pytest.mark.parametrize(("text", "factor"), [("10", "0.1"), ("1000", "0.001"), ("0.1", "0.1"), ("1", "1")])
def test_a_gain_is_what_the_device_has_multiplied_by(text: str, factor: str) -> None:
    """Inverters and meters print Gain 10 where a value of 1 is sent as 10."""
    assert scaling.scale(text, divides=True)[0] == factor


@pytest.mark.parametrize(("text", "factor"), [("0", "1"), ("2", "0.01"), ("0.00", "0.01"), ("###.#", "0.1")])
def test_decimal_places_are_a_scale(text: str, factor: str) -> None:
    """As a number, or as the picture of one."""
    assert scaling.decimals(text) == factor


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("0~100", ("0", "100")),
        ("-50 … 150", ("-50", "150")),
        ("０～６５．５", ("0", "65.5")),
        ("[0,100]", ("0", "100")),
        ("0.0-50.0Hz", ("0", "50")),
        ("-5 to 5", ("-5", "5")),
        ("100~0", None),
        ("0:停止 1:运行", None),
        ("见附表", None),
    ],
)
def test_ranges_are_understood_as_people_write_them(text: str, limits: tuple[str, str] | None) -> None:
    """What names no lowest and highest value is no range."""
    assert scaling.limits(text) == limits


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("03", Table.HOLDING),
        ("4", Table.INPUT),
        ("0x01", Table.COIL),
        ("FC02", Table.DISCRETE),
        ("03H/06H/10H", Table.HOLDING),
        ("03/04", Table.HOLDING),
        ("保持寄存器", Table.HOLDING),
        ("输入寄存器（3x）", Table.INPUT),
        ("Discrete Inputs", Table.DISCRETE),
        ("线圈", Table.COIL),
        ("06", None),
        ("01/03", None),
        ("D", None),
    ],
)
def test_tables_are_understood_by_word_and_by_function_code(text: str, table: Table | None) -> None:
    """Several codes that read different tables name none."""
    assert words.table(text) is table


@pytest.mark.parametrize(
    ("text", "writes"),
    [("W", True), ("WO", True), ("只写", True), ("写", True), ("Write only", True), ("06/16", True)]
    + [
        (text, False)
        for text in ("R", "RW", "R/W", "读写", "只读", "可读写", "Read/Write", "03/06", "LW", "")
    ],
)
def test_what_can_only_be_written_is_known(text: str, *, writes: bool) -> None:
    """By access or by function codes."""
    assert words.only_writes(text) is writes


@pytest.mark.parametrize(
    ("text", "order"),
    [("CDAB", Order.CDAB), ("AB CD", Order.ABCD), ("大端", Order.ABCD), ("3412", Order.CDAB), ("odd", None)],
)
def test_orders_are_understood(text: str, order: Order | None) -> None:
    """By letters, digits and words."""
    assert words.order(text) is order


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("点　名", Column.NAME),
        ("变量名", Column.NAME),
        ("名称 Name", Column.NAME),
        ("Tag Name", Column.NAME),
        ("寄存器地址（HEX）", Column.ADDRESS),
        ("Modbus Address", Column.ADDRESS),
        ("Start address (dec)", Column.ADDRESS),
        ("数据类型/Data Type", Column.TYPE),
        ("功能码", Column.TABLE),
        ("倍率", Column.SCALE),
        ("采集周期(ms)", Column.PERIOD),
        ("最大值", Column.HIGH),
        ("报警下限", Column.OTHER),
        ("设备名称", Column.OTHER),
        ("this is a title that only happens to speak of an address", None),
    ],
)
def test_headings_are_understood(text: str, column: Column | None) -> None:
    """In Chinese, English or both, with units and remarks in brackets."""
    found = headings.of(text)
    assert (found and found[0]) == column


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("TotalCount", "total_count"),
        ("Phase 1 - Volts", "phase_1_volts"),
        ("Débit d'eau", "debit_d_eau"),
        ("总产量", ""),
        ("1#电机", ""),
        ("42", ""),
        ("total active energy of all phases and tariffs", "total_active_energy_of_all"),
        ("x" * 40, "x" * 32),
    ],
)
def test_names_become_keys(name: str, key: str) -> None:
    """A name that is not in Latin letters makes none: the address does."""
    assert keys.from_name(name) == key


def test_keys_are_unique_and_never_too_long() -> None:
    """The second of a name gets a number, which the length has room for."""
    taken: set[str] = set()
    assert [keys.unique("x" * 32, taken) for _ in range(2)] == ["x" * 32, f"{'x' * 30}_2"]


@pytest.mark.parametrize(
    ("text", "how", "found"),
    [
        ("100", Style(), Found(None, 100)),
        ("100", Style(base=1), Found(None, 99)),
        ("0x1000", Style(base=1), Found(None, 0x1000)),
        ("1000H", Style(), Found(None, 0x1000)),
        ("16#10", Style(), Found(None, 0x10)),
        ("００1E", Style(hexadecimal=True), Found(None, 0x1E)),
        ("00 1E", Style(hexadecimal=True), Found(None, 0x1E)),
        ("40001", Style(references=True), Found(Table.HOLDING, 0)),
        ("400101", Style(references=True), Found(Table.HOLDING, 100)),
        ("30001", Style(references=True, reference_base=0), Found(Table.INPUT, 1)),
        ("00017", Style(references=True), Found(Table.COIL, 16)),
        ("40001", Style(), Found(None, 40001)),
        ("4x100", Style(), Found(Table.HOLDING, 99)),
        ("4X-100.3", Style(), Found(Table.HOLDING, 99, 3, 1)),
        ("0x100", Style(panel=True), Found(Table.COIL, 99)),
        ("holding:4.1", Style(), Found(Table.HOLDING, 4, 1, 1)),
        ("100.15", Style(), Found(None, 100, 15, 1)),
        ("100 bit 3", Style(), Found(None, 100, 3, 1)),
        ("100-101", Style(), Found(None, 100, registers=2)),
        ("40001~40004", Style(references=True), Found(Table.HOLDING, 0, registers=4)),
    ],
)
def test_addresses_are_understood_as_tables_write_them(text: str, how: Style, found: Found) -> None:
    """Numbers, references, panels, bits and spans."""
    assert read(text, how) == found


@pytest.mark.parametrize(
    ("texts", "heading", "how"),
    [
        (["0", "100"], "地址", Style(decimals=True)),
        (["40001", "30005", "00001"], "Address", Style(references=True)),
        (["40001", "41088", "12"], "Address", Style(decimals=True)),
        (["1000", "1002"], "Address (hex)", Style(hexadecimal=True)),
        (["0010", "001E"], "Address", Style(hexadecimal=True)),
        (["D100", "D102"], "Address", Style()),
        (["4x1", "0x1"], "Address", Style(panel=True, prefixed=True)),
        (["0x1", "0x2"], "Address", Style(prefixed=True)),
    ],
)
def test_the_style_of_addresses_shows_in_the_whole_column(texts: list[str], heading: str, how: Style) -> None:
    """One address alone may be several things; D100 never makes a column hexadecimal."""
    assert style(texts, heading, None, None) == how
