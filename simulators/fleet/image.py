"""The registers of a device as one long integer: one sum changes all of its values at once."""

from __future__ import annotations

from simulators.fleet.layout import VALUE_BITS, Layout, Origin

_VALUE_BYTES = VALUE_BITS // 8


class Painter:
    """Makes the images of devices with the same tags; 2 µs for one of 200 tags."""

    def __init__(self, layout: Layout, tags: int) -> None:
        numbers = (layout.encode(Origin(0, tag, 0)) for tag in range(1, tags + 1))
        self._layout = layout
        self._numbers = int.from_bytes(b"".join(map(_value, numbers)), "big")
        self._ones = int.from_bytes(_value(1) * tags, "big")
        self._size = _VALUE_BYTES * tags

    def image(self, device: int, counter: int) -> bytes:
        """Return the registers of a device after so many changes, high byte and high word first."""
        common = self._layout.encode(Origin(device, 0, counter))
        # Fields never overlap, so nothing is carried from one value into the next.
        return (self._numbers + common * self._ones).to_bytes(self._size, "big")


def _value(number: int) -> bytes:
    return number.to_bytes(_VALUE_BYTES, "big")
