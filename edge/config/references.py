"""What the blocks of edge.yaml say about one another, checked even when a block is wrong, so that all faults come at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from edge.config.values import local_time
from edge.documents import yaml
from edge.documents.validation import given
from edge.documents.yaml import Document
from edge.drivers.modbus.endpoint import Endpoint, Transport, parse_endpoint
from edge.drivers.modbus.plan import spanning
from edge.errors import ConfigurationError, Fault
from edge.model.tag import CounterRole, Role
from edge.plc_map import parameters
from edge.plc_map.load import Machine, ModbusMachine, OpcuaMachine, machine

Machines = Mapping[str, Machine | None]
"""What each device is, by its key; None where its map, or what it gives to its map, has faults."""


def load_machines(document: Document) -> tuple[dict[str, Machine | None], list[Fault]]:
    """Return what each device is by its map and what it gives to it, and the faults of both."""
    templates, found = _templates(document)
    machines: dict[str, Machine | None] = {}
    for key, device in _block(document, "devices").items():
        machines[key] = None
        template = templates.get(_map(device))
        if template is None:
            continue
        values = device.get(parameters.BLOCK)
        wrong = list(parameters.faults(document, ("devices", key), values, template))
        found.extend(wrong)
        if wrong:
            continue
        try:
            machines[key] = machine(template, values if isinstance(values, dict) else {})
        except ConfigurationError as error:
            whose = f", as {key} has it" if parameters.declared(template) else ""
            found.extend(replace(fault, message=f"{fault.message}{whose}") for fault in error.faults)
    return machines, found


def _templates(document: Document) -> tuple[dict[str, Document], list[Fault]]:
    """Read each map that edge.yaml names once; return them by that name."""
    templates: dict[str, Document] = {}
    found: list[Fault] = []
    for key, device in _block(document, "devices").items():
        name = _map(device)
        file = document.file.parent / name
        if not name or name in templates:
            continue
        if not file.is_file():
            found.append(document.fault(("devices", key, "map"), f"there is no such file (given: {name})"))
            continue
        try:
            templates[name] = yaml.load(file)
        except ConfigurationError as error:
            found.extend(error.faults)
    return templates, found


def _map(device: Any) -> str:
    name = device.get("map") if isinstance(device, dict) else None
    return name if isinstance(name, str) else ""


def faults(document: Document, machines: Machines) -> Iterator[Fault]:
    """Yield a fault for each reference that leads nowhere, and for each pair of entries that contradict each other."""
    yield from _device_faults(document, machines)
    yield from _connection_faults(document)
    yield from _twice(document, "products", "sku", "is the number of two products")
    yield from _listening_twice(document)
    yield from _route_faults(document)
    yield from _people_faults(document)
    yield from _counted_twice(document, machines)
    yield from _order_faults(document, machines)
    yield from _report_faults(document)


def _device_faults(document: Document, machines: Machines) -> Iterator[Fault]:
    products = _block(document, "products")
    for key, device in _block(document, "devices").items():
        if not isinstance(device, dict):
            continue
        path = ("devices", key)
        product = device.get("product")
        if isinstance(product, str) and product not in products:
            known = ", ".join(products) or "none"
            yield document.fault(
                (*path, "product"), f"no such product; there are: {known} (given: {product})"
            )
        yield from _meter_faults(document, key)
        found, endpoint = machines.get(key), device.get("endpoint")
        if found is None or not isinstance(endpoint, str):
            continue
        speaks_opcua = endpoint.startswith("opc.tcp://")
        if speaks_opcua != isinstance(found, OpcuaMachine):
            protocol = "opcua" if isinstance(found, OpcuaMachine) else "modbus"
            yield document.fault(
                (*path, "endpoint"), f"the map {device['map']} is of protocol {protocol} (given: {endpoint})"
            )
        elif isinstance(found, ModbusMachine):
            yield from _limit_faults(document, path, endpoint, found)
        yield from _security_faults(document, path, endpoint)


def _meter_faults(document: Document, key: str) -> Iterator[Fault]:
    """A meter is within another one, and in the end within none."""
    devices, path = _block(document, "devices"), ("devices", key, "within")
    seen, name = [key], devices[key].get("within")
    if isinstance(name, str) and name not in devices:
        yield document.fault(path, f"there is no device {name}; there are: {', '.join(devices)}")
    while isinstance(name, str) and name in devices and isinstance(devices[name], dict):
        if name in seen:
            if name == key:
                yield document.fault(path, f"a meter is not within itself: {' in '.join([*seen, name])}")
            return
        seen, name = [*seen, name], devices[name].get("within")


def _limit_faults(
    document: Document, path: tuple[str, str], endpoint: str, found: ModbusMachine
) -> Iterator[Fault]:
    """An endpoint may allow less than its map does, but no less than a value takes, which is never read in two halves."""
    try:
        limits = parse_endpoint(endpoint).limited(found.limits)
    except ValueError:
        return  # told where its text is checked
    asked = {tag.tag.name: spanning((tag,), limits) for tag in found.tags}
    name, widest = max(asked.items(), key=lambda one: 0 if one[1].table.is_bits else one[1].count)
    if not widest.table.is_bits and widest.count > limits.registers:
        yield document.fault(
            (*path, "endpoint"),
            f"registers={limits.registers} is too few: {name} takes {widest.count}, and no value is read in two halves"
            f" (given: {endpoint})",
        )


def _security_faults(document: Document, path: tuple[str, str], endpoint: str) -> Iterator[Fault]:
    """A modbus-tls:// device needs certificates, an OPC UA server may have a policy, and other Modbus has neither."""
    security = document.data["devices"][path[1]].get("security")
    is_tls = endpoint.startswith(f"{Transport.TLS}://")
    if is_tls and not (isinstance(security, dict) and "ca" in security):
        yield document.fault(
            (*path, "endpoint"),
            f"needs security: {{ca: FILE}}, who has signed its certificate (given: {endpoint})",
        )
    elif isinstance(security, dict) and not is_tls and not endpoint.startswith("opc.tcp://"):
        yield document.fault(
            (*path, "security"),
            "plain Modbus has no security: only opc.tcp:// and modbus-tls:// devices have this key",
        )
    elif security is None and endpoint.startswith("opc.tcp://"):
        yield document.fault(
            (*path, "endpoint"),
            "needs security: {policy: Basic256Sha256}, or {policy: None} to say that it goes in the clear"
            f" (given: {endpoint})",
        )
    elif isinstance(security, dict) and not is_tls and "ca" in security:
        yield document.fault(
            (*path, "security"),
            "ca, certificate and key are for modbus-tls:// devices; OPC UA has policy and mode",
        )


