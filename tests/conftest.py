"""What every test gets: asyncio in debug mode, and no task left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

pytest_plugins = ["tests.servers"]


@pytest.fixture(autouse=True)
async def no_leaked_task() -> AsyncIterator[None]:
    """Fail a test that ends while a task of its own is still pending."""
    before = asyncio.all_tasks()
    yield
    own = {asyncio.current_task()}
    leaked = [task for task in asyncio.all_tasks() - before - own if not task.done()]
    for task in leaked:
        task.cancel()
    assert not leaked, f"tasks left behind: {leaked}"
