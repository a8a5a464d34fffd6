"""How days are asked for: as few tables as there can be, and each day once."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from edge.model.calendar import NS, Calendar
from edge.reports.report import Kind
from edge.reports.scope import Days, Scope, is_within, span_of
from edge.reports.stretches import DAY, Stretch, stretches, table, together

CHINA = Calendar(ZoneInfo("Asia/Shanghai"), time(7))
BERLIN = Calendar(ZoneInfo("Europe/Berlin"), time(7))


def each(first: date, last: date) -> list[Days]:
    """Return single days."""
    return [Days(day, day) for day in Days(first, last).each]


def test_days_in_a_row_are_one_table() -> None:
    """A month beside the months before it: a table with windows, and one without."""
    days = each(date(2026, 9, 1), date(2026, 9, 30))
    found = stretches(CHINA, [Days(date(2026, 1, 1), date(2026, 8, 31)), *days])

    assert found == [
        Stretch(Days(date(2026, 1, 1), date(2026, 8, 31))),
        Stretch(Days(date(2026, 9, 1), date(2026, 9, 30)), is_daily=True),
    ]
    asked = table(CHINA, found[1], "oee", ("g",), {"site": "s"}, ("sku",))
    assert (asked.every, asked.offset) == (DAY, asked.start % DAY)
    assert asked.stop - asked.start == 30 * DAY
    assert table(CHINA, found[0], "oee", ("g",), {}, ()).every is None


def test_a_day_on_which_clocks_are_set_stands_alone() -> None:
    """It has 23 or 25 hours, and windows are all alike."""
    found = stretches(BERLIN, each(date(2026, 3, 27), date(2026, 3, 30)))

    # The production day of the Saturday ends on the Sunday whose night is an hour shorter.
    assert [(one.days.count, one.is_daily) for one in found] == [(1, True), (1, False), (2, True)]
    alone = table(BERLIN, found[1], "oee", ("g",), {}, ())
    assert alone.stop - alone.start == 23 * 3600 * NS


@given(
    st.sampled_from([kind for kind in Kind if kind is not Kind.RANGE]),
    st.dates(date(1972, 1, 1), date(2190, 1, 1)),
)
def test_few_tables_ask_for_everything(kind: Kind, day: date) -> None:
    """Whatever the kind of span, a handful of tables has every day that is wanted, and none twice."""
    scope = Scope(span_of(kind, day))
    found = stretches(BERLIN, scope.summed)

    assert len(found) <= 16
    days = [one for stretch in found for one in stretch.days.each]
    assert len(set(days)) == len(days)
    assert set(days) == {one for part in scope.summed for one in part.each}
    assert all(
        stretch.is_daily or is_within(stretch.days, part) or not set(stretch.days.each) & set(part.each)
        for stretch in found
        for part in scope.summed
    )


def test_parts_that_touch_are_together() -> None:
    """And those that do not are apart."""
    assert list(
        together([*each(date(2026, 9, 1), date(2026, 9, 3)), Days(date(2025, 1, 1), date(2025, 1, 2))])
    ) == [
        Days(date(2025, 1, 1), date(2025, 1, 2)),
        Days(date(2026, 9, 1), date(2026, 9, 3)),
    ]
