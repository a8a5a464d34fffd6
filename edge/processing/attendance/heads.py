"""Stays of many → heads and hours of groups. Persons come in; only groups of three and more go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from edge.model.calendar import NS
from edge.model.personnel import Worker, WorkerKind
from edge.model.point import FieldValue, Point
from edge.processing.attendance.rules import CROWD, MINUTE, Rules
from edge.processing.attendance.stay import Stay

OTHERS = "other"
"""Team and kind of those whose own group would be too small."""
Group = tuple[str, str]
"""Team and kind."""


@dataclass(frozen=True, slots=True)
class Heads:
    """A group on a shift.

    Attributes:
        size: how many people it has, whether they came or not.
        planned: how many were to come, those on leave among them.
        present: how many came, planned or not.
        late, absent, leave: of those planned; absent once the shift has begun and the grace is over.
        questions: how many punches are missing and not settled.
        minutes: worked by all of them.
        cost: yuan for it; None when no wages are configured.
    """

    size: int = 0
    planned: int = 0
    present: int = 0
    late: int = 0
    absent: int = 0
    leave: int = 0
    questions: int = 0
    minutes: int = 0
    cost: Decimal | None = None

    def __add__(self, other: Heads) -> Heads:
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Heads(
            self.size + other.size,
            self.planned + other.planned,
            self.present + other.present,
            self.late + other.late,
            self.absent + other.absent,
            self.leave + other.leave,
            self.questions + other.questions,
            self.minutes + other.minutes,
            sum(costs, Decimal()) if costs else None,
        )


def count(
    people: Iterable[tuple[Worker, Stay]], now: int, rules: Rules, wages: Mapping[WorkerKind, Decimal]
) -> dict[Group, Heads]:
    """Return the heads of one shift, by team and kind: for the node alone, as a group may be one person.

    Args:
        people: everybody planned for it, and everybody who came.
        now: ns UTC.
        rules: the grace.
        wages: yuan an hour; kinds that are not in it have none.
    """
    members: defaultdict[Group, list[tuple[Worker, Stay]]] = defaultdict(list)
    for worker, stay in people:
        members[worker.team, str(worker.kind)].append((worker, stay))
    return {group: _heads(known, now, rules, wages) for group, known in members.items()}


def _heads(
    people: Sequence[tuple[Worker, Stay]], now: int, rules: Rules, wages: Mapping[WorkerKind, Decimal]
) -> Heads:
    stays = [stay for _, stay in people]
    minutes = sum(stay.minutes for stay in stays)
    wage = wages.get(people[0][0].kind)
    is_on = now >= stays[0].duty.start + rules.grace * MINUTE
    return Heads(
        size=len(stays),
        planned=sum(stay.duty.planned for stay in stays),
        present=sum(stay.came for stay in stays),
        late=sum(stay.late > 0 for stay in stays),
        absent=sum(stay.is_absent for stay in stays) if is_on else 0,
        leave=sum(stay.duty.planned and bool(stay.duty.leave) and not stay.came for stay in stays),
        questions=sum(stay.open for stay in stays),
        minutes=minutes,
        cost=None if wage is None else wage * minutes / 60,
    )


def crowds(groups: Mapping[Group, Heads]) -> dict[Group, Heads]:
    """Return the groups as they may be told: the small ones as one, with the next larger ones until it is none, or nothing."""
    told = {group: heads for group, heads in groups.items() if heads.size >= CROWD}
    small = [heads for group, heads in groups.items() if group not in told]
    if not small:
        return told
    merged = sum(small, Heads())
    while merged.size < CROWD and told:
        group = min(told, key=lambda one: (told[one].size, one))
        merged += told.pop(group)
    if merged.size >= CROWD:
        told[OTHERS, OTHERS] = merged
    return told


def point(site: str, shift: str, group: Group, heads: Heads, time: int) -> Point:
    """Return what leaves the node of a group."""
    team, kind = group
    fields: dict[str, FieldValue] = {
        "planned": heads.planned,
        "present": heads.present,
        "late": heads.late,
        "absent": heads.absent,
        "leave": heads.leave,
        "questions": heads.questions,
        "hours": round(heads.minutes / 60, 2),
    }
    if heads.cost is not None:
        fields["cost"] = round(float(heads.cost), 2)
    return Point("attendance", {"site": site, "shift": shift, "team": team, "kind": kind}, fields, time)


def told_at(start: int, stop: int, now: int) -> int | None:
    """Return the time of a shift's points: now while it is on, its last second once it is over, None before it.

    So the newest point within a shift is always the truth of that shift, also when it is put right days later.
    """
    return None if now < start else now if now < stop else stop - NS
