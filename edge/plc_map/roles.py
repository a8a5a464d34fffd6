"""What tags mean to the KPIs: each role is bound once, so that nobody has to guess which counter is the right one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edge.documents.yaml import Document
from edge.errors import Fault
from edge.model.tag import Counter, Role, Tag
from edge.plc_map.grammar import TagOptions


def faults(tags: Mapping[str, TagOptions], document: Document) -> Iterator[Fault]:
    """Yield a fault for each role that is bound twice, and for each tag that is scaled although it counts."""
    bound: dict[str, str] = {}
    for name, options in tags.items():
        for role, path in _bindings(options):
            first = bound.setdefault(role, name)
            if first != name and role != Role.BADGE:
                yield document.fault(("tags", name, *path), f"role {role} is bound twice (first to {first})")
        if options.counter and options.role:
            yield document.fault(("tags", name, "role"), "a counter has no other role")
        for key, neutral in (("scale", 1.0), ("offset", 0.0)):
            if options.counter and getattr(options, key) != neutral:
                yield document.fault(("tags", name, key), "a counter counts pieces: it is not scaled")


def model_tag(name: str, options: TagOptions, modulus: int = 0) -> Tag:
    """Return a tag as processing sees it; `modulus` is used when its counter names none."""
    low, high = options.range or (None, None)
    counter = options.counter
    return Tag(
        name=name,
        unit=options.unit,
        deadband=options.deadband,
        low=low,
        high=high,
        role=options.role,
        counter=Counter(counter.role, counter.modulus or modulus, counter.max_per_s) if counter else None,
    )


def _bindings(options: TagOptions) -> Iterator[tuple[str, tuple[str, ...]]]:
    if options.counter:
        yield options.counter.role, ("counter", "role")
    if options.role:
        yield options.role, ("role",)
