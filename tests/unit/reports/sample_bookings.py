"""A plant with five fillers and a year of its bookings: each row is the sum of the bookings behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from edge.model.calendar import Calendar, Shift, to_ns
from edge.model.mass import jin
from edge.model.oee import Sums
from edge.model.oee import total as all_sums
from edge.model.plan import mass_curve
from edge.model.plant import Plant, Target
from edge.model.product import Product
from edge.model.work_days import MONDAY_TO_SATURDAY, WorkDays
from edge.reports.report import Amount, Heads, Row

DAY = date(2026, 9, 15)
MINUTE = 60_000
"""ms."""
DAY_MS = 24 * 60 * MINUTE
SHIFTS = (
    Shift("A", "早班", time(7), time(15, 30)),
    Shift("B", "中班", time(15, 30), time(0)),
    Shift("C", "夜班", time(0), time(7)),
)
PRODUCTS = {
    "jar_280": Product("jar_280", "酸椒 280g", 280, Decimal("6.0")),
    "jar_500": Product("jar_500", "酸椒 500g 瓶", 500, Decimal("5.8")),
    "pouch_200": Product("pouch_200", "酸椒 200g", 200, Decimal("6.5")),
    "pouch_500": Product("pouch_500", "酸椒 500g 袋", 500, Decimal("6.2")),
    "bulk_5000": Product("bulk_5000", "酸椒 5kg", 5_000, Decimal("4.8")),
}
TARGET = Target(
    2026,
    5_000_000_000,
    60_000_000,
    tuple(map(Decimal, ("8.5", "4", "7", "7", "7", "7", "8", "11", "12", "11", "9", "8.5"))),
)
ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(ZONE, time(7), SHIFTS, WorkDays(MONDAY_TO_SATURDAY))
PLANT = Plant("天娇公司", "艾口", "酸椒一线", CALENDAR, (), PRODUCTS, TARGET)
FILLERS = {
    "jar_line": "罐装线",
    "pouch_a": "袋装线 A",
    "pouch_b": "袋装线 B",
    "bulk": "大包装线",
    "pail": "桶装线",
}
"""Nobody heard of the last one."""
NEW_PRODUCT = "pouch_300"
"""The historian has it, and the configuration has no price for it."""


@dataclass(frozen=True, slots=True)
class Booking:
    """What a machine made of a product in a shift: pieces, the speed it is built for (pcs/min), and its minutes."""

    shift: str
    device: str
    sku: str
    good: int
    reject: int
    speed: int
    busy: int
    run: int
    down: int = 0
    setup: int = 0
    failures: int = 0
    stops: int = 0


BOOKINGS = (
    Booking("A", "jar_line", "jar_280", 17_400, 232, 60, 480, 355, 62, 18, 2, 21),
    Booking("A", "pouch_a", "pouch_500", 9_000, 96, 35, 480, 310, 95, 0, 1, 34),
    Booking("A", "pouch_b", "pouch_200", 12_100, 201, 45, 480, 330, 40, 0, 0, 18),
    Booking("A", "bulk", "bulk_5000", 230, 1, 4, 240, 96, 20, 0, 0, 4),
    Booking("B", "jar_line", "jar_280", 8_000, 91, 60, 240, 170, 22, 0, 0, 9),
    Booking("B", "jar_line", "jar_500", 6_000, 64, 45, 240, 150, 10, 38, 1, 8),
    Booking("B", "pouch_a", "pouch_500", 5_600, 58, 35, 480, 205, 160, 0, 2, 40),
    Booking("B", "pouch_b", "pouch_200", 10_000, 133, 45, 420, 262, 55, 0, 1, 15),
    Booking("B", "pouch_b", NEW_PRODUCT, 500, 8, 45, 60, 13, 4, 30, 0, 2),
    # Its product is not known, and it ran faster than anybody says it can.
    Booking("B", "bulk", "", 25, 0, 4, 60, 6, 0, 0, 0, 1),
    Booking("B", "bulk", "bulk_5000", 150, 0, 4, 180, 35, 12, 0, 0, 3),
)


def at(day: date, hour: int, minute: int = 0) -> int:
    """Return local time as ns UTC; hours from 24 on are of the day after."""
    moment = datetime.combine(day, time(0), ZONE) + timedelta(hours=hour, minutes=minute)
    return to_ns(moment.astimezone(UTC))


@cache
def bookings_of(day: date) -> tuple[Booking, ...]:
    """Return what a day brought: the one above, scaled by its plan and by luck; nothing on a day without a plan."""
    if day == DAY:
        return BOOKINGS
    plan = mass_curve(TARGET, CALENDAR).of(day)
    luck = Random(day.toordinal()).randint(880, 1_100)
    share = plan / mass_curve(TARGET, CALENDAR).of(DAY) * Fraction(luck, 1_000)
    return tuple(
        replace(
            one,
            good=int(one.good * share),
            reject=int(one.reject * share),
            run=min(int(one.run * share), one.busy - one.down - one.setup),
        )
        for one in BOOKINGS
        if share and one.sku in PRODUCTS
    )


def days(first: date, last: date) -> list[date]:
    """Return every day, both ends in it."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def amount(made: Iterable[Booking]) -> Amount:
    """Return the good product of bookings."""
    whole = Amount()
    for one in made:
        product = PRODUCTS.get(one.sku)
        grams = one.good * (product.net_weight_g if product else 300 if one.sku else 0)
        yuan = jin(grams) * product.price_yuan_per_jin if product else Decimal()
        unweighed = 0 if one.sku else one.good
        whole += Amount(one.good, grams, unweighed, yuan, 0 if product else grams)
    return whole


