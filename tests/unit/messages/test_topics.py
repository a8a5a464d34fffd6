"""The topic tree, both ways."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import RejectedError
from edge.messages import topics
from edge.messages.schema import Stream
from edge.messages.topics import NodeTopics


@pytest.mark.parametrize("stream", Stream)
def test_a_data_topic_names_its_node(stream: Stream) -> None:
    """Node and stream are read off the topic that the node publishes on."""
    node = NodeTopics("aikou", "n1")

    assert topics.parse_data(node.data(stream)) == (node, stream)


@given(
    st.text() | st.lists(st.sampled_from(["edge", "v1", "s", "n", "data", "ack", "ledger", ""])).map("/".join)
)
def test_any_other_topic_is_rejected(topic: str) -> None:
    """What is not a data topic is not taken for one."""
    try:
        node, stream = topics.parse_data(topic)
    except RejectedError:
        return
    assert node.data(stream) == topic


def test_topics_of_the_contract() -> None:
    """The tree is that of DESIGN §4."""
    node = NodeTopics("aikou", "n1")

    assert node.status == "edge/v1/aikou/n1/status"
    assert node.ack(Stream.LEDGER) == "edge/v1/aikou/n1/ack/ledger"
    assert topics.data_filter("aikou") == "edge/v1/aikou/+/data/+"
    assert json.loads(topics.status(online=True, since="2026-11-01T00:00:00+00:00", version="0.1.0")) == {
        "online": True,
        "since": "2026-11-01T00:00:00+00:00",
        "version": "0.1.0",
    }
