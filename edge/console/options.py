"""The `console:` block of edge.yaml."""

from __future__ import annotations

from pydantic import field_validator

from edge.options import Listen, ListenAddress, Options


class ConsoleOptions(Options):
    """Where the web pages are served; only on this machine, as they have no users yet."""

    listen: Listen = ListenAddress("127.0.0.1", 8080)

    @field_validator("listen")
    @classmethod
    def _only_loopback(cls, listen: ListenAddress) -> ListenAddress:
        if not listen.is_loopback:
            raise ValueError("the console has no users yet, so it listens on 127.0.0.1 or [::1] only")
        return listen
