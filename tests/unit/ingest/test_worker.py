"""The worker's promises, against fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from edge.clock import SystemClock
from edge.errors import EdgeError, RejectedError, ServerFaultError, TransientError
from edge.ingest.counters import Cause
from edge.ingest.options import IngestOptions
from edge.ingest.worker import IngestWorker
from edge.messages import acknowledgement, batch, topics
from edge.messages.acknowledgement import Acknowledgement
from edge.messages.batch import Header
from edge.messages.schema import Stream
from edge.mqtt.message import Message

DEADLINE_S = 20.0
ONE_WRITER = IngestOptions(writers=1)
NODE = topics.NodeTopics("aikou", "n1")
DATA = NODE.data(Stream.LEDGER)
ACK = NODE.ack(Stream.LEDGER)


def count(n: int, time: int) -> str:
    """Return a line that counts."""
    return f"count,counter=total,device=d,line=l,site=aikou n={n}i {time}"


def message(seq: int, *lines: str, node: str = "n1", topic: str = DATA) -> Message:
    """Return a batch as it comes from the broker."""
    return Message(topic, batch.encode(Header(node, "e1", seq, len(lines), 0, 0), lines))


@dataclass
class FakeBroker:
    """Delivers what it is given, then nothing more; remembers what it is told, in order."""

    waiting: list[Message]
    connected: bool = True
    acked: list[Message] = field(default_factory=list)
    published: list[tuple[str, Acknowledgement]] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def messages(self) -> AsyncIterator[Message]:
        """Yield what waits."""
        while True:
            if not self.waiting:
                self.done.set()
                await asyncio.Event().wait()
            yield self.waiting.pop(0)

    def take(self, limit: int) -> list[Message]:
        """Return what waits."""
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    def ack(self, message: Message) -> None:
        """Note it."""
        self.acked.append(message)

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Note it, or fail."""
        if not self.connected:
            raise TransientError("not connected")
        assert retain
        self.published.append((topic, acknowledgement.decode(payload)))


@dataclass
class FakeHistorian:
    """Takes every line but poison; away for as long as `troubles` last."""

    troubles: list[TransientError] = field(default_factory=list)
    writes: list[tuple[str, ...]] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)
    before: Callable[[], None] = lambda: None
    fault: EdgeError = field(default_factory=lambda: RejectedError("poison"))

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:  # noqa: ARG002 - the port's own
        """Store, refuse or fail."""
        self.before()
        self.writes.append(tuple(lines))
        if self.troubles:
            raise self.troubles.pop(0)
        if any("poison" in line for line in lines):
            raise self.fault
        self.stored.update(lines)


@dataclass
class FakeCemetery:
    """Keeps letters; fails as long as it has troubles."""

    troubles: list[TransientError] = field(default_factory=list)
    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    times: list[int] = field(default_factory=list)

    def add(self, time: int, topic: str, reason: str, payload: bytes) -> None:
        """Keep one."""
        if self.troubles:
            raise self.troubles.pop(0)
        self.letters.append((topic, reason, payload))
        self.times.append(time)


@dataclass
class Pauses:
    """Remembers how long the worker would have slept."""

    taken: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        """Sleep not at all."""
        self.taken.append(seconds)


async def work(
    broker: FakeBroker,
    historian: FakeHistorian,
    cemetery: FakeCemetery,
    pauses: Pauses | None = None,
    options: IngestOptions | None = None,
) -> IngestWorker[Message]:
    """Let a worker deal with everything that waits."""
    worker = IngestWorker(
        "aikou",
        historian,
        broker,
        cemetery,
        SystemClock(),
        options=options or ONE_WRITER,
        sleep=pauses or Pauses(),
    )
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        running = group.create_task(worker.run())
        await broker.done.wait()
        running.cancel()
    return worker


async def test_commits_then_tells_the_node_then_the_broker() -> None:
    """Neither node nor broker hears of a batch before it is stored."""
    broker = FakeBroker([message(7, count(1, 1))])

    def nothing_is_said() -> None:
        assert (broker.published, broker.acked) == ([], [])

    historian = FakeHistorian(before=nothing_is_said)
    await work(broker, historian, FakeCemetery())

    assert historian.stored == {count(1, 1)}
    assert broker.published == [(ACK, Acknowledgement("e1", ((7, 7),)))]
    assert len(broker.acked) == 1


