"""Tickets of a day, and the heap that remembers whose chili it is."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.model.weighbridge import TOWNSHIPS, Heap, stock_ticket, tickets

_PEAK = date(2026, 9, 1)


def test_a_peak_day_has_dozens_of_tickets_in_order() -> None:
    """Sixty tonnes are 30 to 60 tickets, one after the other, each with a lot of its own."""
    made = tickets(1, _PEAK, 60.0)
    assert 30 <= len(made) <= 60
    assert [ticket.time_s for ticket in made] == sorted(ticket.time_s for ticket in made)
    assert len({ticket.lot for ticket in made}) == len(made)
    assert sum(ticket.net_g for ticket in made) == pytest.approx(60e6, rel=0.06)


def test_every_ticket_is_one_that_a_weighbridge_can_print() -> None:
    """Weights are multiples of 20 kg, deductions 2 to 6 %, and net is what is left."""
    for ticket in tickets(2, _PEAK, 40.0):
        assert ticket.gross_kg % 20 == ticket.tare_kg % 20 == 0
        assert 2.0 <= ticket.deduct_percent <= 6.0
        net_kg = (ticket.gross_kg - ticket.tare_kg) * (1 - ticket.deduct_percent / 100)
        assert ticket.net_g == pytest.approx(1000 * net_kg, abs=1)


def test_townships_bring_their_shares() -> None:
    """Over a season each township's share is that of the contracts."""
    brought: Counter[str] = Counter()
    for day in range(1, 31):
        for ticket in tickets(3, date(2026, 9, day), 50.0):
            brought[ticket.township] += ticket.net_g
    for township in TOWNSHIPS:
        assert brought[township.name] / brought.total() == pytest.approx(township.share, abs=0.03)


def test_nobody_comes_when_nothing_is_bought() -> None:
    """A day without intake has no ticket; a truck of stock weighs 24 t."""
    assert tickets(1, _PEAK, 0.0) == ()
    assert stock_ticket(1, _PEAK).net_g == 24_000_000


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=20), st.lists(st.integers(1, 4000), max_size=20))
def test_the_heap_gives_lots_in_their_order_to_the_gram(grams: list[int], portions: list[int]) -> None:
    """What is taken, in any portions, is the oldest lots, and what is left is the rest."""
    heap = Heap()
    for number, amount in enumerate(grams):
        heap.put(f"R-{number}", amount)
    for portion in (*portions, sum(grams)):
        heap.take(min(portion, heap.level))
    assert heap.level == 0
    assert heap.take_lots() == {f"R-{number}": amount for number, amount in enumerate(grams)}
