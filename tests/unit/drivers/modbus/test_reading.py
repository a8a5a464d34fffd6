"""One pass over a scan class, and what is learned from refusals; no socket, no clock."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.drivers.modbus.address import DataType, Limits, Station
from edge.drivers.modbus.exchange import Refusal
from edge.drivers.modbus.holes import FIRST_PAUSE_S
from edge.drivers.modbus.plan import Request, Span, plan
from edge.drivers.modbus.reading import EXTRA_REQUESTS, Reading
from edge.drivers.modbus.scan_class import ScanClass, scan_classes
from edge.model.frame import Frame, Quality
from edge.model.tag import Counter, CounterRole
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


def read(
    scan_class: ScanClass, answer: Answer, time: int = 0, now: float = 0.0
) -> tuple[Frame, int, Reading]:
    """Make one pass; return its frame, the number of requests, and the reading."""
    reading, requests = Reading(scan_class, now), 0
    while (request := reading.next()) is not None:
        reading.take(answer(request), now)
        requests += 1
    return reading.finish(time, now), requests, reading


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


def test_an_exception_for_no_address_costs_its_request_only() -> None:
    """An unknown exception makes this block bad now; it is neither cut nor asked again in this pass."""
    group = scan_class(0, 1, 100, limits=Limits(gap=8))

    frame, requests, _ = read(group, holes(0, code=8))

    assert requests == 2
    assert list(frame.values) == [None, None, 100]
    assert list(frame.qualities) == [Quality.BAD, Quality.BAD, Quality.GOOD]
    assert len(group.parts) == 2


@pytest.mark.parametrize("code", [5, 6])
def test_a_busy_device_is_asked_again_after_a_pause(code: int) -> None:
    """Busy is no refusal: the same request comes again, and the pass is good if that is answered."""
    group = scan_class(0, 1)
    reading = Reading(group, 0.0)
    first = reading.next()
    assert first is not None

    reading.take(Refusal(code), 0.0)

    assert reading.next() is first
    assert reading.pause_s > 0
    reading.take(holes()(first), 0.2)
    assert reading.next() is None
    assert list(reading.finish(0, 0.2).values) == [0, 1]


def test_a_device_that_stays_busy_is_left_alone() -> None:
    """After `busy_retries` the block is bad in this pass, and nothing is learned from it."""
    group = scan_class(0, 1, limits=Limits(busy_retries=2))

    frame, requests, reading = read(group, holes(0, code=6))

    assert requests == 3
    assert list(frame.values) == [None, None]
    assert [refusal.code for _, refusal in reading.complaints] == [6]
    assert len(group.holes) == 0


def test_an_unanswered_rest_is_bad() -> None:
    """A pass that is broken off keeps what it has; the frame is as long as its names."""
    group = scan_class(0, 100, 200, limits=Limits(gap=8))
    reading = Reading(group, 0.0)
    request = reading.next()
    assert request is not None
    reading.take(holes()(request), 0.0)

    frame = reading.finish(0, 0.0)

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


@settings(max_examples=100)
@given(
    st.sets(st.integers(0, LEGAL_UNTIL - 1), min_size=1, max_size=60),
    st.sets(st.integers(0, LEGAL_UNTIL - 1), max_size=20),
    st.sampled_from([1, 2, 3, 4]),
    st.none() | st.integers(0, 12),
)
def test_every_legal_tag_is_good_whatever_is_missing(
    addresses: set[int], missing: set[int], code: int, gap: int | None
) -> None:
    """Holes cost their own tags: all others are good within log2(tags) + 1 passes, and from then on in every one."""
    group = scan_class(*addresses, limits=Limits(gap=gap))
    expected = [None if address in missing else address for address in sorted(addresses)]
    passes = math.ceil(math.log2(len(addresses))) + 1
    frames = [read(group, holes(*missing, code=code))[0] for _ in range(passes + 2)]

    assert list(frames[passes - 1].values) == expected
    assert all(list(frame.values) == expected for frame in frames[passes:])
    for frame in frames:
        assert all(value in (None, right) for value, right in zip(frame.values, expected, strict=True))


@settings(max_examples=100)
@given(
    st.sets(st.integers(0, LEGAL_UNTIL - 1), min_size=1, max_size=60),
    st.sets(st.integers(0, LEGAL_UNTIL - 1), max_size=20),
)
def test_the_number_of_requests_is_bounded(addresses: set[int], missing: set[int]) -> None:
    """Looking for holes costs a few requests per hole and ends; what is left is the plan around them."""
    group = scan_class(*addresses)
    planned = len(group.parts)
    counts = [read(group, holes(*missing))[1] for _ in range(30)]
    illegal = len(missing)

    assert max(counts) <= max(planned, 2 * len(addresses)) + EXTRA_REQUESTS + 1
    extra = 2 * illegal * (math.ceil(math.log2(len(addresses) + 1)) + 1)
    assert sum(counts) <= 30 * (planned + illegal + 1) + extra
    served = [part for part in group.parts if not missing & set(range(part.request.start, part.request.stop))]
    assert len(served) == len(group.parts)
    assert counts[-1] <= len(group.parts) + 1


@settings(max_examples=100)
@given(
    st.sets(st.integers(0, LEGAL_UNTIL - 1), min_size=1, max_size=40),
    st.sets(st.integers(0, LEGAL_UNTIL - 1), max_size=6),
)
def test_what_is_learned_is_no_worse_than_what_is_known(addresses: set[int], missing: set[int]) -> None:
    """After a while a device is read in as few requests as if its map had named its holes."""

    class Known:
        def allows(self, span: Span) -> bool:
            return not missing & set(range(span.start, span.stop))

    group = scan_class(*addresses)
    for _ in range(12):
        read(group, holes(*missing))
    tags = [tag(f"r{n}", n) for n in addresses]
    best = [request for request in plan(tags, Limits(), legal=Known()) if Known().allows(request.span)]

    assert sorted(part.request.span.start for part in group.parts) == sorted(each.start for each in best)


def test_a_device_that_refuses_everything_is_asked_each_time_and_read_whole_again() -> None:
    """A PLC in STOP refuses everything; its first answer in RUN brings the whole plan back."""
    group = scan_class(*range(8))
    for _ in range(4):
        frame, stopped, _ = read(group, holes(*range(8)))
        assert list(frame.values) == [None] * 8
    assert stopped == 1

    read(group, holes())
    frame, requests, _ = read(group, holes())

    assert list(frame.values) == list(range(8))
    assert requests == 1


def test_a_refused_tag_is_tried_again_later() -> None:
    """A register that a program download brings is good again without anybody's doing."""
    group = scan_class(*range(8))
    read(group, holes(3), now=0.0)
    _, early, _ = read(group, holes(), now=FIRST_PAUSE_S - 1)
    read(group, holes(), now=FIRST_PAUSE_S)
    frame, requests, _ = read(group, holes(), now=FIRST_PAUSE_S + 1)

    assert early == 2
    assert (list(frame.values), requests) == (list(range(8)), 1)


