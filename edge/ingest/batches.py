"""From a message to a batch that can be believed, or the reason why not; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edge.errors import RejectedError
from edge.ingest.bisection import BadLine
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
        lines: without the header, and without those that can be stored nowhere.
        bad: these.
    """

    topic: str
    ack_topic: str
    header: Header
    lines: tuple[str, ...]
    bad: tuple[BadLine, ...] = ()


def open_batch(site: str, topic: str, payload: bytes) -> Batch:
    """Return the batch of a message.

    Raises:
        RejectedError: it is of another site, does not decode, names another node than its topic, or is not whole.
        UnknownVersionError: a newer program made it.
    """
    node, stream = topics.parse_data(topic)
    if node.site != site:
        raise RejectedError(f"a batch of site {node.site!r}; this is {site!r}")
    header, text = batch.decode(payload)
    if header.node != node.node:
        raise RejectedError(f"a batch of node {header.node!r} on the topic of {node.node!r}")
    good, bad = sift(node, line_protocol.lines(text))
    if len(good) + len(bad) != header.points:
        raise RejectedError(f"the header says {header.points} points, and there are {len(good) + len(bad)}")
    return Batch(topic, node.ack(stream), header, tuple(good), tuple(bad))


def sift(node: topics.NodeTopics, lines: Iterable[str]) -> tuple[list[str], list[BadLine]]:
    """Return the lines that the schema knows and this node may write, and the others."""
    good: list[str] = []
    bad = []
    for line in lines:
        try:
            tags = line_protocol.check(line)
        except RejectedError as error:
            bad.append(BadLine(line, str(error)))
            continue
        if tags.get("site") == node.site and tags.get("node", node.node) == node.node:
            good.append(line)
        else:
            bad.append(BadLine(line, f"{node.node} of {node.site} may not write what is another's"))
    return good, bad


def group(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
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
