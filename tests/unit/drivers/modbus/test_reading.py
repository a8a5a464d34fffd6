"""One pass over a scan class, and what is learned from refusals; no socket, no clock."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.drivers.modbus.address import DataType, Limits, Station
from edge.drivers.modbus.plan import Request
from edge.drivers.modbus.reading import Reading, Refusal, ScanClass, scan_classes
from edge.model.frame import Frame, Quality
from tests.unit.drivers.frames import readings
from tests.unit.drivers.modbus.tags import tag

LEGAL_UNTIL = 120
Answer = Callable[[Request], bytes | Refusal]


def holes(*addresses: int, code: int = 2) -> Answer:
    """Return a device whose registers hold their own addresses, and that lacks some."""

    def answer(request: Request) -> bytes | Refusal:
        span = range(request.start, request.stop)
        if any(address in span for address in addresses):
            return Refusal(code)
        return b"".join(address.to_bytes(2, "big") for address in span)

    return answer


def read(scan_class: ScanClass, answer: Answer, time: int = 0) -> tuple[Frame, int, Reading]:
    """Make one pass; return its frame, the number of requests, and the reading."""
    reading, requests = Reading(scan_class), 0
    while (request := reading.next()) is not None:
        reading.take(answer(request))
        requests += 1
    return reading.finish(time), requests, reading


def scan_class(*addresses: int, limits: Limits = Limits()) -> ScanClass:  # noqa: B008 - frozen
    """Return a scan class of unsigned registers named after their addresses."""
    (one,) = scan_classes(Station("press", 1, limits, tuple(tag(f"r{n}", n) for n in addresses)))
    return one


def test_a_pass_gives_one_frame() -> None:
    """The answers of all requests stand in one frame, in the order of its names."""
    group = scan_class(0, 1, 100, 101, limits=Limits(gap=8))

    frame, requests, _ = read(group, holes(), time=17)

    assert requests == 2
    assert (frame.device, frame.time) == ("press", 17)
    assert readings(frame) == {"r0": 0, "r1": 1, "r100": 100, "r101": 101}


def test_frames_share_their_tuple_of_names() -> None:
    """Whoever keeps something per scan class can look it up by identity."""
    group = scan_class(0, 1)

    frames = [read(group, holes())[0], read(group, holes(1))[0], group.bad(3)]

    assert all(frame.tags is group.names for frame in frames)


def test_scan_classes_come_fastest_first() -> None:
    """Each period of a station is a scan class of its own."""
    tags = (tag("slow", 0, scan=60.0), tag("fast", 1, scan=0.5), tag("slow_too", 2, scan=60.0))

    classes = scan_classes(Station("press", 1, Limits(), tags))

    assert [(group.period, group.names) for group in classes] == [
        (0.5, ("fast",)),
        (60.0, ("slow", "slow_too")),
    ]


def test_an_exception_costs_its_request_only() -> None:
    """A busy device (6) makes this block bad now; it is neither cut nor asked again in this pass."""
    group = scan_class(0, 1, 100, limits=Limits(gap=8))

    frame, requests, _ = read(group, holes(0, code=6))

    assert requests == 2
    assert list(frame.values) == [None, None, 100]
    assert list(frame.qualities) == [Quality.BAD, Quality.BAD, Quality.GOOD]
    assert len(group.parts) == 2


def test_an_unanswered_rest_is_bad() -> None:
    """A pass that is broken off keeps what it has; the frame is as long as its names."""
    group = scan_class(0, 100, 200)
    reading = Reading(group)
    request = reading.next()
    assert request is not None
    reading.take(holes()(request))

    frame = reading.finish(0)

    assert list(frame.values) == [0, None, None]
    assert list(frame.qualities) == [Quality.GOOD, Quality.BAD, Quality.BAD]
    assert len(group.parts) == 3


def test_a_hole_in_a_gap_costs_nothing_after_the_first_pass() -> None:
    """A register that was only read along is left out from then on."""
    group = scan_class(0, 1, 5, 6)

    first, requests, _ = read(group, holes(3))
    again, requests_again, _ = read(group, holes(3))

    assert list(first.values) == list(again.values) == [0, 1, 5, 6]
    assert (requests, requests_again) == (3, 2)


@settings(max_examples=60)
@given(
    st.sets(st.integers(0, LEGAL_UNTIL - 1), min_size=1, max_size=40),
    st.sets(st.integers(0, LEGAL_UNTIL - 1), max_size=10),
    st.sampled_from([2, 3]),
)
def test_every_legal_tag_is_good_whatever_is_missing(
    addresses: set[int], missing: set[int], code: int
) -> None:
    """Holes cost their own tags, at most one more request per tag and hole, and only in the first pass."""
    group = scan_class(*addresses)
    planned = len(group.parts)

    first, requests, _ = read(group, holes(*missing, code=code))
    again, requests_again, _ = read(group, holes(*missing, code=code))

    expected = [None if address in missing else address for address in sorted(addresses)]
    assert list(first.values) == list(again.values) == expected
    assert requests <= 2 * len(addresses) + planned
    assert requests_again <= len(addresses)


def test_a_refused_tag_that_answers_again_restores_the_plan() -> None:
    """A PLC in STOP refuses everything; back in RUN it is read in whole blocks again."""
    group = scan_class(*range(8))
    read(group, holes(*range(8)))
    assert len(group.parts) == 8

    frame, _, _ = read(group, holes())
    _, requests, _ = read(group, holes())

    assert list(frame.values) == list(range(8))
    assert requests == 1


def test_a_refusal_is_complained_of_once() -> None:
    """The log hears of a wrong address when it is found, not each second."""
    group = scan_class(0, 1)

    _, _, first = read(group, holes(1))
    _, _, again = read(group, holes(1))

    assert [(request.start, refusal.code) for request, refusal in first.complaints] == [(1, 2)]
    assert again.complaints == []


def test_a_value_is_refused_whole() -> None:
    """A 32-bit value whose second register does not exist is bad, never half a number."""
    (group,) = scan_classes(
        Station("press", 1, Limits(), (tag("f", 0, DataType.UINT32), tag("g", 2, DataType.UINT32)))
    )

    frame, _, _ = read(group, holes(1))

    assert readings(frame) == {"f": None, "g": 2 << 16 | 3}
