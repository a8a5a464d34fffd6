"""What dashboards must know of a plant and the historian does not tell: shifts, limits, and the day's planned time.

`PLANT` is what the committed dashboards are made for; `python -m dashboards -c edge.yaml` makes them for a plant of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboards.text import Text
from edge.config.settings import load
from edge.model.calendar import Calendar, Shift
from edge.model.plant import Device, Plant
from edge.model.tag import CounterRole

NS_PER_MS = 1_000_000
_HOUR_S = 3600
_DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Limits:
    """Critical limits of the food-safety plan; they stand in no PLC map, whose ranges only tell good readings from bad.

    Attributes:
        hold: °C that the hold zone of a pasteurizer must keep (CCP 4).
        core: °C that the middle of the pack must reach.
        ph: above it nothing is packed (CCP 2, the plant's own; the law's is 4.6).
        ph_target: what fermentation aims at.
        salt, acid: % between which a tank is as it should be.
    """

    hold: float = 85.0
    core: float = 83.0
    ph: float = 4.1
    ph_target: float = 3.9
    salt: tuple[float, float] = (6.0, 22.0)
    acid: float = 0.6


@dataclass(frozen=True, slots=True)
class DashboardShift:
    """A shift as dashboards show it.

    Attributes:
        key: the value of the tag `shift`.
        name: as people call it.
        start, end: local time, minutes since midnight; an end beyond 1440 is on the next day.
        planned_ms: time in which somebody works.
    """

    key: str
    name: Text
    start: int
    end: int
    planned_ms: int

    @property
    def title(self) -> Text:
        """Its name and its hours."""
        hours = f"{_clock(self.start)}–{_clock(self.end)}"
        return Text(f"{self.name.zh} {hours}", f"{self.name.en} {hours}")

    @property
    def latest(self) -> tuple[str, str]:
        """From and to of the newest one that has begun, as Grafana's date mathematics has it.

        It rounds what a time ends with up, to the last millisecond of the day: that is a day more.
        """
        begun = f"now-{self.start}m/d"
        return f"{begun}+{self.start}m", f"{begun}{self.end - _DAY_MINUTES:+}m"


@dataclass(frozen=True, slots=True)
class View:
    """A plant as its dashboards see it.

    Attributes:
        zone: name of the site's time zone.
        day_start: local time at which the production day begins.
        offset: hours after midnight UTC at which it begins, for windows of a day.
        shifts: in the order of the configuration.
        fillers: keys of the devices that count good product: a line runs when they do.
        limits: of the food-safety plan.
        ranges: low and high of values that can be true, by name of the tag, where all maps agree.
        goal_g: the year's target.
    """

    zone: str
    day_start: time
    offset: int
    shifts: tuple[DashboardShift, ...]
    fillers: tuple[str, ...]
    goal_g: int
    limits: Limits = field(default_factory=Limits)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)

    @property
    def day(self) -> str:
        """Start of the production day that is on, at any hour, as Grafana's date mathematics has it."""
        return self._begun("d")

    @property
    def year(self) -> str:
        """Start of the production year that is on."""
        return self._begun("y")

    @property
    def each_day(self) -> str:
        """The window of a production day for GROUP BY time: InfluxQL's own days begin at midnight UTC."""
        return f"1d, {self.offset}h"

    @property
    def any_filler(self) -> str:
        """A pattern of the fillers' keys."""
        return f"({'|'.join(self.fillers)})"

    @property
    def planned_ms(self) -> int:
        """Planned time of a production day."""
        return sum(shift.planned_ms for shift in self.shifts)

    def _begun(self, unit: str) -> str:
        minutes = self.day_start.hour * 60 + self.day_start.minute
        return f"now-{minutes}m/{unit}+{minutes}m"


def view_of(plant: Plant, day: date) -> View:
    """Return what dashboards must know of a plant.

    Args:
        plant: as configured.
        day: for shifts that are not on all year, and for the distance of the zone from UTC.
    """
    calendar = plant.calendar
    noon = datetime.combine(day, time(12), calendar.zone).utcoffset() or timedelta()
    started = calendar.day_start.hour - noon // timedelta(hours=1)
    return View(
        zone=str(calendar.zone),
        day_start=calendar.day_start,
        offset=started % 24,
        shifts=tuple(_shift(calendar, shift, day) for shift in calendar.shifts_of(day)),
        fillers=tuple(device.key for device in plant.devices if CounterRole.GOOD in device.counts),
        goal_g=plant.target.goal_mass if plant.target else 0,
        ranges=_ranges(plant.devices),
    )


def load_view(file: Path, now: int) -> View:
    """Return the same of an edge.yaml, as of an instant, ns UTC.

    Raises:
        ConfigurationError: with every fault of the file and of the maps it names.
    """
    plant = load(file).plant
    return view_of(plant, plant.calendar.production_day(now))


def _shift(calendar: Calendar, shift: Shift, day: date) -> DashboardShift:
    start, stop = (at.hour * 60 + at.minute for at in (shift.start, shift.end))
    end = stop if stop > start else stop + _DAY_MINUTES
    planned = sum(
        part.stop - part.start
        for each in (day, day + timedelta(days=1))
        for part in calendar.slices(each)
        if part.shift == shift and part.day == day and not part.is_break
    )
    name = _NAMES.get(shift.name, Text(shift.name, f"Shift {shift.key}"))
    return DashboardShift(shift.key, name, start, end, planned // NS_PER_MS)


def _ranges(devices: Iterable[Device]) -> Mapping[str, tuple[float | None, float | None]]:
    found: dict[str, set[tuple[float | None, float | None]]] = {}
    for tag in (tag for device in devices for tag in device.tags):
        if tag.low is not None or tag.high is not None:
            found.setdefault(tag.name, set()).add((tag.low, tag.high))
    return {name: next(iter(bounds)) for name, bounds in sorted(found.items()) if len(bounds) == 1}


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


_NAMES = {
    "早班": Text("早班", "Morning shift"),
    "中班": Text("中班", "Afternoon shift"),
    "夜班": Text("夜班", "Night shift"),
    "白班": Text("白班", "Day shift"),
}
_EIGHT_HOURS_MS = 8 * _HOUR_S * 1000
PLANT = replace(
    view_of(Plant("tianjiao", "aikou", "suanjiao-1", Calendar(ZoneInfo("Asia/Shanghai"))), date(2026, 9, 15)),
    shifts=(
        DashboardShift("A", _NAMES["早班"], 7 * 60, 15 * 60, _EIGHT_HOURS_MS),
        DashboardShift("B", _NAMES["中班"], 15 * 60, 23 * 60, _EIGHT_HOURS_MS),
        DashboardShift("C", _NAMES["夜班"], 23 * 60, 31 * 60, _EIGHT_HOURS_MS),
    ),
    fillers=("jar_line", "pouch_line", "pouch_a", "bulk_line"),
    goal_g=5_000_000_000,
    ranges={
        "core_temperature": (0.0, 120.0),
        "steam_pressure": (0.0, 1.0),
        "belt_speed": (0.0, 2.0),
    },
)
"""The plant that this was written for, as the demo has it: three shifts, ten million jin a year."""
