"""The `console:` block of edge.yaml."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from edge.options import ExistingFile, Listen, ListenAddress, Options

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*")
_YEAR_H = 8784.0


def _host(text: str) -> str:
    name = text.lower().removesuffix(".")
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        if _NAME.fullmatch(name):
            return name
        raise ValueError("a name or an address of this console, as people type it, without port") from None
    return f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - IPv6


Host = Annotated[str, AfterValidator(_host)]


class TlsOptions(Options):
    """Certificate (with those between it and its authority) and key, PEM."""

    certificate: ExistingFile
    key: ExistingFile


class ConsoleOptions(Options):
    """Where the web pages are served, and to whom: beyond this machine over TLS, to users only."""

    listen: Listen = ListenAddress("127.0.0.1", 8080)
    tls: TlsOptions | None = None
    behind_proxy: bool = False
    """A proxy in front of us has the certificate, and tells where a request came from."""
    hosts: tuple[Host, ...] = ()
    """Names and addresses that people type, besides this machine's own."""
    session_hours: Annotated[float, Field(gt=0, le=_YEAR_H)] = 12
    """After so long everybody logs in again …"""
    idle_minutes: Annotated[float, Field(gt=0, le=_YEAR_H * 60)] = 60
    """… and whoever did nothing for so long."""

    @property
    def own_address(self) -> tuple[str, ...]:
        """The address that is listened on as a host, unless it stands for all of them."""
        try:
            address = ipaddress.ip_address(self.listen.host)
        except ValueError:
            return (self.listen.host.lower(),)
        return () if address.is_unspecified else (_host(self.listen.host),)

    @property
    def is_open(self) -> bool:
        """Whether anybody beyond this machine can reach it."""
        return self.behind_proxy or not self.listen.is_loopback

    @model_validator(mode="after")
    def _closed_by_default(self) -> ConsoleOptions:
        if not self.listen.is_loopback and self.tls is None and not self.behind_proxy:
            raise ValueError(
                "whoever listens beyond this machine needs tls: {certificate: FILE, key: FILE}, or behind_proxy: true when a"
                " proxy in front has the certificate"
            )
        if self.is_open and not self.hosts and not self.own_address:
            raise ValueError(
                "hosts: say by which names or addresses people open it, as in hosts: [chili.lan]"
            )
        if self.behind_proxy and not self.hosts:
            raise ValueError("hosts: say by which names people open the proxy, as in hosts: [chili.lan]")
        return self
