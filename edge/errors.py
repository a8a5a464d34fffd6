"""The exceptions of chili-edge.

::

    EdgeError
     ├── ConfigurationError   fatal: the user's file or argument is wrong; names file, line, key
     ├── TransientError       try again: the other side is away, slow or busy
     └── RejectedError        never try again: the other side will not have it; dead-letter it

A retry loop looks at the class only. A PLC tag that cannot be read is none of these: it is a value of bad quality.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


class EdgeError(Exception):
    """Base of everything chili-edge raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a file: where, which key, what, and what was given."""

    file: Path
    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.key}: {self.message}"


class ConfigurationError(EdgeError):
    """The user's file or argument is wrong; nothing was started.

    Attributes:
        faults: every fault found, in the order of the file; empty when an argument is at fault.
    """

    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> ConfigurationError:
        """Return one error that names all faults, a line each."""
        ordered = sorted(set(faults))
        return cls("\n".join(str(fault) for fault in ordered), ordered)


class TransientError(EdgeError):
    """The other side is away, slow or busy; the same request may succeed later.

    Attributes:
        retry_after: seconds that the other side asked us to wait, if it did.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PublishRefusedError(TransientError):
    """The broker took a message and says that it will not deliver it: nobody listens, we may not, or it is full."""


class ServerFaultError(TransientError):
    """The other side failed within itself; when it does so again and again, what we sent may be why."""


class RejectedError(EdgeError):
    """The other side will never accept this; repeating it is pointless.

    Attributes:
        lines: reasons by the number of the line, from 0, where the other side named the lines at fault.
        dropped: how many lines it refused, where it said so; the others rest.
    """

    def __init__(
        self, message: str, lines: Mapping[int, str] | None = None, dropped: int | None = None
    ) -> None:
        super().__init__(message)
        self.lines = lines or {}
        self.dropped = dropped
