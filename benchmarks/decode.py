"""Decoding 60 float32 of one answer: ours, the bare unpacking that it cannot beat, and pymodbus' conversion per tag.

Run as `python -m benchmarks.decode`; takes about 3 s.
"""

from __future__ import annotations

import random
import statistics
import struct
import time
from collections.abc import Callable, Sequence

from pymodbus.client.mixin import ModbusClientMixin
from rich.console import Console
from rich.table import Table as TextTable

from edge.drivers.modbus.address import Address, DataType, Limits, ModbusTag, Order, Table
from edge.drivers.modbus.decoding import Decoder
from edge.drivers.modbus.plan import plan
from edge.model.tag import Tag

TAGS = 60
PAYLOADS = 64
REPEATS = 9
LOOPS = {True: 200, False: 20}
"""Rounds over all payloads in a repeat; the slow contestant gets fewer."""
BASE, OURS, PEER = "struct.unpack, bare", "chili-edge", "pymodbus, per tag"

Run = Callable[[int], object]
"""Decodes payload number n."""


def main() -> None:
    """Measure and print one table."""
    contestants = _contestants()
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(REPEATS):
        for name, run in contestants.items():
            times[name].append(_ns_per_tag(run, LOOPS[name != PEER]))
    table = TextTable("60 float32, ns per tag", "min", "median", "max", "× bare", "pymodbus ×")
    for name, found in times.items():
        over_base = [mine / base for mine, base in zip(found, times[BASE], strict=True)]
        under_peer = [peer / mine for mine, peer in zip(found, times[PEER], strict=True)]
        table.add_row(
            name, *(f"{value:.1f}" for value in _spread(found)), _ratios(over_base), _ratios(under_peer)
        )
    Console(width=110).print(table)
    print(f"{REPEATS} interleaved repeats; ratios are min / median / max of the pairs of one repeat.")


def _contestants() -> dict[str, Run]:
    rng = random.Random(1)
    columns = [[round(rng.uniform(-1000, 1000), 2) for _ in range(TAGS)] for _ in range(PAYLOADS)]
    payloads = [struct.pack(f">{TAGS}f", *column) for column in columns]
    swapped = [_words_reversed(payload) for payload in payloads]
    registers = [list(struct.unpack(f">{2 * TAGS}H", payload)) for payload in payloads]
    bare = struct.Struct(f">{TAGS}f").unpack
    plain, scaled, low_word_first = _decoder(), _decoder(scale=0.1, high=1e6), _decoder(order=Order.CDAB)
    assert plain.decode(payloads[0]) == low_word_first.decode(swapped[0]) == _expected(payloads[0])
    return {
        BASE: lambda n: bare(payloads[n]),
        OURS: lambda n: plain.decode(payloads[n]),
        f"{OURS}, CDAB": lambda n: low_word_first.decode(swapped[n]),
        f"{OURS}, scale and range": lambda n: scaled.decode(payloads[n]),
        PEER: lambda n: _convert(registers[n]),
    }


def _decoder(order: Order = Order.ABCD, scale: float = 1.0, high: float | None = None) -> Decoder:
    tags = [
        ModbusTag(Tag(f"t{n}", high=high), Address(Table.HOLDING, 2 * n, DataType.FLOAT32, order), 1.0, scale)
        for n in range(TAGS)
    ]
    (request,) = plan(tags, Limits())
    return Decoder(request)


def _convert(registers: list[int]) -> list[object]:
    kind = ModbusClientMixin.DATATYPE.FLOAT32
    convert = ModbusClientMixin.convert_from_registers
    return [convert(registers[place : place + 2], kind) for place in range(0, 2 * TAGS, 2)]


def _expected(payload: bytes) -> tuple[list[float], list[int]]:
    return list(struct.unpack(f">{TAGS}f", payload)), [192] * TAGS


def _words_reversed(payload: bytes) -> bytes:
    words = [payload[place : place + 2] for place in range(0, len(payload), 2)]
    return b"".join(low + high for high, low in zip(words[::2], words[1::2], strict=True))


def _ns_per_tag(run: Run, loops: int) -> float:
    begin = time.perf_counter_ns()
    for _ in range(loops):
        for number in range(PAYLOADS):
            run(number)
    return (time.perf_counter_ns() - begin) / (loops * PAYLOADS * TAGS)


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    return min(values), statistics.median(values), max(values)


def _ratios(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.2f}" for value in _spread(values))


if __name__ == "__main__":
    main()
