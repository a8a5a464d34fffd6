"""The product's PLC maps against the PLCs of the park: every address is there, and the counters and batches come out right."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.drivers.modbus.address import DataType, Table
from edge.drivers.modbus.decoding import Decoder
from edge.drivers.modbus.plan import plan
from edge.model.frame import Value
from edge.plc_map.load import ModbusMachine, load_map
from simulators.servers.controllers import PARK, Controller
from tests.unit.simulators.servers.plcs import CLOCK, HEARTBEAT, park_snapshots, park_totals

_MAPS = Path(__file__).parents[4] / "plc_maps"
_FUNCTIONS = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}


def _read(name: str) -> dict[tuple[DataType, int], Value]:
    """Return every value of a PLC's map by type and address, read in the requests that the product makes."""
    machine = load_map(_MAPS / f"{name}.yaml")
    assert isinstance(machine, ModbusMachine)
    controller = Controller(name, PARK[name])
    controller.show(park_snapshots(), park_totals(), HEARTBEAT, CLOCK)
    values: dict[tuple[DataType, int], Value] = {}
    for request in plan(machine.tags, machine.limits):
        pdu, _ = controller.reply(
            struct.pack(">BHH", _FUNCTIONS[request.table], request.start, request.count)
        )
        assert pdu[0] == _FUNCTIONS[request.table], f"{request.table}:{request.start} is refused"
        decoded, _ = Decoder(request).decode(pdu[2:])
        values |= {
            (tag.address.type, tag.address.start): value
            for tag, value in zip(request.tags, decoded, strict=True)
        }
    return values


def _expected(name: str) -> Iterator[tuple[tuple[DataType, int], Value]]:
    """Yield what the counters, batches and totals of a PLC are, by type and address."""
    spec, snapshots, totals = PARK[name], park_snapshots(), park_totals()
    for machine, number in spec.blocks.items():
        shown, base = snapshots[machine], spec.make.d.base + number
        yield (DataType.UINT16, base), HEARTBEAT
        for offset, count in ((4, shown.total), (6, shown.good), (8, shown.reject)):
            yield (DataType.UINT32, base + offset), count
        yield (DataType.STRING, base + 20), shown.batch_id
    for total, number in spec.totals.items():
        yield (DataType.UINT32, spec.make.d.base + number), totals[total]
    for machine, number in spec.retentive.items():
        yield (DataType.UINT32, 0xA080 + number), snapshots[machine].total


@pytest.mark.parametrize("name", [name for name in PARK if (_MAPS / f"{name}.yaml").exists()])
def test_a_map_reads_its_plc(name: str) -> None:
    """No request is refused, and what the map knows of counters, batches and totals is what the PLC shows."""
    read = _read(name)
    known = {place: value for place, value in _expected(name) if place in read}
    assert len(known) >= 2
    assert {place: read[place] for place in known} == known
