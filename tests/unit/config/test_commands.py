from __future__ import annotations

from pathlib import Path

import pytest

from edge.config.commands import check, init
from edge.errors import ConfigurationError


def test_what_init_writes_has_no_faults(tmp_path: Path) -> None:
    """A new folder passes check, which shows the read plan of every device."""
    files = init(tmp_path / "plant")
    assert tmp_path / "plant" / "edge.yaml" in files
    assert tmp_path / "plant" / "plc_maps" / "NOTATION.md" in files
    text = check(tmp_path / "plant" / "edge.yaml")
    assert "no faults, 4 devices" in text
    assert "2 workers" in text
    assert "jar_line, unit 1: 24 tags in 2 requests" in text
    assert "every 1 s  0.014 s of reading\n      holding:0-35  36 registers, 22 tags, 2 unused" in text
    assert "subscribe every 1 s" in text


def test_init_never_overwrites(tmp_path: Path) -> None:
    """A file that is there stays as it is, and nothing else is written beside it."""
    (tmp_path / "edge.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"already there.*edge\.yaml"):
        init(tmp_path)
    assert (tmp_path / "edge.yaml").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "plc_maps").exists()


def test_init_says_where_it_cannot_write(tmp_path: Path) -> None:
    """A file in the place of the folder is one clear error."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot write"):
        init(tmp_path / "file")


def test_a_connection_that_is_too_busy_is_said(tmp_path: Path) -> None:
    """Meters on a slow serial line that are read each second do not fit, and check says so."""
    init(tmp_path)
    meters = "".join(
        f"  meter_{unit}: {{map: plc_maps/fast.yaml, endpoint: 'modbus-rtu:///dev/ttyUSB0?baud=9600&unit={unit}'}}\n"
        for unit in range(1, 5)
    )
    sdm630 = (tmp_path / "plc_maps" / "sdm630.yaml").read_text(encoding="utf-8")
    (tmp_path / "plc_maps" / "fast.yaml").write_text(
        sdm630.replace("scan: 10s", "scan: 1s"), encoding="utf-8"
    )
    file = tmp_path / "edge.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("devices:\n", f"devices:\n{meters}"), encoding="utf-8"
    )
    said = check(file)
    assert (
        "modbus-rtu:///dev/ttyUSB0  busy 113% of the time\n  WARNING: its requests take 1.13 s in each second"
        in said
    )
    assert "more than there is" in said


def test_a_scan_class_that_does_not_fit_into_its_period_is_said_with_the_sum(tmp_path: Path) -> None:
    """Ten blocks of a slow device in 200 ms: the warning shows what was added up, and how often values will come."""
    init(tmp_path)
    tags = "".join(f"  t{n}: {{address: 'holding:{1000 * n}', type: uint16}}\n" for n in range(10))
    (tmp_path / "plc_maps" / "wide.yaml").write_text(
        f"protocol: modbus\nscan: 200ms\nlimits: {{pause_ms: 30}}\ntags:\n{tags}", encoding="utf-8"
    )
    file = tmp_path / "edge.yaml"
    wide = "  wide: {map: plc_maps/wide.yaml, endpoint: 'modbus-tcp://127.0.0.9?unit=1'}\n"
    file.write_text(
        file.read_text(encoding="utf-8").replace("devices:\n", f"devices:\n{wide}"), encoding="utf-8"
    )

    assert (
        "WARNING: 0.040 + 0.040 + 0.040 + 0.040 + 0.040 + 0.040 + … = 0.401 s does not fit into 0.2 s:"
        " values come every 0.4 s" in check(file)
    )


def test_a_request_that_is_read_twice_costs_twice_as_much(tmp_path: Path) -> None:
    """Its second reading takes the line as long as the first."""
    init(tmp_path)
    (tmp_path / "plc_maps" / "torn.yaml").write_text(
        "protocol: modbus\ntags:\n  count: {address: 'holding:0', type: uint32, twice: true}\n",
        encoding="utf-8",
    )
    file = tmp_path / "edge.yaml"
    device = "  torn: {map: plc_maps/torn.yaml, endpoint: 'modbus-tcp://192.168.1.17?unit=1&pause_ms=190'}\n"
    file.write_text(
        file.read_text(encoding="utf-8").replace("devices:\n", f"devices:\n{device}"), encoding="utf-8"
    )
    said = check(file)
    assert "modbus-tcp://192.168.1.17:502  busy 40% of the time" in said
    assert "every 1 s  0.400 s of reading" in said
    assert "holding:0-1  2 registers, 1 tags, 0 unused, read twice" in said
