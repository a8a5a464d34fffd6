"""What this worker has committed, by node and stream, and what it has still to tell the nodes; pure."""

from __future__ import annotations

from edge.messages import acknowledgement
from edge.messages.acknowledgement import Acknowledgement


class AcknowledgementLedger:
    """Acknowledgements by topic.

    Only the epoch of the newest batch is kept: another one belongs to an outbox that was made anew, and the node
    pays no attention to it.
    """

    def __init__(self) -> None:
        self._known: dict[str, Acknowledgement] = {}
        self._untold: set[str] = set()

    def add(self, topic: str, epoch: str, seq: int) -> None:
        """Note that a batch rests in the historian or in the dead letters."""
        known = self._known.get(topic)
        if known is None or known.epoch != epoch:
            known = Acknowledgement(epoch)
        self._known[topic] = known.add(seq)
        self._untold.add(topic)

    def take_untold(self) -> list[tuple[str, bytes]]:
        """Return topics and payloads of what has changed since the last call."""
        untold, self._untold = sorted(self._untold), set()
        return [(topic, acknowledgement.encode(self._known[topic])) for topic in untold]

    def untell(self, topic: str) -> None:
        """Note that an acknowledgement did not get out."""
        self._untold.add(topic)
