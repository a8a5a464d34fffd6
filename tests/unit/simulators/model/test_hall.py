"""The fermentation hall as a store: nothing gets lost between washing and desalting."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.model.hall import Hall
from simulators.model.vessel import TONNE, Phase

_HOUR_S = 3600.0


def _filling_g(hall: Hall) -> int:
    """Return the washed fruit in a vessel that is not closed yet."""
    vessels = (*hall.tanks, *hall.pits)
    return sum(vessel.fill.put_g for vessel in vessels if vessel.fill and vessel.phase is Phase.FILLING)


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
    assert _filling_g(hall) + closed == washed


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


def test_a_truck_without_an_empty_pit_waits_in_the_yard() -> None:
    """Nothing that was bought is lost: it is unloaded when a pit has been drawn empty, in the order of arrival."""
    hall = Hall(1, 17.0, 2026)
    lots = [f"R-20260303-EXT-{n:03d}" for n in range(1, 7)]
    before = hall.stock_g
    for lot in lots:
        hall.deliver(24 * TONNE, lot)
    assert hall.waiting_g == 2 * 24 * TONNE
    assert hall.stock_g == before + 4 * 24 * TONNE
    while hall.waiting_g:
        hall.take(hall.level)
        hall.step(_HOUR_S, 17.0)
    held = [lot for pit in hall.pits if pit.fill for lot in pit.fill.lots]
    assert lots[-1] in held


def test_brining_takes_a_share_of_the_weight() -> None:
    """What was closed and what is left of it are told, so that a yield can be checked: 15 to 25 % goes to the brine."""
    hall = Hall(1, 17.0, 2026)
    hall.put(5 * 12 * TONNE)
    hall.close()
    assert hall.brined_g == 60 * TONNE
    assert 0.75 <= hall.drained_g / hall.brined_g <= 0.85


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
