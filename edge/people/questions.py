"""What cannot be known about attendance without asking somebody, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from edge.model.personnel import Worker
from edge.people.desk import Desk
from edge.processing.attendance.stay import Gap


class Kind(StrEnum):
    """What is not known."""

    MISSING = "missing"
    """When somebody came, or left: a punch was forgotten."""
    STRAY = "stray"
    """What a punch of no shift was."""
    STRANGER = "stranger"
    """Whose a PIN is."""
    ODD = "odd"
    """When a punch was whose time cannot be."""


@dataclass(frozen=True, slots=True)
class Open:
    """A question that nobody has answered yet.

    Attributes:
        kind: what is not known.
        time: of the punch that there is, ns UTC.
        worker: whom it is about; None where that is what is not known.
        pin: of the punch, where its worker is not known.
        day, shift, gap: of a forgotten punch: which one.
    """

    kind: Kind
    time: int
    worker: Worker | None = None
    pin: str = ""
    day: date | None = None
    shift: str = ""
    gap: Gap | None = None

    @property
    def key(self) -> str:
        """What names the question for good."""
        whose = self.worker.id if self.worker else self.pin
        which = f"{self.day}:{self.shift}:{self.gap}" if self.gap else str(self.time)
        return f"{self.kind}:{whose}:{which}"


def open_questions(desk: Desk, first: date, last: date) -> Iterator[Open]:
    """Yield the open questions of some days."""
    known = desk.everybody(first, last)
    for one in known.people:
        for stay in one.stays(desk.now, desk.rules):
            if stay.open:
                punch = stay.arrived if stay.missing is Gap.OUT else stay.left
                duty = stay.duty
                yield Open(
                    Kind.MISSING, punch or 0, one.worker, day=duty.day, shift=duty.shift, gap=stay.missing
                )
        for time in one.strays:
            yield Open(Kind.STRAY, time, one.worker)
    for unknown in known.unknown:
        yield Open(Kind.STRANGER, unknown.time, pin=unknown.pin)
    for odd in desk.records.odd_punches():
        yield Open(Kind.ODD, odd.time, pin=odd.pin)
