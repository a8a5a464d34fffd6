"""A badge reader on a PLC → punches. Nothing is written to the PLC: it keeps the last badges in a ring, and counts them.

Badge number n stands in slot (n - 1) modulo the number of slots, and the counter says n. So a reading finds every badge
since the one before, and says how many were overwritten meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.model.frame import Frame, Quality, Value
from edge.model.personnel import NO_STATUS, Punch
from edge.model.plant import Device
from edge.model.tag import Role

_MODULUS = 1 << 16
"""The counter may be of any width from 16 bits on; fewer badges than half of this come between two readings."""


@dataclass(frozen=True, slots=True)
class Badges:
    """What a reading showed.

    Attributes:
        punches: of the badges that are new.
        lost: how many were overwritten before they could be read, or could not be read.
        counter: the number to go on from; None while there is none.
    """

    punches: tuple[Punch, ...] = ()
    lost: int = 0
    counter: int | None = None


def slots(device: Device) -> tuple[str, ...]:
    """Return the tags that hold a device's badges, in the order of the ring; a device without any has no reader."""
    return tuple(tag.name for tag in device.tags if tag.role is Role.BADGE)


def read(device: Device, frame: Frame, counter: int | None) -> Badges:
    """Return the badges that are new in a frame.

    Args:
        device: with a counter and slots.
        frame: a reading; one without the counter shows nothing.
        counter: as of the reading before; None at the first: what the ring holds then was read by somebody else, or never.
    """
    seen = {
        name: value
        for name, value, quality in zip(frame.tags, frame.values, frame.qualities, strict=True)
        if quality == Quality.GOOD
    }
    number = seen.get(device.roles.get(Role.BADGE_COUNT, ""))
    if not isinstance(number, int) or number == counter:
        return Badges(counter=counter)
    if counter is None:
        return Badges(counter=number)
    new, ring = (number - counter) % _MODULUS, slots(device)
    if new > _MODULUS // 2:  # the PLC has begun to count anew
        new = min(number, len(ring))
    kept = min(new, len(ring))
    punches, lost = [], new - kept
    for back in range(kept - 1, -1, -1):
        pin = _pin(seen, ring[(number - 1 - back) % len(ring)])
        if pin:
            punches.append(Punch(device.key, pin, frame.time, NO_STATUS))
        else:
            lost += 1
    return Badges(tuple(punches), lost, number)


def _pin(seen: Mapping[str, Value], slot: str) -> str:
    value = seen.get(slot)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value).strip("\0 ")
    return text if text.isascii() and text.isalnum() and text != "0" else ""
