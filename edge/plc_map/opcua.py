"""OPC UA maps: node ids that survive a server's restart, each read once."""

from __future__ import annotations

from collections.abc import Iterator

from edge.documents.yaml import Document
from edge.drivers.opcua.address import Deadband, Mode, NodeAddress, OpcuaTag, Reading, Window, parse_node
from edge.errors import Fault
from edge.plc_map.grammar import OpcuaMap, OpcuaTagOptions
from edge.plc_map.roles import model_tag

_UINT32 = 2**32
"""What a counter counts through when the map does not say: S7's UDInt, the usual one."""


def tags(content: OpcuaMap, document: Document) -> tuple[tuple[OpcuaTag, ...], list[Fault]]:
    """Return the tags of a map, and every fault of a node."""
    found: dict[tuple[NodeAddress, tuple[int, ...]], OpcuaTag] = {}
    faults: list[Fault] = []
    for name, options in content.tags.items():
        try:
            node = parse_node(options.node)
        except ValueError as error:
            faults.append(document.fault(("tags", name, "node"), f"{error} (given: {options.node})"))
            continue
        tag = OpcuaTag(
            model_tag(name, options, _UINT32),
            node,
            options.scan or content.scan,
            options.mode or content.mode,
            options.scale,
            options.offset,
            options.index,
            content.sampling if options.sampling is None else options.sampling,
            options.queue or content.queue or 0,
            _deadband(options, content),
        )
        faults += _mode_faults(name, options, tag, document)
        first = found.setdefault((node, options.index), tag)
        if first is not tag:
            faults.append(
                document.fault(("tags", name, "node"), f"is read twice (first as {first.tag.name})")
            )
    return tuple(found.values()), faults


def reading(content: OpcuaMap) -> Reading:
    """Return how the server of a map is read."""
    return Reading(content.publishing, Window(content.clock.behind, content.clock.ahead), content.history)


def _deadband(options: OpcuaTagOptions, content: OpcuaMap) -> Deadband | None:
    """Return what the server need not tell; a map's default spares what every step of counts."""
    if options.server_deadband is not None:
        return options.server_deadband
    return None if options.counter or options.role else content.server_deadband


def _mode_faults(name: str, options: OpcuaTagOptions, tag: OpcuaTag, document: Document) -> Iterator[Fault]:
    """Yield a fault for each key that means nothing here, or would cost counts."""
    if tag.mode is Mode.POLL:
        for key in ("sampling", "queue", "server_deadband"):
            if getattr(options, key) is not None:
                yield document.fault(
                    ("tags", name, key), "is for tags that are subscribed to; this one is polled"
                )
    elif options.server_deadband is not None and (options.counter or options.role):
        yield document.fault(
            ("tags", name, "server_deadband"), "a counter or role has none: every step of it counts"
        )
