"""Events, people, reports and system in a real browser: what stands there is the historian's, and names are a supervisor's."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import expect

from edge.historian.base import Aggregate, Query
from edge.model.calendar import NS
from edge.records.custody import Custody
from edge.records.records import Records
from tests.system.floor import LETTERS, USER, Floor, floor
from tests.unit.console.floor import FLOOR, NAMES, floor_day, floor_settings
from tests.unit.console.sample import NOW
from tests.unit.reports.sample import at

pytestmark = pytest.mark.timeout(90)

SIZES = ((1920, 1080), (1280, 800), (390, 844))
PAGES = ("events", "people", "reports", "system")
JAM = f'[data-key="stop:jar_line:{at(15, 10, 20)}"]'


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Floor]:
    """The console of a plant on a day with everything."""
    async with floor(tmp_path, floor_day(), floor_settings(tmp_path)) as found:
        yield found


@pytest.mark.parametrize(("language", "word"), [("zh", "计划"), ("en", "planned")])
async def test_every_page_fits_every_screen(opened: Floor, language: str, word: str) -> None:
    """Nothing is wider than the screen, nothing foreign is asked for, nothing is complained about."""
    for width, height in SIZES:
        await opened.page.set_viewport_size({"width": width, "height": height})
        for page in PAGES:
            await opened.open(f"{page}?lang={language}")
            wide, seen = await opened.width()
            assert wide <= seen, (page, width)
            link = await opened.page.locator("[aria-current]").bounding_box()
            assert link is not None, (page, width)
            assert 0 <= link["x"] <= seen - link["width"], (page, width)
            assert "undefined" not in await opened.page.inner_text("#page")
            assert "null" not in await opened.page.inner_text("#page")
    await opened.open(f"events?lang={language}")
    await expect(opened.page.locator("#sums")).to_contain_text(word)
    assert opened.faults == []


async def test_why_the_jar_line_stopped_is_one_click_away(opened: Floor) -> None:
    """From the wall's page to the stop's reason and length; the filters leave what they say."""
    await opened.page.goto(opened.origin)
    await opened.page.click("[data-page=events]")

    event = opened.page.locator(JAM)
    await expect(event.locator(".clock")).to_have_text("10:20:00")
    await expect(event.locator(".about")).to_contain_text("卡瓶")
    await expect(event.locator(".length")).to_have_text("12 分 20 秒")
    await expect(opened.page.locator(".event")).to_have_count(7)
    await opened.page.select_option("#kind", "stop")
    await expect(opened.page.locator(".event")).to_have_count(5)
    await opened.page.select_option("#device", "jar_line")
    await expect(opened.page.locator(".event")).to_have_count(1)
    await opened.page.check("#micro")
    await expect(opened.page.locator(".event")).to_have_count(2)
    assert opened.faults == []


async def test_numbers_are_the_historians(opened: Floor) -> None:
    """Heads, hours, the node's health and the share of a day equal what is stored."""
    ask = opened.historian.query
    where = {"shift": "D"}
    await opened.open("people")
    for head in ("present", "planned", "late", "questions"):
        rows = await ask(Query("attendance", head, Aggregate.LAST, at(15, 7), NOW, where, ("team", "kind")))
        selector = (
            ".present" if head == "present" else ".heads" if head == "planned" else f"[data-figure={head}]"
        )
        figure = opened.page.locator(f"[data-shift=D] {selector}")
        await expect(figure).to_contain_text(str(sum(int(row.value) for row in rows)))
    (pending,) = await ask(Query("node", "pending", Aggregate.LAST, NOW - 60 * NS, NOW, {}))
    await opened.open("system")
    await expect(opened.page.locator("[data-figure=pending]")).to_have_text(str(pending.value))
    await expect(opened.page.locator("[data-figure=dead_letters]")).to_have_text(str(LETTERS))
    await expect(opened.page.locator("tr", has_text="发酵罐")).to_contain_text("95.8%")
    await expect(opened.page.locator("tr", has_text="罐装线")).to_contain_text("100.0%")


async def test_names_are_told_to_a_supervisor_alone(opened: Floor) -> None:
    """No answer has one before somebody logs in; then who is missing and late stands there, and the look is logged."""
    personal = ("people_names", "attendance_questions")
    for question in ("me", "snapshot", *PAGES, *personal):
        answer = await opened.page.request.get(f"{opened.origin}api/{question}")
        assert answer.status == (401 if question in personal else 200)
        text = await answer.text()
        assert not [name for name in NAMES if name in text]

    await opened.open("people")
    await expect(opened.page.locator("[data-word=names_hint]")).to_be_visible()
    await opened.log_in()

    names = opened.page.locator(".names")
    await expect(names).to_contain_text("赵大山")
    await expect(names.locator("dl div", has_text="迟到")).to_contain_text("王小明")
    await expect(names).not_to_contain_text("李光红")
    await expect(opened.page.locator(".questions")).to_contain_text("李光红")
    records = Records(opened.settings.data_dir)
    looks = {(one.by, one.what) for one in Custody(records).accesses()}
    records.close()
    assert {(USER, "today"), (USER, "questions")} <= looks


