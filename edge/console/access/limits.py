"""How often somebody may try to log in: a few times at once, then each time later, by address and by user. Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TypeVar

from edge.token_bucket import TokenBucket

K = TypeVar("K")
V = TypeVar("V")

RATE = 0.1
"""Tries a second, once those at once are used up."""
AT_ONCE = 5.0
MOST_KEPT = 4096
"""Addresses and users that are remembered; the oldest goes first."""
_DEAREST = 32.0
_A_DROP = 0.1


@dataclass(slots=True)
class _Tries:
    bucket: TokenBucket
    wrong: int = 0


@dataclass(slots=True)
class LoginLimits:
    """The tries of everybody.

    A try costs one; each wrong one beyond those at once costs twice the one before, so that the wait grows to minutes, and no
    further. Who has logged in before from an address is counted there apart, so that strangers cannot keep them out.
    """

    _tries: dict[tuple[str, ...], _Tries] = field(default_factory=dict)
    _known: dict[tuple[str, str], None] = field(default_factory=dict)

    def wait(self, address: str, user: str, now: float) -> float:
        """Return the s until a try is allowed; 0 = now."""
        waits = [0.0]
        for key in self._keys(address, user):
            tries = self._tries.get(key)
            if tries is not None and not tries.bucket.ready(now):
                # At a level of 0 it waits for the first drop.
                waits.append(max(tries.bucket.wait(now), _A_DROP))
        return max(waits)

    def take(self, address: str, user: str, now: float) -> None:
        """Count a try, before it is looked at: those at the same time count, too."""
        for key in self._keys(address, user):
            tries = self._tries.pop(key, None) or _Tries(TokenBucket(RATE, AT_ONCE))
            self._tries[key] = tries
            _forget(self._tries)
            if tries.bucket.ready(now) and tries.bucket.level == AT_ONCE:
                tries.wrong = 0
            tries.wrong += 1
            cost = 2.0 ** (tries.wrong - AT_ONCE) if tries.wrong > AT_ONCE else 1.0
            tries.bucket.take(min(cost, _DEAREST), now)

    def right(self, address: str, user: str) -> None:
        """Forget the tries of somebody who has logged in; those of others from there stay."""
        for key in self._keys(address, user):
            self._tries.pop(key, None)
        self._known[subnet(address), user] = None
        _forget(self._known)

    def _keys(self, address: str, user: str) -> tuple[tuple[str, ...], ...]:
        place = subnet(address)
        return (("from", place), ("user", user, place) if (place, user) in self._known else ("user", user))


def subnet(address: str) -> str:
    """Return what one household has: an IPv4 address, the first 64 bits of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def _forget(kept: dict[K, V]) -> None:
    while len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
