from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.opcua.address import NodeAddress, OpcuaTag
from edge.drivers.opcua.decoding import Decoder, lost_values, severity
from edge.model.calendar import to_ns
from edge.model.frame import Quality
from edge.model.tag import Tag

NOW = to_ns(datetime(2026, 11, 23, 12, tzinfo=UTC))
GOOD, UNCERTAIN, BAD = 0, 0x4000_0000, 0x8000_0000


def decoder(scale: float = 1.0, low: float | None = None, high: float | None = None) -> Decoder:
    """Return a decoder of one tag."""
    return Decoder(OpcuaTag(Tag("a", low=low, high=high), NodeAddress("urn:x", "s=a"), 1.0, scale=scale))


@given(st.integers(-(2**63), 2**64 - 1) | st.booleans() | st.text())
def test_integers_booleans_and_text_arrive_as_they_are(raw: int | bool | str) -> None:
    """Neither their value nor their type changes: a counter beyond 2^53 stays exact."""
    value, quality = decoder().decode(raw, GOOD)
    assert value == raw
    assert type(value) is type(raw)
    assert quality == Quality.GOOD


@given(st.integers(0, 2**32 - 1))
def test_the_two_highest_bits_of_a_status_are_its_quality(status: int) -> None:
    """OPC 10000-4, 7.39: 00 good, 01 uncertain, 10 bad; 11 is reserved and so not believed."""
    assert severity(status) == (Quality.GOOD, Quality.UNCERTAIN, Quality.BAD, Quality.BAD)[status >> 30]


@pytest.mark.parametrize("raw", [None, [1, 2], b"bytes", math.nan, math.inf, object()])
def test_what_is_no_value_is_bad(raw: object) -> None:
    """Arrays, structures, NaN and nothing at all are not numbers, whatever the status says."""
    assert decoder().decode(raw, GOOD) == (None, Quality.BAD)


def test_a_bad_status_takes_the_value_away_and_an_uncertain_one_keeps_it() -> None:
    """The last usable value that a server may send along with a bad status is not a value of now."""
    assert decoder().decode(7, BAD) == (None, Quality.BAD)
    assert decoder().decode(7, UNCERTAIN) == (7, Quality.UNCERTAIN)


def test_scale_and_range_are_those_of_the_map() -> None:
    """A tenth of 123 is 12.3 exactly, and what is out of range is bad."""
    assert decoder(scale=0.1).decode(123, GOOD) == (12.3, Quality.GOOD)
    assert decoder(low=0, high=14).decode(14.5, GOOD) == (None, Quality.BAD)


def test_elements_of_arrays_of_any_dimension() -> None:
    """One index for each; what is not there is no value, and its fault says how much there is."""
    tags = [
        OpcuaTag(Tag("a"), NodeAddress("urn:x", "s=a"), 1.0, index=index) for index in ((1,), (1, 0), (7,))
    ]
    flat, deep, beyond = map(Decoder, tags)
    assert flat.decode([1, 2.5], GOOD) == (2.5, Quality.GOOD)
    assert deep.decode([[1, 2], [3, 4]], GOOD) == (3, Quality.GOOD)
    assert beyond.decode([1, 2], GOOD) == flat.decode(5, GOOD) == (None, Quality.BAD)
    assert beyond.fault([1, 2]) == "has no element [7]: it is an array of 2"
    assert decoder().fault([1, 2]) == "is an array of 2: say which element with index:"


def test_a_queue_that_was_too_short_is_known_by_its_overflow_bit() -> None:
    """Info type DataValue with overflow: 0x480."""
    assert lost_values(0x480)
    assert not lost_values(0x400)
    assert not lost_values(0x080)
