"""Every fault that the simulators know, as one frozen class each; a scenario file is a list of these.

A fault begins at `start` and is over at `end`, in seconds of the run. Faults of a moment (a counter reset) happen at
`start`. What is random in a fault comes from its seed alone.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_DURATION = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(ms|s|min|h)")


def _seconds(value: object) -> object:
    """Read `800ms`, `10s`, `5min`, `8h`, `-8h`; a bare number has no unit and is left for pydantic to refuse."""
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        return float(match[1]) * _UNITS[match[2]]
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise ValueError("a time is a number with its unit: 800ms, 10s, 5min, 8h")


SignedSeconds = Annotated[float, BeforeValidator(_seconds)]
Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0)]
Share = Annotated[float, Field(gt=0, le=1)]
_STRICT = ConfigDict(extra="forbid", strict=False)


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Window:
    """When a fault holds, and where.

    Attributes:
        kind: what goes wrong.
        target: name of the controller, server, proxy or service that it hits.
        start: s since the run began.
        end: s since the run began; None = for the rest of the run.
        seed: of what is random in it; the scenario's when none is given.
    """

    kind: str
    target: Annotated[str, Field(min_length=1)]
    start: Seconds
    end: Seconds | None = None
    seed: Annotated[int, Field(ge=0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Latency(Window):
    """The device answers between `shortest` and `longest` seconds late."""

    kind: Literal["latency"] = "latency"
    shortest: Seconds = 0.005
    longest: Seconds = 0.8


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class NoAnswer(Window):
    """A share of the requests is never answered; the connection stays open."""

    kind: Literal["no_answer"] = "no_answer"
    share: Share = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ExceptionAnswer(Window):
    """A share of the requests is answered with a Modbus exception (6 busy, 10 and 11 as a gateway's)."""

    kind: Literal["exception"] = "exception"
    code: Literal[1, 2, 3, 4, 6, 10, 11]
    share: Share = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Busy(Window):
    """Every request is answered with exception 6 this many times before it is answered at all."""

    kind: Literal["busy"] = "busy"
    times: Annotated[int, Field(ge=1, le=100)] = 2


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class IllegalHole(Window):
    """A request that touches an address from `first` to `last` of a table gets exception 2."""

    kind: Literal["illegal_hole"] = "illegal_hole"
    table: Literal["coil", "discrete", "holding", "input"] = "holding"
    first: Annotated[int, Field(ge=0, le=65_535)]
    last: Annotated[int, Field(ge=0, le=65_535)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class RefuseClients(Window):
    """A client beyond the first `keep` is refused; those that are connected stay."""

    kind: Literal["refuse_clients"] = "refuse_clients"
    keep: Annotated[int, Field(ge=0, le=100)] = 1


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class IdleReset(Window):
    """A connection over which nothing is asked for `after` ends with a TCP reset."""

    kind: Literal["idle_reset"] = "idle_reset"
    after: Seconds = 60.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class FrozenHeartbeat(Window):
    """The PLC program stands: heartbeat, counters, states and values keep what they were, and reads go on working."""

    kind: Literal["frozen_heartbeat"] = "frozen_heartbeat"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class CounterReset(Window):
    """The PLC's counters begin again at zero, once, at `start`."""

    kind: Literal["counter_reset"] = "counter_reset"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ProgramDownload(Window):
    """Silence for `pause`, then counters from zero and every address moved by `shift` words, until `end`."""

    kind: Literal["program_download"] = "program_download"
    pause: Seconds = 3.0
    shift: Annotated[int, Field(ge=0, le=1000)] = 2


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ProbeStuck(Window):
    """A measured value stays as it was at `start`: `pv3` of a machine block, `T01.pH` of a tank."""

    kind: Literal["probe_stuck"] = "probe_stuck"
    probe: str


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ProbeNan(Window):
    """A measured value is not a number."""

    kind: Literal["probe_nan"] = "probe_nan"
    probe: str


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ClockJump(Window):
    """The device's clock is wrong by so much (its source time stamps too, if it has any)."""

    kind: Literal["clock_jump"] = "clock_jump"
    by: SignedSeconds


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireDelay(Window):
    """What the server sends arrives between `shortest` and `longest` seconds late, in order."""

    kind: Literal["wire_delay"] = "wire_delay"
    shortest: Seconds = 0.05
    longest: Seconds = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireDuplicate(Window):
    """A share of the answers arrives twice."""

    kind: Literal["wire_duplicate"] = "wire_duplicate"
    share: Share = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireReorder(Window):
    """A share of the answers is held back until the next one has passed, `hold` at most."""

    kind: Literal["wire_reorder"] = "wire_reorder"
    share: Share = 0.1
    hold: Seconds = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireLateAnswer(Window):
    """A share of the answers comes so late that the client has given up and asked something else."""

    kind: Literal["wire_late_answer"] = "wire_late_answer"
    share: Share = 0.1
    by: Seconds = 1.5


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireCut(Window):
    """The cable is out: connections end, and nobody gets a new one until `end`."""

    kind: Literal["wire_cut"] = "wire_cut"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireHalfOpen(Window):
    """Connections stay, new ones are taken, and not a byte passes either way."""

    kind: Literal["wire_half_open"] = "wire_half_open"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireReset(Window):
    """A share of the answers breaks off after `after_bytes` bytes with a TCP reset."""

    kind: Literal["wire_reset"] = "wire_reset"
    share: Share = 1.0
    after_bytes: Annotated[int, Field(ge=0, le=65_535)] = 5


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireDrip(Window):
    """Every byte of an answer arrives by itself, `pause` after the one before."""

    kind: Literal["wire_drip"] = "wire_drip"
    pause: Seconds = 0.001


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireCorrupt(Window):
    """A share of the answers arrives with `bits` bits turned over."""

    kind: Literal["wire_corrupt"] = "wire_corrupt"
    share: Share = 0.1
    bits: Annotated[int, Field(ge=1, le=64)] = 1


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireTruncate(Window):
    """A share of the answers loses its end after `after_bytes` bytes; the connection stays."""

    kind: Literal["wire_truncate"] = "wire_truncate"
    share: Share = 0.1
    after_bytes: Annotated[int, Field(ge=1, le=65_535)] = 7


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireZeroNumber(Window):
    """A share of the Modbus TCP answers carries transaction number 0, as those of some gateways do."""

    kind: Literal["wire_zero_number"] = "wire_zero_number"
    share: Share = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class WireWrongUnit(Window):
    """A share of the Modbus answers names the unit after the right one, in a frame that is otherwise sound."""

    kind: Literal["wire_wrong_unit"] = "wire_wrong_unit"
    share: Share = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class DeleteSubscriptions(Window):
    """The OPC UA server forgets every subscription, once, at `start`; the sessions live on."""

    kind: Literal["delete_subscriptions"] = "delete_subscriptions"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class RestartRenumbered(Window):
    """The OPC UA server restarts after `down` with its namespaces at other indexes."""

    kind: Literal["restart_renumbered"] = "restart_renumbered"
    down: Seconds = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ExpiredCertificate(Window):
    """The OPC UA server shows a certificate that has run out, to whoever connects until `end`."""

    kind: Literal["expired_certificate"] = "expired_certificate"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class LimitSessions(Window):
    """The OPC UA server takes so many sessions and no more (BadTooManySessions)."""

    kind: Literal["limit_sessions"] = "limit_sessions"
    sessions: Annotated[int, Field(ge=0, le=1000)] = 1


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class LimitOperations(Window):
    """The OPC UA server takes so many nodes per call and no more (BadTooManyOperations), and says so."""

    kind: Literal["limit_operations"] = "limit_operations"
    nodes: Annotated[int, Field(ge=1, le=100_000)] = 10


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ServiceStop(Window):
    """A broker or database is stopped in order at `start` and started again at `end`."""

    kind: Literal["service_stop"] = "service_stop"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ServiceKill(Window):
    """A broker or database is killed at `start` and started again at `end`."""

    kind: Literal["service_kill"] = "service_kill"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ServiceRefuse(Window):
    """A broker or database runs, but refuses connections."""

    kind: Literal["service_refuse"] = "service_refuse"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ServiceSlow(Window):
    """A broker or database sends no more than `bytes_per_s`, after `delay`."""

    kind: Literal["service_slow"] = "service_slow"
    delay: Seconds = 0.5
    bytes_per_s: Annotated[int, Field(ge=1)] = 1000


DeviceFault = (
    Latency
    | NoAnswer
    | ExceptionAnswer
    | Busy
    | IllegalHole
    | RefuseClients
    | IdleReset
    | FrozenHeartbeat
    | CounterReset
    | ProgramDownload
    | ProbeStuck
    | ProbeNan
    | ClockJump
)
WireFault = (
    WireDelay
    | WireDuplicate
    | WireReorder
    | WireLateAnswer
    | WireCut
    | WireHalfOpen
    | WireReset
    | WireDrip
    | WireCorrupt
    | WireTruncate
    | WireZeroNumber
    | WireWrongUnit
)
OpcuaFault = DeleteSubscriptions | RestartRenumbered | ExpiredCertificate | LimitSessions | LimitOperations
ServiceFault = ServiceStop | ServiceKill | ServiceRefuse | ServiceSlow
Fault = Annotated[DeviceFault | WireFault | OpcuaFault | ServiceFault, Field(discriminator="kind")]
