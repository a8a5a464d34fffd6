"""The status table, row by row, for InfluxDB 1.x, 2.x and 3: what waits, what is halved, and what becomes a dead letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from edge.backoff import Backoff
from edge.errors import TransientError
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.ingest.batches import Batch
from edge.ingest.committer import Committer
from edge.ingest.counters import Cause, Counters
from edge.messages.batch import Header
from tests.fakes import FakeClock
from tests.stub_influx import StubInflux

T0 = 1_793_577_600_000_000_000
ALL = [1, 2, 3]


def count(n: int, mark: str = "") -> str:
    """Return a line that counts."""
    marked = f',mark="{mark}"' if mark else ""
    return f"count,counter=good,device=d,line=l,site=s n={n}i{marked} {T0 + n}"


@dataclass
class Cemetery:
    """Keeps letters."""

    letters: list[tuple[str, bytes]] = field(default_factory=list)

    def add(self, time: int, topic: str, reason: str, payload: bytes) -> None:  # noqa: ARG002 - the port's own
        """Keep one."""
        self.letters.append((reason, payload))


@dataclass
class Outcome:
    """What came of a commit."""

    letters: list[tuple[str, bytes]]
    counters: Counters
    pauses: list[float]


async def commit(stub: StubInflux, lines: Sequence[str], **changes: object) -> Outcome:
    """Let ingest commit lines to a stub, without waiting between attempts."""
    cemetery, counters, pauses = Cemetery(), Counters(), list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    with stub.serve():
        options = InfluxOptions(kind="influxdb", url=f"http://127.0.0.1:{stub.port}", database="chili")
        async with InfluxHistorian(options.model_copy(update=changes)) as historian:
            committer = Committer(historian, cemetery, FakeClock(), counters, Backoff(), sleep)
            await committer.commit([Batch("t", "a", Header("n", "e", 1, len(lines), T0, T0), tuple(lines))])
    return Outcome(cemetery.letters, counters, pauses)


@pytest.mark.parametrize("major", ALL)
async def test_204_is_stored(major: int) -> None:
    """One write, everything there."""
    stub = StubInflux(major)
    outcome = await commit(stub, [count(n) for n in range(100)])

    assert (len(stub.lines), stub.writes, outcome.letters) == (100, 1, [])


@pytest.mark.parametrize("major", ALL)
async def test_one_bad_line_among_many_dies_alone(major: int) -> None:
    """A conflict of types: all others land, by bisection or by the number that the server names."""
    stub = StubInflux(major, refuses=lambda line: "poison" in line)
    lines = [*map(count, range(500)), count(500, "poison"), *map(count, range(501, 1000))]
    outcome = await commit(stub, lines)

    assert set(stub.lines) == {line for line in lines if "poison" not in line}
    ((reason, payload),) = outcome.letters
    assert payload == count(500, "poison").encode()
    assert ("invalid column type" if major == 3 else "field type conflict") in reason
    assert stub.writes <= (2 if major == 3 else 22)
    assert outcome.counters.letters[Cause.REFUSED] == 1
    assert outcome.pauses == []


@pytest.mark.parametrize("major", [1, 2])
async def test_a_batch_beyond_retention_is_buried_as_expired_at_once(major: int) -> None:
    """It is neither tried again nor searched line by line."""
    stub = StubInflux(major, expired=bool)
    outcome = await commit(stub, [count(n) for n in range(200)])

    assert stub.writes == 1
    assert outcome.counters.letters[Cause.EXPIRED] == 200


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("major", ALL)
async def test_a_server_that_does_not_want_now_is_waited_for(major: int, status: int) -> None:
    """No right, too much, out of order: the same lines again, when the server says or later, and nothing is buried."""
    answer = (status, {"Retry-After": "120"}, '{"message": "not now"}')
    stub = StubInflux(major, scripted=[answer] * 3)
    outcome = await commit(stub, [count(1)])

    assert stub.lines == [count(1)]
    assert outcome.letters == []
    assert outcome.pauses == [120.0] * 3


@pytest.mark.parametrize("answer", [(200, "<html>log in</html>"), (200, "{}"), (201, "ok"), (202, "later")])
@pytest.mark.parametrize("major", ALL)
async def test_a_success_that_is_no_databases_is_not_believed(major: int, answer: tuple[int, str]) -> None:
    """A proxy or a login page that answers in the database's place stores nothing, so nothing may be acknowledged."""
    stub = StubInflux(major, scripted=[(answer[0], {}, answer[1])] * 2)
    outcome = await commit(stub, [count(1)])

    assert stub.lines == [count(1)]
    assert (outcome.letters, len(outcome.pauses)) == ([], 2)


