"""The `outbox:` block of edge.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from edge.options import Bytes, Options


class OutboxOptions(Options):
    """What may wait on the node's disk.

    Attributes:
        budget: bytes of the file; when they are spent the oldest trend goes. The ledger stream is never dropped. A value
            that changes takes 12.4 bytes, so 4GB are 48 h of 2,000 values/s and 8 days of 500.
        max_hours: trend older than this goes, in hours of the node's own running; None for no such limit.
        min_free: bytes of the disk that are left to others: the file grows no further beyond them.
        thin: keep one value a minute of old trend before any of it is dropped.
        max_upload: bytes per second to the broker that the backlog may take on a slow uplink; None for all it can get.
    """

    budget: Annotated[Bytes, Field(ge=1024 * 1024)] = 4 * 1024**3
    max_hours: Annotated[float, Field(gt=0)] | None = None
    min_free: Bytes = 256 * 1024**2
    thin: bool = False
    max_upload: Annotated[Bytes, Field(ge=1000)] | None = None
