"""Consoles of the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.console.browser import LOOPBACK, Console, console


@pytest.fixture
async def open_(tmp_path: Path) -> AsyncIterator[Console]:
    """Return a console that others can reach."""
    async with console(tmp_path) as made:
        yield made


@pytest.fixture
async def closed(tmp_path: Path) -> AsyncIterator[Console]:
    """Return a console of this machine alone."""
    async with console(tmp_path, **LOOPBACK) as made:
        yield made
