"""Line, production and process in a real browser: what stands there is the historian's, and answers are few clicks away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.async_api import expect

from edge.historian.base import Aggregate, Query
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.mass import jin
from edge.model.point import FieldValue, Point
from tests.system.floor import Floor, floor
from tests.unit.console.floor import floor_day, floor_settings
from tests.unit.console.sample import NOW, PLANT
from tests.unit.reports.sample import at, count

pytestmark = pytest.mark.timeout(90)

SIZES = ((1920, 1080), (1280, 800), (390, 844))
SHOWN = {"line": ".machine", "production": "#hours .of", "process": ".u-over"}


def value(when: int, **fields: FieldValue) -> str:
    """Return a line of `tag`."""
    tags = {"site": PLANT.site, "line": PLANT.line, "device": "jar_line", "tag": "good"}
    return line_protocol.encode(Point("tag", tags, fields, when))


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Floor]:
    """The console of a plant on a day with everything, and a tag that was bad for a while."""
    values = [
        value(NOW - s * NS, **({"q": 0} if 600 <= s < 660 else {"v": float(s), "q": 192}))
        for s in range(0, 1800, 10)
    ]
    async with floor(tmp_path, [*floor_day(), *values], floor_settings(tmp_path)) as found:
        yield found


async def show(opened: Floor, page: str, query: str = "") -> None:
    """Open a page and wait for its figures."""
    await opened.page.goto(f"{opened.origin}{page}{query}")
    await expect(opened.page.locator(SHOWN[page]).first).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_page_fits_every_screen(opened: Floor, language: str) -> None:
    """Nothing is wider than the screen, in both lights; nothing foreign is asked for, nothing is complained about."""
    for width, height in SIZES:
        await opened.page.set_viewport_size({"width": width, "height": height})
        for page in SHOWN:
            await show(opened, page, f"?lang={language}")
            wide, seen = await opened.width()
            assert wide <= seen, (page, width)
            said = await opened.page.inner_text("#page")
            assert not any(word in said for word in ("undefined", "null", "NaN")), (page, width)
        await opened.page.click("#theme")
    assert opened.faults == []


async def test_will_we_make_the_shift_plan_takes_no_click(opened: Floor) -> None:
    """The page on the wall says it by itself, with the figures that it follows from."""
    await opened.page.goto(f"{opened.origin}?wall")

    (row,) = await opened.historian.query(
        Query("count", "g", Aggregate.SUM, at(15, 8), NOW, {"counter": "good"})
    )
    made = int(row.value)
    await expect(opened.page.locator("#shift-jin")).to_have_text(f"{jin(made):,.0f}")
    await expect(opened.page.locator("#shift-forecast")).to_have_text(
        f"照此速度，下班时 {jin(made * 95 // 80):,.0f} 斤"
    )
    await expect(opened.page.locator("#shift-pace")).to_contain_text("能完成")
    await expect(opened.page.locator("#pages")).to_be_hidden()
    assert await opened.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert opened.faults == []


async def test_why_did_the_jar_line_stop_takes_one_click(opened: Floor) -> None:
    """The machine's day says when, how long and why; its address leads there again, and Escape back."""
    await show(opened, "line")
    await opened.page.click('.machine[data-key="jar_line"]')

    row = opened.page.locator("dialog tbody tr", has_text="10:20:00")
    await expect(row).to_contain_text("12 分钟 20 秒")
    await expect(row).to_contain_text("卡瓶")
    await opened.page.reload()
    await expect(row).to_contain_text("停机")
    await opened.page.keyboard.press("Escape")
    await expect(opened.page.locator("dialog")).to_have_count(0)
    assert "device" not in opened.page.url
    assert opened.faults == []


