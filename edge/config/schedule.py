"""What edge.yaml says about time: working days, shifts, and the year's plan."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from edge.config.values import Grams, GramsOrNone, Yuan
from edge.documents import yaml
from edge.documents.validation import validate
from edge.documents.yaml import Document
from edge.errors import ConfigurationError, Fault
from edge.model.mass import wan_jin
from edge.model.plan import mass_curve
from edge.model.plant import Plant
from edge.model.work_days import DayKind
from edge.options import ClockTime, ExistingFile, Options, clock_time

MONTHS = 12
WHOLE = Decimal(100)
_DAY_MIN = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Year = Annotated[int, Field(ge=2000, le=date.max.year - 1)]


class CalendarOptions(Options):
    """On which days the plant works, where they are not as published.

    Attributes:
        week: its working days, apart from holidays and make-up workdays.
        overrides: a file of days that are otherwise; it wins over everything.
    """

    week: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat")
    overrides: ExistingFile | None = None

    @field_validator("week")
    @classmethod
    def _some(cls, week: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if not week:
            raise ValueError("a week has working days")
        return week


class DayOptions(Options):
    """What a day is, and why."""

    kind: DayKind
    name: str = ""


def _day(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class OverridesFile(Options):
    """The site's own days.

    Attributes:
        complete: years of which this file has every day that is not as its weekday: they are not provisional.
        days: date → work, rest or statutory.
    """

    complete: frozenset[Year] = frozenset()
    days: dict[date, Annotated[DayOptions, BeforeValidator(_day)]] = Field(default_factory=dict)


def read_overrides(path: Path | None) -> tuple[OverridesFile, list[Fault]]:
    """Return the site's own days, and what is wrong with their file."""
    if path is None:
        return OverridesFile(), []
    try:
        content, faults = validate(OverridesFile, yaml.load(path))
    except ConfigurationError as error:
        return OverridesFile(), list(error.faults)
    return content or OverridesFile(), faults


def _span(value: object) -> object:
    begin, dash, end = value.partition("-") if isinstance(value, str) else ("", "", "")
    if not dash:
        raise ValueError("a break is HH:MM-HH:MM, as in 12:00-13:30")
    return clock_time(begin.strip()), clock_time(end.strip())


BreakTime = Annotated[tuple[time, time], BeforeValidator(_span, json_schema_input_type=str)]


class ShiftOptions(Options):
    """A shift; one that ends at or before its start runs over midnight.

    Attributes:
        breaks: in the order of time, within the shift.
        months: in which it begins; of the whole year when not given.
    """

    name: str
    start: ClockTime
    end: ClockTime
    breaks: tuple[BreakTime, ...] = ()
    months: frozenset[Annotated[int, Field(ge=1, le=MONTHS)]] = frozenset()

    @model_validator(mode="after")
    def _lasts(self) -> ShiftOptions:
        if self.start == self.end:
            raise ValueError("a shift ends at another time than it starts")
        return self

    @model_validator(mode="after")
    def _pauses(self) -> ShiftOptions:
        ends = [self._minute(at) for pause in self.breaks for at in pause]
        if any(later <= earlier for earlier, later in pairwise(ends)) or max(ends, default=0) > self._length:
            raise ValueError("breaks are within their shift, one after the other")
        return self

    @property
    def _length(self) -> int:
        return self._minute(self.end) or _DAY_MIN

    def _minute(self, at: time) -> int:
        return (at.hour * 60 + at.minute - self.start.hour * 60 - self.start.minute) % _DAY_MIN


Shares = Annotated[tuple[Annotated[Decimal, Field(ge=0)], ...], Field(min_length=MONTHS, max_length=MONTHS)]


def _whole(shares: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    if sum(shares) != WHOLE:
        raise ValueError(f"the months' shares add up to {sum(shares)}, not 100")
    return shares


class RevisionOptions(Options):
    """A change of the plan; what is not given stays as it was.

    Attributes:
        since: the first day that it changes.
        mass, value, monthly_share: of the whole year.
    """

    since: date
    mass: Grams | None = None
    value: Yuan | None = None
    monthly_share: Shares | None = None
    reason: str = ""

    @field_validator("monthly_share")
    @classmethod
    def _whole(cls, shares: tuple[Decimal, ...] | None) -> tuple[Decimal, ...] | None:
        return shares and _whole(shares)


class StockOptions(Options):
    """Raw product that was counted.

    Attributes:
        day: when, at the start of its production day.
        mass: brined chili in pits and tanks.
        expected: what still comes in.
        recovery: product from raw, by mass.
    """

    day: date
    mass: GramsOrNone
    expected: GramsOrNone = 0
    recovery: Annotated[Decimal, Field(gt=0, le=2)] = Decimal("0.95")


class TargetOptions(Options):
    """The year's plan.

    Attributes:
        monthly_share: percent of the year for each month, January first.
        revisions: in the order of their days.
    """

    year: Year
    mass: Grams
    value: Yuan = 0
    monthly_share: Shares
    revisions: tuple[RevisionOptions, ...] = ()
    stock: StockOptions | None = None

    @field_validator("monthly_share")
    @classmethod
    def _whole(cls, shares: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        return _whole(shares)

    @field_validator("revisions")
    @classmethod
    def _in_order(
        cls, revisions: tuple[RevisionOptions, ...], info: ValidationInfo
    ) -> tuple[RevisionOptions, ...]:
        days = [revision.since for revision in revisions]
        if any(day.year != info.data.get("year", day.year) for day in days):
            raise ValueError("a revision is of a day of the target's year")
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("revisions are in the order of their days, one a day")
        return revisions

    @field_validator("stock")
    @classmethod
    def _of_the_year(cls, stock: StockOptions | None, info: ValidationInfo) -> StockOptions | None:
        if stock is not None and stock.day.year != info.data.get("year", stock.day.year):
            raise ValueError("the stock was counted on a day of the target's year")
        return stock


def plan_faults(document: Document, plant: Plant) -> list[Fault]:
    """Return a fault for each revision that asks for less than was planned until then."""
    target = plant.target
    found = []
    for number, revision in enumerate(target.revisions if target else ()):
        assert target is not None  # noqa: S101 - it has revisions
        before = mass_curve(target.as_of(revision.since), plant.calendar).until(revision.since)
        if revision.mass < before:
            path = ("target", "revisions", number, "mass")
            found.append(
                document.fault(
                    path,
                    f"the plan asks for {wan_jin(round(before)):.2f} 万斤 before {revision.since} already",
                )
            )
    return found