def test_a_tag_that_stays_refused_is_tried_more_and_more_rarely() -> None:
    """Each try in vain doubles the pause: in an hour a dozen requests, not one each second."""
    group = scan_class(*range(8))
    tries = sum(read(group, holes(3), now=float(second))[1] == 3 for second in range(3600))

    assert 8 <= tries <= 14


def test_a_device_with_a_lower_limit_than_its_map_is_still_read() -> None:
    """Exception 3 for too many registers at once: the halves are answered, and stay halves."""
    group = scan_class(*range(100))

    def answer(request: Request) -> bytes | Refusal:
        return Refusal(3) if request.count > 40 else holes()(request)

    first, _, _ = read(group, answer)
    for _ in range(6):
        frame, requests, _ = read(group, answer)

    assert list(first.values) == list(frame.values) == list(range(100))
    assert requests <= 4


def test_scan_classes_of_a_station_share_what_they_learn() -> None:
    """A hole that the fast class has found need not be found again by the slow one."""
    tags = [tag(f"f{n}", n, scan=1.0) for n in (0, 1, 4, 5)] + [tag(f"s{n}", n, scan=60.0) for n in (2, 6)]
    fast, slow = scan_classes(Station("press", 1, Limits(), tuple(tags)))
    read(fast, holes(3))

    _, requests, _ = read(slow, holes(3))

    assert requests == 2


TWICE = (tag("count", 0, DataType.UINT32, twice=True, counter=Counter(CounterRole.GOOD, 2**32, 3.0)),)


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        (0x0001_0000, 0x0001_0001, 0x0001_0001),
        (0x0000_FFFF, 0x0001_0000, 0x0001_0000),
        (0x0000_0000, 0x0001_0000, None),
        (0x0001_FFFF, 0x0001_0000, None),
        (0xFFFF_FFFF, 0x0000_0001, 1),
    ],
)
def test_a_torn_counter_is_no_value(first: int, second: int, value: int | None) -> None:
    """A counter that counts `twice` must go on from one reading to the next by what the machine can make."""
    (group,) = scan_classes(Station("press", 1, Limits(), TWICE))
    answers = [first.to_bytes(4, "big"), second.to_bytes(4, "big")]

    frame, requests, _ = read(group, lambda _request: answers.pop(0))

    assert requests == 2
    assert list(frame.values) == [value]


def test_a_refusal_is_complained_of_once() -> None:
    """The log hears of a wrong address when it is found, not each second."""
    group = scan_class(0, 1)

    _, _, first = read(group, holes(1))
    later = [read(group, holes(1), now=60.0 * minute)[2] for minute in range(9)]

    assert [(request.start, refusal.code) for request, refusal in first.complaints] == [(1, 2)]
    assert all(reading.complaints == [] for reading in later)


def test_a_value_is_refused_whole() -> None:
    """A 32-bit value whose second register does not exist is bad, never half a number."""
    (group,) = scan_classes(
        Station("press", 1, Limits(), (tag("f", 0, DataType.UINT32), tag("g", 2, DataType.UINT32)))
    )

    frame, _, _ = read(group, holes(1))

    assert readings(frame) == {"f": None, "g": 2 << 16 | 3}
