"""The fermentation hall as a store: nothing gets lost between washing and desalting."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.model.hall import Hall
from simulators.model.vessel import TONNE, Phase

_HOUR_S = 3600.0


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), min_size=1, max_size=15))
def test_what_goes_in_is_in_a_vessel_or_drawn(moves: list[tuple[int, int]]) -> None:
    """After any fills and draws the washed fruit is in open and closed vessels, and drawn fruit is missing there."""
    hall = Hall(1, 17.0, 2026)
    stock = hall.stock_g
    washed = drawn = closed = brined = 0
    for tonnes, taken in moves:
        grams = min(tonnes * TONNE, hall.room)
        hall.put(grams)
        washed += grams
        fills = hall.take_closed()
        closed += sum(fill.put_g for fill in fills)
        brined += sum(fill.left_g for fill in fills)
        take = min(taken * TONNE, hall.level)
        hall.take(take)
        drawn += take
    assert hall.stock_g == stock + brined - drawn
    assert sum(hall.take_drawn().values()) == drawn
    assert hall.filling_g + closed == washed


def test_a_full_hall_has_no_room_and_an_empty_one_no_fruit() -> None:
    """Washing is blocked when every vessel is full; desalting starves when nothing is ready."""
    hall = Hall(1, 17.0, 2026)
    hall.put(hall.room)
    assert hall.room == 0
    while hall.level:
        hall.take(hall.level)
    assert hall.level == 0
    assert any(vessel.phase is Phase.FERMENTING for vessel in hall.tanks)


def test_the_oldest_ready_tank_is_drawn_first_and_emptied() -> None:
    """Tanks before pits, the oldest first, and a begun vessel before a new one."""
    hall = Hall(1, 17.0, 2026)
    ready = [tank for tank in hall.tanks if tank.ready]
    oldest = max(ready, key=lambda tank: tank.fill.age_d if tank.fill else 0.0)
    level = hall.level
    hall.take(level - 2000)
    assert hall.level == 2000
    hall.take(1500)
    assert hall.level > TONNE
    assert oldest.phase is Phase.EMPTY


def test_bought_stock_is_ready_at_once_and_keeps_its_lot() -> None:
    """A truck of brined stock goes into an empty pit as it is."""
    hall = Hall(1, 17.0, 2026)
    before = hall.stock_g
    hall.deliver(24 * TONNE, "R-20260303-EXT-001")
    assert hall.stock_g == before + 24 * TONNE
    pit = next(pit for pit in hall.pits if pit.fill and "R-20260303-EXT-001" in pit.fill.lots)
    assert pit.ready


def test_winter_is_slower_than_summer() -> None:
    """A pit without a jacket follows the hall, and ferments slower in the cold."""
    halls = [Hall(1, ambient, 2026) for ambient in (5.0, 27.0)]
    for hall, ambient in zip(halls, (5.0, 27.0), strict=True):
        hall.put(hall.room)
        hall.close()
        for _ in range(24 * 20):
            hall.step(_HOUR_S, ambient)
    cold, warm = (hall.pits[-1].fill for hall in halls)
    assert cold is not None
    assert warm is not None
    assert cold.progress < warm.progress
