"""Addresses as tables write them: 100, 0x1000, 1000H, 40001, 4x100, D100, 100.3, D100-D101. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from edge.documents.sheet import plain
from edge.drivers.modbus import notation
from edge.drivers.modbus.address import ADDRESS_SPACE, Place, Table
from edge.drivers.modbus.notation import Brand

_DIGITS = {"0": Table.COIL, "1": Table.DISCRETE, "3": Table.INPUT, "4": Table.HOLDING, "6": Table.HOLDING}
_OWN = re.compile(r"(?:coil|discrete|input|holding):.*", re.IGNORECASE)
_PANEL = re.compile(r"(?P<table>[01346])X[-_: ]*(?P<number>\d{1,6})")
_PANEL_BIT = re.compile(r"(?P<table>[346])X_?BIT[-_: ]*(?P<number>\d{1,5})(?P<bit>\d\d)")
_HEX = re.compile(r"(?:0X|16#|&H|\$)(?P<prefixed>[0-9A-F]{1,5})|(?P<suffixed>[0-9A-F]{1,5})H")
_BARE_HEX = re.compile(r"[0-9A-F]{1,5}")
_DECIMAL = re.compile(r"\d{1,6}")
_REFERENCE = re.compile(r"[0134]\d{4,5}")
_BIT = re.compile(r"(?P<register>.+?)\s*(?:\.|,?\s*BIT\s*|/)(?P<bit>\d{1,2})")
_SPAN = re.compile(r"(?P<first>.+?)\s*(?:~|-|–|—|至|到|TO|\s)\s*(?P<last>[^~–—至到\s-]+)")
_DEVICE = re.compile(r"%?[A-Z]{1,4}\d+(?:\.[0-9A-Z]+)*")
_LAST_BIT = 15
_SHORT_REFERENCE = 5


@dataclass(frozen=True, slots=True)
class Style:
    """How the addresses of a table are to be understood.

    Attributes:
        base: number of the first register in decimals.
        brand: whose notation may stand here.
        references: whether 40001 is the first holding register, not a number as any other.
        reference_base: number of the first register in references and on panels.
        base_is_given: whether the user has said it.
        hexadecimal: whether bare numbers are hexadecimal.
        decimals: whether there are any that count from `base`.
        prefixed: whether there are any such as 0x1000 or 1000H.
        panel: whether 0x100 is coil 100 as on a panel, not hexadecimal.
    """

    base: int = 0
    brand: Brand | None = None
    references: bool = False
    reference_base: int = 1
    base_is_given: bool = False
    hexadecimal: bool = False
    decimals: bool = False
    prefixed: bool = False
    panel: bool = False

    @property
    def map_base(self) -> int:
        """What the numbers of the map count from, so that they are those of the table."""
        return self.reference_base if self.references or self.panel else self.base


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a device.

    Attributes:
        table: None when the address does not say it.
        start: wire address.
        registers: how many the address spans, as in D100-D101; 0 when it does not say.
        written: the text of a brand, to be kept in the map; empty when numbers say it better.
    """

    table: Table | None
    start: int
    bit: int | None = None
    bits: int = 0
    registers: int = 0
    written: str = ""


def looks_like(text: str) -> bool:
    """Return whether a cell can be nothing but an address: with a table, hexadecimal, 40001 or 4x100."""
    written = _tidy(text)
    return bool(
        _OWN.fullmatch(written)
        or _PANEL.fullmatch(written)
        or _PANEL_BIT.fullmatch(written)
        or _HEX.fullmatch(written)
        or _REFERENCE.fullmatch(written)
    )


def style(texts: Iterable[str], heading: str, base: int | None, brand: Brand | None) -> Style:
    """Return how a column of addresses is to be understood, by what stands in it."""
    written = [re.split(r"[.~\s-]", _tidy(text))[0] for text in texts]
    whole = [text for text in written if _DECIMAL.fullmatch(text)]
    large = [text for text in whole if not text.startswith("0") and len(text) >= _SHORT_REFERENCE]
    references = (
        bool(large) and all(map(_is_reference, large)) and all(map(_may_be_coil, set(whole) - set(large)))
    )
    named = re.search(r"hex|十六进制|16进制|\(h\)", plain(heading).lower())
    bare = [text for text in written if _BARE_HEX.fullmatch(text)]
    # D100 is a register of a PLC, 001E can be nothing else: only this makes a column hexadecimal.
    letters = any(re.match(r"\d+[A-F]", text) for text in bare) and len(bare) == len(written)
    hexadecimal = bool(named) or (letters and brand is None)
    references = references and not named
    return Style(
        base=base or 0,
        brand=brand,
        references=references,
        reference_base=1 if base is None else base,
        base_is_given=base is not None,
        hexadecimal=hexadecimal,
        decimals=bool(whole) and not hexadecimal and not references,
        prefixed=any(map(_HEX.fullmatch, written)),
        panel=any(re.match(r"[134]X", _tidy(text)) for text in texts),
    )


def read(text: str, how: Style) -> Found:
    """Return the place that an address names.

    Raises:
        ValueError: it is none; says what to do.
    """
    written = _tidy(text)
    found = _one(written, how) or _with_bit(written, how) or _span(written, how)
    if found is None:
        raise ValueError(_why_not(text, written, how))
    if not 0 <= found.start < ADDRESS_SPACE:
        raise ValueError(f"{text} is no address: there are {ADDRESS_SPACE}, from {how.base} on")
    return found


