"""The driver of one OPC UA server: one session at a time, ended at the first real doubt and opened anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import structlog

from edge.backoff import Backoff
from edge.clock import Clock
from edge.drivers.base import Emit
from edge.drivers.opcua.address import Mode, OpcuaTag, Server
from edge.drivers.opcua.changes import Change, Changes
from edge.drivers.opcua.client import Answer, Connection, Item, Node, Publication, connect
from edge.drivers.opcua.decoding import Decoder, acquired, lost_values
from edge.drivers.schedule import Schedule
from edge.errors import TransientError
from edge.model.frame import Frame, Quality, Value

log = structlog.get_logger(__name__)

QUEUED_PUBLICATIONS = 1000
"""Publish answers that wait for processing, 8 minutes of them; beyond that the session is given up, not thinned out."""
HOLD_S = 5.0
"""What stands still is said again after this time."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, s.

    Attributes:
        connect: for a whole attempt, from the socket to the session.
        watch: between two questions for its time.
        deaf: without any answer; then the session is over.
        farewell: when the session is closed.
    """

    connect: float = 20.0
    watch: float = 3.0
    deaf: float = 10.0
    farewell: float = 2.0


class OpcuaDriver:
    """Reads one server until cancelled; see `edge.drivers.base.Driver`.

    Args:
        server: what to read.
        clock: for time stamps and deadlines.
        pki: folder for the client's own key and certificate, made at the first secured connection.
        backoff: makes the pauses between attempts.
        patience: how long the server is waited for.
    """

    def __init__(
        self,
        server: Server,
        clock: Clock,
        pki: Path,
        backoff: Callable[[], Backoff] = Backoff,
        patience: Patience | None = None,
    ) -> None:
        self._server = server
        self._clock = clock
        self._pki = pki
        self._backoff = backoff()
        self._patience = patience or Patience()
        self._names = tuple(tag.tag.name for tag in server.tags)
        self._lost = False

    @property
    def name(self) -> str:
        """The endpoint, for task names and the log."""
        return self._server.url

    async def run(self, emit: Emit) -> None:
        """Read until cancelled."""

        async def pass_on(frame: Frame) -> None:
            if any(frame.qualities):
                self._find()
            await emit(frame)

        while True:
            async with asyncio.TaskGroup() as group:
                session = group.create_task(self._session(pass_on), name=f"{self.name} session")
            self._lose(session.result())
            await emit(Frame.bad(self._server.device, self._names, self._clock.now()))
            await asyncio.sleep(self._backoff.next())

    async def _session(self, emit: Emit) -> str:
        """Open a session and read until it is over; return why it is.

        It is a task of its own: before Python 3.13 a task group whose child fails leaves its task looking cancelled
        (`Task.cancelling`), and `heed_cancellation` would then end the driver with the session.
        """
        patience, reason = self._patience, ""
        try:
            async with connect(
                self._server, self._pki, self._clock, patience.connect, patience.farewell
            ) as connection:
                session = _Session(connection, self._server, self._clock, patience)
                await session.subscribe()
                await session.run(emit)
        except* TransientError as group:
            reason = _reason(group)
        return reason

    def _lose(self, reason: str) -> None:
        if not self._lost:
            log.warning("opcua lost", device=self._server.device, endpoint=self.name, reason=reason)
        self._lost = True

    def _find(self) -> None:
        if self._lost:
            log.info("opcua back", device=self._server.device, endpoint=self.name)
        self._lost = False
        self._backoff.reset()


@dataclass(frozen=True, slots=True)
class _PollGroup:
    """Tags that are read together, by their places among the server's; a node is None when there is none."""

    period: float
    places: tuple[int, ...]
    names: tuple[str, ...]
    nodes: tuple[Node | None, ...]


