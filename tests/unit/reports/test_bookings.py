"""Sums in a long table: whatever it is cut by, the parts add up to the whole, to the piece, the gram and the fen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.historian.base import TableRow
from edge.model.calendar import Calendar
from edge.model.oee import FIELDS, Sums, total
from edge.model.product import Product
from edge.reports.bookings import OUTPUT, Bookings
from edge.reports.report import Amount
from edge.reports.scope import Days, periods, range_of

CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"))
PRODUCTS = {
    "jar": Product("jar", "罐", 280, Decimal("6.05")),
    "bag": Product("bag", "袋", 5_000, Decimal("4.8123")),
}
FIRST, LAST = date(2026, 1, 1), date(2026, 5, 31)
BIG = st.integers(-(2**45), 2**45)


def row(day: date, device: str, shift: str, sku: str, values: Sequence[int | None]) -> TableRow:
    """Return an answer for a day."""
    return TableRow({"device": device, "shift": shift, "sku": sku}, CALENDAR.day_span(day)[0], tuple(values))


ROWS = st.lists(
    st.builds(
        row,
        st.dates(FIRST, LAST),
        st.sampled_from("mno"),
        st.sampled_from(("A", "B", "")),
        st.sampled_from(("jar", "bag", "old", "")),
        st.tuples(*[st.none() | BIG for _ in FIELDS]),
    ),
    max_size=15,
)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_days_make_months_and_parts_the_whole(rows: list[TableRow]) -> None:
    """Sums and amounts of days, months, machines, shifts and products each add up to those of the span, exactly."""
    bookings = Bookings.of(CALENDAR, FIELDS, [rows])
    sums, amount = bookings.sums(), bookings.amount(PRODUCTS)
    assert sums == total(Sums(*(int(value or 0) for value in each.values)) for each in rows)

    told = {CALENDAR.production_day(each.time) for each in rows}
    days = [bookings.within(Days(day, day)) for day in told]
    months = [bookings.within(one.days) for one in periods(range_of(FIRST, LAST))]
    parts = [list(bookings.by(column).values()) for column in ("device", "shift", "sku")]
    assert len(months) == 5
    for every in (days, months, *parts):
        assert total(part.sums() for part in every) == sums
        assert sum((part.amount(PRODUCTS) for part in every), Amount()) == amount


def test_the_amount_is_exact_and_says_what_it_does_not_know() -> None:
    """A product without a price has grams and no yuan, pieces of no product have neither."""
    bookings = Bookings.of(
        CALENDAR,
        OUTPUT,
        [
            [
                row(FIRST, "m", "A", "jar", (3, 840)),
                row(FIRST, "m", "A", "old", (2, 100)),
                row(FIRST, "m", "A", "", (7, None)),
            ]
        ],
    )

    assert bookings.amount(PRODUCTS) == Amount(12, 940, 7, Decimal("6.05") * Decimal("1.68"), 100)
    assert bookings.devices == {"m"}
    assert bookings.of_devices({"n"}).amount(PRODUCTS) == Amount()


def test_a_shift_of_one_day_is_not_that_of_another() -> None:
    """What a team's output is made of."""
    bookings = Bookings.of(
        CALENDAR,
        OUTPUT,
        [[row(FIRST + timedelta(days=number), "m", "A", "jar", (10**number, 0)) for number in range(3)]],
    )

    assert bookings.of_shifts({(FIRST, "A"), (FIRST + timedelta(days=2), "A"), (FIRST, "B")}).sums().gq == 101
    assert not bookings.of_shifts(set())


def test_no_answers_are_no_rows() -> None:
    """And their sum is nothing, not an error."""
    empty = Bookings.of(CALENDAR, FIELDS, [[], []])

    assert not empty
    assert empty.sums() == Sums()
    assert empty.by("device") == {}
