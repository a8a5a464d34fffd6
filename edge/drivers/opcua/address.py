"""Where a value lives in an OPC UA server: a namespace by its URI, never by its index, and an identifier in it."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from edge.model.tag import Tag

_NODE = re.compile(r"(?:nsu=(?P<uri>[^;]+);)?(?P<identifier>(?P<kind>[isgb])=(?P<value>.+))")
STANDARD_NAMESPACE = "http://opcfoundation.org/UA/"


class Mode(StrEnum):
    """How a tag is read."""

    SUBSCRIBE = "subscribe"
    POLL = "poll"


class Policy(StrEnum):
    """Security policies that may be configured; the SHA-1 ones may not."""

    NONE = "None"
    BASIC256SHA256 = "Basic256Sha256"
    AES128 = "Aes128Sha256RsaOaep"
    AES256 = "Aes256Sha256RsaPss"


class MessageMode(StrEnum):
    """What the policy is used for."""

    SIGN = "Sign"
    SIGN_AND_ENCRYPT = "SignAndEncrypt"


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """A node: `identifier` is `s=…`, `i=…`, `g=…` or `b=…`; its namespace index is looked up at each connect."""

    namespace: str
    identifier: str

    def __str__(self) -> str:
        return f"nsu={self.namespace};{self.identifier}"


@dataclass(frozen=True, slots=True)
class Deadband:
    """How far a value has to move before the server says so (OPC 10000-8, 7.2).

    Attributes:
        value: in the node's own unit, or percent of its EURange.
    """

    value: float
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class OpcuaTag:
    """A tag with its node; `value = raw * scale + offset`.

    Attributes:
        scan: how often it is polled, s; how often the server looks at a subscribed one when `sampling` is not given.
        index: of the element that is meant, in each dimension, when the node is an array.
        queue: samples that the server keeps between two publish answers; as many as it takes when 0.
    """

    tag: Tag
    node: NodeAddress
    scan: float
    mode: Mode = Mode.SUBSCRIBE
    scale: float = 1.0
    offset: float = 0.0
    index: tuple[int, ...] = ()
    sampling: float | None = None
    queue: int = 0
    deadband: Deadband | None = None


@dataclass(frozen=True, slots=True)
class Security:
    """How a server is spoken to.

    Attributes:
        server_certificate: the server's certificate, pinned: no other is taken, and what it names is not asked.
        any_host: whether a trusted certificate may name another host than the one that is connected to.
        user, password: never sent with policy None.
    """

    policy: Policy = Policy.BASIC256SHA256
    mode: MessageMode = MessageMode.SIGN_AND_ENCRYPT
    server_certificate: Path | None = None
    any_host: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Window:
    """How far from our clock another one may be and is still believed, s."""

    behind: float = 86_400.0
    ahead: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Reading:
    """How a machine's server is read, as its map says.

    Attributes:
        publishing: between two publish answers, s.
        history: how far back a gap is filled from a server that keeps history, s; 0 to leave gaps alone.
    """

    publishing: float = 0.5
    window: Window = Window()
    history: float = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Server:
    """One OPC UA server: one session, one device of the plant."""

    device: str
    url: str
    tags: tuple[OpcuaTag, ...]
    security: Security
    reading: Reading = Reading()
    timeout: float = 4.0


def parse_url(text: str) -> str:
    """Return the URL of a server as it stands there.

    Raises:
        ValueError: it is none, has no port, or carries a user, whose place is in `security:`.
    """
    with contextlib.suppress(ValueError):
        parts = urlsplit(text)
        if parts.scheme == "opc.tcp" and parts.hostname and parts.port and parts.username is None:
            return text
    raise ValueError("an OPC UA server is opc.tcp://HOST:4840")


def parse_node(text: str) -> NodeAddress:
    """Return the node of `nsu=<namespace uri>;s=…`; without `nsu=` it is in OPC UA's own namespace.

    Raises:
        ValueError: it is not a node id of that form; says what is wrong.
    """
    match = _NODE.fullmatch(text)
    if match is None:
        hint = " (ns=… indexes may change when the server restarts)" if text.startswith("ns=") else ""
        raise ValueError(f"a node is nsu=<namespace uri>;s=… or i=…{hint}")
    if match["kind"] == "i" and not match["value"].isdecimal():
        raise ValueError("the identifier after i= is a number")
    return NodeAddress(match["uri"] or STANDARD_NAMESPACE, match["identifier"])