def _connection_faults(document: Document) -> Iterator[Fault]:
    """Devices behind one port share one connection, so its settings must be the same for all of them."""
    ports: dict[tuple[str, int], tuple[str, Endpoint, object]] = {}
    for key, device in _block(document, "devices").items():
        try:
            endpoint = parse_endpoint(device["endpoint"]).endpoint
        except (TypeError, KeyError, ValueError, AttributeError):
            continue
        mine = (key, endpoint, device.get("security"))
        first, other, security = ports.setdefault(_port(endpoint), mine)
        if replace(other, host=endpoint.host) != endpoint:
            yield document.fault(
                ("devices", key, "endpoint"),
                f"is the same port as {first}'s with other settings: one connection has one set of them"
                f" (given: {device['endpoint']})",
            )
        elif other.host != endpoint.host:
            yield document.fault(
                ("devices", key, "endpoint"),
                f"is the same serial port as {first}'s under another name, and only one may own it:"
                f" write {other.host} (given: {device['endpoint']})",
            )
        elif security != device.get("security"):
            yield document.fault(
                ("devices", key, "security"),
                f"is not that of {first}, which is behind the same connection",
            )


def _port(endpoint: Endpoint) -> tuple[str, int]:
    """Return what only one can have open: of a serial port the file behind all of its names."""
    host = os.path.realpath(endpoint.host) if endpoint.transport is Transport.RTU else endpoint.host
    return host, endpoint.port


def _twice(document: Document, block: str, key: str, message: str) -> Iterator[Fault]:
    first: dict[object, str] = {}
    for name, entry in _block(document, block).items():
        value = entry.get(key) if isinstance(entry, dict) else None
        if isinstance(value, int | str) and first.setdefault(value, name) != name:
            yield document.fault(
                (block, name, key), f"{message}: {first[value]}, {name} (given: {given(value)})"
            )


def _listening_twice(document: Document) -> Iterator[Fault]:
    terminals = _block(document, "people").get("terminals")
    console = _block(document, "console").get("listen", "127.0.0.1:8080")
    listen = terminals.get("listen") if isinstance(terminals, dict) else None
    if listen is not None and listen == console and not str(listen).endswith(":0"):
        yield document.fault(
            ("people", "terminals", "listen"), f"the console listens there already (given: {given(listen)})"
        )


def _route_faults(document: Document) -> Iterator[Fault]:
    devices = _block(document, "devices")
    for key, route in _block(document, "routes").items():
        machines = route.get("machines") if isinstance(route, dict) else None
        if not isinstance(machines, list):
            continue
        for place, name in enumerate(machines):
            path: tuple[str | int, ...] = ("routes", key, "machines", place)
            if name not in devices:
                known = ", ".join(devices) or "none"
                yield document.fault(path, f"no such device; there are: {known} (given: {given(name)})")
            elif name in machines[:place]:
                yield document.fault(path, f"is passed twice (given: {given(name)})")
        bottleneck = route.get("bottleneck")
        if isinstance(bottleneck, str) and bottleneck not in machines:
            yield document.fault(
                ("routes", key, "bottleneck"), f"is not one of the machines (given: {given(bottleneck)})"
            )


