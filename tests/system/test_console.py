"""The console in a real browser: what stands on the page is what the historian holds, second by second."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from edge.console.options import ConsoleOptions
from edge.console.server import serve_console
from edge.historian.base import Aggregate, Query
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.mass import jin, wan_jin
from edge.model.packml import State
from edge.model.plant import Plant
from edge.model.point import Point
from tests.fakes import FakeClock
from tests.servers import free_port, program
from tests.system.away import Away
from tests.unit.console.sample import NOW, PLANT, at_work, state
from tests.unit.reports.sample import at, count

pytestmark = pytest.mark.timeout(90)

PHONE, WALL = (375, 800), (1920, 1080)
NASTY = "<img src=x onerror=alert(1)>'\"&"
"""Somebody's name for a machine."""


@dataclass
class Host:
    """The console on its port; it may be ended and started again."""

    historian: Away
    plant: Plant
    port: int = field(default_factory=free_port)
    task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Serve, and wait until it listens."""
        options = ConsoleOptions.model_validate({"listen": f"127.0.0.1:{self.port}"})
        self.task = asyncio.create_task(serve_console(options, self.historian, self.plant, FakeClock(NOW)))
        async with asyncio.timeout(10):
            while not await _listens(self.port):
                await asyncio.sleep(0)

    async def stop(self) -> None:
        """End it and wait."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])


@dataclass
class Browser:
    """A page of the console, and what it did that it should not have."""

    page: Page
    historian: Away
    host: Host
    origin: str
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Write down errors and requests to anywhere else."""
        self.page.on("console", lambda message: self.faults.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        self.page.on("request", lambda request: self._asks(request.url))

    def _asks(self, url: str) -> None:
        if not url.startswith(self.origin):
            self.faults.append(f"foreign request: {url}")

    async def sum(self, field_: str, device: str | None = None) -> int:
        """Return what the historian holds of the day's good product."""
        where = {"counter": "good"} | ({"device": device} if device else {})
        (row,) = await self.historian.query(
            Query("count", field_, Aggregate.SUM, at(15, 7), at(16, 7), where)
        )
        return int(row.value)

    async def shows(self, selector: str, text: str) -> None:
        """Wait until an element says exactly this."""
        await expect(self.page.locator(selector)).to_have_text(text)


def machine(key: str, part: str) -> str:
    """Return the selector of a part of a machine's card."""
    return f'.machine[data-key="{key}"] .{part}'


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    """A Chromium that has opened the console of a plant at work."""
    chromium = program("chromium", "chromium")
    plant = replace(PLANT, devices=(*PLANT.devices[:-1], replace(PLANT.devices[-1], name=NASTY)))
    async with Away(tmp_path / "historian.db") as historian, async_playwright() as playwright:
        await historian.write(at_work())
        host = Host(historian, plant)
        await host.start()
        try:
            started = await playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else []
            )
            page = await started.new_page(viewport={"width": WALL[0], "height": WALL[1]})
            opened = Browser(page, historian, host, f"http://127.0.0.1:{host.port}/")
            opened.watch()
            await page.goto(opened.origin)
            await expect(page.locator(".machine")).to_have_count(len(plant.devices))
            yield opened
            await started.close()
        finally:
            await host.stop()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def test_the_page_says_what_the_historian_holds(browser: Browser) -> None:
    """Every figure on the page equals the historian's; nothing foreign is asked for and nothing is complained about."""
    pieces, grams = await browser.sum("n", "jar_line"), await browser.sum("g", "jar_line")
    (year,) = await browser.historian.query(
        Query("target", "actual", Aggregate.LAST, at(1, 7, month=1), NOW + 1)
    )

    await browser.shows("#day-jin", f"{jin(await browser.sum('g')):,.0f}")
    await browser.shows("#year-wan", f"{wan_jin(int(year.value)):,.2f}")
    await browser.shows(machine("jar_line", "good"), f"{pieces:,}")
    await browser.shows(machine("jar_line", "jin"), f"{jin(grams):,.0f}")
    await browser.shows(machine("jar_line", "speed"), "60.5")
    await browser.shows("#shifts [data-phase=on] .present", "52")
    await browser.shows("#day-plan", "全天计划 40,000 斤，完成 52.7%")
    await browser.shows("#day-pace", "超前计划 6,080 斤")
    await browser.shows("#year-plan", "目标 1,000 万斤，完成 72.0%")
    assert browser.faults == []


