"""What is packed: five articles, how they are dosed and how fast a line packs them (domain: stages 12a to 12d, fill)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fill:
    """How a filler doses: mean `nominal + giveaway_g`, standard deviation `sd_g`."""

    giveaway_g: float
    sd_g: float


@dataclass(frozen=True, slots=True)
class Product:
    """One article on one machine.

    Attributes:
        sku: code that the PLC shows.
        recipe: number of the recipe.
        weight_g: nominal net weight of a piece.
        rated_per_min: what the machine is built for.
        fill: None on a machine that does not dose.
    """

    sku: int
    recipe: int
    weight_g: int
    rated_per_min: float
    fill: Fill | None = None


JAR_280 = Product(1, 1, 280, 60.0, Fill(3.0, 3.0))
POUCH_200 = Product(2, 2, 200, 45.0, Fill(2.0, 2.2))
JAR_500 = Product(3, 3, 500, 45.0, Fill(4.0, 4.0))
POUCH_500 = Product(4, 4, 500, 35.0, Fill(4.0, 4.0))
BAG_5000 = Product(5, 5, 5000, 4.0, Fill(10.0, 15.0))

ARTICLES = {product.sku: product for product in (JAR_280, POUCH_200, JAR_500, POUCH_500, BAG_5000)}
"""Every article by its code."""
