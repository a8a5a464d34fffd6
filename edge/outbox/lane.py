"""What of a stream has been sent and what is to be sent next; pure.

New batches are sent as they come. What waited before is sent beside them, oldest first, and no more of it at once than
the host stores within half a second: so new data never queues behind old.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

MAX_RETRY_S = 600.0
"""A batch whose acknowledgement does not come is sent again at ever longer intervals, up to this one."""
MAX_UNACKNOWLEDGED = 1024
"""Batches of a stream sent and not acknowledged; beyond, nothing more is sent: the host is away or far behind."""
LIVE_BEHIND = 32
"""When new batches cannot be sent as fast as they come, all but so many of them become backlog."""
_LEAST, _MOST = 8, 256
_SLOW_S, _FAST_S = 0.5, 0.25


@dataclass(slots=True)
class Sent:
    """A batch that waits for its acknowledgement.

    Attributes:
        at: monotonic s.
        times: how often it has been sent on this connection.
        old: it was backlog.
    """

    at: float
    times: int = 1
    old: bool = False


@dataclass(slots=True)
class Lane:
    """One stream on one connection.

    Attributes:
        live: all above is new and not sent yet.
        backlog: all up to here has been sent, or is gone.
        sent: what waits for an acknowledgement.
        ahead: how many old batches may wait for an acknowledgement at once.
        overdue: numbers whose acknowledgement did not come.
    """

    live: int = 0
    backlog: int = 0
    sent: dict[int, Sent] = field(default_factory=dict)
    ahead: int = _LEAST
    overdue: list[int] = field(default_factory=list)

    def connected(self, newest: int) -> None:
        """Begin anew: on a new connection everything that is not acknowledged is to be sent."""
        self.live, self.backlog = newest, 0
        self.sent.clear()
        self.overdue.clear()

    def next_live(self, newest: int) -> int | None:
        """Return the number after which new batches are to be sent, None when there are none."""
        if newest - self.live > LIVE_BEHIND:
            self.live = newest - LIVE_BEHIND
        return self.live if newest > self.live and len(self.sent) < MAX_UNACKNOWLEDGED else None

    def next_backlog(self) -> int:
        """Return how many old batches may be sent now."""
        if self.backlog >= self.live:
            return 0
        old = sum(sent.old for sent in self.sent.values())
        return max(min(self.ahead - old, MAX_UNACKNOWLEDGED - len(self.sent)), 0)

    def sent_live(self, seq: int, now: float) -> None:
        """Note that a new batch goes out."""
        if self.backlog == self.live:
            self.backlog = seq
        self.live = seq
        self._note(seq, now, old=False)

    def sent_backlog(self, seq: int, now: float) -> None:
        """Note that an old batch goes out."""
        self._note(seq, now, old=True)

    def looked_through(self, last: int) -> None:
        """Note that everything up to a number has been sent, or is gone."""
        self.backlog = max(self.backlog, last)

    def failed(self, seq: int) -> None:
        """Note that a batch did not reach the broker: it is overdue at once."""
        if seq in self.sent and seq not in self.overdue:
            self.overdue.append(seq)

    def look(self, now: float, timeout: float) -> None:
        """Find batches whose acknowledgement is overdue."""
        late = {
            seq
            for seq, sent in self.sent.items()
            if now - sent.at > min(timeout * 2 ** (sent.times - 1), max(MAX_RETRY_S, timeout))
        }
        self.overdue += sorted(late - set(self.overdue))

    def again(self, limit: int) -> list[int]:
        """Return overdue numbers to send again, at most `limit`."""
        taken, self.overdue = self.overdue[:limit], self.overdue[limit:]
        return taken

    def sent_again(self, seq: int, now: float) -> None:
        """Note that an overdue batch goes out again."""
        if (sent := self.sent.get(seq)) is not None:
            sent.at, sent.times = now, sent.times + 1

    def gone(self, seq: int) -> None:
        """Note that a batch does not wait any more."""
        self.sent.pop(seq, None)

    def acknowledged(self, covered: Container[int], now: float) -> None:
        """Forget what the host has committed; send more or less of the old at once, after how long it took."""
        done = [seq for seq in self.sent if seq in covered]
        for seq in done:
            sent = self.sent.pop(seq)
            if sent.old and sent.times == 1:
                self._adapt(now - sent.at)
        if done and self.overdue:
            self.overdue = [seq for seq in self.overdue if seq in self.sent]
        for sent in self.sent.values() if done else ():
            # The host lives: what it has not reached yet is not to be asked for at the longest interval.
            sent.times = min(sent.times, 2)

    def _adapt(self, took: float) -> None:
        if took > _SLOW_S:
            self.ahead = max(self.ahead * 3 // 4, _LEAST)
        elif took < _FAST_S:
            self.ahead = min(self.ahead + 1, _MOST)

    def _note(self, seq: int, now: float, *, old: bool) -> None:
        self.sent[seq] = Sent(now, old=old)