def _order_faults(document: Document, machines: Machines) -> Iterator[Fault]:
    """An order is of a machine and a product that are there, of a machine whose PLC tells nothing, and after the one before."""
    last: dict[str, datetime] = {}
    for number, order in enumerate(_orders(document)):
        path = ("orders", number)
        for key, block in (("device", "devices"), ("product", "products")):
            name, known = order.get(key), _block(document, block)
            if isinstance(name, str) and name not in known:
                there = ", ".join(known) or "none"
                yield document.fault(
                    (*path, key), f"no such {key}; there are: {there} (given: {given(name)})"
                )
        device, found = str(order.get("device")), machines.get(str(order.get("device")))
        tags = [placed.tag for placed in found.tags] if found else []
        if told := next((tag.name for tag in tags if tag.role is Role.SKU), None):
            yield document.fault((*path, "device"), f"{device} tells its product itself, by its tag {told}")
        try:
            since = local_time(order.get("from"))
        except ValueError:
            continue  # told where its text is checked
        if device in last and since <= last[device]:
            yield document.fault(
                (*path, "from"), f"is not after the order of {device} before it, {last[device]}"
            )
        last[device] = since


def _orders(document: Document) -> list[dict[str, Any]]:
    listed = document.data.get("orders") if isinstance(document.data, dict) else None
    return [order if isinstance(order, dict) else {} for order in listed] if isinstance(listed, list) else []


def _people_faults(document: Document) -> Iterator[Fault]:
    """Shifts, devices and terminals that the people's block names must be there."""
    people = _block(document, "people")
    shifts, devices = _block(document, "shifts"), _block(document, "devices")
    rules, terminals = people.get("rules"), people.get("terminals")
    flexible = rules.get("flexible") if isinstance(rules, dict) else None
    yield from _strangers(document, ("people", "rules", "flexible"), flexible, shifts, "shift")
    if isinstance(terminals, dict):
        path, serials = ("people", "terminals", "minutes"), terminals.get("serials")
        known = dict.fromkeys(serials) if isinstance(serials, list) else {}
        yield from _strangers(document, path, terminals.get("minutes"), known, "serial number")
    pieces = people.get("piece")
    for number, piece in enumerate(pieces if isinstance(pieces, list) else ()):
        for key, known in (("shift", shifts), ("device", devices)):
            if isinstance(piece, dict) and isinstance(name := piece.get(key), str) and name not in known:
                yield document.fault(
                    ("people", "piece", number, key),
                    f"there is no {key} {name}; there are: {', '.join(known) or 'none'}",
                )


def _report_faults(document: Document) -> Iterator[Fault]:
    """A report goes to destinations that there are."""
    reports = _block(document, "reports")
    schedule, known = reports.get("schedule"), reports.get("destinations")
    for name, job in schedule.items() if isinstance(schedule, dict) else ():
        wanted = job.get("to") if isinstance(job, dict) else None
        path = ("reports", "schedule", name, "to")
        if isinstance(wanted, str):
            wanted = [wanted]
        yield from _strangers(document, path, wanted, known if isinstance(known, dict) else {}, "destination")


def _strangers(
    document: Document, path: tuple[str, ...], names: object, known: Mapping[str, Any], what: str
) -> Iterator[Fault]:
    for number, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str) and name not in known:
            yield document.fault(
                (*path, number), f"there is no {what} {name}; there are: {', '.join(known) or 'none'}"
            )


def _counted_twice(document: Document, machines: Machines) -> Iterator[Fault]:
    """Yield where two machines of a route weigh good product: all of it is output, so a jar would be counted twice."""
    devices, ordered = _block(document, "devices"), {order.get("device") for order in _orders(document)}
    for key, route in _block(document, "routes").items():
        listed = route.get("machines") if isinstance(route, dict) else None
        if not isinstance(listed, list):
            continue
        weighing = [
            name
            for name in listed
            if _weighs(devices.get(name), machines.get(name), is_ordered=name in ordered)
        ]
        for name in weighing[1:]:
            yield document.fault(
                ("routes", key, "machines", listed.index(name)),
                f"{weighing[0]} and {name} both count good product, which would be output twice: bind one as infeed",
            )


def _weighs(device: object, machine: Machine | None, *, is_ordered: bool) -> bool:
    if machine is None or not isinstance(device, dict):
        return False
    tags = [placed.tag for placed in machine.tags]
    counts = any(tag.counter and tag.counter.role is CounterRole.GOOD for tag in tags)
    return counts and ("product" in device or is_ordered or any(tag.role is Role.SKU for tag in tags))


def _block(document: Document, name: str) -> dict[str, Any]:
    block = document.data.get(name) if isinstance(document.data, dict) else None
    return block if isinstance(block, dict) else {}
