"""The fermentation hall: 24 tanks and 60 pits between washing and desalting; which one is filled, which one is drawn."""

from __future__ import annotations

from collections import deque
from random import Random

from simulators.model.vessel import PICKLED, SOUR, STOCK, TONNE, Fill, Phase, Vessel

TANKS, PITS = 24, 60
_TANK_G, _PIT_G = 12 * TONNE, 24 * TONNE
_EMPTY_AT_START = 4
"""Of the tanks and of the pits, so that there is room when the story begins."""
_SHRINK = 0.19
_DREGS_G = 1000
"""What stays at the bottom of a vessel and is washed away."""
MONTHLY_AMBIENT = (5.0, 7.0, 11.0, 17.0, 21.0, 25.0, 27.5, 27.0, 23.0, 17.0, 12.0, 7.0)
"""Mean °C at Xiushan, January to December."""


class Hall:
    """A sink of washed fruit and a source of drained fruit, both in grams.

    Attributes:
        tanks: T01 … T24.
        pits: P01 … P60.
        year: of the lots that are begun now.
        closed: fills closed since `take_closed`; those of bought stock name their lot already.
        drawn: grams drawn since `take_drawn`, by lot.
        brined_g: washed fruit in vessels that were closed since the beginning; bought stock is brined already.
        drained_g: what brining has left of it.
    """

    def __init__(self, seed: int, ambient: float, year: int) -> None:
        self.year = year
        self.tanks = tuple(
            Vessel(f"T{n:02d}", _TANK_G, SOUR if n % 2 else PICKLED, seed, ambient)
            for n in range(1, TANKS + 1)
        )
        self.pits = tuple(Vessel(f"P{n:02d}", _PIT_G, STOCK, seed, ambient) for n in range(1, PITS + 1))
        self.closed: list[Fill] = []
        self._drawn: dict[str, int] = {}
        self.brined_g = 0
        self.drained_g = 0
        self._yard: deque[tuple[int, str]] = deque()
        self._filling: Vessel | None = None
        self._drawing: Vessel | None = None
        self._stock_up(Random(f"{seed}/hall"), year)

    @property
    def room(self) -> int:
        """Grams of washed fruit that still fit."""
        empty = sum(vessel.capacity_g for vessel in self._vessels() if vessel.phase is Phase.EMPTY)
        filling = self._filling
        return empty + (filling.capacity_g - _put(filling) if filling else 0)

    @property
    def level(self) -> int:
        """Grams of drained fruit that may be drawn now."""
        drawing = self._drawing
        if drawing is not None and drawing.fill is not None and drawing.fill.left_g < _DREGS_G:
            drawing.draw(drawing.fill.left_g)
            drawing = None
        if drawing is None:
            drawing = self._drawing = self._next_to_draw()
        return drawing.fill.left_g if drawing and drawing.fill else 0

    @property
    def stock_g(self) -> int:
        """Grams of drained fruit in the hall, ready or not."""
        return sum(vessel.fill.left_g for vessel in self._vessels() if vessel.fill)

    @property
    def waiting_g(self) -> int:
        """Grams of bought stock on trucks that wait for an empty pit."""
        return sum(grams for grams, _ in self._yard)

    def put(self, units: int) -> None:
        """Put washed fruit into the vessel that is being filled; a full one is closed."""
        while units > 0:
            vessel = self._filling or self._next_to_fill()
            self._filling = vessel
            share = min(units, vessel.capacity_g - _put(vessel))
            vessel.put(share, self.year)
            units -= share
            if _put(vessel) >= vessel.capacity_g:
                self.close()

    def close(self) -> None:
        """Close the vessel that is being filled, full or not."""
        if self._filling is not None:
            fill = self._filling.close()
            self.closed.append(fill)
            self.brined_g += fill.put_g
            self.drained_g += fill.left_g
            self._filling = None

    def deliver(self, grams: int, lot: str) -> None:
        """Put brined stock that was bought into an empty pit; without one the truck waits in the yard."""
        self._yard.append((grams, lot))
        self._unload()

    def take(self, units: int) -> None:
        """Draw drained fruit, no more than `level` says."""
        vessel = self._drawing
        if vessel is None or vessel.fill is None:
            return
        self._drawn[vessel.fill.lot] = self._drawn.get(vessel.fill.lot, 0) + units
        vessel.draw(units)
        if vessel.fill is None:
            self._drawing = None

    def take_drawn(self) -> dict[str, int]:
        """Return the grams drawn since the last call, by lot."""
        drawn, self._drawn = self._drawn, {}
        return drawn

    def take_closed(self) -> list[Fill]:
        """Return the fills closed since the last call."""
        closed, self.closed = self.closed, []
        return closed

    def step(self, dt: float, ambient: float) -> None:
        """Let `dt` seconds pass at an outside temperature; a truck that waits is unloaded as soon as a pit is empty."""
        self._unload()
        for vessel in self._vessels():
            vessel.step(dt, ambient)

    def _unload(self) -> None:
        while self._yard and (pit := next((pit for pit in self.pits if pit.phase is Phase.EMPTY), None)):
            grams, lot = self._yard.popleft()
            pit.put(grams, self.year)
            fill = pit.close(shrink=0.0, age_d=90.0)
            fill.lots[lot] = grams
            self.closed.append(fill)

    def _vessels(self) -> tuple[Vessel, ...]:
        return (*self.tanks, *self.pits)

    def _next_to_fill(self) -> Vessel:
        return next(vessel for vessel in self._vessels() if vessel.phase is Phase.EMPTY)

    def _next_to_draw(self) -> Vessel | None:
        """Return the ready tank or, without one, the oldest ready pit; what is half drawn comes first."""
        begun = [vessel for vessel in self._vessels() if vessel.phase is Phase.DRAWING]
        if begun:
            return begun[0]
        for vessels in (self.tanks, self.pits):
            ready = [vessel for vessel in vessels if vessel.ready]
            if ready:
                return max(ready, key=lambda vessel: vessel.fill.age_d if vessel.fill else 0.0)
        return None

    def _stock_up(self, rng: Random, year: int) -> None:
        """Begin with a hall as it is after a season: tanks of every age, pits of salt stock."""
        for vessels, youngest_d, oldest_d in ((self.tanks, 1.0, 30.0), (self.pits, 65.0, 170.0)):
            for vessel in vessels[: len(vessels) - _EMPTY_AT_START]:
                vessel.put(vessel.capacity_g, year - 1)
                vessel.close(shrink=_SHRINK, age_d=rng.uniform(youngest_d, oldest_d))


def _put(vessel: Vessel) -> int:
    return vessel.fill.put_g if vessel.fill else 0
