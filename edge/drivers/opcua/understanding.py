"""What a server's answers mean: values, qualities and times of tags, and what is wrong with them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from edge.drivers.opcua.address import OpcuaTag, Window
from edge.drivers.opcua.decoding import Decoder, lost_values, severity
from edge.drivers.opcua.diagnosis import Condition, Diagnosis
from edge.drivers.opcua.stamps import Origin, Stamps
from edge.model.frame import Value

Answer = tuple[object, int, datetime | None, datetime | None]
"""Raw value, StatusCode, the source's time stamp and the server's."""
Reading = tuple[int, Value, int, int]
"""Place of the tag, value, quality, time stamp (ns UTC)."""


class Understanding:
    """The tags of one server, from one session to the next.

    Args:
        window: within which other clocks are believed.
        status_name: gives a StatusCode its name.

    Attributes:
        decoders: of the tags, by their places.
        diagnosis: what is known of each tag besides its value.
        news: faults that have not been spoken of yet, by place; whoever tells them clears the list.
        overflows: places of values that the server lost others before; the time stamp of the value before them, 0 when
            it came with earlier answers, and their own, ns UTC. Whoever heeds them clears the list.
    """

    def __init__(self, tags: Sequence[OpcuaTag], window: Window, status_name: Callable[[int], str]) -> None:
        self.decoders = [Decoder(tag) for tag in tags]
        self.diagnosis = Diagnosis([tag.tag.name for tag in tags])
        self.news: list[tuple[int, str]] = []
        self.overflows: list[tuple[int, int, int]] = []
        self._decode = [decoder.decode for decoder in self.decoders]
        self._acquired = Stamps(window).acquired
        self._status_name = status_name

    def readings(
        self,
        answers: Iterable[tuple[int, Answer]],
        places: Sequence[tuple[int, ...]],
        now: int,
    ) -> list[Reading]:
        """Return what answers say of tags.

        Args:
            answers: with the number of what was asked for.
            places: of the tags that hang on each number.
            now: ns UTC.
        """
        decode, acquired, conditions = self._decode, self._acquired, self.diagnosis.conditions
        found: list[Reading] = []
        for number, (raw, status, source, server) in answers:
            time, origin = acquired(source, server, now)
            for place in places[number]:
                value, quality = decode[place](raw, status)
                condition = conditions[place]
                if (
                    status
                    or condition.status
                    or condition.origin is not origin
                    or condition.fault
                    or not quality
                ):
                    self._note(place, condition, raw, status, origin, quality)
                    if lost_values(status):
                        self._overflow(place, condition, time, found)
                found.append((place, value, quality, time))
        return found

    def complain(self, place: int, fault: str) -> None:
        """Take note of a tag that is not even asked for."""
        if self.diagnosis.find(place, fault):
            self.news.append((place, fault))

    def _note(
        self, place: int, condition: Condition, raw: object, status: int, origin: Origin, quality: int
    ) -> None:
        condition.status, condition.origin = status, origin
        if quality:
            condition.fault = ""
        else:
            is_refused = not severity(status)
            self.complain(place, self._status_name(status) if is_refused else self.decoders[place].fault(raw))

    def _overflow(self, place: int, condition: Condition, time: int, found: Sequence[Reading]) -> None:
        condition.overflows += 1
        before = next((reading[3] for reading in reversed(found) if reading[0] == place), 0)
        self.overflows.append((place, before, time))
