"""`chili-edge pki list|trust|reject`: a person decides which servers are believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from edge.drivers.opcua.certificates import Certificate
from edge.drivers.opcua.pki import WARN_DAYS, Pki
from edge.errors import ConfigurationError
from edge.model.calendar import NS


def answer(pki: Pki, action: str, thumbprint: str | None, now: int) -> Iterator[str]:
    """Do what was asked, and yield what there is to say.

    Raises:
        ConfigurationError: no certificate is meant, or more than one; or the folder is somebody else's.
    """
    try:
        yield from _answer(pki, action, thumbprint, now)
    except OSError as error:
        raise ConfigurationError(
            f"{error.filename}: {error.strerror}: the certificates are those of the user as whom the node runs"
        ) from error


def _answer(pki: Pki, action: str, thumbprint: str | None, now: int) -> Iterator[str]:
    if action == "list":
        if thumbprint is not None:
            raise ConfigurationError("pki list takes no thumbprint")
        yield from _listing(pki, now)
        return
    if thumbprint is None:
        raise ConfigurationError(f"pki {action} needs a THUMBPRINT: see pki list")
    done = pki.trust if action == "trust" else pki.reject
    yield f"{action}ed: {_line(done(thumbprint), now)}"


def _listing(pki: Pki, now: int) -> Iterator[str]:
    is_empty = True
    for standing, _, certificate in pki.listing():
        is_empty = False
        yield f"{standing:<8}  {_line(certificate, now)}"
    if is_empty:
        yield (
            f"no certificates in {pki.folder}: the node has not spoken to a secured server yet,"
            " or -c edge.yaml is needed to find those of its data_dir"
        )


def _line(certificate: Certificate, now: int) -> str:
    until = datetime.fromtimestamp(certificate.ends // NS, UTC).date()
    days = certificate.days_left(now)
    note = " EXPIRED" if days < 0 else f" ({days} days)" if days < WARN_DAYS else ""
    who = ", ".join((*certificate.uris, *certificate.hosts))
    return f"{certificate.thumbprint}  until {until}{note}  {certificate.name}  {who}"
