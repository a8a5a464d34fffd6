"""A product (SKU): what one good piece weighs and is worth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """What is packed.

    Attributes:
        key: its key in `products:`; the `sku` tag of every count.
        name: as people call it.
        net_weight_g: nominal net weight of a piece, g.
        price_yuan_per_jin: sales price.
        code: the number by which PLCs know it, when they do.
    """

    key: str
    name: str
    net_weight_g: int
    price_yuan_per_jin: Decimal
    code: int | None = None
