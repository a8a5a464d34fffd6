"""The `health:` block of edge.yaml."""

from __future__ import annotations

from edge.options import Listen, Options


class HealthOptions(Options):
    """Where /metrics, /livez and /readyz are served; nowhere unless it is said.

    They hold no secrets and no names of people, but have no users either: any address of this machine may be given.
    """

    node: Listen | None = None
    host: Listen | None = None
