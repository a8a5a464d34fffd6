"""In which language and units a report is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Style:
    """How the reader wants it.

    Attributes:
        mass: jin (斤), 万斤, kg or t.
        money: 元 or 万元.
    """

    language: Literal["zh", "en"] = "zh"
    mass: Literal["jin", "wan_jin", "kg", "t"] = "jin"
    money: Literal["yuan", "wan_yuan"] = "yuan"
