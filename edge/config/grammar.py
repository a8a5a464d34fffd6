"""What may stand in edge.yaml, key by key; the blocks of the rooms are their own `options.py`."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from edge.config.people import PeopleOptions
from edge.config.schedule import CalendarOptions, ShiftOptions, TargetOptions
from edge.config.values import LocalTime, Zone
from edge.console.options import ConsoleOptions
from edge.drivers.modbus.endpoint import parse_endpoint
from edge.drivers.opcua.address import MessageMode, Policy, parse_url
from edge.health.options import HealthOptions
from edge.historian.options import EmbeddedOptions, HistorianOptions
from edge.ingest.options import IngestOptions
from edge.mqtt.options import MqttOptions
from edge.options import ClockTime, ExistingFile, FilePath, Name, Options, Secret
from edge.outbox.options import OutboxOptions
from edge.plc_map.grammar import ParameterValue
from edge.reports.options import ReportOptions


def _endpoint(url: str) -> str:
    if url.startswith("opc.tcp://"):
        return parse_url(url)
    parse_endpoint(url)
    return url


class SiteOptions(Options):
    """Where the line stands (ISA-95), and when its production day begins."""

    enterprise: Name
    site: Name
    line: Name
    timezone: Zone
    day_start: ClockTime = time(7)


class NodeOptions(Options):
    """This box.

    Attributes:
        id: its name on the wire.
        data_dir: its files.
    """

    id: Name
    data_dir: Annotated[FilePath, Field(validate_default=True)] = Path("var")


class SecurityOptions(Options):
    """How an OPC UA server is spoken to.

    Attributes:
        policy: None, in the clear, only when it says so.
        server_certificate: the server's certificate, pinned: no other is taken. Without it, `chili-edge pki trust` decides.
        any_host: whether a trusted certificate may name another host, for servers behind a NAT.
    """

    policy: Policy = Policy.BASIC256SHA256
    mode: MessageMode = MessageMode.SIGN_AND_ENCRYPT
    server_certificate: ExistingFile | None = None
    any_host: bool = False
    user: str | None = None
    password: Secret | None = None

    @model_validator(mode="after")
    def _check(self) -> SecurityOptions:
        if self.policy is Policy.NONE and (self.user is not None or self.password is not None):
            raise ValueError(
                "user and password are never sent without encryption: choose a policy, as in Basic256Sha256"
            )
        if self.policy is Policy.NONE and "mode" in self.model_fields_set:
            raise ValueError("policy None neither signs nor encrypts: leave mode out, or choose a policy")
        if self.password is not None and self.user is None:
            raise ValueError("a password needs its user")
        return self


class TlsOptions(Options):
    """How a device of Modbus/TCP Security is spoken to; PEM files.

    Attributes:
        ca: who has signed the device's certificate.
        certificate, key: the node's own, for devices that ask for one.
    """

    ca: ExistingFile
    certificate: ExistingFile | None = None
    key: ExistingFile | None = None

    @model_validator(mode="after")
    def _pair(self) -> TlsOptions:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together")
        return self


def _kind_of_security(value: object) -> str:
    keys = value.keys() if isinstance(value, dict) else ()
    return "modbus" if isinstance(value, TlsOptions) or {"ca", "certificate", "key"} & set(keys) else "opcua"


AnySecurity = Annotated[
    Annotated[SecurityOptions, Tag("opcua")] | Annotated[TlsOptions, Tag("modbus")],
    Discriminator(_kind_of_security),
]


class DeviceOptions(Options):
    """A machine's controller.

    Attributes:
        map: its PLC map.
        endpoint: where it is reached.
        name: as people call it; its key when not given.
        product: what it packs when no tag says so.
        parameters: what it gives to the parameters of its map.
        within: a meter behind which it is, and that measures all of this one too.
    """

    map: FilePath
    endpoint: Annotated[str, AfterValidator(_endpoint)]
    parameters: dict[Name, ParameterValue] = Field(default_factory=dict)
    name: str = ""
    product: str | None = None
    within: Name | None = None
    security: AnySecurity | None = None


class ProductOptions(Options):
    """A product.

    Attributes:
        sku: the number by which PLCs know it.
    """

    name: str
    net_weight_g: Annotated[int, Field(gt=0, le=100_000)]
    price_yuan_per_jin: Annotated[Decimal, Field(ge=0)]
    sku: Annotated[int, Field(ge=0, le=0xFFFF_FFFF)] | None = None


class OrderOptions(Options):
    """What a machine packs from a moment on, where no PLC tells it; until the next order of that machine.

    Attributes:
        since: local date and time.
    """

    device: str
    since: Annotated[LocalTime, Field(alias="from")]
    product: str


class RouteOptions(Options):
    """The way that a product takes through the line.

    Attributes:
        machines: devices in the order of the flow.
        bottleneck: the one whose state is the route's.
    """

    machines: Annotated[list[str], Field(min_length=1)]
    bottleneck: str


class EdgeFile(Options):
    """A whole edge.yaml."""

    site: SiteOptions
    node: NodeOptions
    devices: dict[Name, DeviceOptions] = Field(default_factory=dict)
    mqtt: MqttOptions
    outbox: OutboxOptions = OutboxOptions()
    ingest: IngestOptions = IngestOptions()
    health: HealthOptions = HealthOptions()
    historian: HistorianOptions = EmbeddedOptions()
    console: ConsoleOptions = ConsoleOptions()
    products: dict[Name, ProductOptions] = Field(default_factory=dict)
    target: TargetOptions | None = None
    calendar: CalendarOptions = CalendarOptions()
    shifts: dict[Name, ShiftOptions] = Field(default_factory=dict)
    routes: dict[Name, RouteOptions] = Field(default_factory=dict)
    orders: list[OrderOptions] = Field(default_factory=list)
    people: PeopleOptions | None = None
    reports: ReportOptions = ReportOptions()
