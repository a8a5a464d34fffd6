"""Which lot went into which: trucks into tanks, tanks into batches, batches into packs (domain §6). Grams, not shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.model.machine import Machine
from simulators.model.park.packing import FILLERS
from simulators.model.plant import Plant

_BATCH_G = 4_000_000
"""Drained fruit that makes a batch."""


@dataclass(frozen=True, slots=True)
class Edge:
    """So many grams of one lot went into another, between two moments (s of the plant's time)."""

    from_lot: str
    to_lot: str
    grams: int
    since_s: float
    until_s: float


class Genealogy:
    """Watches a plant and writes down what went where.

    Attributes:
        day: of the lots that begin now, YYYYMMDD.
        shift: key of the shift that packs now.
    """

    def __init__(self, plant: Plant) -> None:
        self.day = ""
        self.shift = ""
        self._plant = plant
        self._edges: list[Edge] = []
        self._batches = 0
        self._since_s = 0.0
        self._filled: dict[str, int] = dict.fromkeys(FILLERS, 0)
        self._drawn: dict[str, int] = {}

    def begin(self, day: str, shift: str) -> None:
        """Name the day and the shift that work from now on."""
        if day != self.day:
            self._batches = 0
        self.day, self.shift = day, shift
        self._show_batch()

    def step(self, now_s: float) -> None:
        """Book what has happened until now."""
        for fill in self._plant.hall.take_closed():
            if not fill.lots:
                fill.lots.update(_scaled(self._plant.heap.take_lots(), fill.put_g))
            self._edges += [
                Edge(lot, fill.lot, grams, self._since_s, now_s) for lot, grams in fill.lots.items()
            ]
        for lot, grams in self._plant.hall.take_drawn().items():
            self._drawn[lot] = self._drawn.get(lot, 0) + grams
        if sum(self._drawn.values()) >= _BATCH_G:
            self.close_batch(now_s)

    def close_batch(self, now_s: float) -> None:
        """End a batch: full, or because the shift ends."""
        if not self._drawn:
            return
        batch = self._batch
        self._batches += 1
        self._edges += [Edge(lot, batch, grams, self._since_s, now_s) for lot, grams in self._drawn.items()]
        for name in FILLERS:
            filled = _filled(self._plant.machines[name])
            grams, self._filled[name] = filled - self._filled[name], filled
            if grams:
                lot = f"L-{self.day}-{name}-{self.shift}"
                self._edges.append(Edge(batch, lot, grams, self._since_s, now_s))
        self._drawn = {}
        self._since_s = now_s
        self._show_batch()

    @property
    def _batch(self) -> str:
        return f"B-{self.day}-{self._batches + 1:02d}"

    def _show_batch(self) -> None:
        for name in FILLERS:
            self._plant.machines[name].batch_id = self._batch

    def take_edges(self) -> list[Edge]:
        """Return the edges since the last call."""
        edges, self._edges = self._edges, []
        return edges


def _filled(machine: Machine) -> int:
    return sum(made.filled_g for made in machine.made.values())


def _scaled(grams: Mapping[str, int], total: int) -> dict[str, int]:
    """Return the same shares of another total; what rounding leaves goes to the last."""
    whole = sum(grams.values())
    if not whole:
        return {}
    scaled = {lot: part * total // whole for lot, part in grams.items()}
    last = next(reversed(scaled))
    scaled[last] += total - sum(scaled.values())
    return scaled
