from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from edge.documents.yaml import load
from edge.drivers.modbus.address import Order
from edge.drivers.modbus.notation import Brand
from edge.errors import ConfigurationError
from edge.map_import.command import Options, run
from edge.plc_map.load import load_map
from tests.unit.map_import import workbooks

CASES = Path(__file__).parents[2] / "cases" / "map_import"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())


def asked(case: Path, table: Path, output: Path) -> Options:
    """Return what the command line of a case says."""
    file = case / "options.yaml"
    given: Mapping[str, Any] = load(file).data if file.exists() else {}
    return Options(
        table,
        output,
        sheet=given.get("sheet"),
        order=Order(given["order"]) if "order" in given else None,
        base=given.get("base"),
        brand=Brand(given["brand"]) if "brand" in given else None,
        skip_faulty=given.get("skip_faulty", False),
    )


def made(case: Path, folder: Path) -> Path:
    """Return the table of a case, its workbook written anew."""
    if (case / "table.csv").exists():
        table = folder / "table.csv"
        table.write_bytes((case / "table.csv").read_bytes())
        return table
    content = load(case / "workbook.yaml").data
    return workbooks.write(
        folder / "table.xlsx", content["sheets"], content.get("merged"), content.get("hidden", ())
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_table_becomes_the_map_or_the_faults_that_its_case_shows(name: str, tmp_path: Path) -> None:
    """What is imported, guessed, left out and refused is what a person has looked at once."""
    case, output = CASES / name, tmp_path / "map.yaml"
    options = asked(case, made(case, tmp_path), output)
    if (case / "error.txt").exists():
        with pytest.raises(ConfigurationError) as raised:
            run(options)
        assert str(raised.value).replace(f"{tmp_path}/", "") + "\n" == (case / "error.txt").read_text("utf-8")
        assert not output.exists()
    else:
        run(options)
        assert output.read_text("utf-8") == (case / "map.yaml").read_text("utf-8")
        load_map(output)


def test_the_cases_are_there() -> None:
    """The golden folders have not been emptied by mistake."""
    assert len(NAMES) > 10