class _Session:
    """All that is done between one connect and one loss."""

    def __init__(self, connection: Connection, server: Server, clock: Clock, patience: Patience) -> None:
        self._connection = connection
        self._server = server
        self._clock = clock
        self._patience = patience
        self._nodes = [connection.node(tag.node) for tag in server.tags]
        self._decoders = [Decoder(tag) for tag in server.tags]
        self._polled = set(range(len(server.tags)))
        self._changes = Changes(server.device, [tag.tag.name for tag in server.tags])
        self._published: asyncio.Queue[tuple[int, Publication]] = asyncio.Queue(QUEUED_PUBLICATIONS)
        self._publisher_heard = clock.monotonic()
        self._publisher_patience: float | None = None
        self._over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._has_overflowed = False

    async def subscribe(self) -> None:
        """Watch the tags that are to be watched; one that the server does not watch is polled."""
        unknown = [tag.tag.name for tag, node in self._tags() if node is None]
        if unknown:
            log.warning("opcua nodes not to be found", device=self._server.device, tags=unknown)
        items = [
            Item(place, node, tag.scan)
            for place, (tag, node) in enumerate(self._tags())
            if tag.mode is Mode.SUBSCRIBE and node is not None
        ]
        if not items:
            return
        silence, refused = await self._connection.watch(items, self._on_published)
        self._publisher_patience = max(self._patience.deaf, 2 * silence)
        self._polled -= {item.number for item in items} - refused.keys()
        if refused:
            reasons = {self._server.tags[place].tag.name: reason for place, reason in refused.items()}
            log.warning("opcua tags polled, not watched", device=self._server.device, tags=reasons)

    async def run(self, emit: Emit) -> None:
        """Hand on what comes until the session is over; then raise a group with a TransientError that says why."""
        async with asyncio.TaskGroup() as group:
            for name, work in (
                ("end", self._until_over()),
                ("connection", self._until_closed()),
                ("watch", self._watch()),
                ("changes", self._drain(emit)),
                ("poll", self._poll(emit)),
            ):
                group.create_task(work, name=f"{self._server.url} {name}")

    async def _until_over(self) -> None:
        raise TransientError(await self._over)

    async def _until_closed(self) -> None:
        await self._connection.closed()
        raise TransientError("the connection was closed")

    async def _watch(self) -> None:
        """Ask for the time every few seconds: a server, or its subscription, that has fallen silent is given up."""
        while True:
            await self._connection.ask()
            now = self._clock.monotonic()
            if now - self._connection.heard >= self._patience.deaf:
                raise TransientError(f"no answer for {self._patience.deaf:g} s")
            if self._publisher_patience and now - self._publisher_heard >= self._publisher_patience:
                raise TransientError("the subscription has fallen silent")
            await asyncio.sleep(self._patience.watch)

    def _on_published(self, publication: Publication) -> None:
        self._publisher_heard = self._clock.monotonic()
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
            changes = self._changed(arrived, publication)
            while not self._published.empty():
                arrived, publication = self._published.get_nowait()
                changes += self._changed(arrived, publication)
            for frame in self._changes.frames(changes, arrived):
                await emit(frame)
            if publication.is_complete and self._clock.monotonic() - held >= HOLD_S:
                held = self._clock.monotonic()
                if (holding := self._changes.holding(arrived)) is not None:
                    await emit(holding)

    async def _poll(self, emit: Emit) -> None:
        groups = list(self._poll_groups())
        if not groups:
            return
        schedule = Schedule([group.period for group in groups], self._clock.monotonic())
        while True:
            number, due = schedule.next()
            await asyncio.sleep(max(0.0, due - self._clock.monotonic()))
            schedule.begin(number, self._clock.monotonic())
            await emit(await self._read(groups[number]))

    async def _read(self, group: _PollGroup) -> Frame:
        """Return the frame of a group. What cannot be read is bad; whether the session is over, the watch decides."""
        began = self._clock.now()
        try:
            answers = iter(await self._connection.read([node for node in group.nodes if node is not None]))
        except TransientError:
            return Frame.bad(self._server.device, group.names, self._clock.now())
        middle = (began + self._clock.now()) // 2
        values, qualities, times = zip(
            *(
                (None, Quality.BAD.value, middle)
                if node is None
                else self._understand(place, next(answers), middle)
                for place, node in zip(group.places, group.nodes, strict=True)
            ),
            strict=True,
        )
        return Frame(self._server.device, group.names, values, qualities, middle, times)

    def _changed(self, arrived: int, publication: Publication) -> list[Change]:
        return [
            Change(place, *self._understand(place, answer, arrived)) for place, answer in publication.changes
        ]

    def _understand(self, place: int, answer: Answer, now: int) -> tuple[Value, int, int]:
        if lost_values(answer.status) and not self._has_overflowed:
            self._has_overflowed = True
            name = self._server.tags[place].tag.name
            log.warning(
                "opcua server lost changes: its queue is too short", device=self._server.device, tag=name
            )
        value, quality = self._decoders[place].decode(answer.raw, answer.status)
        return value, quality, acquired(answer.source, answer.server, now)

    def _tags(self) -> Iterator[tuple[OpcuaTag, Node | None]]:
        return zip(self._server.tags, self._nodes, strict=True)

    def _poll_groups(self) -> Iterator[_PollGroup]:
        def scan(place: int) -> float:
            return self._server.tags[place].scan

        for period, group in groupby(sorted(self._polled, key=scan), key=scan):
            places = tuple(group)
            yield _PollGroup(
                period,
                places,
                tuple(self._server.tags[place].tag.name for place in places),
                tuple(self._nodes[place] for place in places),
            )


def _reason(group: BaseExceptionGroup[TransientError]) -> str:
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return str(first)
