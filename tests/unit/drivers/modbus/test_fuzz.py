"""Whatever bytes come, only a right answer is taken for one, and nothing is raised: the short form of `make fuzz`."""

from __future__ import annotations

import pytest

from tests.unit.drivers.modbus.fuzz import fuzz


@pytest.mark.parametrize("seed", range(3))
def test_no_bytes_make_a_false_answer(seed: int) -> None:
    """Of twenty thousand random and mutated frames, an independent oracle agrees with every answer that was taken."""
    outcome = fuzz(20_000, seed)

    assert outcome.false == []
    assert outcome.missed == []
    assert outcome.answers > 1000
    assert outcome.refusals > 500
