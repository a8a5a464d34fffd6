"""The `ingest:` block of edge.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from edge.options import Bytes, Name, Options


class IngestOptions(Options):
    """What a host takes from the broker.

    Attributes:
        worker, workers: this one's number and how many share the nodes of the site out between them.
        nodes: only these nodes; in place of a share.
        writers: writes to the database at once when more waits than one can carry.
        max_batch: bytes of a message; a larger one is a mistake or an attack.
        max_rate: bytes per second of one node; what comes faster is not taken, and the node sends it again later.
    """

    worker: Annotated[int, Field(ge=1)] = 1
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    nodes: tuple[Name, ...] | None = None
    writers: Annotated[int, Field(ge=1, le=8)] = 2
    max_batch: Annotated[Bytes, Field(ge=1000)] = 4 * 1024**2
    max_rate: Annotated[Bytes, Field(ge=1000)] = 32 * 1024**2

    @model_validator(mode="after")
    def _check(self) -> IngestOptions:
        if self.worker > self.workers:
            raise ValueError(f"worker {self.worker} of {self.workers}: they are numbered from 1")
        if self.nodes is not None and self.workers > 1:
            raise ValueError("either nodes or workers says what is this host's: not both")
        return self

    @property
    def name(self) -> str:
        """What tells this worker from others; empty when it is alone."""
        if self.nodes is not None:
            return "-".join(self.nodes)
        return f"{self.worker}of{self.workers}" if self.workers > 1 else ""
