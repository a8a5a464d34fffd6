"""The console's routes as a browser meets them: on a real port, with every header."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from edge.clock import SystemClock
from edge.console.app import STATIC
from edge.console.headers import SECURITY
from edge.console.options import ConsoleOptions
from edge.console.server import serve_console
from edge.errors import ConfigurationError
from edge.historian.base import Historian
from edge.historian.embedded import EmbeddedHistorian
from edge.model.calendar import NS
from tests.fakes import FakeClock
from tests.servers import free_port
from tests.unit.console.sample import NOW, PLANT, at_work
from tests.unit.reports.sample import MemoryHistorian, count

DEADLINE_S = 10.0
PAGES = ("/", "/api/snapshot", "/static/shell.js", "/static/fonts/NotoSansSC-Bold.woff2", "/nowhere")


@asynccontextmanager
async def console(historian: Historian) -> AsyncIterator[httpx2.AsyncClient]:
    """Serve the console; yield a client of it."""
    port = free_port()
    options = ConsoleOptions.model_validate({"listen": f"127.0.0.1:{port}"})
    task = asyncio.create_task(serve_console(options, historian, PLANT, FakeClock(NOW)))
    try:
        async with (
            asyncio.timeout(DEADLINE_S),
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
        ):
            while not await _answers(client):
                await asyncio.sleep(0)
            yield client
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _answers(client: httpx2.AsyncClient) -> bool:
    try:
        await client.get("/")
    except httpx2.ConnectError:
        return False
    return True


async def test_the_snapshot_is_the_historians() -> None:
    """`/api/snapshot` tells as JSON what the historian holds."""
    async with console(MemoryHistorian(at_work())) as client:
        answer = await client.get("/api/snapshot")
    document = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert document["output"]["day_grams"] == 30_500 * 280 + 10_000 * 200
    assert [machine["key"] for machine in document["machines"]] == [device.key for device in PLANT.devices]


async def test_new_figures_come_by_themselves(tmp_path: Path) -> None:
    """Whoever listens to `/api/live` is told what was stored meanwhile."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write(at_work())
        async with console(historian) as client, client.stream("GET", "/api/live") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            updates = _updates(stream)
            before = (await anext(updates))["machines"][0]["good"]
            await historian.write([count("jar_line", "good", 11, NOW - NS // 2, "jar_280")])
            async for update in updates:
                if update["machines"][0]["good"] == before + 11:
                    return


async def _updates(stream: httpx2.Response) -> AsyncIterator[Any]:
    async for line in stream.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_is_guarded(path: str) -> None:
    """Each answer, an error too, forbids scripts in the page and everything from elsewhere."""
    async with console(MemoryHistorian()) as client:
        answer = await client.get(path)
    assert {name: answer.headers[name] for name in SECURITY} == dict(SECURITY)
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_what_may_be_kept() -> None:
    """Figures are never kept, the page is asked for again each time, the fonts stay."""
    async with console(MemoryHistorian()) as client:
        kept = [(await client.get(path)).headers["cache-control"] for path in PAGES[:4]]
        script = await client.get("/static/shell.js")
        again = await client.get("/static/shell.js", headers={"if-none-match": script.headers["etag"]})
    assert kept == ["no-cache", "no-store", "no-cache", "max-age=31536000, immutable"]
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("host", "status"), [("localhost:8080", 200), ("[::1]:8080", 200), ("evil.example", 400)]
)
async def test_only_names_of_this_machine(host: str, status: int) -> None:
    """A foreign page that has let its own name lead to this machine learns nothing."""
    async with console(MemoryHistorian()) as client:
        assert (await client.get("/api/snapshot", headers={"host": host})).status_code == status


@pytest.mark.parametrize("path", ["/static/../server.py", "/static/%2e%2e/server.py", "/static/fonts"])
async def test_nothing_else_is_served(path: str) -> None:
    """Only files of the page leave the machine."""
    async with console(MemoryHistorian()) as client:
        assert (await client.get(path)).status_code == 404


async def test_a_taken_port_is_said() -> None:
    """A port that another program has is the configuration's fault."""
    async with console(MemoryHistorian()) as client:
        options = ConsoleOptions.model_validate({"listen": f"127.0.0.1:{client.base_url.port}"})
        with pytest.raises(ExceptionGroup) as error:
            await serve_console(options, MemoryHistorian(), PLANT, SystemClock())
    assert error.group_contains(ConfigurationError, match=r"console\.listen: .* is taken")


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    """No file of the page names another address; only SVG's namespace is one."""
    for file in STATIC.glob("*.*"):
        text = file.read_text(encoding="utf-8")
        assert set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[\w./]*", text)) <= {"http://www.w3.org/2000/svg"}
        assert "innerHTML" not in text
