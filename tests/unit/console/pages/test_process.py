"""Curves of tags: what was read stands in them, and where nothing good was read there is a gap."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.console.pages.process import MOST_WINDOWS, RAW_WITHIN, choices, process_questions, trends, window
from edge.console.question import BadQuestionError
from edge.historian.embedded import EmbeddedHistorian
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.point import FieldValue, Point
from edge.model.tag import Role, Tag
from tests.fakes import FakeClock
from tests.unit.console.sample import NOW, PLANT

DEVICE = PLANT.devices[0]
KEY = (DEVICE.key, "temperature")
LIMITS = Tag("temperature", "°C", low=80.0, high=98.0)
TAGGED = replace(PLANT, devices=(replace(DEVICE, tags=(LIMITS, Tag("text"), Tag("badge", role=Role.BADGE))),))
WEEK = 7 * 86_400 * NS
MS = 1_000_000


def value(when: int, tag: str = "temperature", **fields: FieldValue) -> str:
    """Return a line of `tag`; a bad value has a quality alone."""
    tags = {"site": PLANT.site, "line": PLANT.line, "device": DEVICE.key, "tag": tag}
    return line_protocol.encode(Point("tag", tags, fields, when))


@pytest.fixture
async def historian(tmp_path: Path) -> AsyncIterator[EmbeddedHistorian]:
    """A historian without anything in it."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as opened:
        yield opened


async def curve(historian: EmbeddedHistorian, span: int, key: tuple[str, str] = KEY) -> dict[str, Any]:
    """Return the only curve of an answer about the time before now."""
    (found,) = (await trends(historian, TAGGED, [key], NOW - span, NOW))["curves"]
    return dict(found)


def test_badges_are_nobodys_trend() -> None:
    """The tags of each device can be chosen with their limits, but not the one that says whose badge was read."""
    (device,) = choices(TAGGED)
    assert device["key"] == DEVICE.key
    assert device["tags"] == [
        {"name": "temperature", "unit": "°C", "low": 80.0, "high": 98.0},
        {"name": "text", "unit": "", "low": None, "high": None},
    ]


@given(st.integers(1, 200 * 365 * 86_400 * NS))
def test_windows_are_never_too_many(span: int) -> None:
    """Whatever the span, and wherever it begins, a curve has no more windows than a screen shows."""
    every = window(span)
    assert (every is None) == (span <= RAW_WITHIN)
    assert every is None or span / every + 1 <= MOST_WINDOWS


async def test_a_short_span_is_told_value_by_value(historian: EmbeddedHistorian) -> None:
    """Raw values stand at their own times; a bad one is a gap and is counted."""
    times = [NOW - 40 * NS, NOW - 30 * NS, NOW - 20 * NS]
    await historian.write(
        [value(times[0], v=90.5, q=192), value(times[1], q=0), value(times[2], v=91.0, q=64)]
    )
    found = await curve(historian, 60 * NS)
    assert found["times"] == [time // MS for time in times]
    assert found["means"] == [90.5, None, 91.0]
    assert found["bad"] == 1


async def test_silence_is_a_gap_among_raw_values(historian: EmbeddedHistorian) -> None:
    """Two values with more than two minutes between them are not joined: the node was away."""
    await historian.write([value(NOW - 600 * NS, v=90.0, q=192), value(NOW - 60 * NS, v=91.0, q=192)])
    assert (await curve(historian, 700 * NS))["means"] == [90.0, None, 91.0]


async def test_a_week_is_told_in_windows_with_their_band(historian: EmbeddedHistorian) -> None:
    """A window has the mean, the least and the greatest of what was read in it."""
    start = NOW - NOW % (900 * NS) - 900 * NS
    await historian.write(
        [value(start + at * NS, v=v, q=192) for at, v in ((1, 80.0), (2, 90.0), (3, 100.0))]
    )
    found = await curve(historian, WEEK)
    assert (found["times"], found["means"]) == ([start // MS], [90.0])
    assert (found["lows"], found["highs"]) == ([80.0], [100.0])


async def test_no_line_leads_through_what_was_bad_or_silent(historian: EmbeddedHistorian) -> None:
    """A window with a bad value keeps its band and loses its line; hours of silence are a gap."""
    first = NOW - NOW % (900 * NS) - 9000 * NS
    await historian.write(
        [
            value(first + NS, v=90.0, q=192),
            value(first + 901 * NS, v=91.0, q=192),
            value(first + 902 * NS, q=0),
            value(first + 8101 * NS, v=92.0, q=192),
        ]
    )
    found = await curve(historian, WEEK)
    assert found["means"] == [90.0, None, None, 92.0]
    assert found["lows"] == [90.0, 91.0, None, 92.0]
    assert found["bad"] == 1


@pytest.mark.parametrize("span", [60 * NS, WEEK])
async def test_text_is_neither_a_value_nor_bad(historian: EmbeddedHistorian, span: int) -> None:
    """A tag that tells words has no curve, and its words are not counted as bad values."""
    await historian.write([value(NOW - NS, "text", s="SC-01", q=192)])
    found = await curve(historian, span, (DEVICE.key, "text"))
    assert (found["bad"], [mean for mean in found["means"] if mean is not None]) == (0, [])


@pytest.mark.parametrize("key", [(DEVICE.key, "badge"), (DEVICE.key, "nothing"), ("nobody", "temperature")])
async def test_an_unknown_tag_is_said_so(historian: EmbeddedHistorian, key: tuple[str, str]) -> None:
    """What is not a tag to be looked at is refused by its name, and so is whose badge it was."""
    with pytest.raises(ValueError, match=key[1]):
        await curve(historian, WEEK, key)


async def test_a_span_has_a_length(historian: EmbeddedHistorian) -> None:
    """A start that is not before the end is refused."""
    with pytest.raises(ValueError, match="start before its end"):
        await curve(historian, 0)


async def test_what_pages_ask_for(historian: EmbeddedHistorian) -> None:
    """Without a span the last hour is meant; the answer says what the host's clock shows."""
    await historian.write([value(NOW - 60 * NS, v=90.0, q=192)])
    tags, curves = process_questions(historian, TAGGED, FakeClock(NOW))

    assert [device["key"] for device in (await tags.answer({}))["devices"]] == [DEVICE.key]
    told = await curves.answer({"of": "/".join(KEY)})
    assert (told["now"], told["stop"] - told["start"]) == (NOW // MS, 3_600_000)
    assert [mean for mean in told["curves"][0]["means"] if mean is not None] == [90.0]


@pytest.mark.parametrize(
    "parameters",
    [
        {"of": "jar_line/nothing"},
        {"of": "jar_line"},
        {"of": ",".join(["jar_line/temperature"] * 9)},
        {"of": "jar_line/temperature", "from": "5", "to": "4"},
        {"of": "jar_line/temperature", "from": "0"},
        {"of": "jar_line/badge"},
    ],
)
async def test_what_cannot_be_drawn_is_refused(
    historian: EmbeddedHistorian, parameters: dict[str, str]
) -> None:
    """No such tag, too many curves, a span without time or of more than a year: each is refused with a sentence."""
    _, curves = process_questions(historian, TAGGED, FakeClock(NOW))
    with pytest.raises(BadQuestionError):
        await curves.answer(parameters)
