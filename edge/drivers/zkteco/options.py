"""The `people.terminals:` block of edge.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from edge.options import Listen, ListenAddress, Options


class TerminalOptions(Options):
    """The HTTP listener for ZKTeco push terminals.

    Attributes:
        listen: where terminals reach the node; the plant network's address in a real plant.
        serials: serial numbers of the terminals that may speak; all others are refused.
        minutes: those of them that read `TimeZone=` in minutes; most firmwares read hours, and either sets its clock by it.
        max_body_kb: the largest upload.
    """

    listen: Listen = ListenAddress("127.0.0.1", 8090)
    serials: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")], ...], Field(min_length=1)
    ]
    minutes: frozenset[str] = frozenset()
    max_body_kb: Annotated[int, Field(ge=16, le=10_240)] = 1024
