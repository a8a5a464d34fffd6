"""The tags of one period, and the requests that read them as far as the device is known."""

from __future__ import annotations

from edge.drivers.modbus.address import DataType, Limits, Station
from edge.drivers.modbus.exchange import Refusal
from edge.drivers.modbus.plan import Request
from edge.drivers.modbus.reading import Reading
from edge.drivers.modbus.scan_class import ScanClass, scan_classes
from edge.model.frame import Frame
from tests.unit.drivers.frames import is_good
from tests.unit.drivers.modbus.tags import tag


def group(*starts: int, limits: Limits = Limits(gap=8), is_numbered: bool = True) -> ScanClass:  # noqa: B008 - frozen
    """Return a scan class of pairs of registers."""
    tags = tuple(tag(f"t{start}", start, DataType.UINT32) for start in starts)
    (one,) = scan_classes(Station("press", 1, limits, tags), is_numbered=is_numbered)
    return one


def counts(one: ScanClass) -> list[int]:
    """Return how many registers each request reads."""
    return [part.request.count for part in one.parts]


def read(one: ScanClass, last: int) -> Frame:
    """Make a pass before a device whose registers end before `last`."""
    reading = Reading(one, 0.0)
    while (request := reading.next()) is not None:
        reading.take(Refusal(2) if request.stop > last else bytes(request.payload_bytes), 0.0)
    return reading.finish(0, 0.0)


def test_requests_of_numbered_frames_read_what_they_must() -> None:
    """A transaction number tells their answers apart."""
    assert counts(group(0, 100, 200)) == [2, 2, 2]


def test_requests_without_numbers_differ_from_those_before() -> None:
    """A doubled answer to one is none to the next: each second one reads a register more."""
    assert counts(group(0, 100, 200, is_numbered=False)) == [2, 3, 2]
    assert counts(group(0, 100, limits=Limits(gap=8, even_only=True), is_numbered=False)) == [2, 4]


def test_nothing_is_read_on_where_the_map_forbids_it() -> None:
    """A device with `gap: 0` may hang at a register that nobody uses."""
    assert counts(group(0, 100, limits=Limits(gap=0), is_numbered=False)) == [2, 2]


def test_a_register_that_is_only_read_on_to_may_be_missing() -> None:
    """The request is made again without it in the same pass, and stays so."""
    one = group(0, 100, is_numbered=False)

    assert is_good(read(one, last=102))
    again = read(one, last=102)
    assert is_good(again)
    assert counts(one) == [2, 2]


def test_a_lone_tag_is_told_from_a_pair_in_the_same_registers() -> None:
    """With even counts both are read by the same two registers: cutting the pair must end."""
    tags = (tag("a", 0), tag("b", 1))
    (one,) = scan_classes(Station("press", 1, Limits(even_only=True), tags))
    reading, asked = Reading(one, 0.0), list[Request]()
    while (request := reading.next()) is not None:
        asked.append(request)
        reading.take(Refusal(2), 0.0)
        assert len(asked) < 9

    assert [(request.start, request.count, len(request.tags)) for request in asked] == [
        (0, 2, 2),
        (0, 2, 1),
        (1, 2, 1),
    ]
