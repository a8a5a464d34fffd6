"""A broker or a database behind a proxy, which a scenario stops, kills, refuses or slows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import BinaryIO, Self

from simulators.faults.kinds import ServiceKill, ServiceStop, Window
from simulators.wire.program import Program
from simulators.wire.proxy import Proxy


class Service:
    """Runs a real server while it is entered. Implements faults.target.Target for faults of services and of the wire.

    Attributes:
        listen: where clients come; 0 = any free port; the real one once entered.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        port: int,
        listen: int = 0,
        *,
        output: BinaryIO,
        ready_s: float = 20.0,
        seed: int = 1,
    ) -> None:
        """Make a service.

        Args:
            name: part of the seed of what is random.
            command: the program and its arguments.
            port: of loopback, where the command makes it serve.
            listen: as the attribute.
            output: where the program's stdout and stderr go.
            ready_s: how long it may take until its port answers.
            seed: of faults that have none of their own.
        """
        self.listen = listen
        self._program = Program(command, port, output=output, ready_s=ready_s)
        self._proxy = Proxy(name, port, listen, seed)
        self._down: list[Window] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._program)
            await self._program.start()
            await stack.enter_async_context(self._proxy)
            self.listen = self._proxy.port
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def begin(self, fault: Window) -> None:
        """Let a fault hold from now on; a server that is to be stopped has ended when this returns.

        Raises:
            ValueError: it is none of a service, nor of the wire.
        """
        match fault:
            case ServiceStop():
                self._go_down(fault)
                await self._program.stop()
            case ServiceKill():
                self._go_down(fault)
                await self._program.kill()
            case _:
                await self._proxy.begin(fault)

    async def end(self, fault: Window) -> None:
        """Let it hold no longer; a server that was down answers when this returns.

        Raises:
            OSError: it can't be started again.
        """
        if fault not in self._down:
            await self._proxy.end(fault)
            return
        self._down.remove(fault)
        if not self._down:
            await self._program.start()
        self._proxy.admit_after(fault)

    def _go_down(self, fault: Window) -> None:
        """Refuse who comes; the clients that are there hear from the server itself that it ends."""
        self._down.append(fault)
        self._proxy.refuse_for(fault)
