"""The schema keeps its own rules."""

from __future__ import annotations

import pytest

from edge.messages.schema import MEASUREMENTS, FieldType, Measurement

PERSONAL = {"worker", "person", "pin", "name", "lot"}


@pytest.mark.parametrize("measurement", MEASUREMENTS.values(), ids=str)
def test_no_person_is_ever_named(measurement: Measurement) -> None:
    """No tag and no field carries a person or a lot."""
    assert not PERSONAL & {*measurement.tags, *measurement.fields}


@pytest.mark.parametrize("measurement", MEASUREMENTS.values(), ids=str)
def test_no_name_is_tag_and_field(measurement: Measurement) -> None:
    """InfluxDB 3 cannot tell them apart, nor can anyone."""
    assert not {*measurement.tags, "time", "series", "id"} & set(measurement.fields)


def test_tags_are_sorted() -> None:
    """A measurement whose tags are not sorted would give two spellings of one series."""
    with pytest.raises(ValueError, match="not sorted"):
        Measurement("m", ("b", "a"), {"n": FieldType.INT})
