"""Data types as people write them: WORD, 无符号16位, INT32U, Float, STRING[16]. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge.documents.sheet import plain
from edge.drivers.modbus.address import DataType

_WORDS = {
    DataType.BOOL: "bool boolean bit digital switch binary bool1 1bit 位 布尔 布尔型 布尔量 开关量 数字量 位变量",
    DataType.INT16: "int short sint16 integer signed 整数 整型 整数型 有符号 有符号数 有符号整数 有符号整型 短整型 有符号字 单字有符号",
    DataType.UINT16: (
        "uint word ushort unsigned usint16 unsignedint bitmap bitfield bitmap16 enum16 字 单字 无符号 无符号数"
        " 无符号整数 无符号整型 无符号短整型 无符号字 单字无符号"
    ),
    DataType.INT32: "dint long longint doubleint signedlong 长整型 双整数 双整型 有符号双字 双字有符号",
    DataType.UINT32: "udint dword ulong unsignedlong uintdouble bitmap32 双字 无符号双字 双字无符号 无符号长整型",
    DataType.INT64: "lint longlong 有符号四字",
    DataType.UINT64: "ulint lword qword ulonglong 四字 无符号四字",
    DataType.FLOAT32: "real float single ieee ieee754 flt 浮点 浮点数 浮点型 单精度 单精度浮点 单精度浮点数 实数",
    DataType.FLOAT64: "lreal double longreal 双精度 双精度浮点 双精度浮点数 长实数",
    DataType.BCD16: "bcd bcd码",
    DataType.BCD32: "lbcd dbcd bcddouble",
    DataType.STRING: "string ascii char text utf8 visiblestring 字符串 字符 字符型 文本",
}
_EXACT = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_NOT_READ = {
    "time": "TIME counts milliseconds in 32 bits: write DINT, with the scale 0.001",
    "byte": "8 bits are half a register: give the register as UINT16",
    "usint": "8 bits are half a register: give the register as UINT16",
    "sint": "8 bits are half a register: give the register as UINT16",
    "wchar": "16-bit characters cannot be read",
    "wstring": "16-bit characters cannot be read",
}
_BITS = re.compile(r"(?<!\d)(1|8|16|32|64)(?!\d)")
_STRING = re.compile(r"(?P<word>\D+?)(?P<length>\d{1,3})")
_NOISE = re.compile(r"[\s_\-/.,:()\[\]'\"]+")
_INTEGERS = {
    (16, True): DataType.INT16,
    (32, True): DataType.INT32,
    (64, True): DataType.INT64,
    (16, False): DataType.UINT16,
    (32, False): DataType.UINT32,
    (64, False): DataType.UINT64,
}
_FLOATS = {0: DataType.FLOAT32, 32: DataType.FLOAT32, 64: DataType.FLOAT64}
_BCDS = {16: DataType.BCD16, 32: DataType.BCD32}
_SAYS_LITTLE = re.compile(r"(?:16|32|64)\s*-?\s*(?:位|bits?)?|双字?")
_REGISTER_BITS = 16


@dataclass(frozen=True, slots=True)
class Kind:
    """A data type; `length` in bytes when it is a string that says so."""

    type: DataType
    length: int = 0


def is_group(text: str) -> bool:
    """Return whether a type says that the row only heads others, as STRUCT in a data block of Siemens does."""
    return plain(text).lower().strip('"').startswith(("struct", "结构"))


def is_type(text: str) -> bool:
    """Return whether a text speaks of a type, be it one that can be read or not."""
    try:
        parse(text)
    except ValueError:
        return (
            is_group(text) or _compact(text) in _NOT_READ or bool(_SAYS_LITTLE.fullmatch(plain(text).lower()))
        )
    return True


def parse(text: str) -> Kind:
    """Return what a type means.

    Raises:
        ValueError: it is unknown, or says too little; says what to write.
    """
    written, compact = plain(text).lower(), _compact(text)
    if compact in _NOT_READ:
        raise ValueError(f"type {text} is not read: {_NOT_READ[compact]}")
    exact = _EXACT.get(compact)
    if exact is not None:
        return Kind(exact)
    string = _STRING.fullmatch(compact)
    if string is not None and _EXACT.get(string["word"]) is DataType.STRING:
        return Kind(DataType.STRING, int(string["length"]))
    return Kind(_composed(written, text))


def _compact(text: str) -> str:
    return _NOISE.sub("", plain(text).lower())


def _composed(written: str, text: str) -> DataType:
    """Return a type that says its parts: `32-bit unsigned`, `16位有符号整数`, `INT16U`, `float32`."""
    found = _BITS.findall(written.replace("754", ""))
    bits = int(found[0]) if len(set(found)) == 1 else 0
    double = bool(re.search(r"双|dword|double|long|\bd", written))
    if re.search(r"浮点|float|real|ieee|单精度|双精度|实数|\bf(?:32|64)", written):
        if bits not in _FLOATS:
            raise ValueError(f"type {text} is unknown: a float has 32 or 64 bits")
        return DataType.FLOAT64 if "双精度" in written else _FLOATS[bits]
    bits = bits or (32 if double else _REGISTER_BITS)
    if "bcd" in written and bits in _BCDS:
        return _BCDS[bits]
    if bits == 1 and re.search(r"bit|位|bool", written):
        return DataType.BOOL
    signed = _signed(written)
    if signed is None or (bits, signed) not in _INTEGERS:
        raise ValueError(_unknown(written, text))
    return _INTEGERS[bits, signed]


def _signed(written: str) -> bool | None:
    if re.search(r"无符号|unsigned|uint|udint|word|dword|\bu\s?(?:16|32|64)|int\d+u\b|bitmap|enum", written):
        return False
    if re.search(r"有符号|signed|int|整|\b[si]\s?(?:16|32|64)", written):
        return True
    return None


def _unknown(written: str, text: str) -> str:
    if _SAYS_LITTLE.fullmatch(written):
        return f"type {text} says too little: write INT16, UINT16, INT32, UINT32 or FLOAT"
    return f"type {text} is unknown: write BOOL, INT16, UINT16, INT32, UINT32, FLOAT, BCD or STRING(length)"