async def test_whoever_wants_to_know_is_told_of_each_commit() -> None:
    """What is stored is told after it was, and what was only buried is not."""
    historian, told = FakeHistorian(), list[int]()
    broker = FakeBroker([message(7, count(1, 1)), Message(DATA, b"nonsense")])
    worker = IngestWorker(
        "aikou",
        historian,
        broker,
        FakeCemetery(),
        SystemClock(),
        options=ONE_WRITER,
        stored=lambda: told.append(len(historian.stored)),
    )
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        running = group.create_task(worker.run())
        await broker.done.wait()
        running.cancel()

    assert told == [1]


async def test_waiting_batches_share_a_write_and_an_acknowledgement() -> None:
    """A backlog is written together and told once, in the order in which it came."""
    broker = FakeBroker([message(seq, count(seq, seq)) for seq in range(10)])
    historian = FakeHistorian()
    await work(broker, historian, FakeCemetery())

    assert historian.writes == [tuple(count(seq, seq) for seq in range(10))]
    assert broker.published == [(ACK, Acknowledgement("e1", ((0, 9),)))]
    assert len(broker.acked) == 10


async def test_a_historian_that_is_away_is_waited_for() -> None:
    """The same lines are offered again, as late as the database asks, and nobody is told before they are stored."""
    broker = FakeBroker([message(1, count(1, 1))])
    historian = FakeHistorian([TransientError("away"), TransientError("busy", retry_after=77.0)])
    pauses = Pauses()

    def nothing_is_said() -> None:
        assert (broker.published, broker.acked) == ([], [])

    historian.before = nothing_is_said
    await work(broker, historian, FakeCemetery(), pauses)

    assert historian.writes == [(count(1, 1),)] * 3
    assert len(pauses.taken) == 2
    assert pauses.taken[0] < 1.0
    assert pauses.taken[1] == 77.0
    assert len(broker.acked) == 1


async def test_bad_lines_are_buried_and_the_rest_lands() -> None:
    """Of three batches in a write the one with bad lines is found, its bad lines die alone, and all three count."""
    nonsense, poison = "nonsense", 'count,site=aikou n=1i,mark="poison" 5'
    broker = FakeBroker(
        [
            message(1, count(1, 1)),
            message(2, count(2, 2), nonsense, count(3, 3), poison, count(4, 4)),
            message(3, count(5, 5)),
        ]
    )
    historian, cemetery = FakeHistorian(), FakeCemetery()
    await work(broker, historian, cemetery)

    assert historian.stored == {count(n, n) for n in range(1, 6)}
    assert cemetery.letters == [
        (DATA, "not line protocol with a time stamp", nonsense.encode()),
        (DATA, "poison", poison.encode()),
    ]
    assert broker.published == [(ACK, Acknowledgement("e1", ((1, 3),)))]


async def test_what_is_no_batch_is_buried_whole() -> None:
    """Nonsense and lies go to the dead letters and back to the broker, but no node is told of them."""
    nonsense = Message(DATA, b"hello")
    lie = message(1, count(1, 1), node="n2")
    broker = FakeBroker([nonsense, lie, message(2, count(2, 2))])
    historian, cemetery = FakeHistorian(), FakeCemetery()
    await work(broker, historian, cemetery)

    assert [payload for _, _, payload in cemetery.letters] == [nonsense.payload, lie.payload]
    assert historian.stored == {count(2, 2)}
    assert broker.published == [(ACK, Acknowledgement("e1", ((2, 2),)))]
    assert len(broker.acked) == 3


async def test_a_full_cemetery_is_waited_for() -> None:
    """A bad batch is not given back before it rests."""
    broker = FakeBroker([Message(DATA, b"hello")])
    cemetery, pauses = FakeCemetery([TransientError("disk full")]), Pauses()
    await work(broker, FakeHistorian(), cemetery, pauses)

    assert len(cemetery.letters) == len(pauses.taken) == len(broker.acked) == 1


async def test_an_acknowledgement_that_did_not_get_out_goes_with_the_next() -> None:
    """While the broker is away nothing is lost: the node hears of everything later."""
    broker = FakeBroker([message(1, count(1, 1))], connected=False)
    worker = IngestWorker("aikou", FakeHistorian(), broker, FakeCemetery(), SystemClock(), options=ONE_WRITER)
    for seq in (1, 2):
        broker.waiting = [message(seq, count(seq, seq))]
        broker.done.clear()
        async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
            running = group.create_task(worker.run())
            await broker.done.wait()
            running.cancel()
        broker.connected = True

    assert broker.published == [(ACK, Acknowledgement("e1", ((1, 2),)))]


