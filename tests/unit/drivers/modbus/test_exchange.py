"""Which of the bytes that come are the answer to the question: no socket, no clock."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus.address import Table
from edge.drivers.modbus.exchange import Answer, Exchange, MisfitError, Refusal, Stray
from edge.drivers.modbus.mbap import MbapExchange
from edge.drivers.modbus.plan import Request
from edge.drivers.modbus.rtu import RtuExchange
from tests.unit.drivers.modbus.plc import crc

UNIT = 17
WORDS = Request(Table.HOLDING, 100, 2)
DATA = bytes.fromhex("DEADBEEF")
BODY = bytes([UNIT, 3, 4]) + DATA
FUNCTIONS = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}


def number_of(question: bytes) -> int:
    """Return the transaction number of a question over TCP."""
    return int.from_bytes(question[:2], "big")


def tcp(body: bytes, number: int) -> bytes:
    """Return a frame of Modbus TCP, as a device makes it."""
    return number.to_bytes(2, "big") + bytes(2) + len(body).to_bytes(2, "big") + body


def rtu(body: bytes) -> bytes:
    """Return a frame of Modbus RTU, as a device makes it."""
    return body + crc(body)


def framed(exchange: Exchange, question: bytes, body: bytes) -> bytes:
    """Return a frame as the device of an exchange answers a question."""
    return tcp(body, number_of(question)) if isinstance(exchange, MbapExchange) else rtu(body)


@pytest.fixture(params=[MbapExchange, RtuExchange])
def exchange(request: pytest.FixtureRequest) -> Exchange:
    """Each kind of frames in turn, on a new connection."""
    made = request.param()
    assert isinstance(made, Exchange)
    made.connected()
    return made


def said(exchange: Exchange, data: bytes) -> Answer | Stray | None:
    """Return what an exchange makes of some bytes."""
    try:
        return exchange.receive(data)
    except MisfitError as error:
        return error.stray


@pytest.mark.parametrize("table", Table)
def test_asks_as_the_specification_has_it(table: Table) -> None:
    """Unit, function, start and count, in a frame that an independent device understands."""
    request = Request(table, 0x1234, 9)
    body = bytes([UNIT, FUNCTIONS[table], 0x12, 0x34, 0, 9])

    assert MbapExchange().ask(UNIT, request)[2:] == bytes([0, 0, 0, 6]) + body
    assert RtuExchange().ask(UNIT, request) == rtu(body)


@given(st.sets(st.integers(1, 12)), st.sampled_from([MbapExchange, RtuExchange]))
def test_an_answer_may_come_in_any_pieces(cuts: set[int], kind: type[Exchange]) -> None:
    """The answer is there with its last byte, and not before."""
    exchange = kind()
    exchange.connected()
    frame = framed(exchange, exchange.ask(UNIT, WORDS), BODY)
    edges = [0, *sorted(cut for cut in cuts if cut < len(frame)), len(frame)]
    pieces = [frame[begin:end] for begin, end in itertools.pairwise(edges)]

    assert [exchange.receive(piece) for piece in pieces] == [None] * (len(pieces) - 1) + [DATA]
    assert not exchange.strays


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 6, 0x0A, 0x0B, 200])
def test_an_exception_is_an_answer(exchange: Exchange, code: int) -> None:
    """The device says that it does not give what was asked."""
    question = exchange.ask(UNIT, WORDS)

    assert exchange.receive(framed(exchange, question, bytes([UNIT, 0x83, code]))) == Refusal(code)


@pytest.mark.parametrize(
    "body",
    [
        bytes([UNIT + 1, 3, 4]) + DATA,
        bytes([UNIT, 4, 4]) + DATA,
        bytes([UNIT, 3, 2]) + DATA[:2],
        bytes([UNIT, 3, 6]) + DATA + b"12",
        bytes([UNIT, 3, 2]) + DATA,
        bytes([UNIT + 1, 0x83, 2]),
        bytes([UNIT, 0x84, 2]),
    ],
    ids=["unit", "function", "short", "long", "lying count", "unit's exception", "function's exception"],
)
def test_what_does_not_fit_the_question_is_no_answer(exchange: Exchange, body: bytes) -> None:
    """Unit, function and length must be those that were asked for; anything else ends the connection."""
    question = exchange.ask(UNIT, WORDS)

    assert said(exchange, framed(exchange, question, body)) in (Stray.MISFIT, Stray.GARBAGE)


def test_a_late_answer_is_known_by_its_number() -> None:
    """It is counted and dropped; the right one is still waited for."""
    exchange = MbapExchange()
    exchange.connected()
    first = exchange.ask(UNIT, WORDS)
    assert exchange.give_up()
    second = exchange.ask(UNIT, WORDS)

    assert exchange.receive(tcp(bytes([UNIT, 3, 4, 1, 2, 3, 4]), number_of(first))) is None
    assert exchange.receive(tcp(BODY, number_of(second))) == DATA
    assert exchange.strays == {Stray.LATE: 1}


def test_numbers_go_on_over_connections_and_around() -> None:
    """What a serial server kept for the last connection has none of this one's numbers; 0 is never used."""
    exchange = MbapExchange()
    numbers = []
    for _ in range(0x1_0002):
        exchange.connected()
        numbers.append(number_of(exchange.ask(UNIT, WORDS)))

    assert numbers == [*range(1, 0x1_0000), 1, 2, 3]


