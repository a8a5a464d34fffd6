"""The shares of workers: disjoint, complete, even, and steady."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.ingest.partition import share

names = st.sets(st.text("abcdefghij-0123456789", min_size=1, max_size=8), max_size=60)


@given(names, st.integers(1, 8))
def test_each_node_is_exactly_one_workers_and_shares_are_even(nodes: set[str], workers: int) -> None:
    """Nothing is left out or taken twice, and nobody has more than a fair share."""
    shares = [share(nodes, worker, workers) for worker in range(1, workers + 1)]

    assert sum(map(len, shares)) == len(nodes)
    assert set().union(*shares) == nodes
    assert max(map(len, shares)) <= -(-len(nodes) // workers)


def test_one_more_worker_takes_its_share_and_little_else_moves() -> None:
    """From three workers to four about a quarter of the nodes moves, not all of them."""
    nodes = {f"node-{number}" for number in range(96)}
    before = {node: worker for worker in (1, 2, 3) for node in share(nodes, worker, 3)}
    after = {node: worker for worker in (1, 2, 3, 4) for node in share(nodes, worker, 4)}

    assert len(share(nodes, 4, 4)) == 24
    assert sum(before[node] != after[node] for node in nodes) < 48
