"""Every fault of a PLC as a client on its wire sees it."""

from __future__ import annotations

import asyncio
import math
import struct
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.faults.kinds import (
    Busy,
    ClockJump,
    CounterReset,
    DeleteSubscriptions,
    ExceptionAnswer,
    FrozenHeartbeat,
    IdleReset,
    IllegalHole,
    Latency,
    NoAnswer,
    ProbeNan,
    ProbeStuck,
    ProgramDownload,
    RefuseClients,
    Window,
    WireCut,
)
from simulators.model.snapshot import Status
from simulators.servers.controllers import PARK, Controller
from simulators.servers.device_faults import Shown, ShownFaults
from tests.unit.simulators.servers.plcs import (
    CLOCK,
    HEARTBEAT,
    SNAPSHOT,
    RawClient,
    counted,
    park_snapshots,
    park_totals,
    plc,
    raw_client,
)

_PV3 = 32
_CLOCK = 48
_KG = 60


async def _seconds(client: RawClient) -> float:
    start = asyncio.get_running_loop().time()
    await client.words(0)
    return asyncio.get_running_loop().time() - start


async def _float(client: RawClient, start: int) -> float:
    return float(struct.unpack(">f", (await client.double_word(start)).to_bytes(4, "big"))[0])


async def _counters(client: RawClient, d0: int = 0) -> dict[str, int]:
    """Return all that counts in a block at D0, and the total of kilograms."""
    places = {"total": d0 + 4, "good": d0 + 6, "reject": d0 + 8, "run_s": d0 + 44, "down_s": d0 + 46}
    counters = {name: await client.double_word(place) for name, place in places.items()}
    counters["kg"] = await client.double_word(d0 + _KG)
    counters["cnt16"] = (await client.words(d0 + 10))[0]
    return counters


async def test_latency_makes_answers_late_and_keeps_their_order() -> None:
    """Each of three questions takes as long as the fault says, until it is over."""
    fault = Latency(target="plc", start=0.0, shortest=0.15, longest=0.2)
    loop = asyncio.get_running_loop()
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        await served.controller.begin(fault)
        start = loop.time()
        asked = [client.send("03 0000 0001") for _ in range(3)]
        assert [(await client.answer())[0] for _ in asked] == asked
        assert loop.time() - start >= 0.45
        await served.controller.end(fault)
        assert await _seconds(client) < 0.45


async def test_two_latencies_add_up() -> None:
    """Faults that hold at the same time do not hide one another."""
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        for start in (0.0, 1.0):
            await served.controller.begin(Latency(target="plc", start=start, shortest=0.1, longest=0.1))
        await served.controller.begin(ExceptionAnswer(target="plc", start=0.0, code=4))
        loop = asyncio.get_running_loop()
        start = loop.time()
        assert await client.ask("03 0000 0001") == "8304"
        assert loop.time() - start >= 0.2


async def _unanswered(seed: int) -> list[int]:
    """Return which of 30 questions get no answer while half of them do."""
    fault = NoAnswer(target="plc", start=0.0, share=0.5)
    async with plc(seed=seed) as served, raw_client(served.controller.ports[0]) as client:
        await served.controller.begin(fault)
        asked = [client.send("03 0000 0001") for _ in range(30)]
        answered = [(await client.answer())[0]]
        await served.controller.end(fault)
        last = client.send("03 0000 0001")
        while answered[-1] != last:
            answered.append((await client.answer())[0])
    return [question for question in asked if question not in answered]


async def test_no_answer_is_a_matter_of_the_seed() -> None:
    """About half of the questions are lost, the same ones with the same seed; the connection lives on."""
    first = await _unanswered(seed=1)
    assert 5 < len(first) < 25
    assert await _unanswered(seed=1) == first
    assert await _unanswered(seed=2) != first


@pytest.mark.parametrize("code", [1, 2, 3, 4, 6, 10, 11])
async def test_exceptions_come_as_ordered(code: Literal[1, 2, 3, 4, 6, 10, 11]) -> None:
    """Of every code and for every function that the make knows, until it is over."""
    fault = ExceptionAnswer(target="plc", start=0.0, code=code)
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        await served.controller.begin(fault)
        assert await client.ask("03 0000 0001") == f"83{code:02X}"
        assert await client.ask("01 0000 0001") == f"81{code:02X}"
        assert await client.ask("2B 0E 01 00") == "AB01"
        await served.controller.end(fault)
        assert await client.words(0) == [HEARTBEAT]


