from __future__ import annotations

from pathlib import Path

import pytest

from simulators.faults.scenario import ScenarioError, load
from simulators.faults.targets import park_targets
from simulators.probes import park_probes

CASES = sorted((Path(__file__).parents[3] / "cases" / "scenarios").glob("*.yaml"))
MARK = "#: "


def expected(file: Path) -> list[str]:
    """Return the problems that a case asks for."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_every_problem_of_a_scenario_is_named_with_its_place(file: Path) -> None:
    """A wrong scenario gives exactly the problems that its case asks for."""
    with pytest.raises(ScenarioError) as raised:
        load(file, park_targets(), park_probes())
    said = [line.removeprefix(f"{file.parent}/") for line in str(raised.value).split("\n")]
    assert said == expected(file) != []


def test_the_cases_cover_many_kinds_of_problems() -> None:
    """The golden folder has not been emptied by mistake."""
    assert len(CASES) > 30
