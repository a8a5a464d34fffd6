"""What may stand in a PLC map, key by key. What keys mean together is checked where they are translated."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, RootModel, field_validator

from edge.drivers.modbus.address import ADDRESS_SPACE, DataType, Order
from edge.drivers.modbus.notation import Brand
from edge.drivers.opcua.address import Deadband, Mode
from edge.model.tag import CounterRole, Reset, Role
from edge.options import Name, Options, Seconds
from edge.plc_map.state_options import Rated, StatesOptions

MAX_MODULUS = 2**64
WHOLE = 100
Scan = Annotated[Seconds, Field(ge=0.05, le=3600)]


def _listed(value: object) -> object:
    return [value] if isinstance(value, int) else value


def _plain(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("a parameter is a number or a text")  # noqa: TRY004 - pydantic takes these for faults
    return value


ParameterValue = Annotated[
    int | float | str, BeforeValidator(_plain, json_schema_input_type=int | float | str)
]

Codes = Annotated[
    list[Annotated[int, Field(ge=0, lt=2**64)]],
    BeforeValidator(_listed, json_schema_input_type=int | list[int]),
]


class CounterOptions(Options):
    """How a totalizer counts.

    Attributes:
        role: total, good, reject or infeed; run_time or down_time for the PLC's own clocks; energy, steam or water of a meter.
        modulus: the value at which it starts again from zero; that of its type when not given.
        max_per_s: the most pieces that the machine can make in a second; of a clock, its counts in a second.
        reset: never, power or routine: when it begins again from zero.
    """

    role: CounterRole
    modulus: Annotated[int, Field(ge=2, le=MAX_MODULUS)] | None = None
    max_per_s: Annotated[float, Field(gt=0, le=100_000)]
    reset: Reset = Reset.POWER


class TagOptions(Options):
    """What every tag may have.

    Attributes:
        description: for people.
        unit: engineering unit.
        scale, offset: value = raw * scale + offset.
        range: lowest and highest plausible value; others are of bad quality.
        deadband: a trend value is sent again when it moved by more than this.
        scan: its own period.
        counter, role: the KPI that it feeds.
    """

    description: str = ""
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0
    range: tuple[float, float] | None = None
    deadband: Annotated[float, Field(ge=0)] = 0.0
    scan: Scan | None = None
    counter: CounterOptions | None = None
    role: Role | None = None

    @field_validator("scale")
    @classmethod
    def _not_zero(cls, scale: float) -> float:
        if scale == 0:
            raise ValueError("a scale of 0 makes every value 0")
        return scale

    @field_validator("range")
    @classmethod
    def _rising(cls, bounds: tuple[float, float] | None) -> tuple[float, float] | None:
        if bounds and bounds[0] >= bounds[1]:
            raise ValueError("a range is [lowest, highest]")
        return bounds


class ModbusTagOptions(TagOptions):
    """A tag of a Modbus map.

    Attributes:
        address: `holding:4`, `holding:1.1` for bit 1 of register 1, `holding:1.4-7` for a field of bits; or as the
            brand's programs write it.
        type: how its bits are read.
        order: of its bytes, when not the map's.
        length: bytes of a string.
        no_value: raw numbers by which the device says that it has none, as in 0x8000.
        twice: whether it counts only when two readings in a row agree.
    """

    address: str | int
    type: DataType
    order: Order | None = None
    length: Annotated[int, Field(ge=2, le=250, multiple_of=2)] | None = None
    no_value: Codes = Field(default_factory=list)
    twice: bool = False


def _server_deadband(value: object) -> object:
    number = value.removesuffix("%").strip() if isinstance(value, str) else value
    try:
        width = float(str(number))
    except ValueError:
        width = 0.0
    if not 0 < width < math.inf or (number is not value and width > WHOLE):
        raise ValueError(
            "a deadband is a number above 0 in the node's own unit, or a share of its range as in 2%"
        )
    return Deadband(width, is_percent=number is not value)


ServerDeadband = Annotated[
    Deadband,
    BeforeValidator(_server_deadband, json_schema_input_type=float | str),
    PlainSerializer(lambda width: f"{width.value:g}{'%' if width.is_percent else ''}", return_type=str),
]
Sampling = Annotated[Seconds, Field(ge=0, le=3600)]
QueueSize = Annotated[int, Field(ge=1, le=10_000)]
Index = Annotated[int, Field(ge=0, lt=2**31)]
Indexes = Annotated[
    tuple[Index, ...],
    BeforeValidator(
        lambda value: [value] if isinstance(value, int) else value, json_schema_input_type=int | list[int]
    ),
]


class OpcuaTagOptions(TagOptions):
    """A tag of an OPC UA map.

    Attributes:
        node: `nsu=<namespace uri>;s=…`.
        index: which element of an array, from 0; one number for each dimension.
        mode: subscribe or poll, when not the map's.
        sampling: how often the server looks at a subscribed one, when not as often as `scan`.
        queue: samples that the server keeps between two publish answers.
        server_deadband: what the server need not tell: 0.5 in the node's own unit, 2% of its range.
    """

    node: str
    index: Indexes = ()
    mode: Mode | None = None
    sampling: Sampling | None = None
    queue: QueueSize | None = None
    server_deadband: ServerDeadband | None = None


class LimitOptions(Options):
    """What a Modbus device can take; see its manual.

    Attributes:
        registers, bits: the most in one request.
        gap: the most unused registers that are read along rather than making another request; what that costs
            decides when it is not given.
        pause_ms: rest before each request to it.
        connections: how many it accepts at once.
        even_only: whether it answers even counts of registers only.
        busy_retries: how often it is asked again when it says that it is busy.
    """

    registers: Annotated[int, Field(ge=1, le=125)] = 125
    bits: Annotated[int, Field(ge=1, le=2000)] = 2000
    gap: Annotated[int, Field(ge=0, le=2000)] | None = None
    pause_ms: Annotated[int, Field(ge=0, le=10_000)] = 0
    connections: Annotated[int, Field(ge=1, le=16)] = 1
    even_only: bool = False
    busy_retries: Annotated[int, Field(ge=0, le=100)] = 3


class MapOptions(Options):
    """What every map may have.

    Attributes:
        description: for people.
        scan: default period.
        parameters: what differs between machines of this type and stands in the map as `${name}`, with what it is when
            a device does not say; null where it must.
        states: how the machine tells what it does.
        rated_per_min: pieces that it is built for, one number or one for each number of the tag with role sku.
    """

    description: str = ""
    scan: Scan = 1.0
    parameters: dict[Name, ParameterValue | None] = Field(default_factory=dict)
    states: StatesOptions = StatesOptions()
    rated_per_min: Rated | None = None


class ModbusMap(MapOptions):
    """A machine that speaks Modbus.

    Attributes:
        address_base: 0 for wire addresses, 1 as in manuals that start at 1.
        brand: whose programs write addresses like D100 or M10, so that these may stand in the map.
        order: of 32- and 64-bit values.
    """

    protocol: Literal["modbus"]
    address_base: Annotated[int, Field(ge=0, le=1)] = 0
    brand: Brand | None = None
    order: Order = Order.ABCD
    limits: LimitOptions = LimitOptions()
    tags: Annotated[dict[Name, ModbusTagOptions], Field(min_length=1, max_length=ADDRESS_SPACE)]


class ClockOptions(Options):
    """How far the PLC's clock may be from ours before its time stamps are not believed."""

    behind: Annotated[Seconds, Field(gt=0)] = 86_400.0
    ahead: Annotated[Seconds, Field(gt=0)] = 86_400.0


class OpcuaMap(MapOptions):
    """A machine that speaks OPC UA.

    Attributes:
        mode: default way of reading.
        sampling, queue, server_deadband: defaults of the tags that are subscribed to.
        publishing: between two publish answers.
        clock: when its time stamps are believed.
        history: how far back a gap is filled from a server that keeps history; 0s leaves gaps alone.
    """

    protocol: Literal["opcua"]
    mode: Mode = Mode.SUBSCRIBE
    sampling: Sampling | None = None
    queue: QueueSize | None = None
    server_deadband: ServerDeadband | None = None
    publishing: Annotated[Seconds, Field(ge=0.05, le=3)] = 0.5
    clock: ClockOptions = ClockOptions()
    history: Annotated[Seconds, Field(ge=0)] = 7 * 86_400.0
    tags: Annotated[dict[Name, OpcuaTagOptions], Field(min_length=1, max_length=ADDRESS_SPACE)]


class PlcMap(RootModel[Annotated[ModbusMap | OpcuaMap, Field(discriminator="protocol")]]):
    """A PLC map of either protocol."""