async def test_a_share_of_the_questions_is_refused() -> None:
    """Between a fifth and four fifths of a hundred when it is half, and the rest is answered."""
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        await served.controller.begin(ExceptionAnswer(target="plc", start=0.0, code=4, share=0.5))
        refused = [await client.ask("03 0000 0001") for _ in range(100)].count("8304")
    assert 20 < refused < 80


async def test_busy_answers_so_often_and_then_in_earnest() -> None:
    """Every question by itself is put off with exception 6, and again when it is asked again."""
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        await served.controller.begin(Busy(target="plc", start=0.0, times=2))
        for pdu in ("03 0000 0001", "03 0000 0002", "03 0000 0001"):
            assert [await client.ask(pdu) for _ in range(2)] == ["8306"] * 2
            assert (await client.ask(pdu)).startswith("03")


async def test_a_hole_refuses_what_touches_it() -> None:
    """Exception 2 for whatever overlaps; beside it and in the other table the same registers answer."""
    fault = IllegalHole(target="plc", start=0.0, table="holding", first=10, last=12)
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        await served.controller.begin(fault)
        for touching in ("0008 0003", "000C 0001", "000B 0001", "0000 0036"):
            assert await client.ask(f"03 {touching}") == "8302"
        assert len(await client.words(8, 2)) == 2
        assert len(await client.words(13, 2)) == 2
        assert (await client.ask("04 000A 0001")).startswith("0402")
        await served.controller.end(fault)
        assert len(await client.words(8, 5)) == 5


async def test_refused_clients_come_in_when_it_is_over() -> None:
    """Beyond the ones to keep nobody gets in, on whatever port; those that are connected stay."""
    fault = RefuseClients(target="jar_line", start=0.0, keep=1)
    async with Controller("jar_line", PARK["jar_line"]) as controller:
        one, two, _ = controller.ports
        async with raw_client(one) as client:
            await client.words(0)
            await controller.begin(fault)
            async with raw_client(two) as other:
                assert await other.is_cut()
            await client.words(0)
            await controller.end(fault)
            async with raw_client(two) as other:
                await other.words(0)


async def test_a_silent_connection_is_reset() -> None:
    """After so long without a question, on the wire a RST; whoever goes on asking is left alone, and later so is silence."""
    fault = IdleReset(target="plc", start=0.0, after=0.2)
    loop = asyncio.get_running_loop()
    async with plc() as served:
        port = served.controller.ports[0]
        async with raw_client(port) as busy, raw_client(port) as silent:
            await silent.words(0)
            begun = loop.time()
            await served.controller.begin(fault)
            reset = asyncio.create_task(silent.reader.read(1))
            while not reset.done():
                await busy.words(0)
            assert isinstance(reset.exception(), ConnectionResetError)
            assert 0.15 <= loop.time() - begun < 5
            await busy.words(0)
            with pytest.raises(ConnectionResetError):
                await busy.reader.read(1)
        async with raw_client(port) as later:
            await later.words(0)
            with pytest.raises(ConnectionResetError):
                await later.reader.read(1)
        await served.controller.end(fault)
        async with raw_client(port) as patient:
            await patient.words(0)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(patient.reader.read(1), 0.5)
            await patient.words(0)


async def test_a_frozen_program_still_answers() -> None:
    """Heartbeat, counters and bits stay as they were while reads go on, and catch up afterwards."""
    fault = FrozenHeartbeat(target="plc", start=0.0)
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        before = await client.words(0, 54)
        await served.controller.begin(fault)
        served.show(replace(counted(5), status=Status(0)), heartbeat=99)
        assert await client.words(0, 54) == before
        assert await client.ask("01 0000 0010") == "01020308"
        await served.controller.end(fault)
        assert await client.words(0) == [99]
        assert await client.double_word(4) == 5
        assert await client.ask("01 0000 0010") == "01020000"


async def test_a_counter_reset_begins_at_zero_and_counts_on() -> None:
    """All 32-bit counters and the 16-bit one, and total is still good and reject; the end of the fault changes nothing."""
    fault = CounterReset(target="plc", start=0.0, end=1.0)
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        served.show(counted(2**32 - 10, 4, run_s=100, down_s=50), kg=2**32 - 1)
        await served.controller.begin(fault)
        assert set((await _counters(client)).values()) == {0}
        served.show(counted(70_000, 6, run_s=160, down_s=51), kg=8)
        grown = {"good": 70_010, "reject": 2, "total": 70_012, "run_s": 60, "down_s": 1, "kg": 9}
        assert await _counters(client) == grown | {"cnt16": 70_012 - 65_536}
        await served.controller.end(fault)
        assert await _counters(client) == grown | {"cnt16": 70_012 - 65_536}


