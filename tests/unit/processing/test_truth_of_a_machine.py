"""A simulated filler for a shift, read once a second: its states, its time and its OEE are those of the simulator.

The map is a text and the machine an entry in edge.yaml, as for any new machine: no code knows it.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.config.settings import load
from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value
from edge.model.oee import FIELDS, Sums
from edge.model.point import Point
from edge.processing.pipeline import Pipeline
from simulators.model.machine import CounterStart, Machine
from simulators.model.park.packing import JAR_LINE
from simulators.model.product import JAR_500
from simulators.model.snapshot import Snapshot
from tests.unit.processing.machines import START

SHIFT_S = 4 * 3600
EDGE = """\
site: {enterprise: e, site: aikou, line: l, timezone: Asia/Shanghai}
node: {id: n}
devices:
  new_machine: {map: map.yaml, endpoint: "modbus-tcp://127.0.0.1:1502?unit=1"}
mqtt: {url: "mqtt://127.0.0.1:1883"}
products:
  jar_280: {name: 酸椒 280g, sku: 1, net_weight_g: 280, price_yuan_per_jin: 6.0}
  jar_500: {name: 酸椒 500g, sku: 3, net_weight_g: 500, price_yuan_per_jin: 6.0}
"""
REASONS = """\
  reasons:
    1: {name: 缺料, kind: starved}
    2: {name: 堵料, kind: blocked}
    3: {name: 卡料}
    4: {name: 辅料不足}
    5: {name: 故障, kind: failure}
    6: {name: 设备损坏, kind: failure}
    8: {name: 换产, kind: setup}
"""
COMMON = """\
protocol: modbus
rated_per_min: {1: 60, 3: 45}
states:
"""
TAGS = """\
tags:
  total: {address: "holding:4", type: uint32, counter: {role: total, max_per_s: 3}}
  good:  {address: "holding:6", type: uint32, counter: {role: good, max_per_s: 3}}
  sku:   {address: "holding:19", type: uint16, role: sku}
  reason: {address: "holding:17", type: uint16, role: stop_reason}
"""
BY_STATE = '  state: {address: "holding:2", type: uint16, role: packml_state}\n'
RULES = """\
  rules:
    - {tag: status, bit: 2, state: aborted}
    - {tag: status, bit: 7, state: resetting}
    - {tag: status, bit: 5, state: suspended}
    - {tag: status, bit: 1, state: execute}
  otherwise: held
