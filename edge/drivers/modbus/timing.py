"""What a request costs its line, s: the measure of the read plan and of the budget that `check` prints. Pure.

The defaults are what the field shows: a PLC on Ethernet answers once per program cycle, about 10 ms; a device on a
serial line turns an answer round in 20 to 50 ms, and each byte takes its time on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge.drivers.modbus.endpoint import Endpoint, Transport

ANSWER_TCP_S = 0.010
ANSWER_RTU_S = 0.030
REGISTER_TCP_S = 0.0001
"""A PLC's copying of a register; the wire's share is a hundredth of it."""
BITS_PER_CHARACTER = 11
"""Start, eight data bits, parity or a second stop bit, stop (Modbus over serial line V1.02, 2.5.1)."""
FRAME_BYTES = 13
"""A read request is 8 bytes, the frame around the data of its answer 5."""
QUIET_CHARACTERS = 3.5
_FAST_QUIET_S = 0.00175
"""Above 19,200 baud the silence no longer shrinks (2.5.1.1)."""
_BITS_PER_REGISTER = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request takes: `request + register * registers`, s."""

    request: float
    register: float

    def of(self, count: int, *, bits: bool) -> float:
        """Return the cost of a request for so many registers, or bits."""
        return self.request + self.register * (count / _BITS_PER_REGISTER if bits else count)


ETHERNET = Cost(ANSWER_TCP_S, REGISTER_TCP_S)


def cost(endpoint: Endpoint, pause_ms: int = 0) -> Cost:
    """Return what requests over an endpoint take, with the rest that the device wants before each."""
    pause = pause_ms / 1000
    if endpoint.transport in (Transport.TCP, Transport.TLS):
        return Cost(ANSWER_TCP_S + pause, REGISTER_TCP_S)
    character = BITS_PER_CHARACTER / endpoint.baud
    quiet = 2 * max(quiet_s(endpoint.baud), pause / 2)
    return Cost(ANSWER_RTU_S + FRAME_BYTES * character + quiet, 2 * character)


def quiet_s(baud: int) -> float:
    """Return the silence, s, that parts two frames on a serial line."""
    return max(_FAST_QUIET_S, QUIET_CHARACTERS * BITS_PER_CHARACTER / baud)
