"""Any bytes on the data topic: no crash, no stop, no foreign write, all counted. `make fuzz` is the long form."""

from __future__ import annotations

import asyncio
import gzip
import os
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from edge.clock import SystemClock
from edge.errors import RejectedError
from edge.ingest.counters import Cause
from edge.ingest.options import IngestOptions
from edge.ingest.worker import IngestWorker
from edge.messages import batch, line_protocol, topics
from edge.messages.schema import Stream
from edge.mqtt.message import Message

BATCHES = int(os.environ.get("FUZZ", "4000"))
SEED = 11
SITE, NODE = "s", "n"
TOPIC = topics.NodeTopics(SITE, NODE).data(Stream.LEDGER)
INTERESTING = [
    b"",
    b"\x00",
    b"\n",
    b"\xff\xfe",
    b" ",
    b",",
    b"=",
    b'"',
    b"\\",
    b"i ",
    b"-" * 30,
    b"9" * 25,
    b"\x1f\x8b",
]


def good(rng: random.Random, seq: int) -> tuple[batch.Header, list[str]]:
    """Return a batch as a node makes it."""
    lines = [
        f"count,counter=good,device=d{at},line=l,site={SITE} n={rng.randrange(9)}i,total={seq}i {1_790_000_000_000_000_000 + at}"
        for at in range(rng.randrange(1, 6))
    ]
    lines.append(f'tag,device=d,line=l,site={SITE},tag=t s="文 \\"x",q=192i 1790000000000000000')
    return batch.Header(NODE, "e1", seq, len(lines), 1, 2), lines


def mutated(rng: random.Random, seq: int) -> Message:
    """Return a batch with something wrong, somewhere; now and then a good one."""
    header, lines = good(rng, seq)
    kind = rng.randrange(8)
    text = bytearray("\n".join((str(header), *lines)).encode())
    if kind in (0, 1, 2):
        for _ in range(rng.randrange(1, 6)):
            _mutate(rng, text)
    elif kind == 3:
        line = rng.randrange(len(lines))
        foreign = lines[line].replace(f"site={SITE}", "site=other")
        text = bytearray("\n".join((str(header), *lines[:line], foreign, *lines[line + 1 :])).encode())
    elif kind == 4:
        text = bytearray(
            str(header).replace(f"node={NODE}", "node=other").encode() + b"\n" + lines[0].encode()
        )
    elif kind == 5:
        text = bytearray(rng.randbytes(rng.randrange(200)))
    payload = gzip.compress(bytes(text), 1, mtime=0) if rng.random() < 0.5 else bytes(text)
    if kind == 6:
        whole = bytearray(payload)
        _mutate(rng, whole)
        payload = bytes(whole)
    topic = (
        TOPIC
        if rng.random() < 0.95
        else rng.choice(["edge/v1/s/n/data/x", "edge/v1/t/n/data/ledger", "a", "/"])
    )
    return Message(topic, payload)


def _mutate(rng: random.Random, text: bytearray) -> None:
    at = rng.randrange(len(text) + 1)
    what = rng.randrange(4)
    if what == 0 and text:
        text[at % len(text)] ^= 1 << rng.randrange(8)
    elif what == 1:
        del text[at : at + rng.randrange(1, 20)]
    elif what == 2:
        text[at:at] = rng.choice(INTERESTING)
    else:
        text[at:at] = text[rng.randrange(len(text) + 1) :][:20]


@dataclass
class Broker:
    """Delivers the mutants, a few at a time."""

    rng: random.Random
    left: int
    acked: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def messages(self) -> AsyncIterator[Message]:
        """Yield what waits."""
        while self.left:
            yield self._next()
        self.done.set()
        await asyncio.Event().wait()

    def take(self, limit: int) -> Sequence[Message]:
        """Return more."""
        return [self._next() for _ in range(min(limit, self.left, self.rng.randrange(4)))]

    def ack(self, message: Message) -> None:  # noqa: ARG002 - the port's own
        """Count it."""
        self.acked += 1

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:  # noqa: ARG002 - the port's own
        """Acknowledgements go to the node that the topic named, and nowhere else."""
        assert topic.startswith(f"edge/v1/{SITE}/{NODE}/ack/")

    def _next(self) -> Message:
        self.left -= 1
        return mutated(self.rng, self.left)


class Historian:
    """Refuses what a database would; keeps nothing."""

    lines = 0

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:
        """Check that every line is of the schema, and this site's."""
        assert checked
        for line in lines:
            point = line_protocol.parse(line)
            assert point.tags["site"] == SITE
            if "\x00" in line:
                raise RejectedError("a database of C strings")
        self.lines += len(lines)


class Cemetery:
    """Counts."""

    letters = 0

    def add(self, time: int, topic: str, reason: str, payload: bytes) -> None:
        """Keep one."""
        assert time
        assert isinstance(topic, str)
        assert reason
        assert isinstance(payload, bytes)
        self.letters += 1


async def test_any_bytes_are_stored_or_buried_and_counted() -> None:
    """Every mutant is given back to the broker; every line rests somewhere; nothing of another site is written."""
    broker, historian, cemetery = Broker(random.Random(SEED), BATCHES), Historian(), Cemetery()
    worker = IngestWorker(SITE, historian, broker, cemetery, SystemClock(), options=IngestOptions(writers=1))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(worker.run())
        await broker.done.wait()
        running.cancel()

    counters = worker.counters
    assert broker.acked == counters.batches == BATCHES
    assert cemetery.letters == sum(counters.letters.values())
    assert all(counters.letters[cause] for cause in (Cause.MESSAGE, Cause.LINE))
    assert historian.lines > BATCHES // 10
