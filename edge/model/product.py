"""A product (SKU): what one good piece weighs and is worth."""

from __future__ import annotations

from collections.abc import Mapping
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


def by_code(products: Mapping[str, Product]) -> dict[int, Product]:
    """Return the products that PLCs know by number."""
    return {product.code: product for product in products.values() if product.code is not None}
