"""What is asked on several dashboards: sources under the dashboard's variables, and a shift against its plan."""

from __future__ import annotations

from dashboards.fields import STATES, detail, filled_cells, override
from dashboards.influxql import INTERVAL, Source, outer
from dashboards.panels import Panel, state_timeline, table
from dashboards.plant import DashboardShift, View
from dashboards.queries import Asked, Formula, Newest, Query
from dashboards.text import Caption, Json, Text
from dashboards.words import common
from edge.messages.schema import ATTENDANCE, COUNT, LINE, LOSS, NODE, OEE, STATE, STOP, TAG, TARGET
from edge.model.mass import GRAMS_PER_JIN

GRAMS_PER_WAN_JIN = GRAMS_PER_JIN * 10_000
NOW = "2m"
"""A machine says its state each 10 s: one that has not for so long is not known."""
LATELY = "10m"
"""The same of what is told more seldom."""

target = Source(TARGET).chosen("site")
heads = Source(ATTENDANCE).chosen("site")
states = Source(STATE).chosen("site", "line", "device")
stops = Source(STOP).chosen("site", "line", "device")
routes = Source(LINE).chosen("site", "line")
counts = Source(COUNT).chosen("site", "line")
counts_of_device = counts.chosen("device")
work = Source(OEE).chosen("site", "line")
losses = Source(LOSS).chosen("site", "line", "device", "shift")
tags = Source(TAG).chosen("site", "line")
nodes = Source(NODE).chosen("site", "node")


def share(part: str, whole: str, *group_by: str) -> str:
    """Return the SELECT of one of the target's figures by another, both the newest.

    Of their newest values, and not the newest of their quotients: that is a whole number to InfluxDB 1.x, as they are.
    """
    return target.select(f"{target.call('last', part)} / {target.call('last', whole)}", group_by=group_by)


def ahead() -> str:
    """Return the SELECT of what was made this year beyond the plan, 万斤."""
    gap = f"({target.call('last', 'actual')} - {target.call('last', 'plan')})"
    return target.select(f"{gap} / {GRAMS_PER_WAN_JIN}")


def made(shift: DashboardShift) -> str:
    """Return the SELECT of the good product of a shift, g: what the newest sums say of it."""
    return work.equal(shift=shift.key).select(work.call("sum", "g"))


def day_plan() -> str:
    """Return the SELECT of what is planned for the production day, g."""
    return target.newest("day_plan")


def planned_time(shift: DashboardShift, view: View) -> str:
    """Return the SELECT of a shift's planned time so far, ms: that of the filler which had the most."""
    source = work.equal(shift=shift.key).match(device=view.any_filler)
    inner = source.select(source.call("sum", "pbt", "pbt"), group_by=("device",))
    return outer({"pbt": 'max("pbt")'}, inner)


def pace(shifts: tuple[DashboardShift, ...], view: View) -> list[Asked]:
    """Return for each shift what it made by what its planned time so far asks for: one named series each.

    The plan of a day is spread evenly over its planned time; the node's own plan is spread over all of its hours, which
    says of a plant that rests at night that it is behind at noon.
    """
    asked: list[Asked] = []
    for shift in shifts:
        first = len(asked)
        made_ref, plan_ref, time_ref, *sums = (chr(ord("A") + first + place) for place in range(6))
        asked += [
            Query(made(shift), hidden=True),
            Query(day_plan(), hidden=True),
            Query(planned_time(shift, view), hidden=True),
            Newest(made_ref),
            Newest(plan_ref),
            Newest(time_ref),
        ]
        g, plan, ms = sums
        asked.append(Formula(f"${g} / (${plan} * ${ms} / {view.planned_ms})"))
    return asked


def names_of_pace(shifts: tuple[DashboardShift, ...]) -> list[tuple[str, Text]]:
    """Return the refId of each shift's series in `pace`, and what it is called."""
    return [(chr(ord("A") + place * 7 + 6), shift.name) for place, shift in enumerate(shifts)]


DEVICE_LINK = detail("oee", common.DETAILS_OF_DEVICE, device="${__field.labels.device}")


def state_bands(title: Caption) -> Panel:
    """Return what each machine did as bands; unknown time stays empty."""
    query = states.select(states.call("last", "category"), group_by=("device",), every=INTERVAL, fill="null")
    # A state is said every 10 s at least: shorter windows would have holes.
    return state_timeline(
        title, [Query(query, "$tag_device")], mappings=[STATES], interval="20s", links=[DEVICE_LINK]
    )


LOST = ("ms", "stops", "micro")
LOST_TO = ("device", "category", "reason", "cause")
LOST_HEADINGS = {
    "Time": None,
    "device": common.DEVICE,
    "category": common.CATEGORY,
    "reason": common.REASON,
    "cause": common.CAUSE,
    "ms": common.LOST,
    "stops": common.STOPS,
    "micro": common.MICRO,
}


def lost_table(title: Caption, query: str, **cell: Json) -> Panel:
    """Return what time was lost to as a table.

    Args:
        title: of the panel.
        query: SELECT of `LOST` by `LOST_TO`.
        cell: further options of the column with the lost time.
    """
    return table(
        title,
        "none",
        [Query(query, table=True)],
        LOST_HEADINGS,
        overrides=[
            filled_cells(common.CATEGORY, mappings=[STATES]),
            override(common.LOST, unit="ms", **cell),
        ],
    )