async def test_a_second_reset_begins_again() -> None:
    """What counted since the first one is gone as well."""
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        for start, good in ((0.0, 10), (1.0, 30)):
            served.show(counted(good))
            await served.controller.begin(CounterReset(target="plc", start=start))
            assert await client.double_word(4) == 0
        served.show(counted(31))
        assert await client.double_word(4) == 1


async def test_a_reset_does_not_reach_what_is_retentive() -> None:
    """HD0 of the Xinje goes on from where it was, beside a block that began again."""
    async with Controller("intake", PARK["intake"]) as controller, raw_client(controller.ports[0]) as client:
        snapshots = park_snapshots()
        controller.show(snapshots, park_totals(), HEARTBEAT, CLOCK)
        await controller.begin(CounterReset(target="intake", start=0.0))
        assert await client.double_word(204) == 0
        assert await client.double_word(4) == 0
        assert await client.double_word(0xA080) == snapshots["washing"].total


async def test_a_program_download_is_silent_then_everything_has_moved() -> None:
    """No answer during the pause; then counters from zero at other addresses, and back at the old ones in the end."""
    fault = ProgramDownload(target="plc", start=0.0, pause=0.3, shift=2)
    loop = asyncio.get_running_loop()
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        served.show(counted(1000), kg=500)
        await served.controller.begin(fault)
        start = loop.time()
        served.show(counted(1010), kg=510)
        first = await _first_that_is_answered(client)
        assert loop.time() - start >= 0.29
        assert first.hex() == "0302" + "0000"
        assert await client.words(0, 4) == [0, 0, HEARTBEAT, SNAPSHOT.status]
        assert set((await _counters(client, 2)).values()) == {0}
        served.show(counted(1013), kg=511)
        assert (await client.double_word(6), await client.double_word(62)) == (3, 1)
        await served.controller.end(fault)
        assert await client.words(0) == [HEARTBEAT]
        assert (await client.double_word(4), await client.double_word(60)) == (3, 1)
        assert await client.ask("03 003E 0001") == "8302"


async def _first_that_is_answered(client: RawClient) -> bytes:
    """Ask for register 0 again and again, and return the first answer."""
    while True:
        last = client.send("03 0000 0001")
        try:
            async with asyncio.timeout(0.02):
                transaction, first = await client.answer()
        except TimeoutError:
            continue
        while transaction != last:
            transaction, _ = await client.answer()
        return first


async def test_a_stuck_probe_stays_as_it_was() -> None:
    """One process value does not move while its neighbour does."""
    fault = ProbeStuck(target="plc", start=0.0, probe="pv3")
    moved = replace(SNAPSHOT, process_values=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0))
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        await served.controller.begin(fault)
        served.show(moved)
        assert [await _float(client, n) for n in (_PV3, _PV3 + 2)] == [123456.0, 4.0]
        await served.controller.end(fault)
        assert await _float(client, _PV3) == 3.0


async def test_a_probe_that_got_stuck_behind_a_frozen_program() -> None:
    """When the program goes on, the probe is where it was as it got stuck; the same fault a second time holds a new value."""
    frozen = FrozenHeartbeat(target="plc", start=0.0)
    stuck = ProbeStuck(target="plc", start=1.0, probe="pv3")
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        await served.controller.begin(frozen)
        await served.controller.begin(stuck)
        served.show(replace(SNAPSHOT, process_values=(5.0,) * 8))
        await served.controller.end(frozen)
        assert [await _float(client, n) for n in (_PV3, _PV3 + 2)] == [123456.0, 5.0]
        await served.controller.end(stuck)
        await served.controller.begin(stuck)
        served.show(replace(SNAPSHOT, process_values=(6.0,) * 8))
        assert [await _float(client, n) for n in (_PV3, _PV3 + 2)] == [5.0, 6.0]


