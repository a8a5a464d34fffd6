"""Values that people write in several blocks: zones, times of day, masses, money."""

from __future__ import annotations

from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainSerializer

from edge.model.mass import parse_mass
from edge.model.money import parse_yuan


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (OSError, ValueError, KeyError):
        raise ValueError("unknown time zone; it is a name like Asia/Shanghai") from None


def clock_time(value: object) -> object:
    """Return the time of day that a text means."""
    if not isinstance(value, str):
        raise ValueError("a time of day is HH:MM, as in 07:30")  # noqa: TRY004 - pydantic collects these
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise ValueError("a time of day is HH:MM, as in 07:30") from None


Zone = Annotated[
    ZoneInfo,
    BeforeValidator(_zone, json_schema_input_type=str),
    PlainSerializer(lambda zone: zone.key, return_type=str),
]
ClockTime = Annotated[time, BeforeValidator(clock_time, json_schema_input_type=str)]
_Mass = Annotated[int, BeforeValidator(lambda value: parse_mass(str(value)), json_schema_input_type=str)]
Grams = Annotated[_Mass, Field(gt=0)]
GramsOrNone = Annotated[_Mass, Field(ge=0)]
"""Of what there may be nothing."""
Yuan = Annotated[
    int, BeforeValidator(lambda value: parse_yuan(str(value)), json_schema_input_type=str), Field(ge=0)
]
