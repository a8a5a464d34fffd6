from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.drivers.opcua.address import NodeAddress, OpcuaTag, Window
from edge.drivers.opcua.stamps import Origin
from edge.drivers.opcua.understanding import Answer, Understanding
from edge.model.calendar import to_ns
from edge.model.frame import Quality
from edge.model.tag import Tag

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOW = to_ns(NOON)
OVERFLOW, BAD = 0x480, 0x8034_0000


def understanding(*tags: OpcuaTag) -> Understanding:
    """Return what becomes of the answers to tags."""
    return Understanding(tags or (_tag("a"), _tag("b")), Window(), lambda code: f"status {code:x}")


def _tag(name: str, index: tuple[int, ...] = (), high: float | None = None) -> OpcuaTag:
    return OpcuaTag(Tag(name, high=high), NodeAddress("urn:x", "s=a"), 1.0, index=index)


def answer(raw: object, status: int = 0) -> Answer:
    """Return what a server says at noon."""
    return raw, status, NOON, NOON


def test_an_answer_goes_to_every_tag_that_hangs_on_it() -> None:
    """The elements of one array come with one answer."""
    one = understanding(_tag("a", (0,)), _tag("b", (1,)))
    found = one.readings([(0, answer([7, 8.5]))], [(0, 1)], NOW)
    assert found == [(0, 7, Quality.GOOD, NOW), (1, 8.5, Quality.GOOD, NOW)]


def test_a_fault_is_news_once_and_known_as_long_as_it_lasts() -> None:
    """However often it comes; when it is over it is forgotten, but not told again."""
    one = understanding(_tag("a", high=10))
    for _ in range(3):
        one.readings([(0, answer(11))], [(0,)], NOW)
    assert one.news == [(0, "is out of the range that its map gives it")]
    assert one.diagnosis.conditions[0].fault
    assert one.diagnosis.tally() == {"overflows": 0, "faulty_tags": 1, "own_times": 0}
    one.readings([(0, answer(9))], [(0,)], NOW)
    assert not one.diagnosis.conditions[0].fault
    one.readings([(0, answer(11))], [(0,)], NOW)
    assert len(one.news) == 1


def test_a_bad_status_is_kept_whole() -> None:
    """Its name is the fault."""
    one = understanding()
    one.readings([(1, answer(None, BAD))], [(0,), (1,)], NOW)
    condition = one.diagnosis.by_tag()["b"]
    assert (condition.status, condition.origin, condition.fault) == (BAD, Origin.SOURCE, "status 80340000")


def test_an_overflow_says_between_which_values_others_are_missing() -> None:
    """After one of the same answers, or after whatever was known before."""
    one = understanding()
    found = one.readings(
        [(0, answer(1, OVERFLOW)), (1, answer(1)), (1, answer(2, OVERFLOW))], [(0,), (1,)], NOW
    )
    assert [quality for *_, quality, _ in found] == [Quality.UNCERTAIN, Quality.GOOD, Quality.UNCERTAIN]
    assert one.overflows == [(0, 0, NOW), (1, NOW, NOW)]


@pytest.mark.parametrize("status", [0, 0x4000_0000])
def test_a_good_value_is_no_news(status: int) -> None:
    """Nor is an uncertain one."""
    one = understanding()
    one.readings([(0, answer(1.5, status))], [(0,)], NOW)
    assert one.news == []
    assert one.diagnosis.conditions[0].status == status
