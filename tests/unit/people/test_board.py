"""What the node tells: once when it changes, again when a day of the past is put right, and only of groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from edge.model.calendar import NS
from edge.model.personnel import Punch, WorkerKind
from edge.people.board import Board
from edge.processing.attendance.rules import Rules
from edge.records.records import Records
from tests.unit.people.site import ROSTER, SERIAL, Site, ns, site


@dataclass
class Told:
    """A board, and what it told: fields by shift, team, kind and local instant."""

    board: Board
    records: Records
    said: list[tuple[str, int, int, int]] = field(default_factory=list)

    def at(self, now: str) -> list[tuple[str, int, int, int]]:
        """Return what is told at an instant: group, planned, present, seconds from the instant to the point's time."""
        points = self.board.points(ns(now))
        self.board.settle()
        return [
            (
                "/".join(point.tags[tag] for tag in ("shift", "team", "kind")),
                int(point.fields["planned"]),
                int(point.fields["present"]),
                (point.time - ns(now)) // NS,
            )
            for point in points
        ]


def board(plant: Site, records: Records) -> Board:
    """Return a board as the node makes one."""
    wages = {WorkerKind.PERMANENT: Decimal(25)}
    return Board(records, plant.settings.plant.calendar, "aikou", Rules(), wages)


@pytest.fixture
def plant(tmp_path: Path) -> Site:
    """Return a site with a roster and no punch."""
    return site(tmp_path)


@pytest.fixture
def told(plant: Site) -> Iterator[Told]:
    """Yield a board that has told what there is to tell of the night before."""
    records = plant.records()
    told = Told(board(plant, records), records)
    told.at("2026-11-03 07:59")
    yield told
    records.close()


def press(told: Told, pin: str, time: str, received: str | None = None) -> None:
    """Let the terminal push a punch."""
    told.board.take([Punch(SERIAL, pin, ns(time), 0)], ns(received or time))


def test_heads_of_a_morning(told: Told) -> None:
    """Nothing before the shift; then each group when something changes, and again after half a minute."""
    press(told, "0001", "2026-11-03 07:50")
    assert told.at("2026-11-03 07:59") == []
    assert told.at("2026-11-03 08:00") == [("D/pack/permanent", 3, 1, 0), ("D/prep/seasonal", 3, 0, 0)]
    assert told.at("2026-11-03 08:00:29") == []
    press(told, "0501", "2026-11-03 08:00:20")
    assert told.at("2026-11-03 08:00:29") == [("D/pack/permanent", 3, 1, 0), ("D/prep/seasonal", 3, 1, 0)]
    assert len(told.at("2026-11-03 08:01")) == 2


def test_a_shift_of_two_is_not_told(plant: Site, told: Told) -> None:
    """The watch is one person: its heads stay on the node."""
    press(told, "0504", "2026-11-03 23:20")
    assert [group for group, *_ in told.at("2026-11-03 23:59")] == ["D/pack/permanent", "D/prep/seasonal"]
    assert any("C 夜班 11-03: planned 1, present 1" in line for line in at(plant, "2026-11-03 23:59"))


def at(plant: Site, now: str) -> list[str]:
    """Return what `people today` says at an instant."""
    plant.now = now
    return plant.do("today")


def test_a_late_punch_puts_the_shift_right(told: Told) -> None:
    """A record that comes two days later is told at the last second of its own shift, and only then."""
    assert [heads for *heads, _ in told.at("2026-11-03 18:00")] == [
        ["D/pack/permanent", 3, 0],
        ["D/prep/seasonal", 3, 0],
    ]
    assert told.at("2026-11-03 18:01") == []
    told.at("2026-11-05 12:00")
    press(told, "0002", "2026-11-03 07:50", received="2026-11-05 12:00:05")
    late = [one for one in told.at("2026-11-05 12:00:06") if one[3] < -86_400]
    assert late[0] == ("D/pack/permanent", 3, 1, -(42 * 3600 + 30 * 60 + 6 + 1))
    assert [one for one in told.at("2026-11-05 12:00:07") if one[3] < -86_400] == []


def test_what_another_process_decides_is_told(plant: Site, told: Told) -> None:
    """A leave that the office enters changes what the running node says, of yesterday, too."""
    told.at("2026-11-04 12:00")
    plant.now = "2026-11-04 12:00"
    plant.do("shift", "K-03", "2026-11-03", "-", "--why", "was off")
    yesterday = [one for one in told.at("2026-11-04 12:00:01") if one[3] < -3600]
    assert [heads for *heads, _ in yesterday] == [
        ["D/other/other", 5, 0],
        ["D/pack/permanent", 0, 0],
        ["D/prep/seasonal", 0, 0],
    ]


def test_a_roster_of_the_past_is_told_again(plant: Site, told: Told) -> None:
    """A roster that holds since yesterday changes what was told of yesterday."""
    told.at("2026-11-04 12:00")
    plant.now = "2026-11-04 12:00"
    text = "\n".join(line for line in ROSTER.splitlines() if "赵大山" not in line)
    (plant.folder / "new.csv").write_text(text, encoding="utf-8")
    plant.do("import", str(plant.folder / "new.csv"), "--since", "2026-11-03")
    yesterday = [one for one in told.at("2026-11-04 12:00:01") if one[3] < -3600]
    assert ("D/other/other", 5, 0) in [heads[:3] for heads in yesterday]


def test_a_group_that_is_no_more_is_told_as_nobody(plant: Site, told: Told) -> None:
    """After a restart, too: what was told under its name would stand for ever otherwise."""
    told.at("2026-11-03 09:00")
    told.records.close()
    plant.do("shift", "K-03", "2026-11-03", "-", "--why", "was off")
    records = plant.records()
    again = Told(board(plant, records), records)
    heads = {group: planned for group, planned, *_ in again.at("2026-11-03 10:00")}
    records.close()
    assert heads == {"D/pack/permanent": 0, "D/prep/seasonal": 0, "D/other/other": 5}


def test_nothing_is_lost_when_it_could_not_be_told(told: Told) -> None:
    """Points that were made and never stored are made again."""
    told.at("2026-11-05 12:00")
    press(told, "0002", "2026-11-03 07:50", received="2026-11-05 12:00:05")
    assert told.board.points(ns("2026-11-05 12:00:06"))  # and the disk was full
    told.board.reload()
    late = [one for one in told.at("2026-11-05 12:00:07") if one[3] < -86_400]
    assert ("D/pack/permanent", 3, 1) in [heads[:3] for heads in late]