async def test_the_keyboard_reaches_a_machines_day(opened: Floor) -> None:
    """What the mouse does the keyboard does, and it comes back to where it was."""
    await show(opened, "line")
    button = opened.page.locator('.machine[data-key="pouch_line"] button')
    await button.focus()
    await opened.page.keyboard.press("Enter")

    await expect(opened.page.locator("dialog h2")).to_contain_text("袋装线")
    await opened.page.keyboard.press("Escape")
    await expect(button).to_be_focused()


async def test_a_supervisor_gives_a_stop_its_reason(opened: Floor) -> None:
    """Nobody else is offered it; afterwards the stop says the reason that was given."""
    await show(opened, "line")
    await opened.page.click('.machine[data-key="jar_line"]')
    row = opened.page.locator("dialog tbody tr", has_text="10:20:00")
    await expect(row).to_contain_text("卡瓶")
    await expect(row.locator("button")).to_have_count(0)
    await opened.page.keyboard.press("Escape")

    await opened.log_in()
    await opened.page.click('.machine[data-key="jar_line"]')
    await row.locator("button").click()
    await opened.page.select_option("dialog [name=reason]", "12")
    await opened.page.fill("dialog [name=why]", "膜用完了")
    await opened.page.keyboard.press("Enter")
    await expect(row).to_contain_text("缺膜（sun：膜用完了）")
    assert opened.faults == []


async def test_the_days_hours_are_the_historians(opened: Floor) -> None:
    """The day and the hours with output stand with what was counted; another day has its own."""
    await show(opened, "production")
    (row,) = await opened.historian.query(
        Query("count", "g", Aggregate.SUM, at(15, 7), at(16, 7), {"counter": "good"})
    )
    await expect(opened.page.locator("#made")).to_have_text(f"{jin(int(row.value)):,.0f}")
    nine = opened.page.locator('#hours [data-label="09:00"] title')
    await expect(nine).to_contain_text(f"{jin(30_000 * 280):,.0f}")
    await opened.page.click("#earlier")
    await expect(opened.page.locator("#made")).to_have_text(f"{jin(9_999 * 280):,.0f}")
    await expect(opened.page.locator("#year-made")).not_to_have_text("—")
    assert opened.faults == []


async def test_curves_are_picked_zoomed_and_kept(opened: Floor) -> None:
    """A second curve joins, dragging chooses a span, the address keeps both, and bad values are told."""
    await show(opened, "process", "?of=jar_line/good&lang=zh")
    await expect(opened.page.locator("#said")).to_contain_text("读数质量不好")
    await opened.page.select_option("#device", "pouch_line")
    await opened.page.click("#add")
    await expect(opened.page.locator(".picked li")).to_have_count(2)

    box = await opened.page.locator(".u-over").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    await opened.page.mouse.move(box["x"] + box["width"] * 0.6, middle)
    await opened.page.mouse.down()
    await opened.page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=5)
    await opened.page.mouse.up()
    await opened.page.wait_for_url("**from=*")
    assert "pouch_line" in opened.page.url
    await opened.page.click("#span-1")
    await opened.page.wait_for_url("**span=*")
    assert opened.faults == []


async def test_a_page_is_drawn_as_soon_as_something_was_stored(opened: Floor) -> None:
    """Between two of the seconds' questions a commit brings one of its own: the page draws more often than each second."""
    await show(opened, "line")
    await opened.page.evaluate(
        """() => {
          window.drawn = [];
          new MutationObserver(() => drawn.push(performance.now()))
            .observe(document.querySelector('.machine[data-key="jar_line"] .good'), {childList: true});
        }"""
    )
    for number in range(1, 6):
        await opened.historian.write([count("jar_line", "good", 1, NOW - (60 + number) * NS, "jar_280")])
        opened.stored()
        await expect(opened.page.locator('.machine[data-key="jar_line"] .good')).to_have_text(
            f"{30_500 + number:,}"
        )
    drawn = await opened.page.evaluate("window.drawn")
    assert len(drawn) == 5
    assert min(later - earlier for earlier, later in pairwise(drawn)) < 900
    assert opened.faults == []
