"""People: who may work here, when they punched, and what was decided about it. Names and ids never leave the node's records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

PIN = re.compile(r"[0-9A-Za-z]{1,24}")
"""What a terminal takes as somebody's number."""
YOUNGEST = 16
"""Nobody younger may be employed (Labour Law, article 15)."""


def age(born: date, day: date) -> int:
    """Return somebody's age in whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class WorkerKind(StrEnum):
    """How a worker is employed."""

    PERMANENT = "permanent"
    SEASONAL = "seasonal"


AWAY = "-"
"""The earlier pattern of somebody who had left and came back."""


@dataclass(frozen=True, slots=True)
class EarlierTurn:
    """The pattern of shifts that somebody had before a day."""

    until: date
    shift: str


@dataclass(frozen=True, slots=True)
class Worker:
    """A line of the roster.

    Attributes:
        pin: the worker's number at the attendance terminal; a string, as it may have leading zeros.
        name: as on the payroll.
        kind: permanent or seasonal.
        team: the team's key; a figure of a group, never of a person, carries it.
        shift: the pattern of the worker's shifts, `processing/attendance/turns.py`: most often the key of one.
        id: on the payroll; the PIN where there is no other.
        station: where in the team.
        first, last: days of work; None = always.
        born: None = of age.
        priority: hired with priority (a household that the state supports); of it only a yearly count is ever told.
        earlier: patterns before the present one, oldest first.
    """

    pin: str
    name: str
    kind: WorkerKind
    team: str
    shift: str
    id: str = ""
    station: str = ""
    first: date | None = None
    last: date | None = None
    born: date | None = None
    priority: bool = False
    earlier: tuple[EarlierTurn, ...] = ()

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", self.pin)

    def is_employed(self, day: date) -> bool:
        """Return whether a day is one of the worker's."""
        if not ((self.first is None or self.first <= day) and (self.last is None or day <= self.last)):
            return False
        return self._earlier_on(day) != AWAY

    def turns_on(self, day: date) -> str:
        """Return the pattern that holds on a day."""
        return self._earlier_on(day) or self.shift

    def _earlier_on(self, day: date) -> str:
        return next((turn.shift for turn in self.earlier if day < turn.until), "")


@dataclass(frozen=True, slots=True)
class Punch:
    """One record of an attendance terminal.

    Attributes:
        terminal: serial number of the terminal, or key of the device with the badge reader.
        pin: as the terminal sent it.
        time: ns UTC, corrected by what the terminal's clock was off.
        status: the key that was pressed (0 in, 1 out, …, 255 undefined); people press the wrong one, so only kept.
        shown: ns UTC by the terminal's own clock; None where that is `time`.
    """

    terminal: str
    pin: str
    time: int
    status: int
    shown: int | None = None

    @property
    def original(self) -> int:
        """What the terminal's clock showed, ns UTC: with it a record that comes again is the same one."""
        return self.time if self.shown is None else self.shown


NO_STATUS = 255
"""The key of a record for which none was pressed."""
MANUAL = "manual"
"""The terminal of a punch that somebody wrote down."""


class EntryKind(StrEnum):
    """What is decided about a worker's attendance; `value` of an entry is in brackets."""

    PUNCH = "punch"
    """The worker punched, and no terminal knows it (ns UTC)."""
    VOID = "void"
    """A punch does not count (ns UTC)."""
    SHIFT = "shift"
    """The worker's shift of a day is another one (its key, `-` for a day off, several with a blank between)."""
    LEAVE = "leave"
    """The worker is on leave from `day` until `until` (annual, sick, personal, …)."""
    CONFIRM = "confirm"
    """What was assumed for a punch that is missing is right (the shift's key)."""
    OVERTIME = "overtime"
    """So much overtime of a day is approved (minutes)."""
    PIN = "pin"
    """A PIN is the worker's from `day` on (the PIN)."""
    UNDO = "undo"
    """An earlier entry does not hold (its number)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was decided. Entries are never changed: a later one of the same kind and day holds.

    Attributes:
        worker: id.
        kind, day, until, value: see `EntryKind`.
        by, why: who decided it, and the reason.
        at: when, ns UTC.
        number: in the order in which they were made; 0 before it is kept.
    """

    worker: str
    kind: EntryKind
    day: date
    value: str
    by: str
    why: str
    at: int
    until: date | None = None
    number: int = 0
