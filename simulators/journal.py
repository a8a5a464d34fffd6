"""States and alarms as they happened: what OEE and alarm lists are checked with."""

from __future__ import annotations

from simulators.model.plant import Plant
from simulators.model.stops import ALARMS
from simulators.model.tunnel import OVERCOOK_ALARM

STATES = "time,machine,packml,reason"
ALARM_LIST = "machine,alarm,from,until"


class Journal:
    """Watches the machines of a plant.

    Attributes:
        states: rows of STATES, in the order of the machines within a step.
        alarms: rows of ALARM_LIST, in the order in which alarms ended.
    """

    def __init__(self, plant: Plant, started: float = 0.0) -> None:
        """Make a journal whose times are seconds after `started`."""
        self.states: list[str] = []
        self.alarms: list[str] = []
        self._plant = plant
        self._started = started
        self._standing: dict[str, tuple[int, float]] = {}
        self._overcooking: dict[str, float] = {}

    def step(self) -> None:
        """Note what has changed since the last call."""
        for name, machine in self._plant.machines.items():
            for change in machine.take_changes():
                at = self.time(change.at_s)
                self.states.append(f"{at},{name},{change.state:d},{change.reason:d}")
                self._note_alarm(name, ALARMS.get(change.reason), change.at_s)

        for name, tunnel in self._plant.tunnels.items():
            self._note_overcooking(name, tunnel.overcooks)

    def close(self) -> None:
        """Note what has changed, and end the alarms that still stand."""
        self.step()
        for tunnel in tuple(self._overcooking):
            self._note_overcooking(tunnel, False)
        for machine in tuple(self._standing):
            self._note_alarm(machine, None, self._plant.time_s)

    def time(self, seconds: float) -> str:
        """Return a time of the plant as it stands in the files."""
        return f"{self._started + seconds:.1f}"

    def _note_alarm(self, machine: str, alarm: int | None, at_s: float) -> None:
        standing = self._standing.get(machine)
        if standing is not None and standing[0] != alarm:
            del self._standing[machine]
            self.alarms.append(f"{machine},{standing[0]},{self.time(standing[1])},{self.time(at_s)}")
        if alarm is not None and machine not in self._standing:
            self._standing[machine] = (alarm, at_s)

    def _note_overcooking(self, tunnel: str, overcooks: bool) -> None:
        """Note whether a tunnel's flag stands at the end of a step: it comes and goes between two stops."""
        now = self._plant.time_s
        if overcooks:
            self._overcooking.setdefault(tunnel, now)
        elif (since := self._overcooking.pop(tunnel, None)) is not None:
            self.alarms.append(f"{tunnel},{OVERCOOK_ALARM},{self.time(since)},{self.time(now)}")
