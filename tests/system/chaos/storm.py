"""What goes wrong, when and for how long: drawn from a seed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine

from edge.messages.schema import Stream
from tests.system.chaos.plant import Plant
from tests.system.programs import POLL_S

Fault = Callable[[Plant, float], Coroutine[None, None, None]]
"""Does harm, and undoes it after so many seconds."""
JUMP_S = 3600


async def kill_node(plant: Plant, seconds: float) -> None:
    """Kill the node."""
    await plant.node.kill()
    await asyncio.sleep(seconds)
    await plant.node.start()


async def kill_host(plant: Plant, seconds: float) -> None:
    """Kill ingest."""
    await plant.host.kill()
    await asyncio.sleep(seconds)
    await plant.host.start()


async def kill_broker(plant: Plant, seconds: float) -> None:
    """Kill mosquitto."""
    await asyncio.to_thread(plant.broker.kill)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(plant.broker.start)


async def kill_database(plant: Plant, seconds: float) -> None:
    """Kill InfluxDB."""
    await asyncio.to_thread(plant.database.kill)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(plant.database.start)


async def cut_link(plant: Plant, seconds: float) -> None:
    """Cut a cable in the middle of what it carries."""
    link = random.Random(seconds).choice(list(plant.links.values()))
    link.cut()
    await asyncio.sleep(seconds)
    link.mend()


async def set_clock(plant: Plant, seconds: float) -> None:
    """Set the node's clock wrong by an hour, and right again."""
    sign = 1 if int(seconds * 1000) % 2 else -1
    await asyncio.to_thread(plant.offset.write_text, str(sign * JUMP_S))
    await asyncio.sleep(seconds)
    await asyncio.to_thread(plant.offset.write_text, "0")


async def fill_disk(plant: Plant, seconds: float) -> None:
    """Fill the node's disk to the last byte."""
    await asyncio.to_thread(_fill, plant)
    await asyncio.sleep(seconds)
    (plant.data / "filler").unlink(missing_ok=True)


def _fill(plant: Plant) -> None:
    with (plant.data / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


KILLS: tuple[Fault, ...] = (kill_node, kill_host, kill_broker, kill_database)
OTHERS: tuple[Fault, ...] = (cut_link, set_clock)


class Storm:
    """Harm at random.

    Args:
        plant: to be hurt.
        seed: of everything random.
        pause: s between two faults, on average.
        with_disk: whether the node's data rest on a disk that may be filled.

    Attributes:
        count: faults by name.
        looks: how often the account was found to balance.
        deaths: programs that ended by themselves.
    """

    def __init__(self, plant: Plant, seed: int, pause: float, *, with_disk: bool) -> None:
        self._plant = plant
        self._rng = random.Random(seed)
        self._pause = pause
        self._faults = [*KILLS, *KILLS, *OTHERS, *([fill_disk] if with_disk else [])]
        self.count: Counter[str] = Counter()
        self.looks = 0
        self.deaths = 0

    @property
    def kills(self) -> int:
        """How often something was killed."""
        return sum(self.count[kill.__name__] for kill in KILLS)

    async def rage(self, seconds: float) -> None:
        """Do harm for so long, some of it at the same time; the same part is never hurt twice at once."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        looking = asyncio.create_task(self._look(), name="look")
        hurt: dict[Fault, asyncio.Task[None]] = {}
        deck: list[Fault] = []
        async with asyncio.TaskGroup() as group:
            while loop.time() < end:
                # Dealt like cards, so that a short storm has something of everything.
                deck = deck or self._rng.sample(self._faults, len(self._faults))
                fault = deck.pop()
                length = self._rng.uniform(0.1, 3.0)
                if fault not in hurt or hurt[fault].done():
                    hurt[fault] = group.create_task(fault(self._plant, length), name=fault.__name__)
                    self.count[fault.__name__] += 1
                await asyncio.sleep(self._rng.uniform(0.2, 1.8) * self._pause)
        looking.cancel()
        (self._plant.data / "filler").unlink(missing_ok=True)

    async def _look(self) -> None:
        """Ask for the account all the time: it must balance at every moment, and what was counted never goes back."""
        acquired = dict.fromkeys(Stream, 0)
        while True:
            for stream, tally in self._plant.tallies().items():
                assert tally.unaccounted == 0, f"{stream}: {tally}"
                assert tally.acquired >= acquired[stream], f"{stream}: {tally} after {acquired}"
                assert stream is Stream.TREND or tally.dropped == 0, f"{stream}: {tally}"
                acquired[stream] = tally.acquired
                self.looks += 1
            for process in (self._plant.node, self._plant.host):
                self.deaths += process.died
            await asyncio.sleep(POLL_S)
