"""Which nodes are a worker's: the same answer everywhere, from names alone; pure.

Rendezvous hashing with a bound: each node goes to the worker that it weighs most, unless that one has its fair share
already. So shares are even, one more worker takes its share of each, and few nodes move when one comes or goes.
Workers that know different nodes for a moment disagree for a moment: what both take is the same lines twice, what
neither takes is sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def share(nodes: Iterable[str], worker: int, workers: int) -> set[str]:
    """Return the nodes of a worker; workers are numbered from 1."""
    names = sorted(set(nodes))
    most = -(-len(names) // workers)
    loads = dict.fromkeys(range(1, workers + 1), 0)
    mine = set()
    for node in names:
        _, chosen = max((_weight(node, each), each) for each in loads if loads[each] < most)
        loads[chosen] += 1
        if chosen == worker:
            mine.add(node)
    return mine


def _weight(node: str, worker: int) -> bytes:
    return hashlib.sha256(f"{node}\n{worker}".encode()).digest()
