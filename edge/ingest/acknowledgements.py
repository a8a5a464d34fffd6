"""What this worker has committed, by node and stream, and what it has still to tell the nodes; pure."""

from __future__ import annotations

import itertools

from edge.messages import acknowledgement
from edge.messages.acknowledgement import Acknowledgement

MAX_EPOCHS = 4
"""Epochs of one stream that are remembered: more than one only while an outbox is made anew, or two nodes have one name."""


class AcknowledgementLedger:
    """Acknowledgements by topic and epoch, the newest epochs of each."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Acknowledgement]] = {}
        self._untold: dict[tuple[str, str], None] = {}

    def add(self, topic: str, epoch: str, seq: int) -> None:
        """Note that a batch rests in the historian or in the dead letters."""
        epochs = self._known.setdefault(topic, {})
        epochs[epoch] = epochs.pop(epoch, Acknowledgement(epoch)).add(seq)
        if len(epochs) > MAX_EPOCHS:
            oldest = next(iter(epochs))
            del epochs[oldest]
            self._untold.pop((topic, oldest), None)
        self._untold[topic, epoch] = None

    def covers(self, topic: str, epoch: str, seq: int) -> bool:
        """Return whether this worker has committed a batch."""
        return seq in self._known.get(topic, {}).get(epoch, Acknowledgement(epoch))

    def missing(self) -> int:
        """Return how many batches are missing between those that came: trimmed, another worker's, or still to come."""
        pairs = [known.ranges for epochs in self._known.values() for known in list(epochs.values())[-1:]]
        return sum(
            later[0] - sooner[1] - 1 for ranges in pairs for sooner, later in itertools.pairwise(ranges)
        )

    def take_untold(self) -> list[tuple[str, str, bytes]]:
        """Return topics, epochs and payloads of what has changed since the last call, the newest epoch of each last."""
        untold, self._untold = list(self._untold), {}
        return [(topic, epoch, acknowledgement.encode(self._known[topic][epoch])) for topic, epoch in untold]

    def untell(self, topic: str, epoch: str) -> None:
        """Note that an acknowledgement did not get out."""
        if epoch in self._known.get(topic, {}):
            self._untold[topic, epoch] = None
