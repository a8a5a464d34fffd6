"""Meters and drives: energy to the watt-second, and values that agree with one another."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.model.electrical import DRIVES, METERS, Drive, DriveReading, DriveState, Meter, MeterReading

_LOADS = st.lists(st.tuples(st.floats(0.05, 200.0), st.floats(-50.0, 250.0)), min_size=1, max_size=30)


def _after(*steps: tuple[float, float], name: str = "meter_packing", seed: int = 1) -> MeterReading:
    meter = Meter(name, seed)
    for dt, load_kw in steps:
        meter.step(dt, load_kw)
    return meter.read()


@given(_LOADS)
def test_energy_is_power_times_time(steps: list[tuple[float, float]]) -> None:
    """What is drawn goes to import, what is fed back to export, and nothing is lost."""
    before, after = _after(), _after(*steps)
    drawn = sum(dt * load for dt, load in steps if load > 0) / 3600
    fed_back = -sum(dt * load for dt, load in steps if load < 0) / 3600
    assert after.import_kwh - before.import_kwh == pytest.approx(drawn, abs=1e-8)
    assert after.export_kwh == pytest.approx(fed_back, abs=1e-8)
    reactive = after.import_kvarh - before.import_kvarh
    assert reactive == pytest.approx((drawn + fed_back) * math.tan(math.acos(0.85)), rel=0.15, abs=1e-8)


@given(st.floats(-100.0, 400.0), st.integers(1, 50), st.sampled_from(METERS))
def test_the_values_of_a_reading_agree(load_kw: float, seed: int, name: str) -> None:
    """The phases add up to the load, VA² = W² + var² but for the imbalance, and volts lie where volts lie."""
    reading = _after((77.0, load_kw), seed=seed, name=name)
    assert reading.total_w == pytest.approx(load_kw * 1000, abs=1e-6)
    assert math.hypot(reading.total_w, reading.total_var) == pytest.approx(reading.total_va, rel=1e-3)
    assert all(220 < volts < 240 for volts in reading.volts)
    assert all(380 < volts < 416 for volts in reading.line_volts)
    assert 0.79 < abs(reading.power_factor) < 0.91 or load_kw == 0
    assert all(amps >= 0 for amps in reading.amps)
    assert reading.neutral_amps < max(reading.amps) or load_kw == 0
    assert 49.9 < reading.frequency < 50.1


def test_phases_are_not_quite_equal_and_noise_moves_them() -> None:
    """Three different phases; a minute later other volts, and the same power."""
    first, second = _after((60.0, 50.0)), _after((60.0, 50.0), (60.0, 50.0))
    assert len(set(first.amps)) == 3
    assert first.volts != second.volts
    assert first.total_w == pytest.approx(second.total_w)


def test_no_load_is_no_current() -> None:
    """Without current the power factor is 1, and energies stand."""
    reading = _after((60.0, 0.0))
    assert (reading.amps, reading.total_w, reading.power_factor) == ((0.0, 0.0, 0.0), 0.0, 1.0)
    assert reading.import_kwh == _after().import_kwh


def test_looking_changes_nothing() -> None:
    """A meter that is read ten times shows what one shows that is read once; another seed shows something else."""
    often = Meter("meter_main", 3)
    for _ in range(10):
        often.step(6.0, 80.0)
        often.read()
    assert often.read() == _after(*[(6.0, 80.0)] * 10, name="meter_main", seed=3)
    assert often.read() != _after(*[(6.0, 80.0)] * 10, name="meter_main", seed=4)


def test_all_meters_hang_on_one_grid() -> None:
    """The frequency is the same at every meter at the same time."""
    assert len({_after((123.0, 10.0), name=name).frequency for name in METERS}) == 1


@pytest.mark.parametrize("dt", [0.5, 7.0, 60.0, 900.0])
def test_demand_is_the_mean_of_a_quarter_of_an_hour(dt: float) -> None:
    """It slides minute by minute whatever the step; the maximum stays."""
    meter = Meter("meter_main", 1)
    for _ in range(round(6300 / dt)):
        meter.step(dt, 90.0)
    assert meter.read().demand_w == pytest.approx(90_000.0)
    for _ in range(round(6300 / dt)):
        meter.step(dt, 30.0)
    assert meter.read().demand_w == pytest.approx(30_000.0)
    assert meter.read().max_demand_w == pytest.approx(90_000.0)


def test_demand_slides_by_whole_minutes() -> None:
    """Five minutes of 90 kW are a third of it in the mean; half a minute more doesn't count yet."""
    assert _after((300.0, 90.0)).demand_w == pytest.approx(30_000.0)
    assert _after((300.0, 90.0), (59.0, 90.0)).demand_w == pytest.approx(30_000.0)
    assert _after((300.0, 90.0), (60.0, 0.0)).demand_w == pytest.approx(30_000.0)
    assert _after((300.0, 90.0), (900.0, 0.0)).demand_w == pytest.approx(0.0)


def _drive(*steps: tuple[float, bool, float], fault_code: int = 0) -> DriveReading:
    drive = Drive("washer_pump", 1, DRIVES["washer_pump"])
    for step in steps:
        drive.step(*step)
    drive.fault_code = fault_code
    drive.step(0.1, *(steps[-1][1:] if steps else (False, 0.0)))
    return drive.read()


def test_a_drive_ramps_up_and_down() -> None:
    """It takes ten seconds from 0 to 50 Hz, stays at its reference, and goes back."""
    assert _drive((3.9, True, 1.0)).frequency == pytest.approx(20.0)
    assert _drive((60.0, True, 0.8)).frequency == pytest.approx(40.0)
    assert _drive((60.0, True, 0.8), (3.9, False, 0.8)).frequency == pytest.approx(20.0)


def test_a_drive_that_stands_takes_nothing() -> None:
    """Its output is dead, its DC bus is not, and it says that it is stopped."""
    reading = _drive((60.0, True, 1.0), (60.0, False, 1.0))
    assert (reading.frequency, reading.amps, reading.kw, reading.torque, reading.output_volts) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert reading.bus_volts == pytest.approx(540.0, abs=5.0)
    assert (reading.state, reading.digital_inputs, reading.digital_outputs) == (DriveState.STOPPED, 0, 0)


@pytest.mark.parametrize("name", DRIVES)
def test_a_running_drive_is_loaded_as_its_motor_allows(name: str) -> None:
    """At rated speed it takes 50 to 95 % of its rating, with the current that belongs to it."""
    drive = Drive(name, 5, DRIVES[name])
    drive.step(60.0, True, 1.0)
    reading = drive.read()
    assert 0.5 < reading.kw / DRIVES[name] < 0.95
    assert 50 < reading.torque < 80
    apparent_kva = math.sqrt(3) * 0.38 * reading.amps
    assert 0.7 < reading.kw / apparent_kva < 0.92
    assert (reading.state, reading.digital_inputs, reading.digital_outputs) == (DriveState.FORWARD, 1, 1)


def test_a_drive_with_a_fault_lets_go_at_once() -> None:
    """The output is off without a ramp while the run command stands; it says which fault, and that it is one."""
    reading = _drive((60.0, True, 1.0), fault_code=9)
    assert (reading.frequency, reading.kw, reading.fault_code) == (0.0, 0.0, 9)
    assert (reading.state, reading.digital_inputs, reading.digital_outputs) == (DriveState.STOPPED, 1, 2)
