"""Between the library's structures and plain tuples, and its many exceptions as one of ours."""

from __future__ import annotations

import contextlib
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from asyncua import ua
from asyncua.ua.status_codes import get_name_and_doc
from asyncua.ua.uaerrors import UaStatusCodeError

from edge.errors import TransientError
from edge.lifecycle import heed_cancellation

Node = ua.NodeId
"""A node as one connection knows it; its namespace index means nothing to another."""

Answer = tuple[object, int, datetime | None, datetime | None]
"""What a server says of a node: the content of the Variant, the StatusCode, the source's time stamp and the server's."""

GOOD = 0
_KINDS = {
    "i": ua.NodeIdType.Numeric,
    "s": ua.NodeIdType.String,
    "g": ua.NodeIdType.Guid,
    "b": ua.NodeIdType.ByteString,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@contextlib.contextmanager
def speaking(what: str) -> Iterator[None]:
    """Turn whatever the library raises into a TransientError: it fails in many ways, and none may end the driver."""
    try:
        yield
    except TransientError:
        raise
    except Exception as error:
        heed_cancellation()  # the library turns a cancellation into an error of its own
        raise TransientError(f"{what}: {_text(error)}") from error


def answer_of(data: ua.DataValue) -> Answer:
    """Return a DataValue as a plain tuple."""
    variant, status = data.Value, data.StatusCode
    return (
        None if variant is None else variant.Value,
        GOOD if status is None else status.value,
        data.SourceTimestamp,
        data.ServerTimestamp,
    )


def changes_of(notification: ua.DataChangeNotification) -> list[tuple[int, Answer]]:
    """Return the values of a notification by their client handles; thousands a second, so it is written for speed."""
    changes: list[tuple[int, Answer]] = []
    for item in notification.MonitoredItems:
        data = item.Value
        variant, status = data.Value, data.StatusCode
        changes.append(
            (
                item.ClientHandle,
                (
                    None if variant is None else variant.Value,
                    GOOD if status is None else status.value,
                    data.SourceTimestamp,
                    data.ServerTimestamp,
                ),
            )
        )
    return changes


def node_of(identifier: str, namespace: int) -> Node:
    """Return the node of `s=…`, `i=…`, `g=…` or `b=…` in a namespace.

    Raises:
        ValueError: nobody can have such an identifier.
    """
    kind, text = identifier[:1], identifier[2:]
    content: Any
    match kind:
        case "i":
            content = int(text)
        case "g":
            content = UUID(text)
        case "b":
            content = b64decode(text, validate=True)
        case _:
            content = text
    return Node(content, ua.Int16(namespace), _KINDS[kind])


def texts_of(answer: Answer) -> list[str]:
    """Return an array of texts, empty when it is none."""
    return [str(text) for text in answer[0]] if isinstance(answer[0], list) else []


def limit_of(answer: Answer, default: int) -> int:
    """Return an operation limit; a server that has none says 0, or has no such node."""
    return answer[0] if isinstance(answer[0], int) and answer[0] > 0 else default


def date_time(time: int) -> datetime:
    """Return ns UTC as the wire can carry it, the last tenth of a microsecond cut off."""
    return _EPOCH + timedelta(microseconds=time // 1000)


def status_name(code: int) -> str:
    """Return a StatusCode's name in the standard, with its number."""
    name, _ = get_name_and_doc(code & 0xFFFF_0000)
    return f"{name} (0x{code:08X})"


def _text(error: Exception) -> str:
    if isinstance(error, UaStatusCodeError):
        return f"{status_name(error.code)}: {error}" if str(error) else status_name(error.code)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__
