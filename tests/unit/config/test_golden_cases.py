from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from edge.config.settings import load
from edge.errors import ConfigurationError
from edge.plc_map.load import load_map

CASES = Path(__file__).parents[2] / "cases"
MARK = "#: "


def cases(folder: str) -> list[Path]:
    """Return the wrong files of a folder."""
    return sorted(file for file in (CASES / folder).glob("*.yaml") if not file.stem.startswith("good_"))


def expected(file: Path) -> list[str]:
    """Return the faults that a case asks for."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]


def said(file: Path, read: Callable[[Path], object]) -> list[str]:
    """Return the faults that reading a case gives, with paths that start at its folder."""
    with pytest.raises(ConfigurationError) as raised:
        read(file)
    return [line.removeprefix(f"{file.parent}/") for line in str(raised.value).splitlines()]


@pytest.mark.parametrize("file", cases("maps"), ids=lambda file: file.stem)
def test_every_fault_of_a_map_is_named_with_its_place(file: Path) -> None:
    """A wrong map gives exactly the faults that its case asks for."""
    assert said(file, load_map) == expected(file) != []


@pytest.mark.parametrize("file", cases("edge"), ids=lambda file: file.stem)
def test_every_fault_of_an_edge_yaml_is_named_with_its_place(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong edge.yaml gives exactly the faults that its case asks for."""
    monkeypatch.delenv("CHILI_EDGE_NOT_SET", raising=False)
    assert said(file, load) == expected(file) != []


def test_the_cases_cover_many_kinds_of_faults() -> None:
    """The golden folders have not been emptied by mistake."""
    assert len(cases("maps")) > 40
    assert len(cases("edge")) > 30