def _tidy(text: str) -> str:
    written = plain(text).upper().strip("()[]'\"` ")
    if re.fullmatch(r"[0-9A-F]{2} [0-9A-F]{2}", written):
        written = written.replace(" ", "")
    return written


def _is_reference(text: str) -> bool:
    return bool(_REFERENCE.fullmatch(text)) and text[0] in "134" and int(text[1:]) < ADDRESS_SPACE


def _may_be_coil(text: str) -> bool:
    return text.startswith("0") and len(text) >= _SHORT_REFERENCE


def _one(written: str, how: Style) -> Found | None:
    """Return a place that is written without bit and span, or in the notation of maps or brands."""
    for form in (_own, _on_panel, _of_brand, _hexadecimal, _number):
        found = form(written, how)
        if found is not None:
            return found
    return None


def _own(written: str, how: Style) -> Found | None:
    return _found(notation.parse(written.lower(), how.base)) if _OWN.fullmatch(written) else None


def _on_panel(written: str, how: Style) -> Found | None:
    bit = _PANEL_BIT.fullmatch(written)
    if bit:
        return _in_register(_numbered(bit["table"], bit["number"], how), int(bit["bit"]))
    match = _PANEL.fullmatch(written)
    if match and (match["table"] != "0" or how.panel):
        return _numbered(match["table"], match["number"], how)
    return None


def _of_brand(written: str, how: Style) -> Found | None:
    if how.brand is None or not re.match(r"%?[A-Z]", written):
        return None
    try:
        return replace(_found(notation.parse(written, how.base, how.brand)), written=written)
    except ValueError:
        if _DEVICE.fullmatch(written) and not _HEX.fullmatch(written):
            raise
        return None


def _hexadecimal(written: str, how: Style) -> Found | None:
    match = _HEX.fullmatch(written)
    if match:
        return Found(None, int(match["prefixed"] or match["suffixed"], 16))
    if how.hexadecimal and _BARE_HEX.fullmatch(written):
        return Found(None, int(written, 16))
    return None


def _number(written: str, how: Style) -> Found | None:
    if not _DECIMAL.fullmatch(written):
        return None
    if how.references and (_is_reference(written) or _may_be_coil(written)):
        return _numbered(written[0], written[1:], how)
    return Found(None, int(written) - how.base)


def _found(place: Place) -> Found:
    return Found(place.table, place.start, place.bit, place.bits)


def _numbered(table: str, number: str, how: Style) -> Found:
    start = int(number) - how.reference_base
    if start < 0:
        raise ValueError(
            f"numbers begin with {table}0001 here: if those of this table begin at 0, say --base 0"
        )
    return Found(_DIGITS[table], start)


def _with_bit(written: str, how: Style) -> Found | None:
    match = _BIT.fullmatch(written)
    if match is None:
        return None
    register = _one(match["register"], how)
    return _in_register(register, int(match["bit"])) if register and register.bit is None else None


def _in_register(register: Found, bit: int) -> Found:
    if bit > _LAST_BIT:
        raise ValueError(f"a register has bits 0 to {_LAST_BIT}")
    if register.table is not None and register.table.is_bits:
        raise ValueError(f"an address of table {register.table} is a bit already")
    return replace(register, bit=bit, bits=1, written="")


def in_bit(found: Found, bit: int) -> Found:
    """Return a bit of a register that its own column numbers.

    Raises:
        ValueError: there is no such bit.
    """
    return _in_register(found, bit)


def _span(written: str, how: Style) -> Found | None:
    match = _SPAN.fullmatch(written)
    if match is None:
        return None
    first, last = _one(match["first"], how), _one(match["last"], how)
    if first is None or last is None or first.table != last.table or last.start < first.start:
        return None
    return replace(first, registers=last.start - first.start + 1)


def _why_not(text: str, written: str, how: Style) -> str:
    if how.brand is None and _DEVICE.fullmatch(written):
        hint = f", or 0x{written} if it is hexadecimal" if _BARE_HEX.fullmatch(written) else ""
        return f"{text} is written as in a PLC program: say whose, as in --brand xinje_xd{hint}"
    return f"{text or 'nothing'} is not an address such as 100, 0x64, 40101 or holding:100"


def byte_offset(text: str, *, is_bool: bool) -> Found:
    """Return the register of an offset in a data block of Siemens, whose bytes count from 0, the high one first.

    Raises:
        ValueError: it is none, or a number does not begin with a register.
    """
    match = re.fullmatch(r"(?P<byte>\d{1,6})(?:\.(?P<bit>[0-7]))?", plain(text))
    if match is None:
        raise ValueError(f"{text} is not an offset such as 4.0")
    byte, bit = int(match["byte"]), int(match["bit"] or 0)
    if is_bool:
        return Found(Table.HOLDING, byte // 2, bit if byte % 2 else bit + 8, 1)
    if byte % 2 or bit:
        raise ValueError(f"{text} is in the middle of a register: it cannot be read on its own")
    if byte // 2 >= ADDRESS_SPACE:
        raise ValueError(f"{text} is beyond the last register")
    return Found(Table.HOLDING, byte // 2)
