"""Values that people write in several blocks: zones, times of day, masses, money."""

from __future__ import annotations

from datetime import datetime
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


FIRST_YEAR, LAST_YEAR = 1970, 2199


def local_time(value: object) -> datetime:
    """Return a local date and time of a text such as `2026-11-25 08:00`.

    Raises:
        ValueError: it is none, or has a time zone: the site has one for all.
    """
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError("a moment is a local date and time, as in 2026-11-25 08:00")
    return found


Zone = Annotated[
    ZoneInfo,
    BeforeValidator(_zone, json_schema_input_type=str),
    PlainSerializer(lambda zone: zone.key, return_type=str),
]
_Mass = Annotated[int, BeforeValidator(lambda value: parse_mass(str(value)), json_schema_input_type=str)]
Grams = Annotated[_Mass, Field(gt=0)]
GramsOrNone = Annotated[_Mass, Field(ge=0)]
"""Of what there may be nothing."""
Yuan = Annotated[
    int, BeforeValidator(lambda value: parse_yuan(str(value)), json_schema_input_type=str), Field(ge=0)
]
LocalTime = Annotated[datetime, BeforeValidator(local_time, json_schema_input_type=str)]
