"""What a route does, by its bottleneck, and which machine a starved or blocked one waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.model.packml import Category
from edge.model.plant import Route
from edge.model.point import Point
from edge.model.states import StopKind
from edge.processing.machine_state import HEARTBEAT, MachineState

_GOES_ON = (Category.RUNNING, Category.ONLINE)


@dataclass(frozen=True, slots=True)
class RouteState:
    """A route as last seen: its bottleneck's state, and the device that keeps it from running, `""` while it runs.

    A cause may also be unknown: then every machine on that side runs, and what is between them has run empty or full.
    """

    category: Category = Category.OFFLINE
    packml: int = 0
    reason: int = 0
    cause: str = ""
    said: int = 0

    def is_due(self, before: RouteState, now: int) -> bool:
        """Return whether a point is to be made, given the state when the last one was."""
        mine, its = (self.category, self.packml, self.reason, self.cause), before
        return mine != (its.category, its.packml, its.reason, its.cause) or now - before.said >= HEARTBEAT


def cause_of(machine: str, states: Mapping[str, MachineState], routes: tuple[Route, ...]) -> str:
    """Return the device that a machine waits for, or itself when it stands by itself; `""` when nobody knows.

    A starved machine is asked for upstream, a blocked one downstream, and so on from each machine that waits itself. Of
    several routes the first that knows an answer gives it.
    """
    state = states[machine]
    if state.kind not in (StopKind.STARVED, StopKind.BLOCKED):
        return "" if state.category in (*_GOES_ON, Category.WAITING) else machine
    for route in routes:
        if machine in route.machines:
            place = route.machines.index(machine)
            upstream = state.kind is StopKind.STARVED
            side = route.machines[:place][::-1] if upstream else route.machines[place + 1 :]
            cause = _first_that_stands(side, states, state.kind)
            if cause:
                return cause
    return ""


def route_state(route: Route, states: Mapping[str, MachineState], routes: tuple[Route, ...]) -> RouteState:
    """Return what a route does."""
    state = states[route.bottleneck]
    own = (route, *(other for other in routes if other is not route))
    return RouteState(
        state.category, int(state.packml), state.reason, cause_of(route.bottleneck, states, own)
    )


def line_point(route: Route, state: RouteState, site: str, line: str) -> Point:
    """Return the `line` point of a route."""
    return Point(
        "line",
        {"site": site, "line": line, "route": route.key},
        {
            "packml": state.packml,
            "category": str(state.category),
            "reason": state.reason,
            "cause": state.cause,
        },
        state.said,
    )


def _first_that_stands(side: tuple[str, ...], states: Mapping[str, MachineState], kind: StopKind) -> str:
    """Return the first machine on a side that does not itself wait for one beyond it; `""` when that one runs."""
    for machine in side:
        state = states[machine]
        if state.kind is not kind:
            return "" if state.category in _GOES_ON else machine
    return ""
