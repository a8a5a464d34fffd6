"""The park as a whole, in virtual time."""

from __future__ import annotations

import pytest

from simulators import truth
from simulators.journal import Journal
from simulators.model.plant import BELT_PACKS, Plant
from simulators.model.snapshot import UINT32, Snapshot
from simulators.model.tunnel import OVERCOOK_ALARM
from simulators.model.vessel import Phase

_SHIFT_S = 8 * 3600


def _after(seed: int, seconds: float, dt: float) -> Plant:
    plant = Plant(seed)
    plant.run()
    for _ in range(round(seconds / dt)):
        plant.step(dt)
    return plant


def _shown(plant: Plant) -> list[Snapshot]:
    return list(plant.snapshots().values())


def test_the_same_seed_tells_the_same_story() -> None:
    """Two plants of one seed agree on truth, registers and tanks; another seed's differs."""
    one, same, other = _after(7, 600, 0.1), _after(7, 600, 0.1), _after(8, 600, 0.1)
    assert truth.machines(one) == truth.machines(same)
    assert _shown(one) == _shown(same)
    assert [tank.read() for tank in one.hall.tanks] == [tank.read() for tank in same.hall.tanks]
    assert truth.machines(one) != truth.machines(other)


def test_no_jar_is_lost_between_jar_line_and_pasteurizer() -> None:
    """At every moment the jar line's good output is on the conveyor or has entered the tunnel."""
    plant = Plant(3)
    plant.run()
    jars, tunnel = plant.machines["jar_line"], plant.machines["pasteurizer"]
    for _ in range(_SHIFT_S // 10):
        plant.step(10.0)
        assert 0 <= jars.good - tunnel.total <= BELT_PACKS


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_availability_of_a_shift_is_that_of_a_real_line(seed: int) -> None:
    """The fillers run for two thirds to nine tenths of a shift, and stop often."""
    plant = _after(seed, _SHIFT_S, 2.0)
    for name in ("jar_line", "pouch_line"):
        shown = plant.machines[name].snapshot()
        assert 0.6 <= shown.run_s / _SHIFT_S <= 0.92
        assert shown.run_s + shown.down_s == pytest.approx(_SHIFT_S, abs=2)
        assert 25 <= plant.machines[name].stops <= 100


@pytest.mark.parametrize("seed", range(20))
def test_the_pouch_line_rolls_over_in_every_demo(seed: int) -> None:
    """Its raw total starts a dozen short of 2^32, so half a minute of production takes it past zero."""
    plant = Plant(seed)
    start = plant.machines["pouch_line"].snapshot().total
    assert UINT32 - 40 <= start < UINT32
    plant.run()
    for _ in range(300):
        plant.step(0.1)
    made = plant.machines["pouch_line"].total
    assert plant.machines["pouch_line"].snapshot().total == (start + made) % UINT32
    assert made < 25


def test_halt_stops_every_machine() -> None:
    """After halt nothing is made any more, on no machine."""
    plant = _after(1, 120, 0.1)
    plant.halt()
    made = truth.machines(plant)
    for _ in range(100):
        plant.step(1.0)
    assert truth.machines(plant) == made
    assert not plant.producing


def test_truth_weighs_pieces_by_nominal_weight() -> None:
    """Grams are pieces times nominal weight; the tunnel's infeed has none, since it makes nothing."""
    devices = truth.devices(_after(1, 120, 0.1))
    jars, tunnel = devices["jar_line"], devices["pasteurizer"]
    assert isinstance(jars, dict)
    assert isinstance(tunnel, dict)
    assert jars["counters"]["good"]["pieces"] > 50
    assert jars["counters"]["good"]["grams"] == 280 * jars["counters"]["good"]["pieces"]
    assert tunnel["counters"].keys() == {"infeed"}
    assert tunnel["counters"]["infeed"]["grams"] is None


def test_mass_is_conserved_from_the_hall_to_the_packs() -> None:
    """What was drawn, less what every stage throws out, is in packs, on belts and in hoppers, to 0.1 %."""
    plant = Plant(5)
    plant.heap.put("R-1", 60_000_000)
    before_g = plant.heap.level
    plant.run()
    for _ in range(4 * 60):
        plant.step(60.0, stride=60.0)
    sorting, destemming, washing = (plant.machines[name] for name in ("sorting", "destemming", "washing"))
    waste_kg = sorting.reject + destemming.reject + washing.reject
    between = sum(buffer.level for buffer in plant.hoppers[:2])
    washed = sum(fill.put_g for fill in plant.hall.take_closed()) + sum(
        vessel.fill.put_g
        for vessel in (*plant.hall.tanks, *plant.hall.pits)
        if vessel.fill and vessel.phase is Phase.FILLING
    )
    assert before_g == plant.heap.level + between + washed + 1000 * waste_kg

    mixing = plant.machines["mixing"]
    filled = sum(
        (made.filled_g * (made.good + made.reject)) // max(1, made.good)
        for name in ("jar_line", "pouch_a", "pouch_line", "bulk_line")
        for made in plant.machines[name].made.values()
    )
    into_hopper = 1_500_000 + 1000 * mixing.good
    assert into_hopper == pytest.approx(filled + plant.hopper.level, rel=0.001)


def test_a_pasteuriser_that_stands_too_long_raises_its_overcook_alarm() -> None:
    """After fifteen minutes with a hot and standing belt, and until the last of those packs has left."""
    plant = Plant(1)
    journal = Journal(plant)
    plant.run()
    _live(plant, journal, 60)
    plant.machines["pasteurizer"].fail(40 * 60.0)
    _live(plant, journal, 13)
    assert not _overcook_alarm(plant)
    _live(plant, journal, 3)
    assert _overcook_alarm(plant)
    _live(plant, journal, 24 + 46)
    assert not _overcook_alarm(plant)
    journal.close()
    (alarm,) = (row for row in journal.alarms if row.startswith(f"pasteurizer,{OVERCOOK_ALARM},"))
    since, until = (float(field) for field in alarm.split(",")[2:])
    assert since == pytest.approx(75 * 60, abs=61)
    assert 100 * 60 < until < 146 * 60


def _live(plant: Plant, journal: Journal, minutes: int) -> None:
    for _ in range(minutes):
        plant.step(60.0, stride=60.0)
        journal.step()


def _overcook_alarm(plant: Plant) -> bool:
    return bool(plant.snapshots()["pasteurizer"].alarms >> OVERCOOK_ALARM & 1)
