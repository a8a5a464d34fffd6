"""A machine's sums as `oee` and `loss` points, and as the text in which they survive a `kill -9`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from edge.errors import EdgeError
from edge.model.oee import FIELDS, Sums
from edge.model.packml import Category
from edge.model.point import FieldValue, Point
from edge.model.states import Element
from edge.processing.utilisation import Activity, Interval, Key, Loss, Utilisation

VERSION = 1


def points(interval: Interval, device: str, line: str, site: str) -> Iterator[Point]:
    """Yield the `oee` point of an interval, and a `loss` point for each thing that time was lost to."""
    place = {"site": site, "line": line, "device": device, "shift": interval.key.shift}
    fields: dict[str, FieldValue] = {
        name: value for name, value in zip(FIELDS, interval.sums.values(), strict=True) if value
    }
    if interval.key.batch:
        fields["batch"] = interval.key.batch
    if interval.fault:
        fields["fault"] = interval.fault
    yield Point("oee", {**place, "sku": interval.key.sku}, fields, interval.time)
    told: dict[tuple[str, str, str], Loss] = {}
    for doing, loss in interval.losses.items():
        # The same to people, whatever it is in ISO 22400-2.
        key = (str(doing.category), str(doing.reason), doing.cause)
        told[key] = told.get(key, Loss()).plus(*loss)
    for (category, reason, cause), loss in told.items():
        tags = {**place, "category": category, "reason": reason, "cause": cause}
        yield Point("loss", tags, dict(loss._asdict()), interval.time)


def dump(now: Utilisation) -> str:
    """Return what a machine made so far as JSON text."""
    return json.dumps(
        {
            "v": VERSION,
            "until": now.until,
            "seen": now.seen,
            "doing": now.doing,
            "stopped": now.stopped,
            "stop": now.stop,
            "lost": now.lost,
            "failed": now.failed,
            "key": now.key,
            "opened": now.opened,
            "sums": now.sums.values(),
            "losses": list(now.losses.items()),
            "pending": list(now.pending.items()),
            "in_the_dark": now.in_the_dark,
            "rest": now.rest,
            "shift_apt": now.shift_apt,
            "shift_ideal": now.shift_ideal,
            "turns": now.turns,
            "told": now.told,
            "fault": now.fault,
        },
        ensure_ascii=False,
    )


def load(text: str) -> Utilisation:
    """Return what a JSON text says.

    Raises:
        EdgeError: it was written by another version.
    """
    document = json.loads(text)
    if document.pop("v", None) != VERSION:
        raise EdgeError(f"utilisation of another version than {VERSION}, which this node knows")
    document["doing"], document["stop"] = _activity(document["doing"]), _activity(document["stop"])
    document["key"], document["sums"] = Key(*document["key"]), Sums(*document["sums"])
    document["losses"] = {_activity(doing): Loss(*loss) for doing, loss in document["losses"]}
    document["pending"] = {_activity(doing): ms for doing, ms in document["pending"]}
    return Utilisation(**document)


def _activity(parts: list[Any]) -> Activity:
    element, category, *rest = parts
    return Activity(Element(element), Category(category), *rest)