def sums(made: Iterable[Booking]) -> Sums:
    """Return the times and quantities of bookings; what is neither production, stop nor setup was waited away."""
    return all_sums(
        Sums(
            pbt=one.busy * MINUTE,
            apt=one.run * MINUTE,
            asut=one.setup * MINUTE,
            adot=one.down * MINUTE,
            adet=(one.busy - one.run - one.down - one.setup) * MINUTE,
            starved=(one.busy - one.run - one.down - one.setup) * MINUTE // 2,
            ideal=(one.good + one.reject) * MINUTE // one.speed,
            pq=one.good + one.reject,
            gq=one.good,
            sq=one.reject,
            g=amount([one]).grams,
            failures=one.failures,
            stops=one.stops,
            micro=one.stops // 2,
            micro_ms=one.stops // 2 * 40_000,
        )
        for one in made
    )


HEADS = {
    "A": Heads(1, 58, 55, 2, 2, 1, Decimal("431.5"), 0, Decimal("9782.40")),
    "B": Heads(1, 52, 48, 1, 3, 1, Decimal("372.25"), 2, Decimal("8211.75")),
    "C": Heads(1, 8, 8, 0, 0, 0, Decimal("60.0"), 0, Decimal("1680.00")),
}
TEAMS = {
    "packing": ("包装组", Heads(3, 32, 31, 1, 1, 0, Decimal("247.75"), 0, Decimal("7434.15"))),
    "destem": ("去把组（临工）", Heads(2, 86, 80, 2, 4, 2, Decimal("616.0"), 2, Decimal("12240.00"))),
}


def heads(parts: Iterable[Heads]) -> Heads:
    """Return heads together."""
    every = list(parts)
    return Heads(
        sum(one.shifts for one in every),
        sum(one.planned for one in every),
        sum(one.present for one in every),
        sum(one.late for one in every),
        sum(one.absent for one in every),
        sum(one.leave for one in every),
        sum((one.hours for one in every), Decimal()),
        sum(one.questions for one in every),
        sum((one.cost for one in every if one.cost is not None), Decimal()),
    )


def row(key: str, name: str, first: date, last: date, wanted: Callable[[Booking], bool]) -> Row:
    """Return the row of some bookings of some days; heads and plan are not theirs."""
    made = [one for day in days(first, last) for one in bookings_of(day) if wanted(one)]
    return Row(key, name, amount(made), sums(made))


def having(column: str, value: str) -> Callable[[Booking], bool]:
    """Return whether a booking is of a shift, device or SKU."""
    return lambda booking: getattr(booking, column) == value


def whole(key: str, name: str, first: date, last: date) -> Row:
    """Return the row of whole days, with the plan and the heads of those that are planned."""
    curve = mass_curve(TARGET, CALENDAR)
    plan = curve.until(last + timedelta(days=1)) - curve.until(first)
    worked = [one for day in days(first, last) if bookings_of(day) for one in HEADS.values()]
    passed = len(days(first, last)) * DAY_MS * 4
    return replace(
        row(key, name, first, last, lambda _: True),
        plan=plan,
        heads=heads(worked) if worked else None,
        watched=(passed - passed // 400, passed),
    )


def machines(first: date, last: date) -> tuple[Row, ...]:
    """Return the fillers; the last one was not heard of."""
    passed = len(days(first, last)) * DAY_MS
    found = []
    for key, name in FILLERS.items():
        one = row(key, name, first, last, having("device", key))
        lost = passed // 40 if key == "pouch_a" else 0
        found.append(replace(one, watched=(passed - lost, passed), doubtful=2 if key == "pouch_a" else 0))
    return (*found[:-1], Row("pail", FILLERS["pail"], watched=(0, passed)))


def products(first: date, last: date) -> tuple[Row, ...]:
    """Return the products, then the one without a price, then what is not known."""
    names = {**{key: product.name for key, product in PRODUCTS.items()}, NEW_PRODUCT: NEW_PRODUCT, "": ""}
    rows = [row(key, name, first, last, having("sku", key)) for key, name in names.items()]
    return tuple(replace(one, sums=None) for one in rows if one.good and one.good.pieces)


def shifts(first: date, last: date) -> tuple[Row, ...]:
    """Return the shifts; nothing is made at night, by people who watch the brine."""
    count = sum(bool(bookings_of(day)) for day in days(first, last))
    found = []
    for shift in SHIFTS:
        one = row(shift.key, shift.name, first, last, having("shift", shift.key))
        found.append(replace(one, heads=heads([HEADS[shift.key]] * count) if count else None))
    return tuple(found)


def teams(first: date, last: date) -> tuple[Row, ...]:
    """Return the teams: they have heads, and no product of their own."""
    count = sum(bool(bookings_of(day)) for day in days(first, last))
    return tuple(Row(key, name, heads=heads([each] * count)) for key, (name, each) in TEAMS.items())
