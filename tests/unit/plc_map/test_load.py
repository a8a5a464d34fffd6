from __future__ import annotations

from pathlib import Path

import pytest

from edge.drivers.modbus.address import Address, DataType, Order, Table
from edge.drivers.opcua.address import Deadband, Mode, Reading, Window
from edge.model.tag import Counter, CounterRole
from edge.plc_map.load import ModbusMachine, OpcuaMachine, load_map, slowest_counter_scan


def modbus(folder: Path, *tags: str, head: str = "") -> ModbusMachine:
    """Return the machine of a Modbus map with these tags."""
    file = folder / "map.yaml"
    lines = "".join(f"  {tag}\n" for tag in tags)
    file.write_text(f"protocol: modbus\n{head}tags:\n{lines}", encoding="utf-8")
    machine = load_map(file)
    assert isinstance(machine, ModbusMachine)
    return machine


def test_addresses_of_a_manual_that_starts_at_1_are_normalised_once(tmp_path: Path) -> None:
    """40001 of the manual is wire address 0, for values and for bits."""
    machine = modbus(
        tmp_path,
        'a: {address: "holding:1", type: uint16}',
        'b: {address: "holding:2.3", type: bool}',
        head="address_base: 1\n",
    )
    assert [(tag.address.start, tag.address.bit) for tag in machine.tags] == [(0, None), (1, 3)]


def test_order_and_period_come_from_the_map_unless_a_tag_differs(tmp_path: Path) -> None:
    """Inovance is CDAB throughout, but the low byte of its strings comes first."""
    machine = modbus(
        tmp_path,
        'a: {address: "holding:0", type: float32}',
        'b: {address: "holding:2", type: string, length: 4, order: BADC, scan: 10s}',
        head="order: CDAB\nscan: 500ms\n",
    )
    assert [(tag.address, tag.scan) for tag in machine.tags] == [
        (Address(Table.HOLDING, 0, DataType.FLOAT32, Order.CDAB), 0.5),
        (Address(Table.HOLDING, 2, DataType.STRING, Order.BADC, length=4), 10.0),
    ]


@pytest.mark.parametrize(
    ("kind", "modulus"),
    [
        ("uint16", 2**16),
        ("uint32", 2**32),
        ("int32", 2**31),
        ("bcd16", 10**4),
        ("bcd32", 10**8),
        ("uint64", 2**64),
    ],
)
def test_a_counter_rolls_over_where_its_type_does(tmp_path: Path, kind: str, modulus: int) -> None:
    """A map need not say what the type says."""
    machine = modbus(
        tmp_path, f'a: {{address: "holding:0", type: {kind}, counter: {{role: good, max_per_s: 3}}}}'
    )
    assert machine.tags[0].tag.counter == Counter(CounterRole.GOOD, modulus, 3.0)


def test_a_gap_is_judged_by_the_slowest_counter(tmp_path: Path) -> None:
    """Slow trend tags do not make every second of a counter look like a gap."""
    machine = modbus(
        tmp_path,
        'a: {address: "holding:0", type: uint32, counter: {role: good, max_per_s: 3}, scan: 2s}',
        'b: {address: "holding:2", type: uint16, scan: 60s}',
    )
    assert slowest_counter_scan(machine) == 2.0


def test_an_opcua_map_polls_what_it_says_and_subscribes_to_the_rest(tmp_path: Path) -> None:
    """`mode` of the map is the default of its tags."""
    file = tmp_path / "map.yaml"
    file.write_text(
        "protocol: opcua\ntags:\n  a: {node: 'nsu=urn:x;s=a'}\n  b: {node: 'nsu=urn:x;i=7', mode: poll, scan: 5s}\n"
    )
    machine = load_map(file)
    assert isinstance(machine, OpcuaMachine)
    assert [(str(tag.node), tag.mode, tag.scan) for tag in machine.tags] == [
        ("nsu=urn:x;s=a", Mode.SUBSCRIBE, 1.0),
        ("nsu=urn:x;i=7", Mode.POLL, 5.0),
    ]


def test_how_an_opcua_server_is_read_comes_from_the_map_unless_a_tag_differs(tmp_path: Path) -> None:
    """A deadband for all tags spares counters and roles: every step of them counts."""
    file = tmp_path / "map.yaml"
    file.write_text(
        """\
protocol: opcua
publishing: 1s
sampling: 250ms
queue: 20
server_deadband: 1%
clock: {behind: 1h, ahead: 10s}
history: 24h
tags:
  a: {node: 'nsu=urn:x;s=a', index: [1, 2]}
  b: {node: 'nsu=urn:x;s=b', sampling: 0s, queue: 3, server_deadband: 0.5}
  c: {node: 'nsu=urn:x;s=c', counter: {role: good, max_per_s: 1}}
  d: {node: 'nsu=urn:x;s=d', role: speed}
"""
    )
    machine = load_map(file)
    assert isinstance(machine, OpcuaMachine)
    assert machine.reading == Reading(1.0, Window(3600.0, 10.0), 86_400.0)
    assert [(tag.index, tag.sampling, tag.queue, tag.deadband) for tag in machine.tags] == [
        ((1, 2), 0.25, 20, Deadband(1.0, is_percent=True)),
        ((), 0.0, 3, Deadband(0.5)),
        ((), 0.25, 20, None),
        ((), 0.25, 20, None),
    ]
