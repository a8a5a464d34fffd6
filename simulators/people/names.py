"""Names as people around Xiushan have them."""

from __future__ import annotations

from collections.abc import Collection
from random import Random

_SURNAMES = "王李张刘陈杨黄吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧田冉石龙白向"
_FIRST = "秀桂建国志玉春冬雪海文光永世正大昌仁兴绍明再朝小"
_SECOND = "英兰华强芳红梅燕军明珍洪江会碧菊云芬阳霞平勇"
_SHORT_NAMES = 0.3


def names(rng: Random, count: int, taken: Collection[str] = ()) -> list[str]:
    """Return so many names, none of them twice and none of those that are taken."""
    found: dict[str, None] = {}
    while len(found) < count:
        name = _name(rng)
        if name not in taken:
            found[name] = None
    return list(found)


def _name(rng: Random) -> str:
    given = rng.choice(_SECOND) if rng.random() < _SHORT_NAMES else rng.choice(_FIRST) + rng.choice(_SECOND)
    return rng.choice(_SURNAMES) + given