async def test_a_question_of_attendance_is_settled_from_the_page(opened: Floor) -> None:
    """The forgotten punch is taken as the shift's own end, and the question is gone."""
    await opened.open("people")
    await opened.log_in()
    await opened.page.click(".questions button")
    await opened.page.select_option("dialog [name=decision]", "confirm")
    await opened.page.fill("dialog [name=why]", "班长看到他下班")
    await opened.page.click("dialog [type=submit]")

    await expect(opened.page.locator(".questions")).to_contain_text("没有待核实的考勤")
    assert opened.faults == []


async def test_an_event_is_acknowledged_and_explained(opened: Floor) -> None:
    """By keyboard alone: who saw it stands there, and the reason that somebody gave with why."""
    await opened.open("events")
    await expect(opened.page.locator(".event button")).to_have_count(0)
    await opened.log_in()
    await opened.page.locator(f"{JAM} .acknowledge").press("Enter")
    await opened.page.locator("dialog [name=note]").fill("去看过")
    await opened.page.keyboard.press("Enter")

    event = opened.page.locator(JAM)
    await expect(event).to_contain_text("sun 已确认 09-15 16:00：去看过")
    await expect(event.locator(".acknowledge")).to_have_count(0)

    await event.locator(".explain").press("Enter")
    await opened.page.select_option("dialog [name=reason]", "12")
    await opened.page.fill("dialog [name=why]", "膜用完了")
    await opened.page.keyboard.press("Enter")
    await expect(event).to_contain_text("原因：缺膜（sun：膜用完了）")
    assert opened.faults == []


async def test_a_doubtful_count_is_corrected(opened: Floor) -> None:
    """What the counter missed becomes an entry of its own, with who and why, and the day's sum has it."""
    where = {"device": "pouch_line", "counter": "good"}
    day = Query("count", "n", Aggregate.SUM, at(15, 7), at(16, 7), where)
    (before,) = await opened.historian.query(day)
    await opened.open("events")
    await expect(opened.page.locator(".event button")).to_have_count(0)
    await opened.log_in()
    await opened.page.locator('[data-kind=entry][data-key*=":pouch_line:good:"] .correct').first.click()
    await opened.page.fill("dialog [name=n]", "-7")
    await opened.page.fill("dialog [name=why]", "点过托盘")
    await opened.page.click("dialog [type=submit]")

    told = opened.page.locator("[data-kind=correction]", has_text="点过托盘")
    await expect(told).to_contain_text("sun 更正：点过托盘")
    await expect(told.locator(".length")).to_have_text("-7 件")
    (after,) = await opened.historian.query(day)
    assert int(after.value) == int(before.value) - 7
    assert opened.faults == []


async def test_what_was_issued_stands_there_and_more_can_be_made(opened: Floor) -> None:
    """Delivered, on its way and given up are words; the error is there, and when the next is due; another is made at once."""
    await opened.open("reports")

    newest, older = (opened.page.locator(".issues tbody tr").nth(place) for place in (0, 1))
    await expect(newest.locator("[data-progress=delivered]")).to_contain_text("已送达")
    await expect(newest.locator("[data-progress=waiting]")).to_contain_text("no route to the robot")
    await expect(older.locator("[data-progress=failed]")).to_contain_text("送达失败")
    await expect(opened.page.locator(".schedule tbody tr").first).to_contain_text("2026-09-16 07:30")

    # The command makes one of this very historian.
    await opened.page.select_option("#form", "csv")
    async with opened.page.expect_download() as loading:
        await opened.page.click(".maker button")
    file = await (await loading.value).path()

    assert (await loading.value).suggested_filename == "chili-edge-day-2026-09-15-zh.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    await expect(opened.page.locator(".said")).to_contain_text("已生成")
    assert opened.faults == []


async def test_a_plant_without_anything_says_so(tmp_path: Path) -> None:
    """No people, no reports and an empty historian: sentences, and no empty tables."""
    settings = replace(floor_settings(tmp_path, people=False, reports=False), plant=FLOOR)
    async with floor(tmp_path, [], settings) as opened:
        for page, sentence in (
            ("events", "没有这类事件"),
            ("people", "没有考勤数据"),
            ("reports", "没有配置定时报表"),
            ("system", "没有采集节点的消息"),
        ):
            await opened.open(page)
            await expect(opened.page.locator("#page")).to_contain_text(sentence)
        await opened.log_in()
        await opened.open("people")
        await expect(opened.page.locator("#page")).to_contain_text("考勤记录不在这台机器上")
        assert opened.faults == []


async def test_a_historian_that_is_away_is_a_sentence(opened: Floor) -> None:
    """The figures stay, pale, under why; they go on when it is back."""
    await opened.open("events")
    opened.historian.away = True
    await opened.page.click(".days button >> nth=0")
    fault = opened.page.locator("#page > .fault")
    await expect(fault).to_contain_text("现在读写不了数据")

    opened.historian.away = False
    await opened.page.click(".days button >> nth=0")
    await expect(fault).to_be_hidden()
    assert all(re.search("503", one) for one in opened.faults)
