"""Pieces on their way through a machine: which are rejected and what they weigh, drawn by the run and not one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from simulators.model.product import Product


@dataclass(slots=True)
class Made:
    """What a machine has made of one article.

    Attributes:
        good: pieces handed on.
        reject: pieces thrown out.
        filled_g: what really went into the good ones; 0 on a machine that does not dose.
    """

    good: int = 0
    reject: int = 0
    filled_g: int = 0


class Pieces:
    """Decides about pieces in runs of any length; a run of 60 and 60 runs of one reject the same pieces.

    Rejects are counted down: the pieces between two of them are geometrically distributed. The mass of a run of `n` is
    normal with mean n·(nominal + giveaway) and standard deviation sd·√n.
    """

    def __init__(self, rng: Random, weights: Random, reject_share: float) -> None:
        self._rng = rng
        self._weights = weights
        self._kept = math.log1p(-reject_share) if reject_share else 0.0
        self._until_reject = self._draw()

    def rejected(self, count: int) -> int:
        """Let `count` pieces pass; return how many of them are thrown out."""
        rejected = 0
        while self._until_reject < count:
            count -= self._until_reject + 1
            rejected += 1
            self._until_reject = self._draw()
        self._until_reject -= count
        return rejected

    def grams(self, product: Product, count: int) -> int:
        """Return what `count` pieces of a product weigh together."""
        if product.fill is None:
            return product.weight_g * count
        mean = (product.weight_g + product.fill.giveaway_g) * count
        return max(0, round(self._weights.gauss(mean, product.fill.sd_g * math.sqrt(count))))

    def _draw(self) -> int:
        if not self._kept:
            return 2**62
        return int(math.log(1.0 - self._rng.random()) / self._kept)