async def test_a_probe_that_is_not_a_number() -> None:
    """The registers are those of a quiet NaN, in the make's order, for one machine out of three."""
    fault = ProbeNan(target="intake", start=0.0, probe="washing.pv3")
    async with Controller("intake", PARK["intake"]) as controller, raw_client(controller.ports[0]) as client:
        await controller.begin(fault)
        controller.show(park_snapshots(), park_totals(), HEARTBEAT, CLOCK)
        assert await client.words(200 + _PV3, 2) == [0x0000, 0x7FC0]
        assert not math.isnan(await _float(client, 100 + _PV3))
        assert not math.isnan(await _float(client, 200 + _PV3 + 2))
        await controller.end(fault)
        assert not math.isnan(await _float(client, 200 + _PV3))


async def test_a_clock_jumps_and_comes_back() -> None:
    """Eight hours back is the day before; two jumps add up."""
    back = ClockJump(target="plc", start=0.0, by=-8 * 3600.0)
    on = ClockJump(target="plc", start=1.0, by=60.0)
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        await served.controller.begin(back)
        assert await client.words(_CLOCK, 6) == [0x26, 0x11, 0x22, 0x23, 0x05, 0x59]
        await served.controller.begin(on)
        assert await client.words(_CLOCK, 6) == [0x26, 0x11, 0x22, 0x23, 0x06, 0x59]
        await served.controller.end(back)
        await served.controller.end(on)
        assert await client.words(_CLOCK, 6) == [0x26, 0x11, 0x23, 0x07, 0x05, 0x59]


async def test_many_at_once() -> None:
    """A reset, a stuck probe, a wrong clock, a moved program and a late answer, all in one block."""
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        for fault in (
            CounterReset(target="plc", start=0.0),
            ProbeStuck(target="plc", start=0.0, probe="pv1"),
            ClockJump(target="plc", start=0.0, by=3600.0),
            ProgramDownload(target="plc", start=0.0, pause=0.0, shift=10),
            Latency(target="plc", start=0.0, shortest=0.05, longest=0.05),
        ):
            await served.controller.begin(fault)
        served.show(replace(SNAPSHOT, good=SNAPSHOT.good + 5, process_values=(0.0,) * 8))
        assert await client.double_word(14) == 5
        assert await _float(client, 38) == 230.5
        assert (await client.words(58, 6))[3] == 0x08
        assert await _seconds(client) >= 0.05


@pytest.mark.parametrize(
    ("target", "fault", "message"),
    [
        ("bath", NoAnswer(target="prep", start=0.0), "prep: this is bath"),
        (
            "bath",
            ProbeNan(target="bath", start=0.0, probe="pv9"),
            r"bath: no probe 'pv9' \(there are pv1 … pv8\)",
        ),
        (
            "intake",
            ProbeStuck(target="intake", start=0.0, probe="pv3"),
            r"intake: no probe 'pv3' \(there are sorting.pv1 … washing.pv8\)",
        ),
        ("bath", WireCut(target="bath", start=0.0), "bath: WireCut does not happen to a PLC on Modbus TCP"),
        ("bath", DeleteSubscriptions(target="bath", start=0.0), "DeleteSubscriptions does not happen"),
    ],
)
async def test_a_fault_that_cannot_be_is_refused(target: str, fault: Window, message: str) -> None:
    """One line that says what and where; ending it is no error, and nothing has changed."""
    async with Controller(target, PARK[target]) as controller, raw_client(controller.ports[0]) as client:
        with pytest.raises(ValueError, match=message):
            await controller.begin(fault)
        await controller.end(fault)
        assert await client.words(0) == [0]


_COUNT = st.integers(0, 2**32 - 1)


@given(good=_COUNT, reject=_COUNT, more_good=st.integers(0, 2**31), more_reject=st.integers(0, 2**31))
def test_after_a_reset_every_increment_counts(
    good: int, reject: int, more_good: int, more_reject: int
) -> None:
    """Wherever the counters stood and whatever rolled over, they show what came since, and total is the sum."""

    def shown(good: int, reject: int) -> Shown:
        return Shown({"press": counted(good % 2**32, reject % 2**32)}, {}, HEARTBEAT, CLOCK)

    faults = ShownFaults(["press"])
    faults.begin(CounterReset(target="plc", start=0.0), shown(good, reject))
    seen = faults.distort(shown(good + more_good, reject + more_reject)).snapshots["press"]
    assert (seen.good, seen.reject) == (more_good, more_reject)
    assert seen.total == (more_good + more_reject) % 2**32
