from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.config.commands import init
from edge.config.samples import maps_directory, sample
from edge.config.settings import load
from edge.documents import yaml
from edge.errors import ConfigurationError
from edge.model.tag import CounterRole, Role
from edge.plc_map.load import Machine, load_map, machine, tags_of


@pytest.fixture
def plant_folder(tmp_path: Path) -> Path:
    """Return a folder as `init` writes it."""
    init(tmp_path)
    return tmp_path


def test_the_sample_is_the_plant_it_describes(plant_folder: Path) -> None:
    """The sample's values arrive with their types: shift times as times, mass in grams, shares exact."""
    found = load(plant_folder / "edge.yaml")
    plant = found.plant
    assert [device.key for device in plant.devices] == ["jar_line", "pouch_line", "pasteurizer", "tanks"]
    assert [(shift.start, shift.end) for shift in plant.calendar.shifts] == [
        (time(8), time(17, 30)),
        (time(20), time(8)),
    ]
    assert plant.target is not None
    assert plant.target.mass == 5_000_000_000
    assert plant.target.value == 60_000_000
    assert sum(plant.target.monthly_share) == Decimal(100)
    assert plant.products["jar_280"].code == 1
    assert found.data_dir == plant_folder / "var"
    assert str(found.modbus[0][0]) == "modbus-tcp://192.168.1.15:502"
    assert found.people is not None


def test_a_shift_at_22_00_stays_a_time(plant_folder: Path) -> None:
    """YAML 1.1 would read 22:00 as the number 1320."""
    file = plant_folder / "edge.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("start: 20:00", "start: 22:00"), encoding="utf-8"
    )
    assert load(file).plant.calendar.shifts[1].start == time(22)


def test_devices_with_one_endpoint_share_a_connection(plant_folder: Path) -> None:
    """Two units behind one gateway are two stations of one connection."""
    file = plant_folder / "edge.yaml"
    text = re.sub(r"192\.168\.1\.14:502\?unit=1", "192.168.1.15:502?unit=2", file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    (_, stations), _ = load(file).modbus
    assert [(station.device, station.unit) for station in stations] == [("jar_line", 1), ("pouch_line", 2)]


MAPS = sorted(maps_directory().glob("*.yaml"))
NEEDED = {"standard_block": {"per_min": 60}}
"""What templates ask their devices for."""


def machine_of(file: Path) -> Machine:
    """Return the machine of a map of the project."""
    return machine(yaml.load(file), NEEDED.get(file.stem, {}))


@pytest.mark.parametrize("file", MAPS, ids=lambda file: file.stem)
def test_every_map_of_the_project_is_right(file: Path) -> None:
    """Each map in plc_maps/ loads, and its tags have units a person knows."""
    assert tags_of(machine_of(file))


def test_only_the_filling_lines_make_output() -> None:
    """A jar that was counted by its line is not counted again by the pasteurizer."""
    good = {
        file.stem
        for file in MAPS
        for tag in tags_of(machine_of(file))
        if tag.counter and tag.counter.role is CounterRole.GOOD
    }
    assert good == {"jar_line", "pouch_a", "pouch_line", "bulk_line", "standard_block"}


def test_one_map_serves_many_machines_each_with_parameters_of_its_own(plant_folder: Path) -> None:
    """Two machines in one PLC: the same tags, elsewhere, at their own speed and in their own words."""
    block, endpoint = "plc_maps/standard_block.yaml", "modbus-tcp://192.168.1.17"
    devices = (
        f"  labeller: {{map: {block}, endpoint: '{endpoint}', parameters: {{first: 400, per_min: 90}}}}\n"
        f"  packer: {{map: {block}, endpoint: '{endpoint}', parameters: {{per_min: 12, counts: case, output: infeed}}}}\n"
    )
    file = plant_folder / "edge.yaml"
    text = file.read_text(encoding="utf-8").replace("devices:\n", f"devices:\n{devices}")
    file.write_text(text, encoding="utf-8")
    found = {
        station.device: {tag.tag.name: tag for tag in station.tags}
        for _, stations in load(file).modbus
        for station in stations
    }
    labeller, packer = found["labeller"], found["packer"]
    assert labeller.keys() == packer.keys()
    assert [tags["good_count"].address.start for tags in (labeller, packer)] == [406, 6]
    counters = [tags["good_count"].tag.counter for tags in (labeller, packer)]
    assert [(one.role, one.max_per_s) for one in counters if one] == [("good", 4.5), ("infeed", 0.6)]
    assert [tags["good_count"].tag.unit for tags in (labeller, packer)] == ["pack", "case"]


def test_orders_are_moments_of_the_sites_time(plant_folder: Path) -> None:
    """08:00 at Aikou is midnight UTC, and what is packed then is known of that machine alone."""
    block = "plc_maps/standard_block.yaml"
    text = (plant_folder / "plc_maps" / "standard_block.yaml").read_text(encoding="utf-8")
    (plant_folder / block).write_text(
        "".join(line for line in text.splitlines(keepends=True) if "role: sku" not in line), encoding="utf-8"
    )
    device = (
        f"  bagger: {{map: {block}, endpoint: 'modbus-tcp://192.168.1.18', parameters: {{per_min: 9}}}}\n"
    )
    orders = 'orders: [{device: bagger, from: "2026-11-25 08:00", product: jar_280}]\n'
    file = plant_folder / "edge.yaml"
    content = file.read_text(encoding="utf-8").replace("devices:\n", f"devices:\n{device}")
    file.write_text(content + orders, encoding="utf-8")
    devices = {device.key: device for device in load(file).plant.devices}
    since = 1_795_564_800 * 10**9
    assert [devices["bagger"].product_at(at) for at in (since - 1, since)] == ["", "jar_280"]
    assert devices["jar_line"].orders == ()


def test_a_serial_port_has_one_owner_whatever_it_is_called(plant_folder: Path) -> None:
    """A link to the port is the port."""
    (plant_folder / "meters").symlink_to("/dev/ttyS0")
    meters = "".join(
        f"  m{unit}: {{map: plc_maps/sdm630.yaml, endpoint: 'modbus-rtu://{port}?unit={unit}'}}\n"
        for unit, port in enumerate(("/dev/ttyS0", plant_folder / "meters"), start=1)
    )
    file = plant_folder / "edge.yaml"
    text = file.read_text(encoding="utf-8").replace("devices:\n", f"devices:\n{meters}")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="the same serial port as m1's under another name"):
        load(file)


