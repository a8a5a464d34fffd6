"""Passwords looked at beside the event loop, a few at a time."""

from __future__ import annotations

import asyncio
import threading

import pytest

from edge.console.access import hasher
from edge.console.access.hasher import AT_ONCE, WAITING, BusyError, Hasher
from edge.console.access.passwords import Cost, hashed
from tests.unit.console.browser import CHEAP


async def test_only_the_right_one_is_right() -> None:
    """For a user whom nobody knows none is, not even the one that stands in for theirs."""
    looking = Hasher(CHEAP)
    assert await looking.is_right("words", hashed("words", CHEAP))
    assert not await looking.is_right("other", hashed("words", CHEAP))
    assert not await looking.is_right("nobody's", None)


async def test_an_unknown_user_costs_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is computed for them has the cost of what is stored for others, so that time does not tell who exists."""
    seen: list[str] = []

    def verify(_password: str, stored: str) -> bool:
        seen.append(stored)
        return False

    monkeypatch.setattr(hasher, "verify", verify)
    looking = Hasher()
    await looking.is_right("x", hashed("words", Cost()))
    await looking.is_right("x", None)
    assert len(seen) == 2
    assert {stored.split("$")[1] for stored in seen} == {"n=32768,r=8,p=1"}


async def test_a_crowd_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at a time are looked at, some wait, and the rest are told that we are busy."""
    gate, at_work, most = threading.Event(), 0, 0
    lock = threading.Lock()

    def verify(_password: str, _stored: str) -> bool:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        gate.wait(10)
        with lock:
            at_work -= 1
        return True

    monkeypatch.setattr(hasher, "verify", verify)
    looking = Hasher(CHEAP)
    tries = [asyncio.create_task(looking.is_right("x", "y")) for _ in range(WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await looking.is_right("x", "y")
    gate.set()
    assert await asyncio.gather(*tries) == [True] * WAITING
    assert most <= AT_ONCE
    assert await looking.is_right("x", "y")
