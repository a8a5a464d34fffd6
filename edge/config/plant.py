"""A checked edge.yaml → the plant as processing sees it, and the connections that the drivers make."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from edge.config.grammar import DeviceOptions, EdgeFile, SecurityOptions, TlsOptions
from edge.config.references import Maps
from edge.drivers.modbus.address import Station
from edge.drivers.modbus.endpoint import Endpoint, Tls, parse_endpoint
from edge.drivers.opcua.address import Security, Server
from edge.model.calendar import Calendar, Shift
from edge.model.plant import Device, Plant, Target
from edge.model.product import Product
from edge.plc_map.load import ModbusMachine, OpcuaMachine, slowest_counter_scan, tags_of

Connections = tuple[tuple[Endpoint, tuple[Station, ...]], ...]


def plant_of(content: EdgeFile, maps: Maps) -> Plant:
    """Return the line of the site with its devices, products, shifts and plan."""
    site, target = content.site, content.target
    return Plant(
        enterprise=site.enterprise,
        site=site.site,
        line=site.line,
        calendar=Calendar(
            site.timezone,
            site.day_start,
            tuple(Shift(key, shift.name, shift.start, shift.end) for key, shift in content.shifts.items()),
        ),
        devices=tuple(_device(key, device, maps) for key, device in content.devices.items()),
        products={
            key: Product(key, product.name, product.net_weight_g, product.price_yuan_per_jin, product.sku)
            for key, product in content.products.items()
        },
        target=Target(target.year, target.mass, target.value, target.monthly_share) if target else None,
    )


def modbus_connections(content: EdgeFile, maps: Maps) -> Connections:
    """Return the Modbus connections: devices with one endpoint share it."""
    stations: defaultdict[Endpoint, list[Station]] = defaultdict(list)
    for key, device in content.devices.items():
        machine = maps[device.map]
        if isinstance(machine, ModbusMachine):
            access = parse_endpoint(device.endpoint)
            endpoint = replace(access.endpoint, tls=_tls(device.security))
            stations[endpoint].append(Station(key, access.unit, access.limited(machine.limits), machine.tags))
    return tuple((endpoint, tuple(behind)) for endpoint, behind in stations.items())


def opcua_servers(content: EdgeFile, maps: Maps) -> tuple[Server, ...]:
    """Return the OPC UA servers, one for each device."""
    machines = ((key, device, maps[device.map]) for key, device in content.devices.items())
    return tuple(
        Server(key, device.endpoint, machine.tags, _security(device.security), machine.reading)
        for key, device, machine in machines
        if isinstance(machine, OpcuaMachine)
    )


def _device(key: str, options: DeviceOptions, maps: Maps) -> Device:
    machine = maps[options.map]
    if machine is None:
        raise ValueError(f"{options.map} has faults: a plant is only made of maps without")
    return Device(key, tags_of(machine), slowest_counter_scan(machine), options.product, options.name or key)


def _tls(options: SecurityOptions | TlsOptions | None) -> Tls | None:
    if not isinstance(options, TlsOptions):
        return None
    return Tls(options.ca, options.certificate, options.key)


def _security(options: SecurityOptions | TlsOptions | None) -> Security:
    if not isinstance(options, SecurityOptions):
        raise TypeError("an OPC UA server whose security nobody has chosen has been refused before")
    return Security(
        options.policy,
        options.mode,
        options.server_certificate,
        options.any_host,
        options.user,
        options.password.get_secret_value() if options.password else None,
    )
