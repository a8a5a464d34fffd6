"""A roster of now and the people that are known → everybody, with what held before. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from edge.model.personnel import AWAY, EarlierTurn, Worker

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a roster changes.

    Attributes:
        changed: workers to be kept: new ones, other ones, and those who left.
        added, left: ids.
    """

    changed: tuple[Worker, ...]
    added: tuple[str, ...]
    left: tuple[str, ...]


def merge(known: Iterable[Worker], roster: Iterable[Worker], since: date) -> Merged:
    """Return what a roster changes from a day on; what was before it stays as it was.

    Args:
        known: everybody there is and was.
        roster: everybody there is from now on; who is not on it has left the day before, unless that is said already.
        since: the day.
    """
    before = {worker.id: worker for worker in known}
    now = {worker.id: worker for worker in roster}
    changed = [
        merged
        for worker in now.values()
        if (merged := _changed(before.get(worker.id), worker, since, anew=not before))
        != before.get(worker.id)
    ]
    eve = since - _DAY
    left = [
        replace(worker, last=max(eve, worker.first or eve))
        for worker in before.values()
        if worker.id not in now and (worker.last is None or worker.last > eve)
    ]
    return Merged(
        (*changed, *left),
        tuple(key for key in now if key not in before),
        tuple(worker.id for worker in left),
    )


def _changed(before: Worker | None, worker: Worker, since: date, *, anew: bool) -> Worker:
    if before is None:
        # Of the first roster nobody knows since when its workers are there; who is new on a later one is new.
        return worker if anew or worker.first else replace(worker, first=since)
    back = worker.first if worker.first and before.last and worker.first > before.last else since
    if before.last is not None and before.last < back - _DAY:
        spells = (EarlierTurn(before.last + _DAY, before.shift), EarlierTurn(back, AWAY))
        return replace(worker, first=before.first, earlier=(*before.earlier, *spells))
    was_away = any(turn.shift == AWAY for turn in before.earlier)
    worker = replace(worker, first=before.first if was_away or worker.first is None else worker.first)
    earlier = before.earlier
    if before.shift != worker.shift:
        until = earlier[-1].until if earlier else None
        # A second roster of the same day puts the first one right.
        earlier = (
            earlier if until is not None and until >= since else (*earlier, EarlierTurn(since, before.shift))
        )
    return replace(worker, earlier=earlier)
