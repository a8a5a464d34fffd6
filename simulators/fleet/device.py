"""What answers behind a server of the fleet: registers that all change together, painted when somebody looks."""

from __future__ import annotations

from collections.abc import Callable

from simulators.fleet.image import Painter
from simulators.servers.modbus import (
    READ_HOLDING_REGISTERS,
    READ_INPUT_REGISTERS,
    Tables,
    Words,
    answer,
)


class FleetDevice:
    """A device of the fleet; holding and input registers are the same."""

    def __init__(self, number: int, painter: Painter, changes: Callable[[], int]) -> None:
        """Serve the tags of a device.

        Args:
            number: of the device, from 1.
            painter: makes its registers.
            changes: tells how often the values have changed until now.
        """
        self._number = number
        self._painter = painter
        self._changes = changes
        self._painted = changes()
        self._registers = bytearray(painter.image(number, self._painted))
        functions = frozenset({READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS})
        self._tables = Tables(functions, words=(Words(0, self._registers),))

    def reply(self, request: bytes) -> tuple[bytes, float]:
        """Return the response PDU, which is never late."""
        changes = self._changes()
        if changes != self._painted:
            self._painted = changes
            self._registers[:] = self._painter.image(self._number, changes)
        return answer(self._tables, request), 0.0

    def admits(self) -> bool:
        """Return that there is room for one client more."""
        return True
