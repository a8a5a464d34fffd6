"""A plant on a day with stops, people, reports and nodes, for the tests of the pages that tell of them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

from edge.config.settings import Settings
from edge.issuing import archive_of
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.packml import State
from edge.model.point import Point
from edge.model.states import Reason, States, StopKind
from edge.reports.delivery.issue import Made
from edge.reports.report import Kind, Span
from tests.unit.console.pages.test_events import stop
from tests.unit.console.pages.test_people import group
from tests.unit.console.pages.test_system import QUARTER, heard, node
from tests.unit.console.sample import NOW, PLANT, at_work, state
from tests.unit.people.site import site
from tests.unit.reports.sample import at, count

_REASONS = {
    7: Reason("卡瓶", StopKind.FAILURE),
    12: Reason("缺膜", StopKind.STARVED),
    21: Reason("换辊", StopKind.SETUP),
}
FLOOR = replace(PLANT, devices=tuple(replace(one, states=States(reasons=_REASONS)) for one in PLANT.devices))
_ROSTER = """\
pin,name,kind,team,shift,id
0001,李光红,permanent,pack,D,K-01
0002,王小明,permanent,pack,D,K-02
0003,赵大山,permanent,pack,D,K-03
0501,郑国洪,seasonal,prep,D,S-01
"""
NAMES = ("李光红", "王小明", "赵大山", "郑国洪")
_REPORTS = """\
reports:
  destinations:
    office: {folder: out}
    boss: {url: "${env:NOBODY_SETS_THIS}"}
  schedule:
    daily: {report: day, to: [office, boss], forms: [pdf, xlsx]}
    monthly: {report: month, to: office}
"""


def loss(machine: str, reason: int, when: int, ms: int) -> str:
    """Return a line of `loss`: what a stop came to in the sums."""
    tags = {"site": PLANT.site, "line": PLANT.line, "device": machine, "shift": "D", "category": "down"}
    point = Point("loss", {**tags, "cause": "", "reason": str(reason)}, {"ms": ms, "stops": 1}, when)
    return line_protocol.encode(point)


def floor_day() -> list[str]:
    """Return the lines of the day."""
    last = NOW - 300 * NS
    return [
        *at_work(),
        stop("jar_line", at(15, 9, 2), "held", reason=12, ms=45_000),
        stop("jar_line", at(15, 10, 20), "down", reason=7, ms=740_000),
        stop("pouch_line", at(15, 11, 5), "waiting", reason=12, cause="jar_line", ms=1_865_000),
        stop("pouch_line", at(15, 13, 30), "held", ms=180_000),
        stop("pasteurizer", at(15, 14), "setup", reason=21, ms=6_100_000),
        stop("tanks", at(15, 15, 10), "offline"),
        state("tanks", NOW - 4 * NS, State.UNDEFINED, "offline"),
        stop("pouch_line", NOW - 400 * NS, "down", reason=7),
        loss("jar_line", 7, at(15, 10, 35), 740_000),
        count("pouch_line", "good", 40, at(15, 13), "pouch_200", gap=900),
        group(
            "D",
            "pack",
            "permanent",
            NOW - 5 * NS,
            planned=20,
            present=18,
            late=2,
            absent=2,
            leave=0,
            questions=1,
            hours=130.5,
        ),
        group(
            "D",
            "prep",
            "seasonal",
            NOW - 5 * NS,
            planned=40,
            present=37,
            late=1,
            absent=2,
            leave=1,
            questions=0,
            hours=270.25,
        ),
        node(
            NOW - 9 * NS,
            acquired=100,
            pending=2,
            pending_s=1,
            outbox_percent=0.25,
            hours_left=950.5,
            dropped=0,
            unaccounted=0,
            lag_ms=12,
            timeouts=1,
            bad_values=0,
        ),
        *(heard("jar_line", last - n * QUARTER, 900_000) for n in range(96)),
        *(heard("tanks", last - n * QUARTER, 0 if n < 4 else 900_000) for n in range(96)),
    ]


def floor_settings(folder: Path, *, people: bool = True, reports: bool = True) -> Settings:
    """Return the configuration of the box, with what it has of people and reports."""
    os.environ.setdefault("NOBODY_SETS_THIS", "json://127.0.0.1:9/token")
    made = site(folder, "2026-09-15 16:00", extra=_REPORTS if reports else "", roster=_ROSTER)
    made.punch(("0001", "2026-09-15 07:50"), ("0002", "2026-09-15 08:20"), ("0001", "2026-09-14 07:55"))
    settings = replace(made.settings, plant=FLOOR)
    if reports:
        _issue(settings)
    return settings if people else replace(settings, people=None)


def _issue(settings: Settings) -> None:
    with archive_of(settings) as archive:
        archive.since("daily", 0)
        for number, day in enumerate((date(2026, 9, 13), date(2026, 9, 14))):
            span = Span(Kind.DAY, day, day)
            archive.begin("daily", span, NOW - (2 - number) * 86_400 * NS)
            (issue,) = archive.to_make(NOW)
            archive.made(issue, Made(1, NOW, f"d{number}", "日报", "…"), ["office", "boss"])
        for issue, delivery in archive.to_deliver(NOW):
            if delivery.destination == "office":
                archive.delivered(delivery, NOW)
            else:
                archive.not_delivered(
                    delivery, None if issue.span.last.day == 13 else NOW + 600 * NS, "no route to the robot"
                )
