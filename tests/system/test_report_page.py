"""The report's page in a real browser, from disk: on a phone, a desktop and paper, in the light and in the dark."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, async_playwright

from edge.reports.forms.html import html
from edge.reports.pictures import draw
from tests.page_audit import audit
from tests.servers import program
from tests.unit.reports.forms.documents import document, hostile

PHONE, DESKTOP = (390, 844), (1280, 800)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
HALF: tuple[tuple[tuple[int, int], Scheme], ...] = ((PHONE, "dark"), (DESKTOP, "light"))
TALL = 20_000
"""High enough for all of a page: what is out of sight cannot be asked what lies under it."""
FAR = 60
"""Pixels."""
SCROLLED = """(far) => new Promise((done) => {
  const box = document.activeElement;
  const look = () => (box.scrollLeft > far ? done(box.scrollLeft) : requestAnimationFrame(look));
  look();
})"""
NASTY = "<img src=x onerror=alert(1)>'\"&"
BAD = """<!doctype html><html><head></head><body><main><h2></h2><h4 id="a">x</h4><svg><text>x</text></svg>
<p style="color: #999" id="a">pale</p><a href="#b"></a><table><tr><th>x</th></tr></table><nav></nav>
<svg role="img" viewBox="0 0 9 9"><title>t</title><rect width="9" height="9" fill="#345"/><text y="7" fill="#234">x</text></svg>
<div style="overflow: auto; width: 9px"><p style="width: 99px">wide</p></div></main></body></html>"""


@dataclass
class Opened:
    """A page, and what it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Yield a browser."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=program("chromium", "chromium"), args=["--no-sandbox"]
        )
        yield started
        await started.close()


@cache
def written(name: str) -> bytes:
    """Return the page of a sample."""
    return html(hostile(NASTY) if name == "hostile" else document(name), draw)


@asynccontextmanager
async def opened(
    browser: Browser,
    file: Path,
    size: tuple[int, int],
    scheme: Scheme = "light",
) -> AsyncIterator[Opened]:
    """Open a file without any network."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, offline=True
    )
    page = await context.new_page()
    found = Opened(page)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    await page.goto(file.as_uri())
    yield found
    await context.close()


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return the file of a sample, by the test's parameter."""
    name = request.node.callspec.params.get("name", "day") if hasattr(request.node, "callspec") else "day"
    path = tmp_path / "report.html"
    path.write_bytes(written(name))
    return path


@pytest.mark.parametrize("name", ["day", "month", "unwatched", "hostile"])
async def test_page_is_for_everybody(browser: Browser, file: Path, name: str) -> None:
    """At both widths, light and dark: it asks for nothing, complains of nothing, runs not out of the window, and can be read."""
    for (width, _), scheme in product((PHONE, DESKTOP), SCHEMES) if name == "day" else HALF:
        async with opened(browser, file, (width, TALL), scheme) as it:
            widest = await it.page.evaluate("document.documentElement.scrollWidth")
            assert widest <= width
            assert await audit(it.page) == []
            assert it.requests == [file.as_uri()]
            assert it.complaints == []


async def test_audit_finds_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    """A page that does everything wrong is told each of it."""
    path = tmp_path / "bad.html"
    path.write_text(BAD)
    async with opened(browser, path, DESKTOP) as it:
        problems = {one.split(":")[0] for one in await audit(it.page)}
    assert problems == {
        *(
            "no language",
            "no title",
            "heading out of order",
            "empty heading",
            "not one h1",
            "no label",
            "no name",
        ),
        *("drawing without role", "no desc", "no caption", "no scope", "not scrolled by keys", "id twice"),
        *("leads nowhere", "contrast 2.85", "contrast 1.29"),
    }


async def test_tables_scroll_in_their_box_by_keys_and_names_stay(browser: Browser, file: Path) -> None:
    """On a phone a wide table is reached by Tab and scrolled by arrows, and its first column stays in sight."""
    async with opened(browser, file, PHONE) as it:
        box = it.page.locator(".scroll.card").nth(1)
        await box.focus()
        name = box.locator("tbody th").first
        before = await name.bounding_box()
        for _ in range(5):
            await it.page.keyboard.press("ArrowRight")
        assert await it.page.evaluate(SCROLLED, FAR) > FAR
        after = await name.bounding_box()
        assert before is not None
        assert after is not None
        assert after["x"] == pytest.approx(before["x"], abs=1)
        assert await it.page.evaluate("document.scrollingElement.scrollLeft") == 0


async def test_keys_come_to_every_box(browser: Browser, file: Path) -> None:
    """Tab leads through contents, drawings and tables; the place of the focus is seen."""
    async with opened(browser, file, PHONE) as it:
        boxes = await it.page.locator(".scroll:visible").count()
        reached: set[str] = set()
        outlined = True
        for _ in range(400):
            await it.page.keyboard.press("Tab")
            box, seen = await it.page.evaluate(
                "[document.activeElement.matches('.scroll') ? document.activeElement.getAttribute('aria-labelledby') : '',"
                " getComputedStyle(document.activeElement).outlineStyle !== 'none' || document.activeElement === document.body]"
            )
            outlined = outlined and seen
            reached |= {box} - {""}
            if len(reached) == boxes:
                break
        assert len(reached) == boxes
        assert outlined


async def test_paper(browser: Browser, file: Path) -> None:
    """Printed it is A4 landscape with room for signatures and without what only works on a screen, light even in the dark."""
    async with opened(browser, file, DESKTOP, "dark") as it:
        assert await it.page.locator(".paper").is_hidden()
        await it.page.emulate_media(media="print")
        assert await it.page.locator(".paper").is_visible()
        assert await it.page.locator("nav").is_hidden()
        assert await it.page.evaluate("getComputedStyle(document.body).color") == "rgb(31, 35, 40)"
        printed = await it.page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 841.91998 594.95996]" in printed


async def test_footnote_is_one_step_away(browser: Browser, file: Path) -> None:
    """A mark leads to its note, and the note back."""
    async with opened(browser, file, PHONE) as it:
        await it.page.locator("#mark-1").click()
        assert it.page.url.endswith("#note-1")
        await it.page.locator("#note-1 a").click()
        assert it.page.url.endswith("#mark-1")
