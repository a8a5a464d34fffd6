"""The weighbridge: who brings fresh chili on a day, and the heap that the sorting belts take it from (domain §0, §1.1)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import date
from random import Random

_DIVISION_KG = 20
_MEAN_LOAD_KG = 1250.0
_OPENS_S, _CLOSES_S = 7 * 3600, 19 * 3600


@dataclass(frozen=True, slots=True)
class Township:
    """Where chili comes from.

    Attributes:
        code: in lot ids.
        name: as on the ticket.
        share: of the year's intake.
        farmers: that have a contract.
    """

    code: str
    name: str
    share: float
    farmers: int


TOWNSHIPS = (
    Township("AK", "隘口镇", 0.20, 60),
    Township("QXC", "清溪场镇", 0.25, 220),
    Township("ER", "峨溶镇", 0.20, 180),
    Township("ZL", "钟灵镇", 0.20, 190),
    Township("CX", "岑溪乡", 0.15, 140),
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A truck that was weighed full and empty.

    Attributes:
        time_s: of weighing out, seconds of the local day.
        number: of the ticket, within the day.
        lot: `R-YYYYMMDD-<township>-nnn`.
        kind: fresh, or stock that was brined elsewhere.
        township: name.
        farmer: contract number; it stands for a person and goes no further than the weighbridge.
        plate: of the truck.
        gross_kg: full, in steps of 20 kg, as `tare_kg`.
        tare_kg: empty.
        deduct_percent: taken off for leaves, stones and rot.
        certificate: number of the 承诺达标合格证.
    """

    time_s: int
    number: int
    lot: str
    kind: str
    township: str
    farmer: str
    plate: str
    gross_kg: int
    tare_kg: int
    deduct_percent: float
    certificate: str

    @property
    def net_g(self) -> int:
        """What is paid, and what lies on the heap, in grams."""
        return round((self.gross_kg - self.tare_kg) * 10 * (100.0 - self.deduct_percent))


def tickets(seed: int, day: date, tonnes: float) -> tuple[Ticket, ...]:
    """Return a day's tickets in the order of time, about `tonnes` in all."""
    rng = Random(f"{seed}/weighbridge/{day}")
    weighed: list[tuple[int, Township, int]] = []
    left_kg = tonnes * 1000.0
    while left_kg > _MEAN_LOAD_KG / 2:
        township = rng.choices(TOWNSHIPS, [township.share for township in TOWNSHIPS])[0]
        load = max(400.0, rng.gauss(_MEAN_LOAD_KG, 350.0))
        weighed.append((rng.randrange(_OPENS_S, _CLOSES_S), township, _round(load)))
        left_kg -= load
    counts = dict.fromkeys((township.code for township in TOWNSHIPS), 0)
    made = []
    for number, (time_s, township, load) in enumerate(sorted(weighed, key=lambda one: one[0]), 1):
        counts[township.code] += 1
        farmer = rng.randint(1, township.farmers)
        tare = _round(rng.uniform(1800, 2600))
        made.append(
            Ticket(
                time_s=time_s,
                number=number,
                lot=f"R-{day:%Y%m%d}-{township.code}-{counts[township.code]:03d}",
                kind="fresh",
                township=township.name,
                farmer=f"{township.code}{farmer:04d}",
                plate=f"渝H{farmer * 37 % 100000:05d}",
                gross_kg=tare + load,
                tare_kg=tare,
                deduct_percent=round(min(6.0, max(2.0, rng.gauss(3.5, 0.8))), 1),
                certificate=f"HGZ{day:%y%m%d}{farmer:04d}{number:02d}",
            )
        )
    return tuple(made)


def stock_ticket(seed: int, day: date) -> Ticket:
    """Return the ticket of a truck with 24 t of brined stock from elsewhere."""
    rng = Random(f"{seed}/stock/{day}")
    tare = _round(rng.uniform(14000, 15000))
    return Ticket(
        time_s=rng.randrange(9 * 3600, 16 * 3600),
        number=1,
        lot=f"R-{day:%Y%m%d}-EXT-001",
        kind="stock",
        township="外购盐渍坯",
        farmer="EXT0001",
        plate=f"渝D{rng.randrange(100000):05d}",
        gross_kg=tare + 24_000,
        tare_kg=tare,
        deduct_percent=0.0,
        certificate=f"HGZ{day:%y%m%d}EXT",
    )


class Heap:
    """What was weighed and not yet sorted, lot by lot, in grams.

    Attributes:
        level: grams on it.
    """

    def __init__(self) -> None:
        self.level = 0
        self._lots: deque[str] = deque()
        self._grams: deque[int] = deque()
        self._taken: dict[str, int] = {}

    def put(self, lot: str, grams: int) -> None:
        """Tip a truck."""
        self._lots.append(lot)
        self._grams.append(grams)
        self.level += grams

    def take(self, units: int) -> None:
        """Take from the oldest lot on."""
        self.level -= units
        while units > 0:
            lot = self._lots[0]
            share = min(units, self._grams[0])
            self._taken[lot] = self._taken.get(lot, 0) + share
            self._grams[0] -= share
            units -= share
            if not self._grams[0]:
                self._lots.popleft()
                self._grams.popleft()

    def take_lots(self) -> dict[str, int]:
        """Return the grams taken since the last call, by lot."""
        taken, self._taken = self._taken, {}
        return taken


def _round(kilograms: float) -> int:
    return round(kilograms / _DIVISION_KG) * _DIVISION_KG
