"""What was asked of the historian, as lines of text in columns. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from edge.model.calendar import NS, local_time
from edge.model.mass import jin
from edge.model.oee import Sums, total
from edge.production.entries import Entry
from edge.production.oee import Group, TopLoss
from edge.production.throughput import MINUTE, Balance, Link, Output
from edge.production.words import said

_NONE = "-"
_PER_CENT = 100
_ROUTE = "route {route}: {pieces:,} pieces, {jin:,.1f} jin"
_LINK = "{feeders} → {machine}: {given:,} given, {taken:,} taken, {between:+,} between"
_IMPOSSIBLE = "{whose}: {ratio} is above 100 %: a rated speed, a counter or a clock is wrong"


def oee_lines(sums: dict[Group, Sums], by: Sequence[str], language: str) -> Iterator[str]:
    """Yield the table of OEE by group, and a line for every ratio that cannot be true."""
    head = [
        *by,
        "OEE",
        "NEE",
        "avail.",
        "effect.",
        "quality",
        "pieces",
        "planned h",
        "unknown h",
        "MTBF",
        "MTTR",
    ]
    rows = [
        [
            *(name or _NONE for name in group),
            *(_percent(ratio) for ratio in (each.oee, each.nee, each.availability)),
            *(_percent(ratio) for ratio in (each.effectiveness, each.quality)),
            f"{each.pq:,}",
            _hours(each.pbt),
            _hours(each.unknown),
            _minutes(each.mtbf_s),
            _minutes(each.mttr_s),
        ]
        for group, each in sums.items()
    ]
    yield from _table(head, rows, language, left=len(by))
    if (energy := total(sums.values()).kwh_per_tonne) is not None:
        yield said("energy of these: {kwh:,.1f} kWh/t of good product", language, kwh=energy)
    for group, each in sums.items():
        for ratio in each.faults:
            yield said(_IMPOSSIBLE, language, whose=" ".join(group), ratio=said(ratio, language))


def loss_lines(losses: Iterable[TopLoss], names: dict[int, str], language: str) -> Iterator[str]:
    """Yield the table of what a machine's time was lost to; `names` are those of its stop reasons."""
    rows = [
        [
            said(loss.category, language),
            f"{loss.reason} {names.get(loss.reason, '')}".strip(),
            loss.cause or _NONE,
            _hours(loss.ms),
            f"{loss.stops:,}",
            f"{loss.micro:,}",
        ]
        for loss in losses
    ]
    yield from _table(["lost to", "reason", "waits for", "h", "stops", "micro"], rows, language, left=3)


def output_lines(
    rows: Iterable[tuple[str, str, str, Output, int]], head: str, language: str
) -> Iterator[str]:
    """Yield the table of what was made: when or which batch, device, product, output, and how long that took, ns."""
    lines = [
        [
            label or _NONE,
            device,
            sku or _NONE,
            f"{made.pieces:,}",
            f"{jin(made.grams):,.1f}",
            f"{made.pieces * MINUTE / span:.2f}" if span else _NONE,
            f"{jin(made.grams) * MINUTE / span:.2f}" if span else _NONE,
        ]
        for label, device, sku, made, span in rows
    ]
    yield from _table(
        [head, "device", "product", "good", "jin", "pcs/min", "jin/min"], lines, language, left=3
    )


def route_lines(made: dict[str, Output], language: str) -> Iterator[str]:
    """Yield what each route made in all."""
    for route, output in made.items():
        yield said(_ROUTE, language, route=route, pieces=output.pieces, jin=jin(output.grams))


def balance_lines(balances: dict[str, Balance], language: str) -> Iterator[str]:
    """Yield the table of what went into machines and came out of them."""
    rows = [
        [
            device,
            *(_NONE if number is None else f"{number:,}" for number in _numbers(balance)),
            _percent(balance.yield_),
        ]
        for device, balance in balances.items()
    ]
    yield from _table(
        ["device", "infeed", "total", "good", "reject", "missing", "yield"], rows, language, left=1
    )


def link_lines(links: Iterable[Link], language: str) -> Iterator[str]:
    """Yield a line for what lies between each machine and those that feed it."""
    for link in links:
        yield said(
            _LINK,
            language,
            feeders=" + ".join(link.feeders),
            machine=link.machine,
            given=link.given,
            taken=link.taken,
            between=link.between,
        )


def entry_lines(entries: Iterable[Entry], zone: ZoneInfo, language: str) -> Iterator[str]:
    """Yield the table of the ledger's doubtful entries."""
    rows = [
        [
            f"{local_time(entry.time, zone):%Y-%m-%d %H:%M:%S}",
            entry.device,
            said(entry.counter, language),
            entry.sku or _NONE,
            said(entry.mark, language),
            f"{entry.n:+,}",
            _NONE if entry.g is None else f"{jin(entry.g):+,.1f}",
            _NONE if entry.gap is None else f"{entry.gap:,} s",
            f"{entry.who}: {entry.why}" if entry.who else "",
        ]
        for entry in entries
    ]
    head = ["booked to", "device", "counter", "product", "mark", "pieces", "jin", "gap", "who and why"]
    yield from _table(head, rows, language, left=5)


def _numbers(balance: Balance) -> tuple[int | None, ...]:
    return balance.infeed, balance.total, balance.good, balance.reject, balance.missing


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], language: str, left: int) -> Iterator[str]:
    """Yield columns as wide as they must be, the first ones flush left and the figures right."""
    if not rows:
        yield said("nothing", language)
        return
    head = [said(name, language) for name in head]
    widths = [max(map(_width, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            blank = " " * (width - _width(cell))
            cells.append(cell + blank if place < left else blank + cell)
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Return the columns that a text takes in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _percent(ratio: float | None) -> str:
    return _NONE if ratio is None else f"{ratio * _PER_CENT:.1f}%"


def _hours(ms: int) -> str:
    return f"{ms / 3_600_000:.2f}"


def _minutes(seconds: float | None) -> str:
    return _NONE if seconds is None else f"{seconds * NS / MINUTE:.1f} min"
