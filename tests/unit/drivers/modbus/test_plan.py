"""Which requests read a device's tags."""

from __future__ import annotations

import itertools
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.drivers.modbus.address import Address, DataType, Limits, ModbusTag, Order, Table
from edge.drivers.modbus.plan import Request, Span, halves, plan
from edge.drivers.modbus.timing import Cost
from edge.model.tag import Tag
from tests.unit.drivers.modbus.tags import tag

SMALL = 60
"""Addresses are drawn from a small space, so that tags meet, touch and overlap."""


@st.composite
def tags(draw: st.DrawFn) -> list[ModbusTag]:
    """Any map: all tables and types, two periods, values that touch, overlap or share a register."""
    return [draw(_tag(number)) for number in range(draw(st.integers(1, 30)))]


@st.composite
def _tag(draw: st.DrawFn, number: int) -> ModbusTag:
    table = draw(st.sampled_from(Table))
    kind = DataType.BOOL if table.is_bits else draw(st.sampled_from(DataType))
    bit = draw(st.integers(0, 15)) if kind is DataType.BOOL and not table.is_bits else None
    length = 2 * draw(st.integers(1, 8)) if kind is DataType.STRING else 0
    address = Address(
        table, draw(st.integers(0, SMALL)), kind, draw(st.sampled_from(Order)), bit=bit, length=length
    )
    return ModbusTag(Tag(f"t{number}"), address, draw(st.sampled_from([1.0, 10.0])))


LIMITS = st.builds(
    Limits,
    registers=st.integers(8, 40),
    bits=st.integers(8, 40),
    gap=st.none() | st.integers(0, 12),
    even_only=st.booleans(),
)
COSTS = st.builds(Cost, request=st.floats(0.001, 0.05), register=st.floats(0.0001, 0.005))


def limit(request: Request, limits: Limits) -> int:
    """Return the most that one request of its table may ask for."""
    return limits.bits if request.table.is_bits else limits.registers


@given(tags(), LIMITS)
def test_covers_every_tag_exactly_once(given_tags: list[ModbusTag], limits: Limits) -> None:
    """Each tag is read by one request, of its table and with nothing of another period in it."""
    requests = plan(given_tags, limits)

    planned = [tag for request in requests for tag in request.tags]
    assert sorted(tag.tag.name for tag in planned) == sorted(tag.tag.name for tag in given_tags)
    for request in requests:
        assert {tag.address.table for tag in request.tags} == {request.table}
        assert len({tag.scan for tag in request.tags}) == 1


@given(tags(), LIMITS)
def test_never_splits_a_value_nor_exceeds_the_limits(given_tags: list[ModbusTag], limits: Limits) -> None:
    """Every value lies whole within its request, and no request is longer than the device can take."""
    for request in plan(given_tags, limits):
        assert 1 <= request.count <= limit(request, limits)
        for one in request.tags:
            assert request.start <= one.address.start
            assert one.address.stop <= request.stop


@given(tags(), LIMITS)
def test_reads_along_no_more_than_the_gap(given_tags: list[ModbusTag], limits: Limits) -> None:
    """A request begins and ends at a tag, and no stretch in it that nobody asked for is wider than the gap."""
    for request in plan(given_tags, limits):
        wanted = {address for tag in request.tags for address in range(tag.address.start, tag.address.stop)}
        ordered = sorted(wanted)
        gaps = [after - before - 1 for before, after in itertools.pairwise(ordered)]
        assert limits.gap is None or all(gap <= limits.gap for gap in gaps)
        spare = request.count - (ordered[-1] - ordered[0] + 1)
        assert spare in ((0, 1) if limits.even_only and not request.table.is_bits else (0,))
        assert request.waste == request.count - len(wanted)


@given(tags(), LIMITS.filter(lambda limits: limits.even_only))
def test_asks_for_even_counts_where_a_device_answers_no_others(
    given_tags: list[ModbusTag], limits: Limits
) -> None:
    """An SDM630 refuses an odd number of registers."""
    assert all(request.count % 2 == 0 for request in plan(given_tags, limits) if not request.table.is_bits)


