"""edge.yaml and the maps it names → Settings, or every fault at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edge.config.grammar import EdgeFile
from edge.config.people import PeopleOptions
from edge.config.plant import Connections, modbus_connections, opcua_servers, plant_of
from edge.config.references import faults, load_machines
from edge.config.schedule import plan_faults, read_overrides
from edge.console.options import ConsoleOptions
from edge.documents import yaml
from edge.documents.validation import validate
from edge.drivers.opcua.address import Server
from edge.errors import ConfigurationError
from edge.health.options import HealthOptions
from edge.historian.options import EmbeddedOptions, InfluxOptions
from edge.ingest.options import IngestOptions
from edge.model.plant import Plant
from edge.mqtt.options import MqttOptions
from edge.outbox.options import OutboxOptions
from edge.reports.options import ReportOptions


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a node or a host needs to know.

    Attributes:
        file: that all of this was read from.
        data_dir: where outbox, records and the embedded historian live.
        modbus: connections, each with the stations behind it.
        people: None when nobody's attendance is kept.
    """

    file: Path
    plant: Plant
    node_id: str
    data_dir: Path
    modbus: Connections
    opcua: tuple[Server, ...]
    mqtt: MqttOptions
    outbox: OutboxOptions
    ingest: IngestOptions
    health: HealthOptions
    historian: EmbeddedOptions | InfluxOptions
    console: ConsoleOptions
    people: PeopleOptions | None
    reports: ReportOptions


def load(file: Path) -> Settings:
    """Read a configuration.

    Raises:
        ConfigurationError: with every fault of edge.yaml and of the maps it names, by file, line and column.
    """
    document = yaml.load(file)
    content, found = validate(EdgeFile, document)
    machines, map_faults = load_machines(document)
    found += [*map_faults, *faults(document, machines)]
    own_days, day_faults = read_overrides(content.calendar.overrides if content else None)
    found += day_faults
    if content is None or found:
        raise ConfigurationError.of(found)
    plant = plant_of(content, machines, own_days)
    found = plan_faults(document, plant)
    if found:
        raise ConfigurationError.of(found)
    return Settings(
        file=file,
        plant=plant,
        node_id=content.node.id,
        data_dir=content.node.data_dir,
        modbus=modbus_connections(content, machines),
        opcua=opcua_servers(content, machines),
        mqtt=content.mqtt,
        outbox=content.outbox,
        ingest=content.ingest,
        health=content.health,
        historian=content.historian,
        console=content.console,
        people=content.people,
        reports=content.reports,
    )