async def test_the_years_end_stands_under_the_year(browser: Browser) -> None:
    """What the host forecasts is shown with its certainty, and the wall still needs no scrolling."""
    said = line_protocol.encode(
        Point(
            "target",
            {"site": "aikou"},
            {
                "before": 3_590_000_000,
                "p10": 4_800_000_000,
                "p50": 4_950_000_000,
                "p90": 5_100_000_000,
                "probability": 0.321,
                "provisional": 1,
            },
            at(15, 7),
        )
    )
    await browser.historian.write([said])

    await browser.shows(
        "#year-forecast", "预计全年 990（960–1,020）万斤，达标概率 32.1%（放假安排未公布，暂定）"
    )
    await browser.shows("#year-wan", f"{wan_jin(3_590_000_000 + await browser.sum('g')):,.2f}")
    assert await browser.page.evaluate("document.documentElement.scrollHeight") <= WALL[1]
    assert browser.faults == []


async def test_states_have_word_shape_and_colour(browser: Browser) -> None:
    """What runs, is down, silent, offline or was never heard of is told apart, also without colours."""
    looks = {
        "jar_line": ("运行", "#running"),
        "pouch_line": ("停机", "#down"),
        "pasteurizer": ("无新数据", "#stale"),
        "tanks": ("离线", "#offline"),
        "packer": ("尚无数据", "#stale"),
    }
    for key, (word, shape) in looks.items():
        await browser.shows(machine(key, "category"), word)
        await expect(browser.page.locator(machine(key, "shape use"))).to_have_attribute("href", shape)
    await browser.shows(machine("pouch_line", "detail"), "已急停 · 停机原因 12")
    await browser.shows(machine("pasteurizer", "detail"), "3 分钟前：运行")


async def test_new_figures_come_without_reload(browser: Browser) -> None:
    """What is stored while the page is open appears on it: pieces, jin and a machine that stops."""
    before = await browser.sum("n", "jar_line")
    await browser.page.evaluate("window.loadedOnce = true")

    await browser.historian.write(
        [
            count("jar_line", "good", 25, NOW - NS // 2, "jar_280"),
            state("jar_line", NOW, State.HELD, "held"),
        ]
    )

    await browser.shows(machine("jar_line", "good"), f"{before + 25:,}")
    await browser.shows("#day-jin", f"{jin(await browser.sum('g')):,.0f}")
    await browser.shows(machine("jar_line", "category"), "暂停")
    assert await browser.page.evaluate("window.loadedOnce")


async def test_the_language_is_switched_and_remembered(browser: Browser) -> None:
    """The button turns the page to English and back; the choice outlives a reload, and ?lang= decides over it."""
    page = browser.page
    await page.click("#language")
    await browser.shows(machine("jar_line", "category"), "Running")
    await expect(page).to_have_title("Sour chili line")
    assert await page.get_attribute("html", "lang") == "en"

    await page.goto(browser.origin)
    await browser.shows(machine("pouch_line", "detail"), "Aborted · stop reason 12")

    await page.goto(f"{browser.origin}?lang=zh")
    await browser.shows(machine("jar_line", "category"), "运行")
    assert browser.faults == []


async def test_a_silent_historian_is_said_and_forgotten(browser: Browser) -> None:
    """While the database is away the page says so above the last figures; when it is back the page recovers."""
    banner = browser.page.locator("#trouble")
    await expect(banner).to_be_hidden()

    browser.historian.away = True
    await expect(banner).to_have_text("数据库无响应：下面是 2026-09-15 16:00:00 的数据，恢复后自动更新")
    await expect(browser.page.locator("#day-jin")).to_have_text("21,080")

    browser.historian.away = False
    await expect(banner).to_be_hidden()
    assert browser.faults == []


async def test_a_lost_host_is_said_and_forgotten(browser: Browser) -> None:
    """A page that does not hear the host says so, and goes on when it hears it again; the figures stay meanwhile."""
    banner = browser.page.locator("#trouble")

    await browser.host.stop()
    await expect(banner).to_contain_text("与主机的连接中断", timeout=15_000)
    await expect(browser.page.locator("#day-jin")).to_have_text("21,080")

    await browser.host.start()
    await expect(banner).to_be_hidden(timeout=15_000)


async def test_a_name_is_only_text(browser: Browser) -> None:
    """A machine may be called anything: markup in its name is shown, not obeyed."""
    await browser.shows(machine("packer", "name"), NASTY)
    assert await browser.page.locator(".machine img").count() == 0
    assert browser.faults == []


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_it_fits_a_telephone_and_a_wall(browser: Browser, language: str) -> None:
    """Nothing is wider than the screen, and on the wall the day's figure is large enough for ten metres."""
    for width, height in (PHONE, WALL):
        await browser.page.set_viewport_size({"width": width, "height": height})
        await browser.page.goto(f"{browser.origin}?lang={language}")
        await expect(browser.page.locator(".machine")).to_have_count(len(PLANT.devices))
        assert await browser.page.evaluate("document.documentElement.scrollWidth") <= width
    size = await browser.page.evaluate(
        "parseFloat(getComputedStyle(document.getElementById('day-jin')).fontSize)"
    )
    assert size >= 80
