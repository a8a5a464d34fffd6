"""A program is well while its work moves, and says what does not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge.health import service as module
from edge.health.metrics import Metric, gauge
from edge.health.progress import Progress
from edge.health.service import HealthService
from tests.fakes import FakeClock


def test_what_stands_still_too_long_is_named_and_what_has_nothing_to_do_is_not() -> None:
    """Movement or idleness is health; standing with work in hand is not."""
    turns: dict[str, int | None] = {"commits": 1, "ingest": None}
    progress = Progress()
    progress.watch("commits", lambda: turns["commits"], 10.0)
    progress.watch("ingest", lambda: turns["ingest"], 10.0)

    assert progress.stalled(0) == []
    assert progress.stalled(9) == []
    assert progress.stalled(11) == ["commits"]
    turns["commits"] = 2
    assert progress.stalled(12) == []
    turns["ingest"] = 5
    assert progress.stalled(20) == []
    assert progress.stalled(31) == ["commits", "ingest"]


async def _get(service: HealthService, path: str) -> tuple[int, str]:
    status, _, body = await service._answer(path)
    return status, body


async def test_probes_say_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Alive and ready, alive and not ready, and stalled: then systemd hears nothing any more."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setattr(module, "CHECK_INTERVAL_S", 0.001)
        clock, progress, faults = FakeClock(), Progress(), list[str]()
        progress.watch("commits", lambda: 7, 60.0)

        async def metrics() -> list[Metric]:
            return [gauge("up", "Up.", 1)]

        def not_ready() -> Sequence[str]:
            return faults

        service = HealthService(progress, metrics, not_ready, clock, None, "health.node")
        task = asyncio.create_task(service.run())
        async with asyncio.timeout(5):
            assert await _heard(systemd) == b"READY=1"
            assert await _heard(systemd) == b"WATCHDOG=1"
            assert await _get(service, "/readyz") == (200, "ok\n")
            assert await _get(service, "/metrics") == (200, "# HELP up Up.\n# TYPE up gauge\nup 1\n")
            faults.append("no broker")
            assert await _get(service, "/livez") == (200, "ok\n")
            assert await _get(service, "/readyz") == (503, "no broker\n")
            clock.advance(100)
            while (await _get(service, "/livez"))[0] == 200:
                await asyncio.sleep(0)
            assert (await _get(service, "/livez")) == (503, "no progress: commits\n")
            assert (await _get(service, "/"))[0] == 404
        task.cancel()
        await asyncio.wait([task])


async def _heard(systemd: socket.socket) -> bytes:
    return await asyncio.get_running_loop().sock_recv(systemd, 100)
