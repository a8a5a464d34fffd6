"""Real servers for tests, each on an ephemeral loopback port and ended by the fixture that started it.

A missing program skips the test, but fails it where `CI` is `true`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

START_DEADLINE_S = 20.0
STOP_DEADLINE_S = 10.0
POLL_S = 0.02
PORT_ATTEMPTS = 3
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
"""Debian puts mosquitto into a folder that is not on everybody's PATH."""

Command = Callable[[int], list[str]]
"""Returns the command that serves on a port."""


class Server:
    """A server process on a loopback port; it may be stopped, killed and started again on the same port.

    Attributes:
        port: where it listens.
        log: file of its output.
    """

    def __init__(self, command: Command, log: Path) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self.log = log
        self.port = 0

    def start(self) -> None:
        """Start and wait until it listens; the first time on any free port, which is kept from then on."""
        for _ in range(1 if self.port else PORT_ATTEMPTS):
            port = self.port or free_port()
            if self._listens(port):
                self.port = port
                return
            self.stop()
        raise AssertionError(f"{self._command(0)[0]} does not start:\n{self.output()}")

    @property
    def pid(self) -> int:
        """The process; it must run."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """End it in order (SIGTERM) and wait."""
        self._end(subprocess.Popen.terminate)

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL) and wait."""
        self._end(subprocess.Popen.kill)

    def output(self) -> str:
        """Return what it has written so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _listens(self, port: int) -> bool:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(port), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_DEADLINE_S
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(POLL_S)
            else:
                # Another program may have taken the port first; ours ends by itself then.
                return self._process.poll() is None
        return False

    def _end(self, send: Callable[[subprocess.Popen[bytes]], None]) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            send(process)
        try:
            process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, package: str) -> str:
    """Return the path of a program; without it the test is skipped, or failed in CI."""
    path = shutil.which(name, path=_PATH)
    if path is None:
        missing(f"{name} is not installed: apt-get install {package}")
    return path


def missing(reason: str) -> NoReturn:
    """Skip a test for want of a server; in CI, which has them all, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def mosquitto_server(folder: Path, extra: str = "") -> Server:
    """Return a broker without persistence, not started yet; `extra` goes into its configuration."""
    path = program("mosquitto", "mosquitto")
    configuration = folder / "mosquitto.conf"

    def command(port: int) -> list[str]:
        configuration.write_text(
            f"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
            f"max_queued_messages 100000\n{extra}\n"
        )
        return [path, "-c", str(configuration)]

    return Server(command, folder / "mosquitto.log")


def influxd_server(folder: Path) -> Server:
    """Return an InfluxDB 1.x, not started yet."""
    path = program("influxd", "influxdb")
    configuration = folder / "influxdb.conf"

    def command(port: int) -> list[str]:
        configuration.write_text(
            f"""
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:{port}"
log-enabled = false
"""
        )
        return [path, "run", "-config", str(configuration)]

    return Server(command, folder / "influxd.log")


def victoria_metrics_server(folder: Path) -> Server:
    """Return a VictoriaMetrics that keeps points of any age, not started yet."""
    path = program("victoria-metrics", "victoria-metrics")

    def command(port: int) -> list[str]:
        return [
            path,
            f"-httpListenAddr=127.0.0.1:{port}",
            f"-storageDataPath={folder}/data",
            "-retentionPeriod=100y",
        ]

    return Server(command, folder / "victoria-metrics.log")


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Server]:
    """A real broker of the test's own; it forgets everything when it stops."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    server = mosquitto_server(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def influxd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real InfluxDB 1.x, shared: a test takes a database of its own in it."""
    server = influxd_server(tmp_path_factory.mktemp("influxd"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def victoria_metrics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real VictoriaMetrics, shared: a test tells its points apart by a tag."""
    server = victoria_metrics_server(tmp_path_factory.mktemp("victoria-metrics"))
    server.start()
    yield server
    server.stop()