async def test_a_server_that_turns_out_to_be_another_is_asked_anew_what_it_is() -> None:
    """What was believed of a proxy that answered /ping is not kept for the database behind it."""
    stub = StubInflux(1, version="")
    with stub.serve():
        url = f"http://127.0.0.1:{stub.port}"
        options = InfluxOptions.model_validate({"kind": "influxdb", "url": url, "database": "chili"})
        async with InfluxHistorian(options) as historian:
            stub.scripted = [(502, {}, "bad gateway")]
            with pytest.raises(TransientError):
                await historian.write([count(1)])
            stub.version = "1.6.7"
            await historian.write([count(1)])

    assert stub.paths == ["/api/v2/write", "/write"]


@pytest.mark.parametrize("major", ALL)
async def test_a_wrong_token_is_waited_for_and_never_poison(major: int) -> None:
    """Somebody mends it; until then every line waits."""
    stub = StubInflux(major, token="right")
    with stub.serve():
        url = f"http://127.0.0.1:{stub.port}"
        options = InfluxOptions.model_validate({"kind": "influxdb", "url": url, "database": "chili"})
        async with InfluxHistorian(options) as historian:
            with pytest.raises(TransientError, match="401"):
                await historian.write([count(1)])


@pytest.mark.parametrize("major", ALL)
async def test_a_missing_database_is_made_when_we_may(major: int) -> None:
    """Database or bucket, each version in its own way."""
    stub = StubInflux(major, databases=set())
    outcome = await commit(stub, [count(1)])

    assert (stub.databases, stub.lines, outcome.letters) == ({"chili"}, [count(1)], [])


@pytest.mark.parametrize("major", ALL)
async def test_a_missing_database_is_waited_for_when_we_may_not(major: int) -> None:
    """It is never the lines' fault."""
    stub = StubInflux(major, databases=set())
    with stub.serve():
        url = f"http://127.0.0.1:{stub.port}"
        options = InfluxOptions(kind="influxdb", url=url, database="chili", create=False)
        async with InfluxHistorian(options) as historian:
            with pytest.raises(TransientError, match="not found"):
                await historian.write([count(1)])


@pytest.mark.parametrize("major", ALL)
async def test_413_halves_and_is_remembered(major: int) -> None:
    """What is too much at once goes in parts; the next ones are no larger; no line is to blame."""
    stub = StubInflux(major, max_body=10_000)
    outcome = await commit(stub, [count(n) for n in range(1000)])

    assert len(stub.lines) == 1000
    assert outcome.letters == []
    assert stub.writes < 40


@pytest.mark.parametrize("major", ALL)
async def test_a_single_line_that_is_too_large_is_buried(major: int) -> None:
    """Nothing can make it smaller."""
    stub = StubInflux(major, max_body=500)
    outcome = await commit(stub, [count(1), count(2, "x" * 600), count(3)])

    assert set(stub.lines) == {count(1), count(3)}
    assert [payload for _, payload in outcome.letters] == [count(2, "x" * 600).encode()]


@pytest.mark.parametrize("major", ALL)
async def test_a_line_on_which_the_server_fails_is_found(major: int) -> None:
    """500 again and again for the same lines while others are taken: bisection, and the rest lands."""
    stub = StubInflux(major, chokes=lambda line: "poison" in line)
    lines = [*map(count, range(200)), count(200, "poison")]
    outcome = await commit(stub, lines)

    assert set(stub.lines) == set(lines[:-1])
    assert [payload for _, payload in outcome.letters] == [lines[-1].encode()]


@pytest.mark.parametrize("major", ALL)
async def test_what_is_written_is_compressed_when_it_is_wanted(major: int) -> None:
    """A server that is not on this machine gets gzip by itself."""
    stub = StubInflux(major)
    await commit(stub, [count(n) for n in range(10)], gzip=True)

    assert (stub.zipped, len(stub.lines)) == (1, 10)
    away = InfluxOptions(kind="influxdb", url="https://influx.example", database="chili")
    assert away.compresses
    assert not away.model_copy(update={"url": "http://127.0.0.1:8086"}).compresses
