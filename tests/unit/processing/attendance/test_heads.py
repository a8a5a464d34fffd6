"""Groups: what they add up to, and that nobody can be told from them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.personnel import Entry, EntryKind, Punch, Worker, WorkerKind
from edge.processing.attendance.day import DaySheet, Roll
from edge.processing.attendance.heads import OTHERS, Heads, crowds, point, told_at
from tests.unit.processing.attendance.plant import CALENDAR, RULES, ns

DAY = date(2026, 11, 3)
WAGES = {WorkerKind.PERMANENT: Decimal(25)}


def _sheet(*presses: tuple[int, str], entries: tuple[Entry, ...] = ()) -> DaySheet:
    """Return a day of four permanent workers and a seasonal one."""
    workers = [Worker(str(n), "甲", WorkerKind.PERMANENT, "pack", "D") for n in range(1, 5)]
    workers.append(Worker("5", "乙", WorkerKind.SEASONAL, "pack", "D"))
    sheet = DaySheet(DAY, Roll(workers, list(entries), CALENDAR, RULES))
    sheet.add(Punch("T1", str(pin), ns(f"2026-11-03 {text}"), 0) for pin, text in presses)
    return sheet


def test_a_morning() -> None:
    """Planned 4, present 2, one of them late, one on leave; who is missing is absent once the grace is over."""
    leave = Entry("3", EntryKind.LEAVE, DAY, "sick", "boss", "fever", 0, number=1)
    sheet = _sheet((1, "07:55"), (2, "08:20"), (9, "07:00"), entries=(leave,))
    before = sheet.heads("D", ns("2026-11-03 08:04"), WAGES)["pack", "permanent"]
    after = sheet.heads("D", ns("2026-11-03 09:00"), WAGES)["pack", "permanent"]
    assert (before.absent, after.absent) == (0, 1)
    assert (after.size, after.planned, after.present, after.late, after.leave) == (4, 4, 2, 1, 1)
    assert after.minutes == 60 + 40
    assert after.cost == Decimal(25) * 100 / 60
    assert [punch.pin for punch in sheet.unknown] == ["9"]


def test_a_point_says_all_of_it() -> None:
    """Heads are integers, hours and cost floats; cost is there only when wages are."""
    heads = Heads(size=4, planned=4, present=3, late=1, absent=1, minutes=95, cost=Decimal("39.5833"))
    line = line_protocol.encode(point("aikou", "D", ("pack", "permanent"), heads, 5))
    assert line == (
        "attendance,kind=permanent,shift=D,site=aikou,team=pack"
        " planned=4i,present=3i,late=1i,absent=1i,leave=0i,questions=0i,hours=1.58,cost=39.58 5"
    )
    assert "cost" not in line_protocol.encode(point("aikou", "D", ("pack", "x"), Heads(size=3), 5))


def test_small_groups_are_one() -> None:
    """One and one and one are three; two alone take in the smallest other group; two in all are not told."""
    assert crowds({("a", "p"): Heads(1), ("b", "p"): Heads(1), ("c", "p"): Heads(1)}) == {
        (OTHERS, OTHERS): Heads(3)
    }
    merged = crowds({("a", "p"): Heads(2), ("b", "p"): Heads(5), ("c", "p"): Heads(4)})
    assert merged == {(OTHERS, OTHERS): Heads(6), ("b", "p"): Heads(5)}
    assert crowds({("a", "p"): Heads(2)}) == {}
    assert crowds({}) == {}


@given(st.dictionaries(st.tuples(st.sampled_from("abcdef"), st.sampled_from("ps")), st.integers(1, 6)))
def test_no_group_that_is_told_is_smaller_than_three(sizes: dict[tuple[str, str], int]) -> None:
    """Whatever the groups, those told have three and more, and nobody of a shift of three is lost."""
    told = crowds({group: Heads(size=size, planned=size) for group, size in sizes.items()})
    assert all(heads.size >= 3 for heads in told.values())
    total = sum(sizes.values())
    assert sum(heads.planned for heads in told.values()) == (total if total >= 3 else 0)


def test_a_shift_is_told_while_it_is_on_and_at_its_end() -> None:
    """Before it nothing, then now, then for good the last second within it."""
    assert told_at(100 * NS, 200 * NS, 99 * NS) is None
    assert told_at(100 * NS, 200 * NS, 150 * NS) == 150 * NS
    assert told_at(100 * NS, 200 * NS, 900 * NS) == 199 * NS
