"""A checked edge.yaml → the plant as processing sees it, and the connections that the drivers make."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from edge.config.grammar import DeviceOptions, EdgeFile, SecurityOptions, TlsOptions
from edge.config.references import Machines
from edge.config.schedule import WEEKDAYS, CalendarOptions, OverridesFile, ShiftOptions, TargetOptions
from edge.drivers.modbus.address import Station
from edge.drivers.modbus.endpoint import Endpoint, Tls, parse_endpoint
from edge.drivers.opcua.address import Security, Server
from edge.model.calendar import Break, Calendar, Shift, to_ns
from edge.model.plant import Device, JobOrder, Plant, Revision, Route, Stock, Target
from edge.model.product import Product
from edge.model.work_days import DayOff, WorkDays
from edge.plc_map.load import Machine, ModbusMachine, OpcuaMachine, slowest_counter_scan, tags_of
from edge.work_days.published import published
from edge.work_days.rules import by_rule

Connections = tuple[tuple[Endpoint, tuple[Station, ...]], ...]


def plant_of(content: EdgeFile, machines: Machines, own_days: OverridesFile) -> Plant:
    """Return the line of the site with its devices, products, calendar and plan."""
    site = content.site
    return Plant(
        enterprise=site.enterprise,
        site=site.site,
        line=site.line,
        calendar=Calendar(
            site.timezone,
            site.day_start,
            tuple(_shift(key, shift) for key, shift in content.shifts.items()),
            _work_days(content.calendar, own_days),
        ),
        devices=tuple(
            _device(key, device, machines[key], content) for key, device in content.devices.items()
        ),
        products={
            key: Product(key, product.name, product.net_weight_g, product.price_yuan_per_jin, product.sku)
            for key, product in content.products.items()
        },
        target=_target(content.target) if content.target else None,
        routes=tuple(
            Route(key, tuple(route.machines), route.bottleneck) for key, route in content.routes.items()
        ),
    )


def _work_days(options: CalendarOptions, own: OverridesFile) -> WorkDays:
    return WorkDays(
        frozenset(WEEKDAYS.index(day) for day in options.week),
        {day: DayOff(known.kind, known.name) for day, known in own.days.items()},
        own.complete,
        published,
        by_rule,
    )


def _shift(key: str, options: ShiftOptions) -> Shift:
    breaks = tuple(Break(*pause) for pause in options.breaks)
    return Shift(key, options.name, options.start, options.end, breaks, options.months)


def _target(options: TargetOptions) -> Target:
    mass, value, shares = options.mass, options.value, options.monthly_share
    revisions = []
    for change in options.revisions:
        mass = mass if change.mass is None else change.mass
        value = value if change.value is None else change.value
        shares = shares if change.monthly_share is None else change.monthly_share
        revisions.append(Revision(change.since, mass, value, shares, change.reason))
    counted = options.stock
    stock = Stock(counted.day, counted.mass, counted.expected, counted.recovery) if counted else None
    return Target(options.year, options.mass, options.value, options.monthly_share, tuple(revisions), stock)


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
        Server(key, device.endpoint, machine.tags, _security(device.security), machine.reading)
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
        tuple(
            JobOrder(to_ns(order.since.replace(tzinfo=content.site.timezone)), order.product)
            for order in content.orders
            if order.device == key
        ),
        options.within or "",
    )


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
