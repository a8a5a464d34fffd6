"""The console of a plant on a day with everything, with a supervisor, in a real Chromium."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from edge.config.settings import Settings
from edge.console.access.access import Access
from edge.console.access.audit import Entry, Outcome
from edge.console.access.file import File
from edge.console.access.hasher import Hasher
from edge.console.access.passwords import Cost, hashed
from edge.console.access.roles import Role
from edge.console.access.store import Store
from edge.console.access.users import User
from edge.console.options import ConsoleOptions
from edge.console.server import serve_console
from edge.host_console import console_contents
from edge.host_pages import Box
from edge.model.plant import Plant
from tests.fakes import FakeClock
from tests.servers import free_port, program
from tests.system.away import Away
from tests.unit.console.floor import FLOOR
from tests.unit.console.sample import NOW

PASSWORD = "泡椒坛子里的秘密 42"
USER = "sun"
LETTERS = 3
_CHEAP = Cost(n=16, r=1)


@dataclass
class Floor:
    """The console, and a page of it."""

    page: Page
    historian: Away
    settings: Settings
    origin: str
    faults: list[str] = field(default_factory=list)
    hear: list[Callable[[], None]] = field(default_factory=list)

    def stored(self) -> None:
        """Say that something was stored, as ingest does."""
        for hear in self.hear:
            hear()

    def watch(self) -> None:
        """Write down errors and requests to anywhere else."""
        self.page.on("console", lambda message: self.faults.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._asks(request.url))

    def _asks(self, url: str) -> None:
        if not url.startswith((self.origin, f"blob:{self.origin}")):
            self.faults.append(f"foreign request: {url}")

    async def open(self, path: str) -> None:
        """Open a page, and wait until it says something."""
        await self.page.goto(f"{self.origin}{path}")
        await expect(self.page.locator(".answer > *").first).to_be_visible()

    async def log_in(self) -> None:
        """Log in as the supervisor."""
        await self.page.click("#user")
        await self.page.fill("dialog [name=user]", USER)
        await self.page.fill("dialog [name=password]", PASSWORD)
        await self.page.click("dialog [type=submit]")
        await expect(self.page.locator("#user")).to_contain_text(USER)

    async def width(self) -> tuple[int, int]:
        """Return how wide the page is, and how much of it is seen."""
        wide, seen = await self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        return wide, seen


@asynccontextmanager
async def floor(
    folder: Path,
    lines: Sequence[str],
    settings: Settings,
    width: int = 1280,
    height: int = 800,
    plant: Plant = FLOOR,
) -> AsyncIterator[Floor]:
    """Yield the console in a browser."""
    chromium = program("chromium", "chromium")
    clock, port = FakeClock(NOW), free_port()
    options = ConsoleOptions.model_validate({"listen": f"127.0.0.1:{port}"})
    file = File(folder / "console.db")
    access = Access(options, Store(file), clock, Hasher(_CHEAP))
    access.store.put_user(
        User(USER, Role.SUPERVISOR, hashed(PASSWORD, _CHEAP)),
        Entry(NOW, "root", "command", "command", "user add", USER, Outcome.DONE),
    )
    async with Away(settings.data_dir / "historian.db") as historian, async_playwright() as playwright:
        await historian.write(lines)
        contents = console_contents(
            settings, historian, historian, access, clock, Box(lambda: LETTERS, lambda: True)
        )
        hear: list[Callable[[], None]] = []
        serving = serve_console(options, historian, plant, clock, access, contents, hear.append)
        task = asyncio.create_task(serving)
        try:
            started = await playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else []
            )
            page = await started.new_page(viewport={"width": width, "height": height})
            await _listening(port)
            opened = Floor(page, historian, settings, f"http://127.0.0.1:{port}/", hear=hear)
            opened.watch()
            yield opened
            await started.close()
        finally:
            task.cancel()
            await asyncio.wait([task])
            file.close()


async def _listening(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0)
                continue
            writer.close()
            return