def test_the_machines_tell_state_and_speed() -> None:
    """The three machines of the standard block bind the roles that the console shows."""
    for name in ("jar_line", "pouch_line", "pasteurizer"):
        roles = {tag.role for tag in tags_of(load_map(maps_directory() / f"{name}.yaml"))}
        assert {Role.PACKML_STATE, Role.STATUS_WORD, Role.STOP_REASON, Role.SPEED} <= roles


def mutations(text: str) -> st.SearchStrategy[str]:
    """Return texts that differ from one by a few cut, doubled or replaced pieces."""

    @st.composite
    def mutated(draw: st.DrawFn) -> str:
        result = text
        for _ in range(draw(st.integers(1, 3))):
            start = draw(st.integers(0, max(len(result) - 1, 0)))
            stop = start + draw(st.integers(0, 12))
            filling = draw(
                st.sampled_from(
                    ["", "'", '"', "{", "]", ": ", "\n", "- ", "&a ", "*a", "!x ", "null", "1e999"]
                )
            )
            result = result[:start] + filling + result[stop:]
        return result

    return mutated()


def assert_refused_with_places(read: Callable[[], object]) -> None:
    """Read a file that may be wrong; if it is, every fault names its place."""
    try:
        read()
    except ConfigurationError as error:
        faults = error.faults
    else:
        return
    assert faults
    assert all(re.match(r".+:\d+:\d+: .+: .+", str(fault)) for fault in faults)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder like a plant's that examples write over."""
    folder = tmp_path_factory.mktemp("plant")
    init(folder)
    return folder


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=mutations(sample("edge.yaml").decode()))
def test_a_damaged_edge_yaml_is_read_or_refused_with_a_place(scratch: Path, text: str) -> None:
    """Whatever is cut out or put in, the file is valid or every fault has file, line and column."""
    file = scratch / "edge.yaml"
    file.write_text(text, encoding="utf-8")
    assert_refused_with_places(lambda: load(file))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=mutations((maps_directory() / "pouch_line.yaml").read_text(encoding="utf-8")))
def test_a_damaged_map_is_read_or_refused_with_a_place(scratch: Path, text: str) -> None:
    """The same holds of a map."""
    file = scratch / "damaged.yaml"
    file.write_text(text, encoding="utf-8")
    assert_refused_with_places(lambda: load_map(file))


def test_no_secret_is_in_a_repr(tmp_path: Path) -> None:
    """Whatever prints settings, a log or a traceback, prints no password."""
    (tmp_path / "secret").write_text("geheim")
    (tmp_path / "map.yaml").write_text('protocol: opcua\ntags:\n  t: {node: "i=1"}\n')
    file = tmp_path / "edge.yaml"
    secret = "${file:secret}"
    file.write_text(
        f"""
site: {{enterprise: e, site: s, line: l, timezone: Asia/Shanghai}}
node: {{id: n}}
devices:
  tanks:
    map: map.yaml
    endpoint: "opc.tcp://192.168.1.12:4840"
    security: {{policy: Basic256Sha256, mode: SignAndEncrypt, user: edge, password: "{secret}"}}
mqtt: {{url: "mqtts://edge@broker:8883", password: "{secret}"}}
historian: {{kind: influxdb, url: "http://127.0.0.1:8086", database: chili, token: "{secret}"}}
"""
    )

    settings = load(file)

    assert settings.opcua[0].security.password == "geheim"
    assert "geheim" not in repr(settings)
