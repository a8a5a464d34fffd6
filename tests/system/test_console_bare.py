"""The console of a plant that has next to nothing, that has just lost its historian, and over a cold cache: every page, in a browser."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Response, expect

from edge.model.calendar import Calendar
from edge.model.plant import Device, Plant
from edge.model.tag import Tag
from tests.system.floor import Floor, floor
from tests.unit.console.floor import floor_day, floor_settings

pytestmark = pytest.mark.timeout(90)

PAGES = ("", "production", "people", "process", "events", "reports", "system")
ASKING = ("production", "people", "events", "system")
NAME = '<b onclick=alert(1)>🌶️ 泡菜 & "罐"</b>'
BARE = Plant(
    "e",
    "aikou",
    "suanjiao-1",
    Calendar(ZoneInfo("Asia/Shanghai")),
    (Device("jar", (Tag("ph"),), 1.0, name=NAME),),
)
MOST_BYTES, MOST_MS = 1_500_000, 1_000


async def test_a_plant_of_one_machine_and_nothing_else_has_every_page(tmp_path: Path) -> None:
    """No product, shift, route, target or person, and a name that is markup: each page says what it has, and obeys no name."""
    settings = replace(floor_settings(tmp_path, people=False, reports=False), plant=BARE)
    async with floor(tmp_path, [], settings, plant=BARE) as opened:
        for page in PAGES:
            for language in ("zh", "en"):
                await opened.page.goto(f"{opened.origin}{page}?lang={language}")
                await expect(opened.page.locator("#page > *:visible").first).to_be_visible()
                await expect(opened.page.locator("#clock")).not_to_have_text("—")
                said = await opened.page.inner_text("#page")
                assert not [word for word in ("undefined", "null", "NaN", "Infinity") if word in said], page
                assert await opened.page.locator("#page b[onclick]").count() == 0
        await opened.page.goto(opened.origin)
        await expect(opened.page.locator(".machine .name")).to_have_text(NAME)
        assert opened.faults == []


async def test_pages_that_are_opened_while_the_historian_is_away_say_so_and_heal(tmp_path: Path) -> None:
    """Each tells why it shows nothing; when the historian is back, somebody who asks again has the figures."""
    async with floor(tmp_path, floor_day(), floor_settings(tmp_path)) as opened:
        for page in ASKING:
            opened.historian.away = True
            await opened.page.goto(f"{opened.origin}{page}")
            await expect(opened.page.locator("#page")).to_contain_text("数据")
            assert not await opened.page.locator("#page table").count()
            opened.historian.away = False
            await opened.page.reload()
            await expect(opened.page.locator("#page .fault:visible")).to_have_count(0)
            await expect(opened.page.locator("#trouble")).to_be_hidden()
        assert all("503" in fault for fault in opened.faults)


async def test_every_page_is_light_and_soon_there(tmp_path: Path) -> None:
    """With a cold cache the first paint comes within a second, and all but the letters weigh less than 1.5 MB."""
    async with floor(tmp_path, floor_day(), floor_settings(tmp_path)) as opened:
        for page in PAGES:
            assert await _weight(opened, page) < MOST_BYTES, page
            (painted,) = await opened.page.evaluate(
                "performance.getEntriesByName('first-contentful-paint').map((one) => one.startTime)"
            )
            assert painted < MOST_MS, page


async def _weight(opened: Floor, page: str) -> int:
    """Open a page as somebody who was never here, and return how many bytes came that are no letters."""
    came: list[Response] = []

    def seen(response: Response) -> None:
        came.append(response)

    # The page before asks on until it is left, and what it is answered then has no body any more.
    await opened.page.goto("about:blank")
    opened.page.on("response", seen)
    client = await opened.page.context.new_cdp_session(opened.page)
    await client.send("Network.clearBrowserCache")
    await opened.page.goto(f"{opened.origin}{page}")
    await expect(opened.page.locator("#page > *:visible").first).to_be_visible()
    await opened.page.evaluate("document.fonts.ready")
    opened.page.remove_listener("response", seen)
    files = [one for one in came if "/fonts/" not in one.url and not one.url.endswith("/api/live")]
    assert any(one.url.endswith("shell.js") for one in files)
    return sum(len(body) for body in await asyncio.gather(*(one.body() for one in files)))
