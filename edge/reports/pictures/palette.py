"""The colours of the reports' pictures: told apart in black and white and by the colour-blind. Pure.

Each has a contrast of at least 3:1 against white paper, words of at least 4.5:1; a hatch says the same once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

INK = "#1f2328"
"""Words and what matters most."""
QUIET = "#5c636b"
"""Words beside, axes, what was only planned."""
GRID = "#dde1e5"
"""Lines that may go unseen."""
PAPER = "#ffffff"
MADE = "#1d5a94"
PALE = "#c5d9ec"
"""The inside of a band or bar that has an edge of `MADE`."""
TARGET = "#a33116"
"""Targets, limits, and what is beyond them."""


@dataclass(frozen=True, slots=True)
class Fill:
    """How an area looks: matplotlib's name of the hatch, drawn in `ink`."""

    colour: str
    hatch: str = ""
    ink: str = PAPER


UNKNOWN = Fill(PAPER, "////", "#767d85")
STATES: Mapping[str, Fill] = MappingProxyType(
    {
        "running": Fill("#1f7a57"),
        "idle": Fill("#8a7a1c", "--"),
        "waiting": Fill("#b07408", "..."),
        "held": Fill("#7b5ea7", "++"),
        "setup": Fill("#4f81b8", "\\\\\\"),
        "online": Fill("#7d8f5a", "///"),
        "down": Fill(TARGET, "xxx"),
        "planned": Fill("#8a9199", "|||"),
        "offline": Fill("#4a4f55", "oo"),
        "": UNKNOWN,
    }
)
"""By category of state; `""` is unknown."""


def state(role: str) -> Fill:
    """Return how a state looks; one that nobody knows yet looks unknown."""
    return STATES.get(role, UNKNOWN)
