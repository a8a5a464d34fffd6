"""The courier with a clock and services in the test's hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge.errors import ConfigurationError, TransientError
from edge.model.calendar import NS, Calendar, to_ns
from edge.reports.delivery.archive import Archive
from edge.reports.delivery.courier import Courier, Job
from edge.reports.delivery.issue import Issue, Made, Progress
from edge.reports.delivery.schedule import Timing
from edge.reports.report import Kind
from tests.fakes import FakeClock

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(ZONE, time(7))
HOUR = 3600


class Service:
    """Takes what it is given while it is up."""

    def __init__(self) -> None:
        self.up = True
        self.taken: list[str] = []

    async def __call__(self, destination: str, made: Made) -> None:
        """Take a report."""
        if destination != "boss":
            raise ConfigurationError(f"reports.destinations has no {destination}")
        if not self.up:
            raise TransientError("the mail server is away")
        self.taken.append(made.title)


class Maker:
    """Makes reports of figures that may be corrected."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.figures: dict[date, str] = {}
        self.up = True
        self.made = 0

    async def __call__(self, issue: Issue, before: Made | None) -> Made:
        """Make one."""
        if not self.up:
            raise TransientError("the historian is away")
        self.made += 1
        digest = self.figures.get(issue.span.last, "as counted")
        edition = 1 if before is None else before.edition + (digest != before.digest)
        return Made(edition, self.clock.now(), digest, f"{issue.span.last} v{edition}", "")


class Office:
    """All of it."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock(to_ns(datetime(2026, 9, 15, 12, tzinfo=ZONE)))
        self.service, self.maker = Service(), Maker(self.clock)
        self.folder = folder
        self.archive = Archive(folder / "reports.db")
        self.start()

    def start(self) -> None:
        """Start the courier, as a host that starts again does."""
        jobs = (Job("daily", Timing(Kind.DAY, time(7, 30)), ("boss",)),)
        self.courier = Courier(
            self.archive, jobs, self.maker, self.service, CALENDAR, self.clock, look_back=7
        )

    async def hours(self, count: float) -> None:
        """Let time pass, and look then."""
        self.clock.advance(count * HOUR)
        await self.courier.step()

    def progress(self) -> list[tuple[Progress, str]]:
        """Return how all deliveries stand, the newest first."""
        return [(one.progress, one.error) for _, all_ in self.archive.newest(99) for one in all_]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office at noon that has issued nothing yet."""
    office = Office(tmp_path)
    yield office
    office.archive.__exit__(None, None, None)


async def test_nothing_of_the_time_before_is_issued(office: Office) -> None:
    """A schedule begins with the next report."""
    await office.hours(0)
    assert office.service.taken == []

    await office.hours(20)

    assert office.service.taken == ["2026-09-15 v1"]


async def test_missed_reports_are_made_up_once(office: Office) -> None:
    """Three days without the host: three reports in their order, and none of them twice."""
    await office.hours(0)
    office.start()
    await office.hours(72)
    await office.hours(1)

    assert office.service.taken == ["2026-09-15 v1", "2026-09-16 v1", "2026-09-17 v1"]


async def test_a_delivery_that_fails_is_retried_until_it_arrives(office: Office) -> None:
    """Sooner at first; meanwhile it is said what is wrong."""
    await office.hours(0)
    office.service.up = False
    await office.hours(20)
    assert office.progress() == [(Progress.WAITING, "the mail server is away")]
    await office.hours(0.01)
    assert office.archive.newest(1)[0][1][0].attempts == 1

    office.service.up = True
    await office.hours(0.1)

    assert office.service.taken == ["2026-09-15 v1"]
    assert office.progress() == [(Progress.DELIVERED, "")]


async def test_after_a_day_it_is_given_up_and_seen(office: Office) -> None:
    """People look at it, and say that it is to be tried again."""
    await office.hours(0)
    office.service.up = False
    await office.hours(19.6)
    for _ in range(30):
        await office.hours(1)
    assert office.progress()[-1] == (Progress.FAILED, "the mail server is away")

    office.service.up = True
    number = office.archive.newest(99)[-1][0].number
    office.archive.again(number, office.clock.now())
    await office.hours(0)

    assert "2026-09-15 v1" in office.service.taken


