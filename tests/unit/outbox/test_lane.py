"""A lane sends everything, at least once, new before old, whatever is acknowledged, late or lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.messages.acknowledgement import Acknowledgement, merge
from edge.outbox.lane import LIVE_BEHIND, MAX_RETRY_S, MAX_UNACKNOWLEDGED, Lane

steps = st.lists(
    st.one_of(
        st.tuples(st.just("make"), st.integers(1, 60)),
        st.tuples(st.just("send"), st.integers(1, 20)),
        st.tuples(st.just("acknowledge"), st.integers(1, 40)),
        st.tuples(st.just("wait"), st.integers(1, 700)),
        st.tuples(st.just("connect"), st.just(0)),
    ),
    max_size=60,
)


class Node:
    """An outbox in small, and what a lane makes go out of it."""

    def __init__(self) -> None:
        self.lane = Lane()
        self.waiting: list[int] = []
        self.newest = 0
        self.now = 0.0
        self.delivered: list[int] = []

    def send(self, free: int) -> None:
        """Send as the forwarder does."""
        lane = self.lane
        after = lane.next_live(self.newest)
        rows = [] if after is None else [seq for seq in self.waiting if seq > after][:free]
        for seq in rows:
            lane.sent_live(seq, self.now)
        again = lane.again(free)
        for seq in again:
            lane.sent_again(seq, self.now)
        top, limit = lane.live, min(lane.next_backlog(), free)
        old = [seq for seq in self.waiting if lane.backlog < seq <= top][:limit]
        fresh = [seq for seq in old if seq not in lane.sent]
        for seq in fresh:
            lane.sent_backlog(seq, self.now)
        if limit:
            lane.looked_through(old[-1] if len(old) == limit else top)
        self.delivered += [*rows, *again, *fresh]

    def acknowledge(self, numbers: list[int]) -> None:
        """Take what the host has stored out of the outbox."""
        done = Acknowledgement("e", merge((seq, seq) for seq in numbers))
        self.waiting = [seq for seq in self.waiting if seq not in numbers]
        self.lane.acknowledged(done, self.now)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_whatever_happens_everything_is_delivered_in_the_end(story: list[tuple[str, int]]) -> None:
    """Each batch goes out at least once, and what is never acknowledged goes out again."""
    node = Node()
    for what, number in story:
        if what == "make":
            node.waiting += range(node.newest + 1, node.newest + 1 + number)
            node.newest += number
        elif what == "send":
            node.send(number)
        elif what == "acknowledge":
            node.acknowledge(sorted(set(node.delivered) & set(node.waiting))[:number])
        elif what == "wait":
            node.now += number
            node.lane.look(node.now, 30)
        else:
            node.lane.connected(node.newest)
        assert len(node.lane.sent) <= MAX_UNACKNOWLEDGED + 60
    for _ in range(400):
        if not node.waiting:
            break
        node.now += 2 * MAX_RETRY_S
        node.lane.look(node.now, 30)
        node.delivered.clear()
        node.send(60)
        node.acknowledge(list(node.delivered))

    assert node.waiting == []


def test_what_cannot_be_sent_as_it_comes_becomes_backlog() -> None:
    """After a stall the newest go first, and those that were passed over follow."""
    node = Node()
    node.newest = 100
    node.waiting = list(range(1, 101))

    node.send(LIVE_BEHIND)

    assert node.delivered[:LIVE_BEHIND] == list(range(101 - LIVE_BEHIND, 101))
    assert node.delivered[LIVE_BEHIND:] == list(range(1, 1 + len(node.delivered) - LIVE_BEHIND))


def test_a_slow_host_gets_less_of_the_backlog_at_once() -> None:
    """A host that stores slowly has few old batches before it, so a new one never waits long behind them."""
    node = Node()
    node.newest = 5000
    node.waiting = list(range(1, 5001))
    node.lane.connected(5000)
    for took, grows in ((0.1, True), (2.0, False)):
        before = node.lane.ahead
        for _ in range(20):
            node.delivered.clear()
            node.send(64)
            node.now += took
            node.acknowledge(list(node.delivered))
        assert (node.lane.ahead > before) is grows
