"""Heads of groups: who counts, for which shift, and that nobody can be told from it."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from edge.messages import line_protocol
from edge.model.calendar import NS, Calendar, Shift, to_ns
from edge.model.personnel import Worker, WorkerKind
from edge.processing.attendance import attendance, windows

ZONE = ZoneInfo("Asia/Shanghai")
DAY, NIGHT = Shift("A", "早班", time(7), time(15)), Shift("C", "夜班", time(23), time(7))
CALENDAR = Calendar(ZONE, time(7), (DAY, Shift("B", "中班", time(15), time(23)), NIGHT))
PERMANENT, SEASONAL = WorkerKind.PERMANENT, WorkerKind.SEASONAL
ROSTER = (
    Worker("1", "甲", PERMANENT, "pack", "A"),
    Worker("2", "乙", PERMANENT, "pack", "A"),
    Worker("3", "丙", SEASONAL, "pack", "A"),
    Worker("4", "丁", PERMANENT, "prep", "C"),
)
HOUR = 3600 * NS


def at(hour: int, minute: int = 0, day: int = 23) -> int:
    """Return a local time in November 2026, ns UTC."""
    return to_ns(datetime(2026, 11, day, hour, minute, tzinfo=ZONE))


def test_a_punch_counts_from_two_hours_before_the_start() -> None:
    """A shift that is on has a window from two hours before its start to its end."""
    assert windows(CALENDAR, at(7)) == [(DAY, at(5), at(15))]
    assert windows(CALENDAR, at(14, 59)) == [(DAY, at(5), at(15))]


def test_a_night_shift_is_one_shift() -> None:
    """Past midnight the window is still that of the shift which began the day before."""
    assert windows(CALENDAR, at(2, day=24)) == [(NIGHT, at(21), at(7, day=24))]


def test_shifts_that_overlap_have_a_window_each() -> None:
    """When two shifts are on, both are said."""
    calendar = Calendar(ZONE, time(7), (DAY, Shift("T", "临时", time(6, 30), time(18, 30))))
    assert [shift.key for shift, _, _ in windows(calendar, at(8))] == ["A", "T"]


def test_no_shift_no_heads() -> None:
    """Without a shift that is on there is nothing to say."""
    assert windows(Calendar(ZONE, time(7), (DAY,)), at(20)) == []
    assert attendance(ROSTER, {}, "aikou", at(20)) == []


def test_heads_by_group() -> None:
    """Each group of the shift has a point, also when nobody came; strangers and other shifts count in none."""
    points = attendance(ROSTER, {"A": {"1", "4", "99"}}, "aikou", at(8))
    assert [line_protocol.encode(point) for point in points] == [
        f"attendance,kind=permanent,shift=A,site=aikou,team=pack planned=2i,present=1i {at(8)}",
        f"attendance,kind=seasonal,shift=A,site=aikou,team=pack planned=1i,present=0i {at(8)}",
    ]


WORKERS = st.lists(
    st.builds(
        Worker,
        st.from_regex(r"[0-9]{4}", fullmatch=True),
        st.just("甲"),
        st.sampled_from(WorkerKind),
        st.sampled_from(["pack", "prep"]),
        st.sampled_from(["A", "B", "C"]),
    ),
    unique_by=lambda worker: worker.pin,
    max_size=40,
)


@given(WORKERS, st.sets(st.from_regex(r"[0-9]{4}", fullmatch=True)), st.data())
def test_groups_add_up_to_the_shift(roster: list[Worker], strangers: set[str], data: st.DataObject) -> None:
    """Planned adds up to the shift's workers, present to those of them who punched, whoever else did."""
    came = {worker.pin for worker in roster if data.draw(st.booleans())} | strangers
    points = attendance(roster, {"A": came}, "aikou", at(8))
    shift = [worker for worker in roster if worker.shift == "A"]
    assert sum(int(point.fields["planned"]) for point in points) == len(shift)
    assert sum(int(point.fields["present"]) for point in points) == sum(w.pin in came for w in shift)
    assert len({tuple(point.tags.items()) for point in points}) == len(points)
