"""Where a value lives in an OPC UA server: a namespace by its URI, never by its index, and an identifier in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

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
class OpcuaTag:
    """A tag with its node; `value = raw * scale + offset`; polled or sampled every `scan` seconds."""

    tag: Tag
    node: NodeAddress
    scan: float
    mode: Mode = Mode.SUBSCRIBE
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Security:
    """How a server is spoken to.

    Attributes:
        server_certificate: the server's certificate, pinned; needed by every policy but None.
        user, password: a password is never sent with policy None.
    """

    policy: Policy = Policy.NONE
    mode: MessageMode = MessageMode.SIGN_AND_ENCRYPT
    server_certificate: Path | None = None
    user: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """One OPC UA server: one session, one device of the plant."""

    device: str
    url: str
    tags: tuple[OpcuaTag, ...]
    security: Security = Security()
    timeout: float = 4.0


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
