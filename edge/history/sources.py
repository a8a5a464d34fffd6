"""Readings and punches of a folder, taken production day by production day, each source in order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from edge.drivers.zkteco import attlog
from edge.history.contents import Contents, DeviceFiles, TerminalFiles, columns
from edge.history.files import MonthFile, Place, lines, since
from edge.history.readings import seconds
from edge.history.replay import QUIET_S, Day, Received
from edge.model.calendar import NS, Calendar
from edge.model.frame import Frame


class Timed(Protocol):
    """Anything that came at a time, ns UTC."""

    @property
    def time(self) -> int:
        """When it came."""
        ...


TimedT = TypeVar("TimedT", bound=Timed)


class Source(Generic[TimedT]):
    """Things of one device or terminal, in order of time; nothing is read long before it is asked for."""

    def __init__(self, things: Iterator[TimedT]) -> None:
        self._things = things
        self._next = next(things, None)

    def until(self, stop: int) -> list[TimedT]:
        """Return what came before an instant and was not taken yet."""
        taken = []
        while self._next is not None and self._next.time < stop:
            taken.append(self._next)
            self._next = next(self._things, None)
        return taken


class Sources:
    """All devices and terminals of a folder, from a production day on."""

    def __init__(self, contents: Contents, calendar: Calendar, first: date) -> None:
        self._calendar = calendar
        self._begin = contents.begin
        start, _ = calendar.day_span(first)
        # The last readings before it may be in the file of the month before.
        early = first - timedelta(days=1)
        self._devices = [
            Source(_frames(contents, device, since(device.files, early), calendar.zone))
            for device in contents.devices
        ]
        self._terminals = [
            Source(_punches(contents, terminal, since(terminal.files, early), calendar.zone))
            for terminal in contents.terminals
        ]
        self._before = [_last(source.until(start), None) for source in self._devices]
        for terminal in self._terminals:
            terminal.until(start)

    def day(self, day: date) -> Day:
        """Return what came on a production day; days are taken in order."""
        start, stop = self._calendar.day_span(day)
        # An older one may not be found again when the import goes on from here, and says nothing of now.
        before = tuple(frame for frame in self._before if frame and start - frame.time <= QUIET_S * NS)
        frames = [source.until(stop) for source in self._devices]
        punches = [received for source in self._terminals for received in source.until(stop)]
        self._before = [_last(each, former) for each, former in zip(frames, self._before, strict=True)]
        merged = sorted((frame for each in frames for frame in each), key=_time)
        return Day(max(start, self._begin), stop, before, tuple(merged), tuple(sorted(punches, key=_time)))


def _frames(
    contents: Contents, device: DeviceFiles, files: Sequence[MonthFile], zone: ZoneInfo
) -> Iterator[Frame]:
    def begin(rows: Iterator[tuple[int, str]]) -> Callable[[str], Frame]:
        _, first_line = next(rows, (1, ""))
        return columns(contents, device, first_line).frame

    return _in_order(contents, files, begin, zone)


def _punches(
    contents: Contents, terminal: TerminalFiles, files: Sequence[MonthFile], zone: ZoneInfo
) -> Iterator[Received]:
    return _in_order(contents, files, lambda _: partial(_received, serial=terminal.serial, zone=zone), zone)


def _in_order(
    contents: Contents,
    files: Sequence[MonthFile],
    begin: Callable[[Iterator[tuple[int, str]]], Callable[[str], TimedT]],
    zone: ZoneInfo,
) -> Iterator[TimedT]:
    """Yield what the lines of files say; `begin` takes the header, if there is one, and returns how to read the rest."""
    newest = contents.begin
    for file in files:
        here = 1
        first, stop = file.span(zone)
        rows = enumerate(lines(file.path), 1)
        try:
            parse = begin(rows)
            for number, line in rows:
                here = number
                thing = parse(line)
                if not newest <= thing.time < contents.limit:
                    raise ValueError(_disorder(contents, newest, thing.time))
                if not first <= thing.time < stop:
                    raise ValueError("a time that is not in the month that the file is named after")
                newest = thing.time
                yield thing
        except ValueError as error:
            raise Place(file.path, here).damaged(error) from None


def _disorder(contents: Contents, newest: int, time: int) -> str:
    if contents.begin <= time < newest:
        return f"time runs backwards here, by {(newest - time) // NS} s"
    return "a time that is not between from and to of readings.json"


def _received(line: str, serial: str, zone: ZoneInfo) -> Received:
    first, _, record = line.partition("\t")
    time = seconds(first) * NS
    upload = attlog.parse(record.encode(), serial, zone)
    if not upload.punches:
        reason = upload.faults[0].reason if upload.faults else "nothing follows the time of its receipt"
        raise ValueError(f"no attendance record: {reason}")
    return Received(time, upload.punches[0])


def _time(thing: Timed) -> int:
    return thing.time


def _last(frames: Sequence[Frame], former: Frame | None) -> Frame | None:
    return frames[-1] if frames else former
