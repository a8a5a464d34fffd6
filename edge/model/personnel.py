"""People: who may work here and when they punched. Names and ids never leave the node's records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WorkerKind(StrEnum):
    """How a worker is employed."""

    PERMANENT = "permanent"
    SEASONAL = "seasonal"


@dataclass(frozen=True, slots=True)
class Worker:
    """A line of the roster.

    Attributes:
        pin: the worker's number at the attendance terminal; a string, as it may have leading zeros.
        name: as on the payroll.
        kind: permanent or seasonal.
        team: the team's key; a figure of a group, never of a person, carries it.
        shift: key of the shift that the worker is planned for.
    """

    pin: str
    name: str
    kind: WorkerKind
    team: str
    shift: str


@dataclass(frozen=True, slots=True)
class Punch:
    """One record of an attendance terminal.

    Attributes:
        terminal: serial number of the terminal.
        pin: as the terminal sent it.
        time: ns UTC.
        status: the key that was pressed (0 in, 1 out, …, 255 undefined); people press the wrong one, so only kept.
    """

    terminal: str
    pin: str
    time: int
    status: int
