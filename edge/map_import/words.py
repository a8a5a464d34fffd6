"""What the small cells of a register table mean: tables and function codes, access, order, periods, units. Pure."""

from __future__ import annotations

import re

from edge.documents.sheet import number, plain
from edge.drivers.modbus.address import Order, Table

_TABLES = {
    Table.HOLDING: "保持寄存器 保持型寄存器 holdingregisters holdingregister holding 4xxxx 4xxxxx hr",
    Table.INPUT: "输入寄存器 inputregisters inputregister 3xxxx 3xxxxx ir",
    Table.DISCRETE: "离散输入 离散量输入 输入状态 触点 discreteinputs discreteinput inputstatus 1xxxx 1xxxxx",
    Table.COIL: "线圈 coils coil 输出线圈 0xxxx 0xxxxx",
}
_TABLE_WORDS = {word: table for table, words in _TABLES.items() for word in words.split()}
_READ_CODES = {1: Table.COIL, 2: Table.DISCRETE, 3: Table.HOLDING, 4: Table.INPUT}
_WRITE_CODES = frozenset({5, 6, 10, 15, 16, 22, 23})
"""10 is what becomes of 0x10 in tables."""
_CODE = re.compile(r"(?:fc|0x|功能码)*(\d{1,2}|10h|0fh|0f)h?")
_READS = re.compile(r"\br|读")
_ORDERS = {
    Order.ABCD: "abcd 1234 3210 bigendian big 大端 大端模式 高字在前 高位在前 高字节在前 msb msw hh mswfirst",
    Order.CDAB: "cdab 3412 1032 低字在前 字交换 wordswap wordswapped littleendianwordswap lswfirst lsw ll",
    Order.BADC: "badc 2143 2301 字节交换 byteswap byteswapped hl",
    Order.DCBA: "dcba 4321 0123 littleendian little 小端 小端模式 lh",
}
_ORDER_WORDS = {word: order for order, words in _ORDERS.items() for word in words.split()}
_PERIOD = re.compile(r"(?P<number>[\d.]+)(?P<unit>[^\d.]*)")
_PERIOD_UNITS = {
    "ms": "ms 毫秒",
    "s": "s sec second seconds 秒",
    "min": "min minute minutes 分 分钟",
    "h": "h hour hours 小时",
}
_PERIOD_WORDS = {word: unit for unit, words in _PERIOD_UNITS.items() for word in words.split()}
_UNITS = frozenset(
    [
        "v",
        "mv",
        "kv",
        "a",
        "ma",
        "ka",
        "w",
        "kw",
        "mw",
        "va",
        "kva",
        "var",
        "kvar",
        "wh",
        "kwh",
        "mwh",
        "varh",
        "kvarh",
        "vah",
        "kvah",
        "ah",
        "hz",
        "khz",
        "°c",
        "c",
        "k",
        "%",
        "rpm",
        "r/min",
        "1/min",
        "min",
        "ms",
        "s",
        "h",
        "d",
        "mm",
        "cm",
        "m",
        "km",
        "m/s",
        "m/min",
        "m3",
        "m3/h",
        "l",
        "l/h",
        "l/min",
        "ml",
        "t",
        "kg",
        "g",
        "mg",
        "t/h",
        "kg/h",
        "bar",
        "mbar",
        "pa",
        "kpa",
        "mpa",
        "n",
        "kn",
        "n·m",
        "nm",
        "ω",
        "kω",
        "ohm",
        "°",
        "deg",
        "pcs",
        "ppm",
        "ph",
        "个",
        "件",
        "瓶",
        "罐",
        "袋",
        "箱",
        "斤",
        "吨",
        "千克",
        "公斤",
        "次",
        "秒",
        "分钟",
        "小时",
        "度",
        "转/分",
    ]
)
_WIDE = {ord("０") - ord("0") + code: code for code in range(0x21, 0x7F)}


def table(text: str) -> Table | None:
    """Return the table that a word, or a list of function codes, names; None if none or several."""
    written = re.sub(r"[\s_\-()]+", "", plain(text).lower())
    if written in _TABLE_WORDS:
        return _TABLE_WORDS[written]
    codes = function_codes(text)
    # A register that answers both kinds of request is read as what can be written, too.
    found = sorted({_READ_CODES[code] for code in codes if code in _READ_CODES}, reverse=True)
    if found in ([], [Table.INPUT, Table.HOLDING]):
        found = [Table.HOLDING] if found else _within(written)
    return found[0] if len(found) == 1 else None


def _within(written: str) -> list[Table]:
    long = {word: found for word, found in _TABLE_WORDS.items() if len(word) > 2 and word in written}  # noqa: PLR2004 - `hr` stands in other words
    return sorted(set(long.values()))


def function_codes(text: str) -> list[int]:
    """Return the function codes in a cell such as `03`, `0x03/0x10`, `FC04`, `03H,06H`; none if it says other things."""
    codes = []
    for part in re.split(r"[/,;、\s()&+]+", plain(text).lower()):
        if re.fullmatch(r"read|write|r|w|rw|读|写|", part):
            continue
        match = _CODE.fullmatch(part)
        if match is None:
            return []
        hexadecimal = "0x" in part or part.endswith(("h", "0f"))
        codes.append(int(match[1].rstrip("h"), 16 if hexadecimal else 10))
    return codes


def only_writes(text: str) -> bool:
    """Return whether all that a cell of access or function codes allows is writing."""
    codes = function_codes(text)
    if codes:
        return not any(code in _READ_CODES for code in codes) and any(code in _WRITE_CODES for code in codes)
    return (
        is_access(text)
        and bool(re.search(r"w|写", plain(text).lower()))
        and not _READS.search(plain(text).lower())
    )


def is_access(text: str) -> bool:
    """Return whether a cell says who may read or write."""
    written = re.sub(r"[\s/_,&+\-]+|only|可|只|允许", "", plain(text).lower())
    return bool(re.fullmatch(r"(?:r|w|o|ro|wo|rw|read|write|readwrite|读|写|读写|写读|读取|写入)", written))


def order(text: str) -> Order | None:
    """Return the order of bytes that a cell names."""
    written = re.sub(r"[\s_\-/,.#]+", "", plain(text).lower())
    return _ORDER_WORDS.get(written)


def period(text: str, unit: str = "") -> str:
    """Return a period as in a map, `500ms`; `unit` is what the heading says.

    Raises:
        ValueError: it is none, or lacks its unit.
    """
    match = _PERIOD.fullmatch(plain(text).lower().replace(" ", ""))
    if match is None:
        raise ValueError(f"{text} is not a period such as 500ms or 10s")
    found = _PERIOD_WORDS.get(match["unit"] or unit)
    if found is None:
        raise ValueError(f"{text} lacks its unit: write 500ms or 10s, or put (ms) into the heading")
    return number(match["number"]) + found


def is_unit(text: str) -> bool:
    """Return whether a text is a unit that is known."""
    return plain(text).lower() in _UNITS


def unit(text: str) -> str:
    """Return a unit as it is written in maps."""
    return text.translate(_WIDE).replace("℃", "°C").replace("㎏", "kg").strip("[]() ")


def split_unit(text: str) -> tuple[str, str]:
    """Return a name and the unit in brackets at its end: `运行频率（Hz）` → `运行频率`, `Hz`."""
    match = re.fullmatch(r"(?P<name>.*\S)\s*[(（\[【](?P<unit>[^()（）\[\]【】]{1,8})[)）\]】]", text)
    if match and is_unit(match["unit"]):
        return match["name"], unit(match["unit"])
    return text, ""
