"""What the blocks of edge.yaml say about one another, checked even when a block is wrong, so that all faults come at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from edge.documents.validation import given
from edge.documents.yaml import Document
from edge.drivers.modbus.endpoint import Endpoint, Transport, parse_endpoint
from edge.errors import ConfigurationError, Fault
from edge.plc_map.load import Machine, OpcuaMachine, load_map

Maps = Mapping[Path, Machine | None]
"""Machines by their map's file; None for a map with faults."""


def load_maps(document: Document) -> tuple[dict[Path, Machine | None], list[Fault]]:
    """Read every map that edge.yaml names, each once; return them with their faults."""
    maps: dict[Path, Machine | None] = {}
    faults: list[Fault] = []
    for key, device in _block(document, "devices").items():
        name = device.get("map") if isinstance(device, dict) else None
        if not isinstance(name, str):
            continue
        file = document.file.parent / name
        if not file.is_file():
            faults.append(document.fault(("devices", key, "map"), f"there is no such file (given: {name})"))
        elif file not in maps:
            try:
                maps[file] = load_map(file)
            except ConfigurationError as error:
                maps[file] = None
                faults.extend(error.faults)
    return maps, faults


def faults(document: Document, maps: Maps) -> Iterator[Fault]:
    """Yield a fault for each reference that leads nowhere, and for each pair of entries that contradict each other."""
    yield from _device_faults(document, maps)
    yield from _connection_faults(document)
    yield from _twice(document, "products", "sku", "is the number of two products")
    yield from _listening_twice(document)


def _device_faults(document: Document, maps: Maps) -> Iterator[Fault]:
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
        machine, endpoint = maps.get(document.file.parent / str(device.get("map"))), device.get("endpoint")
        if machine is None or not isinstance(endpoint, str):
            continue
        speaks_opcua = endpoint.startswith("opc.tcp://")
        if speaks_opcua != isinstance(machine, OpcuaMachine):
            protocol = "opcua" if isinstance(machine, OpcuaMachine) else "modbus"
            yield document.fault(
                (*path, "endpoint"), f"the map {device['map']} is of protocol {protocol} (given: {endpoint})"
            )
        yield from _security_faults(document, path, endpoint)


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
    ports: dict[tuple[str, int], tuple[str, Endpoint]] = {}
    for key, device in _block(document, "devices").items():
        try:
            endpoint = parse_endpoint(device["endpoint"]).endpoint
        except (TypeError, KeyError, ValueError, AttributeError):
            continue
        first, other = ports.setdefault((endpoint.host, endpoint.port), (key, endpoint))
        if other != endpoint:
            yield document.fault(
                ("devices", key, "endpoint"),
                f"is the same port as {first}'s with other settings: one connection has one set of them"
                f" (given: {device['endpoint']})",
            )


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


def _block(document: Document, name: str) -> dict[str, Any]:
    block = document.data.get(name) if isinstance(document.data, dict) else None
    return block if isinstance(block, dict) else {}
