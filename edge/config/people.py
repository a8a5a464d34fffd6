"""What edge.yaml says about people: the roster, the terminals, how punches are read, and what is paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from edge.drivers.zkteco.options import TerminalOptions
from edge.model.personnel import WorkerKind
from edge.options import FilePath, Name, Options

YuanPerHour = Annotated[Decimal, Field(ge=0, le=10_000)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]


class RuleOptions(Options):
    """How punches are read; times in minutes.

    Attributes:
        before, after: a punch belongs to a shift from so long before its start until so long after its end.
        again: two punches of one worker within this time are one.
        grace: who is so much off the shift's times is late, or leaves early.
        half_day: who worked less was there for half a day.
        overtime_step: work beyond a shift counts in whole steps.
        overtime_approved: it counts only as far as it was approved: `chili-edge people approve`.
        flexible: shifts within which people come and go as they like: piecework.
    """

    before: Minutes = 120
    after: Minutes = 240
    again: Annotated[int, Field(ge=0, le=30)] = 2
    grace: Minutes = 5
    half_day: Minutes = 240
    overtime_step: Annotated[int, Field(ge=1, le=240)] = 30
    overtime_approved: bool = False
    flexible: frozenset[Name] = frozenset()


class LimitOptions(Options):
    """What the labour law allows, in hours; approval of comprehensive working hours may change it.

    Attributes:
        day, week: of normal work; what is beyond is overtime.
        week_most: of all work in a week.
        day_overtime, month_overtime: at most.
        row: so many days in a row at most.
    """

    day: Annotated[Decimal, Field(gt=0, le=24)] = Decimal(8)
    week: Annotated[Decimal, Field(gt=0, le=168)] = Decimal(40)
    week_most: Annotated[Decimal, Field(gt=0, le=168)] = Decimal(44)
    day_overtime: Annotated[Decimal, Field(ge=0, le=16)] = Decimal(3)
    month_overtime: Annotated[Decimal, Field(ge=0, le=744)] = Decimal(36)
    row: Annotated[int, Field(ge=1, le=31)] = 6


class PieceOptions(Options):
    """Pay by what is made.

    Attributes:
        shift: whose people are paid so, not by the hour.
        device: on which it is counted, by its `good` counter.
        grams: of one piece of that counter: 1000 where it counts kilograms.
        yuan_per_jin: paid for a jin.
    """

    shift: Name
    device: Name
    grams: Annotated[int, Field(gt=0, le=1_000_000)] = 1000
    yuan_per_jin: Annotated[Decimal, Field(ge=0)]


class PeopleOptions(Options):
    """Who works here, and where they punch.

    Attributes:
        roster: a file that is read at each start of the node; without it the roster is kept by `chili-edge people import`.
        terminals: the listener; None where punches come from nowhere yet.
        keep_years: punches are deleted after so many years; the wage ledger is to be kept for two, of migrant workers for three.
        wages: yuan an hour by kind.
        piece: pay by what is made.
    """

    roster: FilePath | None = None
    terminals: TerminalOptions | None = None
    rules: RuleOptions = RuleOptions()
    limits: LimitOptions = LimitOptions()
    keep_years: Annotated[int, Field(ge=1, le=30)] = 3
    wages: dict[WorkerKind, YuanPerHour] = Field(default_factory=dict)
    piece: tuple[PieceOptions, ...] = ()
