"""The checksum of RTU frames: CRC-16 with the polynomial 0xA001 (Modbus over serial line V1.02, 6.2.2). Pure."""

from __future__ import annotations

_POLYNOMIAL = 0xA001


def _entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ _POLYNOMIAL if byte & 1 else byte >> 1
    return byte


_TABLE = tuple(_entry(byte) for byte in range(256))


def checksum(data: bytes) -> bytes:
    """Return the two bytes that end the frame of `data`, the low one first."""
    value = 0xFFFF
    for byte in data:
        value = value >> 8 ^ _TABLE[(value ^ byte) & 0xFF]
    return value.to_bytes(2, "little")
