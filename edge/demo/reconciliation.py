"""Made = counted = stored? The figures of simulators, node and historian side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edge.historian.base import Aggregate, Historian, Query
from edge.model.mass import jin
from edge.model.plant import Plant
from edge.processing.ledger import load
from edge.processing.pipeline import LEDGER_KEY

FOREVER = 2**62
_NAMES = 2
"""Columns of words at the left of the table; figures stand to the right of theirs."""
Key = tuple[str, str]
"""Machine and counter."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Pieces, and their mass in g where the product is known."""

    pieces: int
    grams: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One counter of one machine; None where nobody could say."""

    machine: str
    counter: str
    made: Figure | None
    counted: Figure | None
    stored: Figure | None

    @property
    def difference(self) -> int | None:
        """Return the largest difference in pieces or grams between any two; None where one is missing."""
        figures = (self.made, self.counted, self.stored)
        if None in figures:
            return None
        pieces = [figure.pieces for figure in figures if figure]
        grams = [figure.grams or 0 for figure in figures if figure]
        return (max(pieces) - min(pieces)) or (max(grams) - min(grams))


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every counter of every machine."""

    lines: tuple[Line, ...]

    @property
    def holds(self) -> bool:
        """Whether there is something to compare, and every difference is zero."""
        return bool(self.lines) and all(line.difference == 0 for line in self.lines)


def reconcile(
    made: Mapping[Key, Figure], counted: Mapping[Key, Figure], stored: Mapping[Key, Figure]
) -> Reconciliation:
    """Return the three sides next to each other; a counter that only one side knows is listed too."""
    keys = sorted({*made, *counted, *stored})
    return Reconciliation(tuple(Line(*key, made.get(key), counted.get(key), stored.get(key)) for key in keys))


def made_by(
    truth: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Mapping[str, int | None]]]]],
) -> dict[Key, Figure]:
    """Return what the counters of each PLC must add up to, from the simulators' truth file."""
    return {
        (machine, counter): Figure(figure["pieces"] or 0, figure["grams"])
        for machine, facts in truth["devices"].items()
        for counter, figure in facts["counters"].items()
    }


def counted_by(state: Mapping[str, str], plant: Plant) -> dict[Key, Figure]:
    """Return what the node has booked, from the state that its outbox commits."""
    counted = {}
    for device in plant.devices:
        text = state.get(LEDGER_KEY + device.key)
        accounts = load(text).accounts if text else {}
        for tag in device.tags:
            account = accounts.get(tag.name)
            if tag.counter and tag.counter.role.is_pieces and account:
                counted[device.key, str(tag.counter.role)] = Figure(account.state.total, account.grams)
    return counted


def since(figures: Mapping[Key, Figure], before: Mapping[Key, Figure]) -> dict[Key, Figure]:
    """Return what has been added to figures since they were `before`."""
    return {key: _minus(figure, before[key]) if key in before else figure for key, figure in figures.items()}


def _minus(figure: Figure, before: Figure) -> Figure:
    grams = None if figure.grams is None else figure.grams - (before.grams or 0)
    return Figure(figure.pieces - before.pieces, grams)


async def stored_in(historian: Historian) -> dict[Key, Figure]:
    """Return what rests in the historian."""
    sums = {}
    for field in ("n", "g"):
        query = Query("count", field, Aggregate.SUM, 0, FOREVER, group_by=("device", "counter"))
        sums[field] = {
            (row.tags["device"], row.tags["counter"]): int(row.value) for row in await historian.query(query)
        }
    return {key: Figure(pieces, sums["g"].get(key)) for key, pieces in sums["n"].items()}


def as_text(reconciliation: Reconciliation) -> str:
    """Return the table that the demo ends with."""
    head = (
        "machine",
        "counter",
        "made",
        "counted",
        "stored",
        "made 斤",
        "counted 斤",
        "stored 斤",
        "difference",
    )
    rows = [head, *map(_cells, reconciliation.lines)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(_row(row, widths) for row in rows)


def _cells(line: Line) -> tuple[str, ...]:
    figures = (line.made, line.counted, line.stored)
    difference = "?" if line.difference is None else str(line.difference)
    return (line.machine, line.counter, *map(pieces, figures), *map(jin_text, figures), difference)


def pieces(figure: Figure | None) -> str:
    """Return a number of pieces as it is shown."""
    return "—" if figure is None else f"{figure.pieces:,}"


def jin_text(figure: Figure | None) -> str:
    """Return a mass in jin as it is shown."""
    return "—" if figure is None or not figure.grams else f"{jin(figure.grams):,.2f}"


def _row(cells: Iterable[str], widths: Iterable[int]) -> str:
    padded = [(cell, " " * (width - _width(cell))) for cell, width in zip(cells, widths, strict=True)]
    names = [cell + blanks for cell, blanks in padded[:_NAMES]]
    figures = [blanks + cell for cell, blanks in padded[_NAMES:]]
    return "  ".join(names + figures)


def _width(text: str) -> int:
    """Return the columns a text takes in a terminal: Chinese characters take two."""
    return sum(2 if "\u2e80" <= character <= "\uffef" else 1 for character in text)
