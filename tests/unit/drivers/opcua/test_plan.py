from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.opcua.address import Deadband, Mode, NodeAddress, OpcuaTag
from edge.drivers.opcua.plan import everything, poll_groups, queue_size, watch_items
from edge.model.tag import Tag

TAGS = st.lists(
    st.builds(
        lambda node, scan, mode, sampling, deadband: OpcuaTag(
            Tag("t"),
            NodeAddress("urn:x", f"s={node}"),
            scan,
            mode,
            sampling=sampling,
            deadband=deadband,
        ),
        st.integers(0, 4),
        st.sampled_from([0.1, 1.0, 5.0]),
        st.sampled_from(Mode),
        st.sampled_from([None, 0.0, 0.25]),
        st.sampled_from([None, Deadband(1.0), Deadband(1.0, is_percent=True)]),
    ),
    max_size=12,
)


@given(TAGS, st.sets(st.integers(0, 11)))
def test_every_tag_is_watched_or_polled_once(tags: list[OpcuaTag], refused: set[int]) -> None:
    """What the server would not watch is polled; nothing is forgotten, and nothing else is read twice."""
    refused = {place for place in refused if place < len(tags) and tags[place].mode is Mode.SUBSCRIBE}
    watched = [place for item in watch_items(tags, 0.5) for place in item.places]
    polled = [place for group in poll_groups(tags, refused) for places in group.places for place in places]
    assert sorted([*watched, *polled]) == sorted([*range(len(tags)), *refused])


@given(TAGS)
def test_a_node_is_asked_for_once_in_each_group(tags: list[OpcuaTag]) -> None:
    """The elements of an array share one item, one read, and one answer."""
    for group in (*poll_groups(tags), everything(tags)):
        assert len(set(group.nodes)) == len(group.nodes) == len(group.places)
    items = watch_items(tags, 0.5)
    assert len({(item.node, item.sampling, item.queue, item.deadband) for item in items}) == len(items)


@given(TAGS)
def test_items_of_one_sampling_rate_are_created_together(tags: list[OpcuaTag]) -> None:
    """The fastest first; polled groups as well."""
    rates = [item.sampling for item in watch_items(tags, 0.5)]
    assert rates == sorted(rates)
    periods = [group.period for group in poll_groups(tags)]
    assert periods == sorted(set(periods))


def test_a_queue_has_room_for_what_is_sampled_between_two_publish_answers() -> None:
    """And for when one is late; never less than ten."""
    assert queue_size(0.05, 0.5) == 40
    assert queue_size(1.0, 0.5) == queue_size(0.0, 0.5) == 10
