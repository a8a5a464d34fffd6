"""Which messages are believed, and which batches share a write."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import RejectedError
from edge.ingest.batches import MAX_LINES, Batch, group, open_batch
from edge.messages import batch
from edge.messages.batch import Header

HEADER = Header("n1", "5f3a", 17, 2, 1, 2)
LINES = ("count,site=aikou n=1i 1", "count,site=aikou n=2i 2")
PAYLOAD = batch.encode(HEADER, LINES)
TOPIC = "edge/v1/aikou/n1/data/ledger"


def test_opens_a_batch() -> None:
    """The lines come without header, and with the place where the node listens."""
    assert open_batch("aikou", TOPIC, PAYLOAD) == Batch(TOPIC, "edge/v1/aikou/n1/ack/ledger", HEADER, LINES)


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        ("edge/v1/aikou/n2/data/ledger", PAYLOAD, "node 'n1' on the topic of 'n2'"),
        ("edge/v1/elsewhere/n1/data/ledger", PAYLOAD, "site 'elsewhere'"),
        ("edge/v1/aikou/n1/data/secrets", PAYLOAD, "not a data topic"),
        (TOPIC, b"hello", "not a batch header"),
        (TOPIC, f"{HEADER}\n".encode() + b"\xff", "not UTF-8"),
        (TOPIC, batch.encode(HEADER, LINES[:1]), "says 2 points, and there are 1"),
        (TOPIC, f"{HEADER}\n{LINES[0]}\n".encode(), "says 2 points, and there are 1"),
    ],
)
def test_believes_nothing(topic: str, payload: bytes, reason: str) -> None:
    """A batch that is not what its topic says is refused with the reason."""
    with pytest.raises(RejectedError, match=reason):
        open_batch("aikou", topic, payload)


@pytest.mark.parametrize(
    "line",
    [
        "count,site=elsewhere n=1i 1",
        "count n=1i 1",
        "node,node=n2,site=aikou frames=1i 1",
        "strangers,site=aikou n=1i 1",
        "nonsense",
    ],
)
def test_a_node_writes_nothing_of_another_site_or_node(line: str) -> None:
    """Such a line is set apart, with its reason, and the others are good."""
    opened = open_batch("aikou", TOPIC, batch.encode(replace(HEADER, points=3), (*LINES, line)))

    assert opened.lines == LINES
    assert [each.line for each in opened.bad] == [line]


@given(st.lists(st.integers(0, MAX_LINES * 2)))
def test_groups_in_order_within_the_limit(sizes: list[int]) -> None:
    """Every batch is in one group, in order; a group is over the limit only when a single batch is."""
    batches = [Batch(TOPIC, "", HEADER, ("",) * size) for size in sizes]

    groups = list(group(batches))

    assert [each for together in groups for each in together] == batches
    assert all(
        len(together) == 1 or sum(len(each.lines) for each in together) <= MAX_LINES for together in groups
    )
    assert all(groups)
