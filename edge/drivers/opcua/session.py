"""What is done between one connect and one loss: watch, poll, listen whether the server is still heard, fill gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from edge.clock import Clock
from edge.drivers.base import Emit
from edge.drivers.opcua.address import Server
from edge.drivers.opcua.changes import Changes
from edge.drivers.opcua.client import Connection, Publication, Watched
from edge.drivers.opcua.filling import Filling
from edge.drivers.opcua.gaps import Gaps
from edge.drivers.opcua.hearing import CLOCK_S, Hearing
from edge.drivers.opcua.pki import Pki
from edge.drivers.opcua.plan import PollGroup, WatchItem, everything, poll_groups, watch_items
from edge.drivers.opcua.understanding import Answer, Reading, Understanding
from edge.drivers.schedule import Schedule
from edge.errors import TransientError
from edge.model.frame import Quality

log = structlog.get_logger(__name__)

QUEUED_PUBLICATIONS = 1000
"""Publish answers that wait for processing, 8 minutes of them; beyond that the session is given up, not thinned out."""
HOLD_S = 5.0
"""What stands still is said again after this time."""
FIRST_S = 3.0
"""By then each watched tag has said its first value, or it will not."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, s.

    Attributes:
        connect: for a whole attempt, from the socket to the session.
        watch: between two questions for its time.
        deaf: without any answer; then the session is over.
        keep_alive: the longest that a subscription is to be silent.
        silent: for a publish answer and for the server's clock in it, if it has not agreed to longer.
        doubt: between two readings of what is watched.
        farewell: when the session is closed.
    """

    connect: float = 20.0
    watch: float = 2.0
    deaf: float = 6.0
    keep_alive: float = 2.0
    silent: float = 5.0
    doubt: float = 30.0
    farewell: float = 2.0


_BAD = Quality.BAD.value
_NOWHERE: Answer = (None, 0x8034_0000, None, None)
"""BadNodeIdUnknown, for a node whose namespace the server does not have."""


class Session:
    """One session of a server's tags.

    Args:
        gaps: what was missed before; shared with the sessions before and after, like `changes`.
        queued: publish answers that may wait for processing.
    """

    def __init__(
        self,
        connection: Connection,
        server: Server,
        clock: Clock,
        patience: Patience,
        pki: Pki,
        understanding: Understanding,
        gaps: Gaps,
        changes: Changes,
        queued: int = QUEUED_PUBLICATIONS,
    ) -> None:
        tags = server.tags
        self._connection = connection
        self._server = server
        self._clock = clock
        self._patience = patience
        self._pki = pki
        self._understanding = understanding
        self._gaps = gaps
        self._nodes = {tag.node: connection.node(tag.node) for tag in tags}
        self._hearing = Hearing(clock.monotonic(), patience.deaf, patience.silent)
        self._places: Sequence[tuple[int, ...]] = ()
        self._watched = PollGroup(0.0, (), ())
        self._polls: Sequence[PollGroup] = ()
        self._published: asyncio.Queue[tuple[int, Publication]] = asyncio.Queue(queued)
        self._over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._first: dict[int, int] = {}
        self._unheard: set[int] = set()
        self._polled: dict[int, int] = {}
        self._gap_found = asyncio.Event()
        self._changes = changes
        changes.forget()
        self._filling = Filling(
            server.device,
            connection,
            [self._nodes[tag.node] for tag in tags],
            understanding.decoders,
            gaps,
            self._changes,
            clock,
        )

    @property
    def newest(self) -> Mapping[int, int]:
        """The time stamp of the newest good value of each tag, ns UTC: there its gap begins when this session ends."""
        return {**self._first, **self._polled, **self._changes.newest}

    @property
    def filled(self) -> int:
        """Samples that came out of the server's history."""
        return self._filling.samples

    async def run(self, emit: Emit) -> None:
        """Hand on what comes until the session is over; then raise a group with a TransientError that says why."""
        readings, time = await self._read(everything(self._server.tags))
        self._first = {place: at for place, _, quality, at in readings if quality}
        self._end_gaps(self._first)
        await emit(self._changes.frame(readings, time))
        await self._subscribe()
        self._changes.know(reading for reading in readings if reading[0] in self._unheard)
        async with asyncio.TaskGroup() as group:
            for name, work in (
                ("end", self._until_over()),
                ("connection", self._until_ended()),
                ("watch", self._watch()),
                ("changes", self._drain(emit)),
                ("poll", self._poll(emit)),
                ("doubt", self._doubt(emit)),
                ("history", self._fill(emit)),
            ):
                group.create_task(work, name=f"{self._server.url} {name}")

    async def _subscribe(self) -> None:
        """Watch the tags that are to be watched; one that the server does not watch is polled."""
        tags, reading = self._server.tags, self._server.reading
        refused: dict[int, str] = {}
        known: list[WatchItem] = []
        for item in watch_items(tags, reading.publishing):
            if self._nodes[item.node] is not None:
                known.append(item)
            else:
                refused |= dict.fromkeys(item.places, "its namespace is not in this server")
        if known:
            agreement = await self._connection.watch(
                [
                    Watched(node, item.sampling, item.queue, item.deadband)
                    for item in known
                    if (node := self._nodes[item.node]) is not None
                ],
                reading.publishing,
                self._patience.keep_alive,
                CLOCK_S,
                self._on_published,
            )
            self._hearing.agreed(agreement.silence, agreement.clock, self._clock.monotonic())
            for number, reason in agreement.refused.items():
                refused |= dict.fromkeys(known[number].places, f"the server does not watch it: {reason}")
            if agreement.unfiltered:
                names = [
                    tags[place].tag.name for number in agreement.unfiltered for place in known[number].places
                ]
                log.warning("opcua server knows no such deadband", device=self._server.device, tags=names)
        self._places = [item.places for item in known]
        watched = [item for item in known if not refused.keys() & item.places]
        self._watched = PollGroup(
            0.0, tuple(item.node for item in watched), tuple(item.places for item in watched)
        )
        self._unheard = {place for item in watched for place in item.places}
        for place, reason in refused.items():
            self._understanding.complain(place, reason)
        self._tell_news()
        self._polls = poll_groups(tags, refused)

    async def _until_over(self) -> None:
        raise TransientError(await self._over)

    async def _until_ended(self) -> None:
        raise TransientError(await self._connection.ended())

    async def _watch(self) -> None:
        """Ask for the time every few seconds: a server, or its subscription, that has fallen silent is given up."""
        while True:
            answer = await self._connection.ask()
            now = self._clock.monotonic()
            if answer is not None:
                self._hearing.answered(now)
            if complaint := self._hearing.complaint(answer and answer[0], now):
                raise TransientError(complaint)
            self._pki.remind(self._clock.now())
            await asyncio.sleep(self._patience.watch)

    def _on_published(self, publication: Publication) -> None:
        now = self._clock.monotonic()
        self._hearing.published(now)
        if publication.clock is not None:
            self._hearing.clock_published(publication.clock, now)
        if publication.ended:
            self._end(publication.ended)
        try:
            self._published.put_nowait((self._clock.now(), publication))
        except asyncio.QueueFull:
            self._end("processing is too far behind")

    def _end(self, reason: str) -> None:
        if not self._over.done():
            self._over.set_result(reason)

    async def _drain(self, emit: Emit) -> None:
        """Emit all that was published since the last time as few frames, and now and then what has not changed."""
        held = self._clock.monotonic()
        while True:
            arrived, publication = await self._published.get()
            readings = self._understand(arrived, publication)
            while not self._published.empty():
                arrived, publication = self._published.get_nowait()
                readings += self._understand(arrived, publication)
            overflows = self._heed_overflows()
            if self._unheard:
                self._hear_first(readings)
            for frame in self._changes.frames(readings, arrived):
                await emit(frame)
            for place in overflows:
                self._changes.calm(place)
            if publication.is_complete and self._clock.monotonic() - held >= HOLD_S:
                held = self._clock.monotonic()
                if (holding := self._changes.holding(arrived)) is not None:
                    await emit(holding)

    def _understand(self, arrived: int, publication: Publication) -> list[Reading]:
        readings = self._understanding.readings(publication.changes, self._places, arrived)
        self._tell_news()
        return readings

    def _hear_first(self, readings: Sequence[Reading]) -> None:
        """Find out what was missed between the reading of everything and the first value of each watched tag."""
        for place, _, quality, time in readings:
            if quality and place in self._unheard:
                self._unheard.discard(place)
                if (first := self._first.get(place)) is None:
                    self._end_gaps({place: time})
                else:
                    self._add_gap(place, first, time)

    def _heed_overflows(self) -> list[int]:
        """Return the places of values that the server lost others before; its history may have them."""
        overflows, self._understanding.overflows = self._understanding.overflows, []
        for place, before, time in overflows:
            start = before or self._changes.time_of(place)
            if start is not None:
                self._add_gap(place, start, time)
            name = self._server.tags[place].tag.name
            log.warning("opcua server's queue was too short", device=self._server.device, tag=name)
        return [place for place, _, _ in overflows]

    def _add_gap(self, place: int, start: int, end: int) -> None:
        self._gaps.add(place, start, end)
        self._gap_found.set()

    def _end_gaps(self, first: Mapping[int, int]) -> None:
        if self._gaps.is_waiting:
            self._gaps.found(first, self._clock.now())
            self._gap_found.set()

    async def _fill(self, emit: Emit) -> None:
        while True:
            await self._gap_found.wait()
            self._gap_found.clear()
            await self._filling.run(emit)

    async def _poll(self, emit: Emit) -> None:
        if not self._polls:
            return
        schedule = Schedule([group.period for group in self._polls], self._clock.monotonic())
        while True:
            number, due = schedule.next()
            await asyncio.sleep(max(0.0, due - self._clock.monotonic()))
            schedule.begin(number, self._clock.monotonic())
            group = self._polls[number]
            try:
                readings, time = await self._read(group)
            except TransientError:
                # What cannot be read is bad; whether the session is over, the watch decides.
                time = self._clock.now()
                readings = [(place, None, _BAD, time) for places in group.places for place in places]
            good = {place: at for place, _, quality, at in readings if quality}
            self._polled |= good
            self._end_gaps(good)
            await emit(self._changes.frame(readings, time))

    async def _doubt(self, emit: Emit) -> None:
        """Read now and then what is watched: of a node that has vanished some servers publish nothing at all.

        A reading that contradicts what is known counts when the next one does, too, and nothing was published between them.
        """
        suspected: Mapping[int, Reading] = {}
        while True:
            await asyncio.sleep(self._patience.doubt)
            try:
                readings, time = await self._read(self._watched)
            except TransientError:
                continue
            contradicted = self._changes.contradicted(readings)
            proven = {place for place, known in contradicted.items() if suspected.get(place) is known}
            for frame in self._changes.frames([one for one in readings if one[0] in proven], time):
                await emit(frame)
            suspected = contradicted

    async def _read(self, group: PollGroup) -> tuple[list[Reading], int]:
        """Return what the server says of a group, and when; a node that is not there costs its own tags only."""
        began = self._clock.now()
        nodes = [self._nodes[address] for address in group.nodes]
        answers = iter(await self._connection.read([node for node in nodes if node is not None]))
        time = (began + self._clock.now()) // 2
        pairs = [
            (number, next(answers) if node is not None else _NOWHERE) for number, node in enumerate(nodes)
        ]
        readings = self._understanding.readings(pairs, group.places, time)
        self._tell_news()
        return readings, time

    def _tell_news(self) -> None:
        """Say which tags cannot be read, once for each reason."""
        news, self._understanding.news = self._understanding.news, []
        reasons: dict[str, list[str]] = {}
        for place, fault in news:
            reasons.setdefault(fault, []).append(self._server.tags[place].tag.name)
        for reason, tags in reasons.items():
            log.warning("opcua tags cannot be read", device=self._server.device, tags=tags, reason=reason)