def test_a_device_that_answers_number_zero_is_believed_while_nothing_can_be_late() -> None:
    """On a connection without a question left open it is read like one without numbers."""
    exchange = MbapExchange()
    exchange.connected()
    exchange.ask(UNIT, WORDS)

    assert exchange.receive(tcp(BODY, 0)) == DATA
    assert not exchange.is_numbered
    exchange.ask(UNIT, WORDS)
    assert not exchange.give_up()


def test_number_zero_after_a_timeout_is_not_believed() -> None:
    """It may be the answer to the question before."""
    exchange = MbapExchange()
    exchange.connected()
    exchange.ask(UNIT, WORDS)
    exchange.give_up()
    exchange.ask(UNIT, WORDS)

    assert exchange.receive(tcp(BODY, 0)) is None
    assert exchange.strays == {Stray.LATE: 1}


def test_a_second_answer_of_number_zero_spoils_the_first() -> None:
    """Of two answers that came at once, nobody can tell which is the late one."""
    exchange = MbapExchange()
    exchange.connected()
    exchange.ask(UNIT, WORDS)

    assert said(exchange, 2 * tcp(BODY, 0)) is Stray.MISFIT


def test_two_rtu_answers_at_once_are_none() -> None:
    """One of them is late or doubled, and nobody can tell which."""
    exchange = RtuExchange()
    exchange.ask(UNIT, WORDS)

    assert said(exchange, 2 * rtu(BODY)) is Stray.LATE


def test_an_rtu_answer_that_nobody_asked_for_ends_the_connection() -> None:
    """Where answers have no numbers, one too many puts those before it in doubt."""
    exchange = RtuExchange()
    exchange.ask(UNIT, WORDS)
    assert exchange.receive(rtu(BODY)) == DATA

    assert said(exchange, rtu(BODY)) is Stray.LATE


def test_a_tcp_answer_that_nobody_asked_for_does_no_harm() -> None:
    """A doubled answer carries a number that is not asked for any more."""
    exchange = MbapExchange()
    exchange.connected()
    question = exchange.ask(UNIT, WORDS)
    answer = tcp(BODY, number_of(question))

    assert exchange.receive(answer + answer) == DATA
    following = exchange.ask(UNIT, WORDS)
    assert exchange.receive(tcp(BODY, number_of(following))) == DATA
    assert exchange.strays == {Stray.LATE: 1}


@pytest.mark.parametrize("noise", [b"\x00", b"\xff\xff", b"\x00\xff"])
def test_the_noise_of_a_turning_line_is_overheard(noise: bytes) -> None:
    """RS-485 drivers that switch over leave a byte of all zeros or ones before the frame, and behind it."""
    exchange = RtuExchange()
    exchange.ask(UNIT, WORDS)

    assert exchange.receive(noise) is None
    assert exchange.receive(rtu(BODY)) == DATA
    assert exchange.receive(noise) is None


