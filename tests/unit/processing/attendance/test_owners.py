"""Whose a PIN is, when it passes from one worker to another."""

from __future__ import annotations

from datetime import date

from edge.model.personnel import Entry, EntryKind, Punch, Worker, WorkerKind
from edge.processing.attendance.owners import Owners
from tests.unit.processing.attendance.plant import ZONE, ns

FIRST = Worker("11", "甲", WorkerKind.SEASONAL, "pack", "D", id="a", last=date(2026, 8, 31))
SECOND = Worker("11", "乙", WorkerKind.SEASONAL, "pack", "D", id="b", first=date(2026, 9, 10))
GIVEN = Entry("a", EntryKind.PIN, date(2026, 1, 1), "77", "boss", "x", 0)


def _owner(owners: Owners, pin: str, time: str) -> str:
    owner = owners.of(Punch("T", pin, ns(time), 0))
    return owner.id if owner else ""


def test_a_pin_on_the_roster_is_that_of_who_was_employed() -> None:
    """The night that ends on the day after the last one is still the first owner's; between the two it is nobody's."""
    owners = Owners([FIRST, SECOND], [], ZONE)
    times = ("2026-08-31 08:00", "2026-09-01 07:30", "2026-09-02 07:30", "2026-09-10 07:50")
    assert [_owner(owners, "11", time) for time in times] == ["a", "a", "", "b"]


def test_a_given_pin_ends_with_its_worker() -> None:
    """Who comes later has it by the roster, and the punches are theirs; before the day since when it was given it is nobody's."""
    third = Worker("77", "丙", WorkerKind.SEASONAL, "pack", "D", id="c", first=date(2026, 10, 1))
    owners = Owners([FIRST, third], [GIVEN], ZONE)
    times = (
        "2025-12-31 08:00",
        "2026-08-31 08:00",
        "2026-09-01 07:30",
        "2026-09-05 08:00",
        "2026-10-01 08:00",
    )
    assert [_owner(owners, "77", time) for time in times] == ["", "a", "a", "", "c"]


def test_the_later_of_two_gifts_holds_from_its_day_on() -> None:
    """A PIN that was lent to another worker is the first one's before."""
    other = Entry("c", EntryKind.PIN, date(2026, 6, 1), "77", "boss", "x", 0, number=2)
    third = Worker("12", "丙", WorkerKind.SEASONAL, "pack", "D", id="c")
    owners = Owners([FIRST, third], [GIVEN, other], ZONE)
    assert [_owner(owners, "77", f"2026-{day} 08:00") for day in ("05-31", "06-01")] == ["a", "c"]
