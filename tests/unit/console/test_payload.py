"""What the page is told: ages at the moment of telling, and the words it has for everything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.console.app import STATIC
from edge.console.figures import Attendance, Forecast, Machine, Output, Phase, Plan, ShiftOutput, Snapshot
from edge.console.payload import LATE_AFTER, STALE_AFTER, payload
from edge.model.calendar import NS
from edge.model.packml import Category, State
from tests.unit.console.sample import NOW, PLANT
from tests.unit.reports.sample import DAY, at

SNAPSHOT = Snapshot(
    NOW,
    "aikou",
    "suanjiao-1",
    PLANT.calendar.zone,
    Output(
        DAY,
        1_000,
        2_000,
        NOW,
        Plan(3, 4, 5, 6),
        7,
        Forecast(7, 8, 9, 0.25, provisional=True),
        ShiftOutput("白班", at(15, 8), at(15, 17, 30), 10, 11, 12, 13),
    ),
    (
        Machine(
            "jar_line",
            "罐<b>装",
            NOW,
            Category.DOWN,
            State.ABORTED,
            12,
            "卡瓶",
            "封口机",
            at(15, 15, 58) - NS,
            60.5,
            62.0,
            8,
            9,
        ),
    ),
    (Attendance("白班", at(15, 8), at(15, 17, 30), Phase.ON, 60, 52, NOW),),
    (("jar_line",),),
)


def told(snapshot: Snapshot | None, now: int = NOW, *, trouble: bool = False) -> Any:
    """Return the payload, read back."""
    return json.loads(payload(snapshot, now, trouble))


def test_everything_is_told() -> None:
    """Figures go out as integers of grams and pieces, times as the site's wall clock."""
    assert told(SNAPSHOT) == {
        "trouble": False,
        "site": "aikou",
        "line": "suanjiao-1",
        "zone": "Asia/Shanghai",
        "local": "2026-09-15 16:00:00",
        "since": "2026-09-15 16:00:00",
        "output": {
            "day": "2026-09-15",
            "day_grams": 1_000,
            "year_grams": 2_000,
            "plan": {"day": 3, "day_so_far": 4, "year": 5, "year_so_far": 6},
            "forecast": {"p10": 7, "p50": 8, "p90": 9, "probability": 0.25, "provisional": True},
            "unweighed": 7,
            "shift": {
                "name": "白班",
                "hours": "08:00–17:30",
                "grams": 10,
                "plan": 11,
                "plan_so_far": 12,
                "projected": 13,
            },
            "late_s": None,
        },
        "machines": [
            {
                "key": "jar_line",
                "name": "罐<b>装",
                "known": True,
                "category": "down",
                "state": "ABORTED",
                "reason": 12,
                "reason_name": "卡瓶",
                "cause": "封口机",
                "since": "15:57",
                "since_s": 121,
                "speed": 60.5,
                "rated": 62.0,
                "good": 8,
                "grams": 9,
                "late_s": None,
            }
        ],
        "shifts": [
            {
                "name": "白班",
                "hours": "08:00–17:30",
                "phase": "on",
                "planned": 60,
                "present": 52,
                "late_s": None,
            }
        ],
        "routes": [["jar_line"]],
    }


@pytest.mark.parametrize(
    ("age", "machine", "rest"),
    [(STALE_AFTER, None, None), (STALE_AFTER + NS, 16, None), (LATE_AFTER + 5 * NS, 65, 65)],
)
def test_what_is_old_says_how_old(age: int, machine: int | None, rest: int | None) -> None:
    """A machine is stale after 15 s, slower figures after a minute; the age is that of the moment of telling."""
    document = told(SNAPSHOT, NOW + age)

    assert document["machines"][0]["late_s"] == machine
    assert document["output"]["late_s"] == document["shifts"][0]["late_s"] == rest


def test_the_heads_of_a_shift_that_is_over_do_not_age() -> None:
    """The last count before the end stays as good as it was."""
    over = replace(SNAPSHOT.shifts[0], phase=Phase.OVER, time=at(15, 17, 29, 50))

    assert told(replace(SNAPSHOT, shifts=(over,)), at(15, 23))["shifts"][0]["late_s"] is None


def test_what_is_not_known_is_null() -> None:
    """A machine never heard of has no age, and no figure."""
    document = told(replace(SNAPSHOT, machines=(Machine("m", "m"),)))

    assert document["machines"][0] | {"known": False, "good": None, "late_s": None} == document["machines"][0]


def test_in_trouble_the_clock_goes_on() -> None:
    """Old figures are told with the time they are of; without any there is nothing but the trouble."""
    document = told(SNAPSHOT, NOW + 20 * NS, trouble=True)

    assert (document["trouble"], document["since"], document["local"]) == (
        True,
        "2026-09-15 16:00:00",
        "2026-09-15 16:00:20",
    )
    assert told(None, trouble=True) == {"trouble": True}


def _shape(words: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _shape(word) if isinstance(word, dict) else type(word) for key, word in words.items()}


@pytest.mark.parametrize("file", [*sorted(STATIC.glob("words*/*.json")), STATIC / "words.json"])
def test_both_languages_have_a_word_for_everything(file: Path) -> None:
    """Chinese and English say the same things, on every page."""
    words = json.loads(file.read_text(encoding="utf-8"))

    assert _shape(words["zh"]) == _shape(words["en"])


def test_there_is_a_word_for_every_state() -> None:
    """States, categories and phases are told in words."""
    words = json.loads((STATIC / "words.json").read_text(encoding="utf-8"))["zh"]

    assert words["state"].keys() == {state.name for state in State}
    assert words["category"].keys() == set(Category)
    assert words["phase"].keys() == set(Phase)


def test_every_category_has_a_shape_and_a_colour() -> None:
    """No state is told by colour alone."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    style = (STATIC / "console.css").read_text(encoding="utf-8")

    for look in (*Category, "stale"):
        assert f'<symbol id="{look}"' in page
        assert f'[data-look="{look}"]' in style
