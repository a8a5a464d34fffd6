"""From a message to a batch that can be believed, or the reason why not; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edge.errors import RejectedError
from edge.messages import batch, line_protocol, topics
from edge.messages.batch import Header

MAX_LINES = 5000
"""Lines in one write to the historian, unless a single batch has more."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it came.

    Attributes:
        topic: where it came from.
        ack_topic: where its node listens for acknowledgements.
        lines: without the header.
    """

    topic: str
    ack_topic: str
    header: Header
    lines: tuple[str, ...]


def open_batch(site: str, topic: str, payload: bytes) -> Batch:
    """Return the batch of a message.

    Raises:
        RejectedError: it is of another site, does not decode, or names another node than its topic.
    """
    node, stream = topics.parse_data(topic)
    if node.site != site:
        raise RejectedError(f"a batch of site {node.site!r}; this is {site!r}")
    header, text = batch.decode(payload)
    if header.node != node.node:
        raise RejectedError(f"a batch of node {header.node!r} on the topic of {node.node!r}")
    return Batch(topic, node.ack(stream), header, tuple(line_protocol.lines(text)))


def group(batches: Iterable[Batch]) -> Iterator[list[Batch]]:
    """Yield batches in order, as many together as make one write."""
    together: list[Batch] = []
    lines = 0
    for each in batches:
        if together and lines + len(each.lines) > MAX_LINES:
            yield together
            together, lines = [], 0
        together.append(each)
        lines += len(each.lines)
    if together:
        yield together
