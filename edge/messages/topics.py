"""The topic tree `edge/v1/{site}/{node}/…` of DESIGN §4."""

from __future__ import annotations

import json
from dataclasses import dataclass

from edge.errors import RejectedError
from edge.messages.schema import Stream

ROOT = "edge/v1"
_LEVELS = 6


@dataclass(frozen=True, slots=True)
class NodeTopics:
    """The topics of one node."""

    site: str
    node: str

    @property
    def base(self) -> str:
        """`edge/v1/{site}/{node}`."""
        return f"{ROOT}/{self.site}/{self.node}"

    @property
    def status(self) -> str:
        """Retained: whether the node is online; also the will."""
        return f"{self.base}/status"

    def data(self, stream: Stream) -> str:
        """Batches of a stream, node to host."""
        return f"{self.base}/data/{stream}"

    def ack(self, stream: Stream) -> str:
        """Retained: what the host has committed of a stream, host to node."""
        return f"{self.base}/ack/{stream}"


def data_filter(site: str) -> str:
    """Return the subscription of a host: every node and stream of its site."""
    return f"{ROOT}/{site}/+/data/+"


def node_filter(site: str, node: str) -> str:
    """Return the subscription to every stream of one node."""
    return f"{NodeTopics(site, node).base}/data/+"


def status_filter(site: str) -> str:
    """Return the subscription to the status of every node of a site."""
    return f"{ROOT}/{site}/+/status"


def parse_status(topic: str) -> NodeTopics | None:
    """Return the node of a status topic; None when it is another topic."""
    levels = topic.split("/")
    if len(levels) == _LEVELS - 1 and "/".join(levels[:2]) == ROOT and levels[4] == "status":
        return NodeTopics(levels[2], levels[3])
    return None


def parse_data(topic: str) -> tuple[NodeTopics, Stream]:
    """Return node and stream of a data topic.

    Raises:
        RejectedError: it is not one.
    """
    levels = topic.split("/")
    if (
        len(levels) == _LEVELS
        and "/".join(levels[:2]) == ROOT
        and levels[4] == "data"
        and levels[5] in list(Stream)
    ):
        return NodeTopics(levels[2], levels[3]), Stream(levels[5])
    raise RejectedError(f"not a data topic: {topic}")


def status(*, online: bool, since: str, version: str) -> bytes:
    """Return the payload of a status topic; `since` is ISO 8601."""
    return json.dumps({"online": online, "since": since, "version": version}).encode()
