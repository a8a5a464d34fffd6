"""What a value of the fleet says: which device and which tag it belongs to, and how often it had changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

VALUE_BITS = 32
MAX_TAGS = 32_768
"""Of a device: two registers each, of the 65,536 that a table has."""
MIN_COUNTER_BITS = 8
"""A reader that sees each value at least once in 256 changes knows how many it has missed."""
_NUMBER_BITS = VALUE_BITS - MIN_COUNTER_BITS


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from.

    Attributes:
        device: its number, from 1; 0 is no device, so that memory nobody has written never looks like a value.
        tag: its number, from 1.
        counter: how often the value had changed since the start, modulo 2 to the layout's `counter_bits`.
    """

    device: int
    tag: int
    counter: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How the 32 bits of a value are shared out: the device in the highest ones, then the tag, then the counter.

    Attributes:
        device_bits: of the device's number.
        tag_bits: of the tag's number.
    """

    device_bits: int
    tag_bits: int

    @classmethod
    def fitting(cls, devices: int, tags: int) -> Self:
        """Return the layout for so many devices with so many tags each; all that they leave is the counter's.

        Raises:
            ValueError: the numbers are out of range, or leave the counter less than `MIN_COUNTER_BITS`.
        """
        if devices < 1:
            raise ValueError(f"{devices} devices: there is at least 1")
        if not 1 <= tags <= MAX_TAGS:
            raise ValueError(f"{tags} tags: a device has 1 to {MAX_TAGS}, of two registers each")
        device_bits, tag_bits = devices.bit_length(), tags.bit_length()
        if device_bits + tag_bits > _NUMBER_BITS:
            raise ValueError(
                f"{devices} devices take {device_bits} bits and {tags} tags {tag_bits}: "
                f"they share {_NUMBER_BITS}, so lower one of them"
            )
        return cls(device_bits, tag_bits)

    @property
    def counter_bits(self) -> int:
        """How many bits are left for the counter."""
        return VALUE_BITS - self.device_bits - self.tag_bits

    @property
    def description(self) -> dict[str, int]:
        """What a reader has to know, as the ready line of the fleet says it: fields from the highest bit down."""
        return {"device_bits": self.device_bits, "tag_bits": self.tag_bits, "counter_bits": self.counter_bits}

    def encode(self, origin: Origin) -> int:
        """Return the value; a counter beyond its bits has rolled over.

        Raises:
            ValueError: the layout has no room for the device's or the tag's number.
        """
        if origin.device >> self.device_bits or origin.tag >> self.tag_bits:
            raise ValueError(f"{origin} does not fit into {self}")
        counter = origin.counter & (1 << self.counter_bits) - 1
        return (origin.device << self.tag_bits | origin.tag) << self.counter_bits | counter

    def decode(self, value: int) -> Origin:
        """Return where a value comes from.

        Raises:
            ValueError: it has more than 32 bits, or less than none.
        """
        if value >> VALUE_BITS:
            raise ValueError(f"{value} is not a number of {VALUE_BITS} bits")
        number, counter = divmod(value, 1 << self.counter_bits)
        device, tag = divmod(number, 1 << self.tag_bits)
        return Origin(device, tag, counter)


def address(tag: int) -> int:
    """Return the wire address of a tag's first register, the one with its high word."""
    return 2 * (tag - 1)
