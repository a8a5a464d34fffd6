"""Which nodes are watched and which are polled: one request's worth of work per node, whatever tags hang on it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.drivers.opcua.address import Deadband, Mode, NodeAddress, OpcuaTag

LEAST_QUEUE = 10
RETRY_S = 1.0
"""A node that the server would not watch is asked for again this often at most."""


@dataclass(frozen=True, slots=True)
class WatchItem:
    """A monitored item, and the places of the tags that it feeds: the elements of an array share one.

    Attributes:
        sampling: how often the server is to look, s.
        queue: samples that it is to keep.
    """

    node: NodeAddress
    sampling: float
    queue: int
    deadband: Deadband | None
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PollGroup:
    """Nodes that are read together, and the places of the tags that each feeds."""

    period: float
    nodes: tuple[NodeAddress, ...]
    places: tuple[tuple[int, ...], ...]


def watch_items(tags: Sequence[OpcuaTag], publishing: float) -> tuple[WatchItem, ...]:
    """Return what to subscribe to, by sampling rate, so that items of one rate are created together."""
    items: dict[tuple[NodeAddress, float, int, Deadband | None], list[int]] = {}
    for place, tag in enumerate(tags):
        if tag.mode is Mode.SUBSCRIBE:
            sampling = tag.scan if tag.sampling is None else tag.sampling
            queue = tag.queue or queue_size(sampling, publishing)
            items.setdefault((tag.node, sampling, queue, tag.deadband), []).append(place)
    ordered = sorted(items.items(), key=lambda item: item[0][1])
    return tuple(WatchItem(*key, tuple(places)) for key, places in ordered)


def queue_size(sampling: float, publishing: float) -> int:
    """Return room for every sample between two publish answers, and some more for when one is late."""
    return max(LEAST_QUEUE, math.ceil(4 * publishing / sampling)) if sampling else LEAST_QUEUE


def poll_groups(tags: Sequence[OpcuaTag], refused: Iterable[int] = ()) -> tuple[PollGroup, ...]:
    """Return what to poll, the fastest first.

    Args:
        tags: all of a server.
        refused: places of tags that are to be watched and that the server would not watch.
    """
    unwatched = set(refused)
    groups: dict[float, dict[NodeAddress, list[int]]] = {}
    for place, tag in enumerate(tags):
        if tag.mode is Mode.POLL or place in unwatched:
            period = tag.scan if tag.mode is Mode.POLL else max(tag.scan, RETRY_S)
            groups.setdefault(period, {}).setdefault(tag.node, []).append(place)
    return tuple(_group(period, groups[period]) for period in sorted(groups))


def everything(tags: Sequence[OpcuaTag]) -> PollGroup:
    """Return all tags as one group, to be read once after each recovery."""
    nodes: dict[NodeAddress, list[int]] = {}
    for place, tag in enumerate(tags):
        nodes.setdefault(tag.node, []).append(place)
    return _group(0.0, nodes)


def _group(period: float, nodes: dict[NodeAddress, list[int]]) -> PollGroup:
    return PollGroup(period, tuple(nodes), tuple(tuple(places) for places in nodes.values()))
