"""Where a request comes from: this machine or beyond, under which name, from which page. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping

OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine. Another one in a request means that a foreign page has made its own name lead here."""
PROXIED = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
)
"""Headers that a proxy adds: whoever sent the request is not at this machine then."""
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?")


def is_loopback(address: str) -> bool:
    """Return whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def is_at_this_machine(peer: str, headers: Mapping[str, str], *, behind_proxy: bool) -> bool:
    """Return whether whoever asks sits at this machine: its own address, and nobody in between that says so."""
    return not behind_proxy and is_loopback(peer) and not any(name in headers for name in PROXIED)


def address_of(peer: str, headers: Mapping[str, str], *, behind_proxy: bool) -> str:
    """Return where a request comes from.

    Behind our own proxy it is the last address that was added; those before it anybody may have made up.
    """
    if not behind_proxy:
        return peer
    last = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(last))
    except ValueError:
        return peer


def host_of(header: str) -> str:
    """Return the name in a Host header, without its port; empty when it is none."""
    match = _HOST.fullmatch(header.lower())
    return match["name"] if match else ""


def is_own_page(headers: Mapping[str, str], scheme: str, also: Collection[str]) -> bool:
    """Return whether a request that changes something was sent by a page of this console.

    Browsers say so in `Origin` and `Sec-Fetch-Site`; what says neither is none. Each that is there must be right.

    Args:
        headers: of the request.
        scheme: that the browser uses, http or https.
        also: names that the proxy may have put another one in place of.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None and origin is None:
        return False
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return True
    host = headers.get("host", "").lower()
    found, _, authority = origin.lower().partition("://")
    return found == scheme and (authority == host or host_of(authority) in also)
