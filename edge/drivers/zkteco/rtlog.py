"""The body of a `table=rtlog` upload, as access-control firmware sends it → punches. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from edge.drivers.zkteco.attlog import LineFault, Upload, punch_of
from edge.model.personnel import Punch

_MAX_OPENED = 20
"""Events up to here are doors that a person has opened; above are alarms and doors that stay open."""
_NOBODY = ("", "0")


def parse(body: bytes, terminal: str, zone: ZoneInfo) -> Upload:
    """Read lines of `key=value`, tab separated; events without a person are no records and no faults."""
    punches, faults = [], []
    for number, line in enumerate(body.splitlines(), 1):
        if not line.strip():
            continue
        try:
            punch = _punch(line, terminal, zone)
        except ValueError as error:
            faults.append(LineFault(number, str(error)))
        else:
            if punch is not None:
                punches.append(punch)
    return Upload(tuple(punches), tuple(faults))


def _punch(line: bytes, terminal: str, zone: ZoneInfo) -> Punch | None:
    if not line.isascii():
        raise ValueError("not ASCII")
    fields = {
        key.strip().lower(): value.strip()
        for key, _, value in (part.partition("=") for part in line.decode("ascii").split("\t"))
    }
    if "time" not in fields or "pin" not in fields:
        raise ValueError("no time and pin")
    event = fields.get("event", "0")
    if fields["pin"] in _NOBODY or not event.isdigit() or int(event) > _MAX_OPENED:
        return None
    return punch_of(fields["pin"], fields["time"], fields.get("inoutstatus", ""), terminal, zone)
