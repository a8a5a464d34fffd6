"""Where a request comes from."""

from __future__ import annotations

import pytest

from edge.console.access.origin import (
    PROXIED,
    address_of,
    host_of,
    is_at_this_machine,
    is_own_page,
)


@pytest.mark.parametrize(
    ("peer", "here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("192.168.1.5", False),
        ("::ffff:192.168.1.5", False),
        ("", False),
        ("localhost", False),
    ],
)
def test_only_this_machines_own_address_is_here(peer: str, here: bool) -> None:
    """Whoever has another address is not at this machine."""
    assert is_at_this_machine(peer, {}, behind_proxy=False) is here


@pytest.mark.parametrize("header", PROXIED)
def test_what_came_through_a_proxy_is_not_here(header: str) -> None:
    """Each header of a proxy says that somebody else is behind it."""
    assert not is_at_this_machine("127.0.0.1", {header: "x"}, behind_proxy=False)


def test_behind_our_proxy_nobody_is_here() -> None:
    """A proxy that adds no header must not make everybody a viewer."""
    assert not is_at_this_machine("127.0.0.1", {}, behind_proxy=True)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.2.3.4, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("1.2.3.4, nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_the_last_address_is_the_proxys_word(said: str, address: str) -> None:
    """Those before it anybody may have made up, and without our own proxy none is believed."""
    headers = {"x-forwarded-for": said}
    assert address_of("127.0.0.1", headers, behind_proxy=True) == address
    assert address_of("127.0.0.1", headers, behind_proxy=False) == "127.0.0.1"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("chili.lan", "chili.lan"),
        ("Chili.LAN:8443", "chili.lan"),
        ("[::1]:8080", "[::1]"),
        ("127.0.0.1:8080", "127.0.0.1"),
        ("chili.lan:8443:1", ""),
        ("chili.lan/x", ""),
        ("chili.lan@evil.example", ""),
        ("", ""),
    ],
)
def test_the_name_in_a_host_header(header: str, name: str) -> None:
    """Without its port; what is no host has none."""
    assert host_of(header) == name


@pytest.mark.parametrize(
    ("origin", "site", "own"),
    [
        ("https://chili.lan:8443", "same-origin", True),
        ("https://chili.lan:8443", None, True),
        (None, "same-origin", True),
        (None, None, False),
        ("https://chili.lan:8443", "same-site", False),
        ("https://chili.lan:8443", "cross-site", False),
        ("https://chili.lan:8443", "none", False),
        ("http://chili.lan:8443", None, False),
        ("https://chili.lan", None, False),
        ("https://chili.lan:8443.evil.example", None, False),
        ("https://evil.example", "same-origin", False),
        ("null", None, False),
        ("", None, False),
    ],
)
def test_only_a_page_of_our_own_may_change_something(origin: str | None, site: str | None, own: bool) -> None:
    """What browsers say of a request's page must be there, and each of it right."""
    headers = {"host": "chili.lan:8443"}
    headers |= {} if origin is None else {"origin": origin}
    headers |= {} if site is None else {"sec-fetch-site": site}
    assert is_own_page(headers, "https", ()) is own


def test_a_proxy_may_put_another_host_in_place() -> None:
    """Then the names that people type are those of edge.yaml, over TLS."""
    headers = {"host": "127.0.0.1:8080", "origin": "https://chili.lan"}
    assert is_own_page(headers, "https", ("chili.lan",))
    assert not is_own_page(headers, "https", ())
    assert not is_own_page({**headers, "origin": "http://chili.lan"}, "https", ("chili.lan",))