@settings(max_examples=50)
@given(
    st.sets(st.integers(0, SMALL), min_size=1, max_size=9),
    LIMITS,
    COSTS,
    st.lists(st.integers(0, SMALL), max_size=3),
)
def test_no_other_plan_is_cheaper(
    addresses: set[int], limits: Limits, cost: Cost, missing: list[int]
) -> None:
    """Of all ways to cut the tags into requests that are allowed, none takes less time."""
    ordered = [tag(f"r{n}", n) for n in sorted(addresses)]
    legal = Without(missing)

    def price(cuts: tuple[int, ...]) -> float:
        total = 0.0
        for begin, end in itertools.pairwise((0, *cuts, len(ordered))):
            requests = plan(ordered[begin:end], limits, cost, legal)
            total += sum(cost.of(request.count, bits=False) for request in requests)
        return total

    cuts = (
        combination
        for size in range(len(ordered))
        for combination in itertools.combinations(range(1, len(ordered)), size)
    )
    assert price(()) <= min(map(price, cuts)) + 1e-9


class Without:
    """A device without some registers."""

    def __init__(self, missing: list[int]) -> None:
        self._missing = missing

    def allows(self, span: Span) -> bool:
        """Return whether it has them all."""
        return not any(span.start <= address < span.stop for address in self._missing)


def test_a_gap_is_read_along_while_that_is_cheaper_than_another_request() -> None:
    """A request costs ten registers here: nine unused ones are read along, eleven are not."""
    cost = Cost(request=0.010, register=0.001)

    assert len(plan([tag("a", 0), tag("b", 10)], Limits(), cost)) == 1
    assert len(plan([tag("a", 0), tag("b", 12)], Limits(), cost)) == 2


def test_a_plan_keeps_out_of_what_is_refused() -> None:
    """A tag that a device does not have is asked for alone, its neighbours together on either side."""
    tags = [tag(f"r{n}", n) for n in range(10)]

    requests = plan(tags, Limits(), legal=Without([4]))

    assert [(request.start, request.count) for request in requests] == [(0, 4), (4, 1), (5, 5)]


@settings(max_examples=50)
@given(tags(), LIMITS, st.randoms())
def test_does_not_depend_on_the_order_of_the_map(
    given_tags: list[ModbusTag], limits: Limits, random: Random
) -> None:
    """The same tags give the same plan, however they are written down."""
    shuffled = list(given_tags)
    random.shuffle(shuffled)

    assert plan(shuffled, limits) == plan(given_tags, limits)


def test_bits_of_a_register_share_it() -> None:
    """Sixteen flags of a status word cost one register."""
    flags = [tag(f"b{bit}", 1, DataType.BOOL, bit=bit) for bit in range(16)]

    (request,) = plan(flags, Limits())

    assert (request.start, request.count, request.payload_bytes) == (1, 1, 2)


def test_a_value_at_the_limit_opens_a_new_request() -> None:
    """Registers 124 and 125 of a 32-bit value go together into the second request."""
    requests = plan([tag(f"r{n}", n) for n in range(124)] + [tag("f", 124, DataType.FLOAT32)], Limits())

    assert [(request.start, request.count) for request in requests] == [(0, 124), (124, 2)]


def test_bit_tables_have_their_own_limit() -> None:
    """2000 coils go into one request of 250 bytes."""
    coils = [tag(f"c{n}", n, DataType.BOOL, table=Table.COIL) for n in range(2001)]

    first, second = plan(coils, Limits())

    assert (first.count, first.payload_bytes, second.count) == (2000, 250, 1)


def test_a_refused_block_is_cut_at_its_widest_gap() -> None:
    """The address that a device does not have is most likely one that nobody asked for."""
    (request,) = plan([tag("a", 0), tag("b", 1), tag("c", 2), tag("d", 9), tag("e", 12)], Limits())

    assert [(half.start, half.count) for half in halves(request, Limits())] == [(0, 3), (9, 4)]


def test_a_refused_block_without_gap_is_cut_in_the_middle() -> None:
    """Halves keep the number of requests low while the hole is looked for."""
    (request,) = plan([tag(f"r{n}", n) for n in range(8)], Limits())

    assert [(half.start, half.count) for half in halves(request, Limits())] == [(0, 4), (4, 4)]


def test_tags_that_share_their_registers_are_not_cut() -> None:
    """Asking twice for the same register would teach nothing."""
    (request,) = plan([tag("w", 1), *(tag(f"b{n}", 1, DataType.BOOL, bit=n) for n in range(3))], Limits())

    assert halves(request, Limits()) == ()


@given(tags(), LIMITS)
def test_halves_hold_the_same_tags_in_the_same_order(given_tags: list[ModbusTag], limits: Limits) -> None:
    """Cutting loses nothing, so the columns of a frame keep their order."""
    for request in plan(given_tags, limits):
        parts = halves(request, limits)
        if parts:
            assert tuple(tag for part in parts for tag in part.tags) == request.tags
            assert max(one.address.stop for one in parts[0].tags) <= parts[1].tags[0].address.start