"""
BY_STATUS = '  status: {address: "holding:1", type: uint16, role: status_word}\n'
BY_BIT = '  running: {address: "holding:1.1", type: bool, role: running}\n'
BY_SPEED = '  speed: {address: "holding:11", type: uint16, scale: 0.1, role: speed}\n'
_READ: dict[str, Callable[[Snapshot], Value]] = {
    "total": lambda shown: shown.total,
    "good": lambda shown: shown.good,
    "sku": lambda shown: shown.sku,
    "reason": lambda shown: int(shown.stop_reason),
    "state": lambda shown: int(shown.packml_state),
    "status": lambda shown: int(shown.status),
    "running": lambda shown: bool(shown.status & 2),
    "speed": lambda shown: shown.speed_act,
}


@dataclass
class Watched:
    """A simulated filler and the node that watches it.

    Attributes:
        entered: when it entered which state, s, as the simulator has it.
        points: everything that was said.
    """

    machine: Machine
    points: list[Point]
    entered: list[tuple[float, int]] = field(default_factory=list)

    @property
    def sums(self) -> Sums:
        """What the node made of it."""
        sums: Tally[str] = Tally()
        for point in self.points:
            if point.measurement == "oee":
                sums.update({name: int(value) for name, value in point.fields.items() if name in FIELDS})
        return Sums(**sums)

    @property
    def seen(self) -> list[tuple[float, int]]:
        """When the node saw which state begin, s."""
        changes: list[tuple[float, int]] = []
        for point in self.points:
            if point.measurement == "state" and (not changes or changes[-1][1] != point.fields["packml"]):
                changes.append(((point.time - START) / NS, int(point.fields["packml"])))
        return changes


def watch(directory: Path, plc_map: str, seconds: int = SHIFT_S) -> Watched:
    """Let a filler work, with a changeover after two hours, and read it once a second."""
    (directory / "map.yaml").write_text(plc_map, encoding="utf-8")
    (directory / "edge.yaml").write_text(EDGE, encoding="utf-8")
    plant = load(directory / "edge.yaml").plant
    names = tuple(tag.name for tag in plant.devices[0].tags)
    pipeline, machine = Pipeline(plant, {}), Machine(JAR_LINE, 7, CounterStart(2**32 - 500, 300))
    watched = Watched(machine, [])
    machine.run()
    for at in range(seconds):
        if at == 7200:
            machine.change_over(JAR_500, 1500.0)
        _take(watched, pipeline, names, machine.snapshot(), at)
        machine.step(1.0)
    watched.entered = [(change.at_s, int(change.state)) for change in machine.take_changes()]
    _take(watched, pipeline, names, machine.snapshot(), seconds)
    # Another hour of silence: whatever was not told yet is told.
    watched.points += map(parse, pipeline.tick(START + (seconds + 3600) * NS)[Stream.LEDGER])
    return watched


def _take(watched: Watched, pipeline: Pipeline, names: tuple[str, ...], shown: Snapshot, at: int) -> None:
    values: list[Value] = [_READ[name](shown) for name in names]
    frame = Frame("new_machine", names, values, (Quality.GOOD,) * len(names), START + at * NS)
    watched.points += map(parse, pipeline.process(frame)[Stream.LEDGER])


def test_states_are_those_of_the_machine_within_a_scan(tmp_path: Path) -> None:
    """Each transition that lasts for a scan is seen once, and no more than a scan after it happened."""
    watched = watch(tmp_path, COMMON + REASONS + TAGS + BY_STATE)

    ends = [at for at, _ in watched.entered[1:]] + [float(SHIFT_S)]
    lasting = [
        (at, state)
        for (at, state), end in zip(watched.entered, ends, strict=True)
        if int(end - 1e-6) > int(at - 1e-6) or at == int(at)
    ]
    seen = [change for change in watched.seen if change[1] and change[0] <= SHIFT_S]
    assert [state for _, state in seen] == [state for _, state in lasting if state]
    for (at, _), (noticed, _) in zip(lasting, seen, strict=True):
        assert -1e-6 <= noticed - at <= 1.0 + 1e-6


@pytest.mark.parametrize(
    "plc_map",
    [
        COMMON + REASONS + TAGS + BY_STATE,
        COMMON + REASONS + RULES + TAGS + BY_STATUS,
        COMMON + REASONS + TAGS + BY_BIT,
        COMMON + REASONS + TAGS + BY_SPEED,
    ],
    ids=["state", "rules", "running", "speed"],
)
def test_the_oee_is_that_of_the_machine(tmp_path: Path, plc_map: str) -> None:
    """Pieces exactly, times within a scan for each transition, OEE within 0.1 points: by a state, or by what there is."""
    watched = watch(tmp_path, plc_map)
    machine, sums = watched.machine, watched.sums

    assert (sums.pq, sums.gq, sums.sq, sums.faults) == (machine.total, machine.good, machine.reject, ())
    assert sums.g == sum(
        made.good * weight for sku, weight in ((1, 280), (3, 500)) for made in [machine.made[sku]]
    )
    assert abs(sums.ideal / 1000 - machine.ideal_s) < 0.01
    # The node trusts a silent machine for 13 s.
    scans = len(watched.entered) + 13
    assert abs(sums.apt / 1000 - machine.run_s) <= scans
    assert abs((sums.pbt - sums.unknown) / 1000 - SHIFT_S) <= 13
    oee = machine.ideal_s / (machine.run_s + machine.down_s) * machine.good / machine.total
    assert sums.oee == pytest.approx(oee, abs=0.001)
