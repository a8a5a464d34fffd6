"""What every test gets: asyncio in debug mode, no task left behind, and laws that no slow machine can break."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "project",
    deadline=None,  # two cores that run a whole factory beside it are slow at times
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),  # what is new is looked for at the desk; CI repeats what it knows
)
settings.load_profile("project")

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
