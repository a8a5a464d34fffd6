"""OPC UA maps: node ids that survive a server's restart, each read once."""

from __future__ import annotations

from edge.documents.yaml import Document
from edge.drivers.opcua.address import OpcuaTag, parse_node
from edge.errors import Fault
from edge.plc_map.grammar import OpcuaMap
from edge.plc_map.roles import model_tag

_UINT32 = 2**32
"""What a counter counts through when the map does not say: S7's UDInt, the usual one."""


def tags(content: OpcuaMap, document: Document) -> tuple[tuple[OpcuaTag, ...], list[Fault]]:
    """Return the tags of a map, and every fault of a node."""
    found: dict[str, OpcuaTag] = {}
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
        )
        first = found.setdefault(str(node), tag)
        if first is not tag:
            faults.append(
                document.fault(("tags", name, "node"), f"is read twice (first as {first.tag.name})")
            )
    return tuple(found.values()), faults