async def test_a_report_that_cannot_be_made_waits_for_the_historian(office: Office) -> None:
    """And is issued as soon as it can be."""
    await office.hours(0)
    office.maker.up = False
    await office.hours(20)
    assert office.archive.newest(1)[0][0].error == "the historian is away"

    office.maker.up = True
    await office.hours(0.1)

    assert office.service.taken == ["2026-09-15 v1"]


async def test_a_corrected_day_is_issued_again_as_the_next_edition(office: Office) -> None:
    """On the next morning, once; what has not changed is not sent again."""
    await office.hours(0)
    await office.hours(20)
    office.maker.figures[date(2026, 9, 15)] = "corrected"
    await office.hours(24)
    await office.hours(24)

    assert sorted(office.service.taken) == [
        "2026-09-15 v1",
        "2026-09-15 v2",
        "2026-09-16 v1",
        "2026-09-17 v1",
    ]


async def test_what_is_configured_no_more_is_said(office: Office) -> None:
    """A destination that was taken out of edge.yaml keeps its deliveries, with the reason."""
    await office.hours(0)
    office.courier = Courier(
        office.archive,
        (Job("daily", Timing(Kind.DAY, time(7, 30)), ("gone",)),),
        office.maker,
        office.service,
        CALENDAR,
        office.clock,
        look_back=0,
    )

    await office.hours(20)

    assert office.progress() == [(Progress.WAITING, "reports.destinations has no gone")]
    assert office.archive.to_deliver(office.clock.now() + 61 * NS)


async def test_a_clock_that_was_ahead_stops_nothing(office: Office) -> None:
    """A year ahead for an hour: what waits, and what is due, does not wait for that year."""
    await office.hours(0)
    office.clock.advance(365 * 24 * HOUR)
    office.service.up = False
    await office.hours(20)
    new = Job("new", Timing(Kind.DAY, time(7, 30)), ("boss",))
    late = Courier(office.archive, (new,), office.maker, office.service, CALENDAR, office.clock, look_back=0)
    await late.step()
    office.clock.advance(-(365 * 24 + 19) * HOUR)
    office.service.up = True

    await office.hours(0)
    assert office.service.taken
    office.service.taken.clear()
    await late.step()
    office.clock.advance(24 * HOUR)
    await late.step()

    assert office.service.taken == ["2026-09-15 v1"]


async def test_a_clock_that_was_not_set_yet_begins_no_schedule(office: Office) -> None:
    """A machine without a battery starts in 1970; reports of the time before are nobody's wish when it knows better."""
    now = office.clock.now()
    office.clock.advance(-now // NS)
    await office.hours(1)
    office.clock.advance((now - office.clock.now()) // NS)

    await office.hours(0)

    assert office.service.taken == []


async def test_a_host_that_was_off_for_days_tries_more_than_once(office: Office) -> None:
    """The network is up later than the host: a report that is days old is not given up by that."""
    await office.hours(0)
    office.service.up = False
    await office.hours(20)
    await office.hours(72)
    assert {progress for progress, _ in office.progress()} == {Progress.WAITING}

    office.service.up = True
    await office.hours(1)

    assert "2026-09-15 v1" in office.service.taken


async def test_what_waits_for_a_schedule_that_has_changed_is_forgotten(office: Office) -> None:
    """A day is no month, and a job that is gone makes nothing: neither is tried again for ever."""
    await office.hours(0)
    office.maker.up = False
    await office.hours(20)
    assert len(office.archive.newest(9)) == 1

    monthly = Job("daily", Timing(Kind.MONTH, time(7, 30), 1), ("boss",))
    office.courier = Courier(
        office.archive, (monthly,), office.maker, office.service, CALENDAR, office.clock, look_back=7
    )
    office.maker.up = True
    await office.hours(2)

    assert office.archive.newest(9) == []
    assert office.service.taken == []
