"""What no single value of a scenario shows: times that don't fit, targets that aren't there, faults that collide."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields

from simulators.faults.catalogue import MOMENTS, RESTARTED, time_text
from simulators.faults.document import nearest, shown
from simulators.faults.kinds import (
    ClockJump,
    Fault,
    IllegalHole,
    Latency,
    ProbeNan,
    ProbeStuck,
    ProgramDownload,
    RestartRenumbered,
    WireDelay,
)

_LONGEST_JUMP_S = 50 * 365 * 24 * 3600.0
"""A PLC's clock has two digits for the year: beyond half a century nobody could say which way it has jumped."""

Complaint = tuple[str, str]
"""The key that is wrong, and what is wrong with it."""

Targets = Mapping[str, frozenset[str]]
"""The kinds of fault that each target takes, by its name."""

Probes = Mapping[str, Collection[str]]
"""The probes that each target has, by its name; one that isn't here is not looked at."""


def wrong_times(fault: Fault) -> Iterator[Complaint]:
    """Yield what is wrong with the times of one fault."""
    for field in fields(fault):
        value = getattr(fault, field.name)
        if isinstance(value, float) and not math.isfinite(value):
            yield field.name, f"{field.name} is no time that ever comes; write a shorter one"
    if fault.kind in MOMENTS:
        if fault.end is not None:
            yield "end", f"{fault.kind} happens once, at its start; take end away"
    elif fault.end is None:
        if fault.kind in RESTARTED:
            yield "end", f"{fault.kind} has no end; say when {fault.target} is started again"
    elif fault.end <= fault.start:
        end, start = time_text(fault.end), time_text(fault.start)
        yield "end", f"end is {end} and start {start}; let it end later than it starts"
    else:
        yield from _too_short(fault, fault.end - fault.start)


def wrong_ranges(fault: Fault) -> Iterator[Complaint]:
    """Yield ranges that run backwards, and clocks that are wrong beyond what a clock can show."""
    match fault:
        case Latency(shortest=shortest, longest=longest) | WireDelay(shortest=shortest, longest=longest):
            if shortest > longest:
                text = f"shortest is {time_text(shortest)} and longest {time_text(longest)}; exchange them"
                yield "shortest", text
        case IllegalHole(first=first, last=last) if first > last:
            yield "first", f"first is {first} and last {last}; exchange them"
        case ClockJump(by=by) if abs(by) > _LONGEST_JUMP_S:
            yield "by", f"by is {time_text(by)}; no clock here can show that, write at most 50 years, 438000h"


def wrong_target(kind: str, target: str, targets: Targets) -> str | None:
    """Return why a kind of fault can't happen to a target, None when it can."""
    if target not in targets:
        meant = nearest(target, targets)
        known = f"did you mean {meant}?" if meant else f"there are {_names(targets)}"
        return f"unknown target {shown(target)}; {known}"
    if kind not in targets[target]:
        takers = [name for name, kinds in targets.items() if kind in kinds]
        where = f"it happens to {_names(takers)}" if takers else "nothing here takes it"
        return f"{kind} does not happen to {target}; {where}"
    return None


def wrong_probe(fault: Fault, probes: Probes) -> str | None:
    """Return why the probe of a fault can't be, None when it can or the fault has none."""
    match fault:
        case ProbeStuck(probe=probe) | ProbeNan(probe=probe):
            known = probes.get(fault.target, (probe,))
            if probe in known:
                return None
        case _:
            return None
    meant, names = nearest(probe, known), list(known)
    hint = f"did you mean {meant}?" if meant else f"there are {names[0]} … {names[-1]}"
    return f"{fault.target} has no probe {shown(probe)}; {hint}"


def collisions(faults: Iterable[Fault]) -> Iterator[tuple[Fault, str]]:
    """Yield the faults that begin while the same one still holds.

    Two probes of a machine may stick at a time, and two holes may be open; a service that was stopped can't be killed.
    """
    holding: dict[tuple[object, ...], Fault] = {}
    for fault in sorted(faults, key=lambda fault: fault.start):
        before = holding.get(_subject(fault))
        if before is not None and (fault.start < _end(before) or fault.start == before.start):
            text = f"{before.kind} already holds on {fault.target} {_window(before)}; let one be over before the other"
            yield fault, text
        if before is None or _end(fault) > _end(before):
            holding[_subject(fault)] = fault


def _too_short(fault: Fault, length_s: float) -> Iterator[Complaint]:
    """Yield the pause that takes longer than the fault of which it is the beginning."""
    match fault:
        case ProgramDownload(pause=beginning):
            key = "pause"
        case RestartRenumbered(down=beginning):
            key = "down"
        case _:
            return
    if beginning >= length_s:
        window = time_text(length_s)
        yield key, f"{key} is {time_text(beginning)}, and all is over after {window}; let it end later"


def _subject(fault: Fault) -> tuple[object, ...]:
    kind = "service" if fault.kind in RESTARTED else fault.kind
    match fault:
        case ProbeStuck(probe=probe) | ProbeNan(probe=probe):
            return kind, fault.target, probe
        case IllegalHole(table=table, first=first, last=last):
            return kind, fault.target, table, first, last
    return kind, fault.target


def _end(fault: Fault) -> float:
    if fault.kind in MOMENTS:
        return fault.start
    return math.inf if fault.end is None else fault.end


def _window(fault: Fault) -> str:
    if fault.kind in MOMENTS:
        return f"at {time_text(fault.start)}"
    end = "the end of the run" if fault.end is None else time_text(fault.end)
    return f"from {time_text(fault.start)} to {end}"


def _names(targets: Iterable[str]) -> str:
    """Return names in a sentence, without the units of a line whose name is there."""
    names = sorted(targets)
    return ", ".join(name for name in names if name.partition("/")[0] not in names or "/" not in name)
