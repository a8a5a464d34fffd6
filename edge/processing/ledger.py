"""A machine's ledger: all its counters, what it packs, and the text in which they survive a `kill -9`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace
from typing import Any

from edge.errors import EdgeError
from edge.model.frame import Frame, Quality
from edge.model.plant import Device
from edge.model.point import FieldValue, Point
from edge.model.product import Product
from edge.model.tag import Counter, CounterRole, Role
from edge.processing.counters import CounterState, Increment, Mark, Reading, book

VERSION = 1


@dataclass(frozen=True, slots=True)
class Account:
    """One counter: its state, and the grams booked of products whose weight is known."""

    state: CounterState
    grams: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """The accounts of a machine by tag name, and the product that the next increment is booked to."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """An increment of one counter.

    Attributes:
        tag, role: of the counter.
        increment: what is booked; of a clock its counts.
        sku: product that it is booked to.
        grams: what it weighs; None when the product is not known.
        amount: s that a clock, or Wh that a meter has counted.
    """

    tag: str
    role: CounterRole
    increment: Increment
    sku: str
    grams: int | None
    amount: int = 0


def book_frame(
    ledger: Ledger, frame: Frame, device: Device, products: Mapping[str, Product]
) -> tuple[Ledger, list[Booking]]:
    """Return the machine's next ledger and its bookings from the counters that a frame carries."""
    sku = _sku(ledger, frame, device, products)
    # What was made since the last reading was made of what the machine packed then.
    former = ledger.sku if ledger.accounts else sku
    product = products.get(former)
    accounts, bookings = dict(ledger.accounts), []
    for tag, counter, reading in _readings(frame, device):
        account = accounts.get(tag)
        state, increment = book(account.state if account else None, reading, counter, device.scan)
        grams = account.grams if account else 0
        if increment is not None:
            bookings.append(_booking(tag, counter, increment, former, product, changed=sku != former))
            grams += bookings[-1].grams or 0
        accounts[tag] = Account(state, grams)
    return Ledger(accounts, sku), bookings


def _booking(
    tag: str, counter: Counter, increment: Increment, sku: str, product: Product | None, *, changed: bool
) -> Booking:
    if not counter.role.is_pieces:
        return Booking(tag, counter.role, increment, sku, None, increment.n * counter.size)
    if increment.n and changed and increment.mark is None:
        increment = replace(increment, mark=Mark.SKU_CHANGE)
    return Booking(tag, counter.role, increment, sku, increment.n * product.net_weight_g if product else None)


def count_point(booking: Booking, device: str, line: str, site: str) -> Point:
    """Return the `count` point of a booking."""
    increment = booking.increment
    fields: dict[str, FieldValue] = {"n": increment.n, "total": increment.total}
    if booking.grams is not None:
        fields["g"] = booking.grams
    if increment.gap is not None:
        fields["gap"] = increment.gap
    if increment.mark is not None:
        fields["mark"] = str(increment.mark)
    tags = {"site": site, "line": line, "device": device, "counter": str(booking.role), "sku": booking.sku}
    return Point("count", tags, fields, increment.time)


def dump(ledger: Ledger) -> str:
    """Return a ledger as JSON text."""
    accounts = {
        tag: {
            "raw": account.state.last.raw,
            "time": account.state.last.time,
            "total": account.state.total,
            "booked": account.state.booked,
            "suspect": astuple(account.state.suspect) if account.state.suspect else None,
            "turns": account.state.turns,
            "grams": account.grams,
        }
        for tag, account in ledger.accounts.items()
    }
    return json.dumps({"v": VERSION, "sku": ledger.sku, "accounts": accounts}, ensure_ascii=False)


def load(text: str) -> Ledger:
    """Return the ledger of a JSON text.

    Raises:
        EdgeError: it was written by another version.
    """
    document = json.loads(text)
    if document.get("v") != VERSION:
        raise EdgeError(f"ledger of version {document.get('v')}; this node knows {VERSION}")
    return Ledger({tag: _account(entry) for tag, entry in document["accounts"].items()}, document["sku"])


def _account(entry: Mapping[str, Any]) -> Account:
    suspect = Reading(*entry["suspect"]) if entry["suspect"] else None
    last = Reading(entry["raw"], entry["time"])
    state = CounterState(last, entry["total"], entry["booked"], suspect, entry.get("turns", 0))
    return Account(state, entry["grams"])


def _readings(frame: Frame, device: Device) -> Iterator[tuple[str, Counter, Reading]]:
    """Yield the counters of a frame that could be read."""
    places = frame.places
    for name, counter in device.counters.items():
        place = places.get(name)
        if place is None or frame.qualities[place] != Quality.GOOD:
            continue
        value = frame.values[place]
        # Some OPC UA servers keep their totalizers as Double.
        if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
            time = frame.time if frame.times is None else frame.times[place]
            yield name, counter, Reading(int(value), time)


def _sku(ledger: Ledger, frame: Frame, device: Device, products: Mapping[str, Product]) -> str:
    """Return what the machine packs by its `sku` tag, if it has one, else by its orders and the configuration."""
    tag = device.roles.get(Role.SKU)
    if tag is None:
        return device.product_at(frame.time)
    place = frame.places.get(tag)
    if place is None or frame.qualities[place] != Quality.GOOD:
        return ledger.sku
    code = frame.values[place]
    return next((key for key, product in products.items() if product.code == code), "")
