"""A ZKTeco attendance terminal: keeps its records until the server has taken them, and knocks until it does."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from simulators.faults.kinds import ClockJump, NoAnswer, Window
from simulators.people.attlog import Terminal, attlog_line
from simulators.people.punching import Punch
from simulators.servers.http_client import BadResponseError, HttpClient, Response

SERIAL = Terminal.GATE.value
_LINES_PER_POST = 50
_OK = 200
_OPTION = re.compile(r"^(ErrorDelay|Delay)=(\d+)\s*$", re.MULTILINE)


@dataclass(slots=True)
class Memory:
    """The terminal's records that nobody has taken yet.

    Attributes:
        unsent: ATTLOG lines, oldest first.
        sent: lines that the server has taken, repeats included.
        pins: everybody who has punched.
        clock_error_s: by which the terminal's clock is fast.
    """

    unsent: deque[str] = field(default_factory=deque)
    sent: int = 0
    pins: set[str] = field(default_factory=set)
    clock_error_s: float = 0.0
    _redeliver: set[str] = field(default_factory=set)

    def punch(self, punch: Punch, local: datetime) -> None:
        """Record that somebody punched at a local time, by the terminal's clock, right or wrong."""
        shown = local + timedelta(seconds=self.clock_error_s)
        line = attlog_line(punch.pin, shown, punch.status, punch.verify)
        self.unsent.append(line)
        self.pins.add(punch.pin)
        if punch.redelivered:
            self._redeliver.add(line)

    def batch(self) -> list[str]:
        """Return the lines to send next."""
        return list(self.unsent)[:_LINES_PER_POST]

    def taken(self, lines: list[str]) -> None:
        """Forget lines that the server has confirmed, but for those that this terminal sends once more."""
        self.sent += len(lines)
        for _ in lines:
            self.unsent.popleft()
        again = [line for line in lines if line in self._redeliver]
        self.unsent.extend(again)
        self._redeliver.difference_update(again)


class AttendanceTerminal:
    """The push protocol's client side: handshake, uploads, and the question for commands.

    Attributes:
        memory: where punches are put.
        online: the server answered last time.
    """

    def __init__(
        self, client: HttpClient, serial: str = SERIAL, patience_s: float = 1.0, *, seed: int = 0
    ) -> None:
        """Make a terminal.

        Args:
            client: the way to the server.
            serial: of the terminal.
            patience_s: it waits no longer than this, whatever delay the server asks for: demos are short.
            seed: of faults that have none.
        """
        self.memory = Memory()
        self.online = False
        self._client = client
        self._serial = serial
        self._patience_s = patience_s
        self._delay_s = patience_s
        self._error_delay_s = patience_s
        self._seed = seed
        self._silences: list[tuple[NoAnswer, Random]] = []
        self._jumps: list[ClockJump] = []

    async def begin(self, fault: Window) -> None:
        """Let a fault hold: a share of the requests gets nowhere, or the clock is wrong.

        Raises:
            ValueError: a terminal can't have this fault.
        """
        match fault:
            case NoAnswer():
                seed = self._seed if fault.seed is None else fault.seed
                self._silences.append((fault, Random(f"{seed}/{fault.target}/{fault.kind}/{fault.start}")))
            case ClockJump():
                self._jumps.append(fault)
                self._set_clock()
            case _:
                raise ValueError(
                    f"{fault.target}: {fault.kind} does not happen here; what does: no_answer, clock_jump"
                )

    async def end(self, fault: Window) -> None:
        """Let it hold no longer."""
        self._silences = [(held, rng) for held, rng in self._silences if held != fault]
        self._jumps = [held for held in self._jumps if held != fault]
        self._set_clock()

    async def run(self) -> None:
        """Talk to the server for ever."""
        while True:
            await asyncio.sleep(await self.talk())

    async def talk(self) -> float:
        """Say what there is to say; return the seconds to wait until the next time."""
        try:
            self.online = (
                (self.online or await self._shake_hands()) and await self._upload() and await self._ask()
            )
        except (OSError, BadResponseError):
            self.online = False
        return self._delay_s if self.online else self._error_delay_s

    async def _shake_hands(self) -> bool:
        response = await self._request(
            "GET",
            f"/iclock/cdata?SN={self._serial}&options=all&pushver=2.4.1&language=83&DeviceType=att",
        )
        if response.status != _OK:
            return False
        options = dict(_OPTION.findall(response.text))
        self._delay_s = min(float(options.get("Delay", self._patience_s)), self._patience_s)
        self._error_delay_s = min(float(options.get("ErrorDelay", self._patience_s)), self._patience_s)
        return True

    async def _upload(self) -> bool:
        """Send what there is, in as many posts as it takes; what comes meanwhile may wait for the next time."""
        for _ in range(0, len(self.memory.unsent), _LINES_PER_POST):
            lines = self.memory.batch()
            body = "".join(f"{line}\n" for line in lines).encode("ascii")
            path = f"/iclock/cdata?SN={self._serial}&table=ATTLOG&Stamp=9999"
            response = await self._request("POST", path, body)
            if response.status != _OK or not response.text.startswith("OK"):
                return False
            self.memory.taken(lines)
        return True

    async def _ask(self) -> bool:
        """Ask for commands; this terminal obeys none."""
        response = await self._request("GET", f"/iclock/getrequest?SN={self._serial}")
        return response.status == _OK

    async def _request(self, method: str, path: str, body: bytes = b"") -> Response:
        if any(rng.random() < fault.share for fault, rng in self._silences):
            raise ConnectionError("the terminal is offline")
        return await self._client.request(method, path, body)

    def _set_clock(self) -> None:
        self.memory.clock_error_s = sum(jump.by for jump in self._jumps)
