"""A checked edge.yaml → the plant as processing sees it, and the connections that the drivers make."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from edge.config.grammar import DeviceOptions, EdgeFile, SecurityOptions, TlsOptions
from edge.config.references import Machines
from edge.drivers.modbus.address import Station
from edge.drivers.modbus.endpoint import Endpoint, Tls, parse_endpoint
from edge.drivers.opcua.address import Security, Server
from edge.model.calendar import Calendar, Shift
from edge.model.plant import Device, Plant, Route, Target
from edge.model.product import Product
from edge.plc_map.load import Machine, ModbusMachine, OpcuaMachine, slowest_counter_scan, tags_of

Connections = tuple[tuple[Endpoint, tuple[Station, ...]], ...]


def plant_of(content: EdgeFile, machines: Machines) -> Plant:
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
        devices=tuple(
            _device(key, device, machines[key], content) for key, device in content.devices.items()
        ),
        products={
            key: Product(key, product.name, product.net_weight_g, product.price_yuan_per_jin, product.sku)
            for key, product in content.products.items()
        },
        target=Target(target.year, target.mass, target.value, target.monthly_share) if target else None,
        routes=tuple(
            Route(key, tuple(route.machines), route.bottleneck) for key, route in content.routes.items()
        ),
    )


def modbus_connections(content: EdgeFile, machines: Machines) -> Connections:
    """Return the Modbus connections: devices with one endpoint share it."""
    stations: defaultdict[Endpoint, list[Station]] = defaultdict(list)
    for key, device in content.devices.items():
        machine = machines[key]
        if isinstance(machine, ModbusMachine):
            access = parse_endpoint(device.endpoint)
            endpoint = replace(access.endpoint, tls=_tls(device.security))
            stations[endpoint].append(Station(key, access.unit, access.limited(machine.limits), machine.tags))
    return tuple((endpoint, tuple(behind)) for endpoint, behind in stations.items())


def opcua_servers(content: EdgeFile, machines: Machines) -> tuple[Server, ...]:
    """Return the OPC UA servers, one for each device."""
    found = ((key, device, machines[key]) for key, device in content.devices.items())
    return tuple(
        Server(key, device.endpoint, machine.tags, _security(device.security))
        for key, device, machine in found
        if isinstance(machine, OpcuaMachine)
    )


def _device(key: str, options: DeviceOptions, machine: Machine | None, content: EdgeFile) -> Device:
    if machine is None:
        raise ValueError(f"{options.map} has faults: a plant is only made of maps without")
    numbers = {product.sku: product_key for product_key, product in content.products.items()}
    return Device(
        key,
        tags_of(machine),
        slowest_counter_scan(machine),
        options.product,
        options.name or key,
        machine.meaning.states,
        {
            "" if sku is None else numbers[sku]: rated
            for sku, rated in machine.meaning.rated.items()
            if sku is None or sku in numbers
        },
    )


def _tls(options: SecurityOptions | TlsOptions | None) -> Tls | None:
    if not isinstance(options, TlsOptions):
        return None
    return Tls(options.ca, options.certificate, options.key)


def _security(options: SecurityOptions | TlsOptions | None) -> Security:
    if not isinstance(options, SecurityOptions):
        return Security()
    return Security(
        options.policy,
        options.mode,
        options.server_certificate,
        options.user,
        options.password.get_secret_value() if options.password else None,
    )
