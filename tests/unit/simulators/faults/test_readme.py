from __future__ import annotations

from dataclasses import MISSING, fields
from typing import get_type_hints

import pytest

from simulators.faults.catalogue import KINDS, time_text
from simulators.faults.kinds import Seconds, SignedSeconds, Window
from simulators.faults.scenario import SCENARIOS
from simulators.faults.targets import park_targets

PAGE = (SCENARIOS / "README.md").read_text(encoding="utf-8")
COMMON = {"kind", *(field.name for field in fields(Window))}


def row(kind: str) -> str:
    """Return the line of the page that tells about a kind."""
    (line,) = (line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |"))
    return line


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_tells_every_parameter_and_what_holds_without_it(kind: str) -> None:
    """A plant engineer needs no source code to write a scenario."""
    types = get_type_hints(KINDS[kind], include_extras=True)
    for field in fields(KINDS[kind]):
        if field.name in COMMON:
            continue
        if field.default is MISSING:
            assert f"`{field.name}:`" in row(kind)
        elif types[field.name] in (Seconds, SignedSeconds):
            assert f"`{field.name}: {time_text(field.default)}`" in row(kind)
        else:
            shown = f"{field.default:g}" if isinstance(field.default, float) else field.default
            assert f"`{field.name}: {shown}`" in row(kind)


def test_the_page_lists_every_scenario_and_target() -> None:
    """Units are told by their first and last."""
    for file in SCENARIOS.glob("*.yaml"):
        assert f"| `{file.name}` |" in PAGE
    for target in park_targets():
        if "/" not in target:
            assert f"`{target}`" in PAGE
