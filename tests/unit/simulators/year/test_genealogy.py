"""Which lot went into which, over days in virtual time."""

from __future__ import annotations

from datetime import date

from simulators.model.genealogy import Edge
from simulators.model.vessel import TONNE
from simulators.year.season import Season

_A_TUESDAY_OF_MARCH = date(2026, 3, 3)
_IN_THE_PEAK = date(2026, 9, 8)


def _edges(day: date) -> list[Edge]:
    season = Season(1, day, day)
    for _ in season.moments():
        pass
    return season.genealogy.take_edges()


def test_bought_stock_is_traced_from_its_truck() -> None:
    """All 24 t of a truck's lot go into a pit, and nothing of the heap with them."""
    edges = [edge for edge in _edges(_A_TUESDAY_OF_MARCH) if edge.from_lot.startswith("R-")]
    assert [(edge.from_lot, edge.grams) for edge in edges] == [("R-20260303-EXT-001", 24 * TONNE)]
    assert edges[0].to_lot.startswith("P")


def test_fresh_fruit_is_traced_to_the_tanks_that_it_filled() -> None:
    """A tank that is closed names the trucks of the day that filled it, and as many grams as went in."""
    into: dict[str, int] = {}
    for edge in _edges(_IN_THE_PEAK):
        if edge.from_lot.startswith("R-20260908-"):
            into[edge.to_lot] = into.get(edge.to_lot, 0) + edge.grams
    assert into
    assert set(into.values()) <= {12 * TONNE, 24 * TONNE}