async def test_a_batch_that_comes_again_is_told_again_and_not_written_again() -> None:
    """Repetitions cost the database nothing; the node hears what it has missed."""
    broker = FakeBroker([message(1, count(1, 1)), *(message(1, count(1, 1)) for _ in range(40))])
    historian = FakeHistorian()
    worker = await work(broker, historian, FakeCemetery())

    assert worker.counters.duplicates >= 9
    assert len(historian.writes) == 1
    assert broker.published[-1] == (ACK, Acknowledgement("e1", ((1, 1),)))
    assert len(broker.acked) == 41


async def test_batches_out_of_order_with_holes_are_told_as_they_are() -> None:
    """Nothing waits for what is missing; how much that is can be asked."""
    broker = FakeBroker([message(seq, count(seq, seq)) for seq in (9, 3, 7, 4)])
    worker = await work(broker, FakeHistorian(), FakeCemetery())

    assert broker.published == [(ACK, Acknowledgement("e1", ((3, 4), (7, 7), (9, 9))))]
    assert worker.missing == 3


async def test_a_batch_of_a_newer_program_stays_with_its_node() -> None:
    """It is neither stored nor buried nor acknowledged: the node keeps it until this host can read it."""
    newer = Message(DATA, b"# batch v=2 node=n1 epoch=e1 seq=1 points=1 first=1 last=1\ncount 1\n")
    broker, cemetery = FakeBroker([newer, message(2, count(2, 2))]), FakeCemetery()
    worker = await work(broker, FakeHistorian(), cemetery)

    assert (cemetery.letters, worker.counters.unknown) == ([], 1)
    assert broker.published == [(ACK, Acknowledgement("e1", ((2, 2),)))]
    assert len(broker.acked) == 2


async def test_a_message_over_the_limit_is_buried() -> None:
    """Its size alone is reason enough."""
    options = IngestOptions(writers=1, max_batch="1KB")
    broker, cemetery = FakeBroker([Message(DATA, bytes(2000))]), FakeCemetery()
    worker = await work(broker, FakeHistorian(), cemetery, options=options)

    assert [reason for _, reason, _ in cemetery.letters] == ["a message of 2000 bytes is over the limit"]
    assert worker.counters.letters[Cause.MESSAGE] == 1


async def test_a_node_that_sends_too_fast_is_not_heard_and_others_are() -> None:
    """What it sends beyond its rate is given back unstored, so that it sends it again; nobody else waits."""
    options = IngestOptions(writers=1, max_rate="2KB")
    flood = [message(seq, *(count(seq, seq * 100 + at) for at in range(90))) for seq in range(50)]
    other = message(1, count(7, 7), node="n2", topic="edge/v1/aikou/n2/data/ledger")
    broker, historian = FakeBroker([*flood, other]), FakeHistorian()
    worker = await work(broker, historian, FakeCemetery(), options=options)

    assert worker.counters.deferred > 20
    assert count(7, 7) in historian.stored
    assert len(broker.acked) == 51
    (known,) = [told for topic, told in broker.published if topic == ACK][-1:]
    assert sum(last - first + 1 for first, last in known.ranges) == 50 - worker.counters.deferred


async def test_a_line_on_which_the_database_fails_is_found_when_it_takes_others() -> None:
    """A 500 that comes again and again for the same lines is theirs; the others land."""
    lines = [count(at, at) for at in range(64)]
    poison = 'count,site=aikou n=1i,mark="poison" 5'
    broker = FakeBroker([message(1, *lines[:20], poison, *lines[20:])])
    historian, cemetery, pauses = FakeHistorian(fault=ServerFaultError("500")), FakeCemetery(), Pauses()
    await work(broker, historian, cemetery, pauses)

    assert historian.stored == set(lines)
    assert [payload.decode() for _, _, payload in cemetery.letters] == [poison]


async def test_a_database_that_fails_on_everything_buries_nothing() -> None:
    """A 500 is the server's own fault as long as it takes nothing at all."""
    broker = FakeBroker([message(1, *(count(at, at) for at in range(64)))])
    historian = FakeHistorian([ServerFaultError("500") for _ in range(100)])
    cemetery = FakeCemetery()
    await work(broker, historian, cemetery)

    assert cemetery.letters == []
    assert len(historian.stored) == 64


async def test_an_empty_batch_is_acknowledged() -> None:
    """A batch without lines needs no historian."""
    broker = FakeBroker([message(1)])
    historian = FakeHistorian()
    await work(broker, historian, FakeCemetery())

    assert historian.writes == []
    assert broker.published == [(ACK, Acknowledgement("e1", ((1, 1),)))]
