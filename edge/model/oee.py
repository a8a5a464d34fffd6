"""ISO 22400-2 as sums: what is added up over time, machines and products, and the ratios that only sums may give."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from operator import add, attrgetter

from edge.model.tag import CounterRole


@dataclass(frozen=True, slots=True)
class Sums:
    """Times in ms and quantities of any span of any machines; integers, so that every order of adding gives the same.

    Attributes:
        pbt: planned busy time; `apt + asut + adet + adot + unknown`.
        apt: actual production time.
        asut: setup.
        adet: delays; `starved` and `blocked` are parts of it.
        adot: down time.
        unknown: of the planned busy time nobody knows what the machine did.
        ideal: what the pieces would have taken at the rated speed: the sum of PRU x PQ.
        pq, gq, sq: pieces produced, good, scrapped.
        unrated: pieces without a rated speed, or made while nobody knows whether the machine ran: not in `ideal`.
        g: grams of the good ones.
        failures: times that it broke.
        wh: energy, Wh, of those that are meters.
        stops, micro: times that it stopped, and of these the short ones; `micro_ms` is what those took.
        infeed: pieces that entered.
        steam, water: g and cm3, of those that are meters.
        weighed, weight_mg: good pieces whose weight is known, and what they weigh together, mg.
    """

    pbt: int = 0
    apt: int = 0
    asut: int = 0
    adet: int = 0
    adot: int = 0
    unknown: int = 0
    starved: int = 0
    blocked: int = 0
    ideal: int = 0
    pq: int = 0
    gq: int = 0
    sq: int = 0
    unrated: int = 0
    g: int = 0
    failures: int = 0
    stops: int = 0
    micro: int = 0
    micro_ms: int = 0
    wh: int = 0
    # Further ones go to the end: a node that is updated reads its old state, which ends here.
    infeed: int = 0
    steam: int = 0
    water: int = 0
    weighed: int = 0
    weight_mg: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*map(add, self.values(), other.values()))

    def __bool__(self) -> bool:
        return any(self.values())

    def values(self) -> tuple[int, ...]:
        """Return the sums in the order of `FIELDS`."""
        # dataclasses.astuple copies deeply, which is most of what a frame would cost.
        return _values(self)

    @property
    def availability(self) -> float | None:
        """APT / PBT, of the time in which the state is known."""
        return _ratio(self.apt, self.pbt - self.unknown)

    @property
    def effectiveness(self) -> float | None:
        """PRU x PQ / APT; None without a rated speed. Above 1 something is wrong, and it is never cut to 1."""
        return None if self._has_no_speed else _ratio(self.ideal, self.apt)

    @property
    def quality(self) -> float | None:
        """GQ / PQ."""
        return _ratio(self.gq, self.pq)

    @property
    def oee(self) -> float | None:
        """Availability x effectiveness x quality."""
        if self._has_no_speed:
            return None
        return _product(_ratio(self.ideal, self.pbt - self.unknown), self.quality)

    @property
    def nee(self) -> float | None:
        """Net equipment effectiveness: OEE that does not punish setup, by (APT + ASUT) / PBT."""
        processing = _ratio(self.apt + self.asut, self.pbt - self.unknown)
        return _product(_product(processing, self.effectiveness), self.quality)

    @property
    def _has_no_speed(self) -> bool:
        return not self.ideal and self.unrated > 0

    @property
    def mtbf_s(self) -> float | None:
        """Production time by failures, s; None without a failure. The standard divides by one more: `mtbf_iso_s`."""
        return _ratio(self.apt, self.failures * 1000)

    @property
    def mtbf_iso_s(self) -> float:
        """Production time by failures and one, s, as ISO 22400-2 has it."""
        return self.apt / ((self.failures + 1) * 1000)

    @property
    def mttr_s(self) -> float | None:
        """Down time by failures, s; None without a failure."""
        return _ratio(self.adot, self.failures * 1000)

    @property
    def kwh_per_tonne(self) -> float | None:
        """Energy by good product: of a span in which all meters and all fillers are summed up, kWh/t; None without either."""
        return _ratio(self.wh * 1000, self.g) if self.wh else None

    @property
    def mean_weight_g(self) -> float | None:
        """What a good piece weighs, g; None when none was weighed."""
        return _ratio(self.weight_mg, self.weighed * 1000)

    @property
    def faults(self) -> tuple[str, ...]:
        """Which ratios of these sums are above 1, which none may be: the rated speed, a counter or a clock is wrong."""
        found = []
        if self.ideal > self.apt:
            found.append("effectiveness")
        if self.apt > self.pbt:
            found.append("availability")
        if self.gq > self.pq:
            found.append("quality")
        return tuple(found)


def counted(role: CounterRole, n: int, counts: Collection[CounterRole]) -> Sums:
    """Return what pieces of a counter are: PQ, GQ and SQ, whichever of the three a machine counts.

    A machine that counts no rejects is taken to make none, and one that only counts what enters to pass all of it on.

    Args:
        role: of the counter.
        n: pieces.
        counts: everything that the machine counts.
    """
    total, good, reject = (
        part in counts for part in (CounterRole.TOTAL, CounterRole.GOOD, CounterRole.REJECT)
    )
    match role:
        case CounterRole.TOTAL:
            return Sums(pq=n, gq=0 if good else n, sq=n if good and not reject else 0)
        case CounterRole.GOOD:
            return Sums(pq=0 if total else n, gq=n, sq=-n if total and not reject else 0)
        case CounterRole.REJECT:
            return Sums(pq=0 if total else n, gq=-n if total and not good else 0, sq=n)
        case CounterRole.INFEED if total or good or reject:
            return Sums(infeed=n)
        case CounterRole.INFEED:
            return Sums(pq=n, gq=n, infeed=n)
    return Sums()


def ideal_ns(pieces: int, per_min: float) -> int:
    """Return what pieces take at a rated speed, ns: PRU x PQ."""
    return pieces * round(60_000_000_000 / per_min)


FIELDS = tuple(field.name for field in fields(Sums))
"""Names of the sums, in their order."""
_values: Callable[[Sums], tuple[int, ...]] = attrgetter(*FIELDS)


def total(sums: Iterable[Sums]) -> Sums:
    """Return the sum of all."""
    whole = Sums()
    for each in sums:
        whole += each
    return whole


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None


def _product(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one * other