def test_a_wrong_checksum_is_garbage() -> None:
    """A byte that the line has changed makes no value."""
    exchange = RtuExchange()
    exchange.ask(UNIT, WORDS)
    frame = bytearray(rtu(BODY))
    frame[4] ^= 1

    assert said(exchange, bytes(frame)) is Stray.GARBAGE


@pytest.mark.parametrize("header", ["0001 0001 0007", "0001 0000 0002", "0001 0000 00FF", "4854 5450 2F31"])
def test_what_cannot_be_a_header_ends_the_connection(header: str) -> None:
    """Where a frame begins cannot be known any more: an HTTP server at this port, say."""
    exchange = MbapExchange()
    exchange.connected()
    exchange.ask(UNIT, WORDS)

    assert said(exchange, bytes.fromhex(header) + bytes(20)) is Stray.GARBAGE


def test_half_a_frame_at_the_timeout_ends_the_connection() -> None:
    """Its rest would be taken for the beginning of the next one."""
    exchange = MbapExchange()
    exchange.connected()
    question = exchange.ask(UNIT, WORDS)
    exchange.receive(tcp(BODY, number_of(question))[:7])

    assert not exchange.give_up()
    assert exchange.strays == {Stray.TRUNCATED: 1}


@given(st.lists(st.binary(max_size=40), max_size=6), st.sampled_from([MbapExchange, RtuExchange]))
def test_no_bytes_raise_anything_else(pieces: list[bytes], kind: type[Exchange]) -> None:
    """Whatever comes is an answer, more to wait for, or a misfit."""
    exchange = kind()
    exchange.connected()
    exchange.ask(UNIT, WORDS)
    for piece in pieces:
        if isinstance(said(exchange, piece), Stray):
            break


@pytest.mark.parametrize("cut", [8, 13, 20])
def test_an_answer_that_is_cut_off_is_not_completed_by_the_next(cut: int) -> None:
    """A gateway that loses the end of a frame and sends it again makes no value of the two."""
    exchange = MbapExchange()
    exchange.connected()
    question = exchange.ask(UNIT, Request(Table.HOLDING, 100, 8))
    frame = tcp(bytes([UNIT, 3, 16, *range(16)]), number_of(question))

    assert exchange.receive(frame[:cut]) is None
    assert said(exchange, frame[:cut]) is Stray.TRUNCATED


def test_an_answer_that_is_followed_by_no_frame_is_none() -> None:
    """Where the stream goes on with something else, nobody knows where the answer has really ended."""
    exchange = MbapExchange()
    exchange.connected()
    question = exchange.ask(UNIT, WORDS)

    assert said(exchange, tcp(BODY, number_of(question)) + bytes.fromhex("0001 1703 0400")) is Stray.GARBAGE


def test_numbers_are_trusted_again_after_many_right_ones() -> None:
    """A fault on the way that took them for a moment does not make a device one without numbers for ever."""
    exchange = MbapExchange()
    exchange.connected()
    exchange.ask(UNIT, WORDS)
    exchange.receive(tcp(BODY, 0))
    assert not exchange.is_numbered
    for _ in range(60):
        question = exchange.ask(UNIT, WORDS)
        assert exchange.receive(tcp(BODY, number_of(question))) == DATA

    assert exchange.is_numbered


def test_questions_of_one_form_are_alike() -> None:
    """Same unit, table and size: only the number tells their answers apart."""
    exchange = RtuExchange()
    exchange.connected()
    assert not exchange.is_alike(UNIT, WORDS)
    exchange.ask(UNIT, WORDS)

    assert exchange.is_alike(UNIT, Request(Table.HOLDING, 500, 2))
    assert not exchange.is_alike(UNIT, Request(Table.HOLDING, 500, 3))
    assert not exchange.is_alike(UNIT + 1, WORDS)
