"""The raw readings of a season, as a node that polls once a minute would have had them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from simulators.clock import PLANT_ZONE
from simulators.model.electrical import DRIVE_SPEED, DRIVEN, DRIVES, METERS, Drive, Meter
from simulators.model.plant import Plant, plant_totals
from simulators.model.weighbridge import Ticket
from simulators.year.columns import (
    DEVICES,
    DRIVE_COLUMNS,
    METER_COLUMNS,
    PIT_COLUMNS,
    TANK_COLUMNS,
    drive_row,
    pit_row,
    pm5110_row,
    sdm630_row,
    tank_row,
)
from simulators.year.files import MonthlyFile
from simulators.year.season import REST_MIN, Moment

FORMAT = 1
_ELECTRICAL_EVERY_MIN = 5
"""Meters and drives; tanks and pits every REST_MIN."""
_PM5110 = frozenset({"meter_compressors", "meter_main"})
"""All others are SDM630."""
_TICKET_COLUMNS = (
    "time,ticket,lot,kind,township,farmer,plate,gross_kg,tare_kg,deduct_percent,net_g,certificate"
)


class Readings:
    """Writes `DIR/devices`, `DIR/terminals` and `DIR/weighbridge` as the season goes by."""

    def __init__(self, directory: Path, seed: int, plant: Plant) -> None:
        self._directory = directory
        self._plant = plant
        self._stack = ExitStack()
        self._meters = {name: Meter(name, seed) for name in METERS}
        self._drives = {name: Drive(name, seed, kw) for name, kw in DRIVES.items()}
        self._drives_at = 0
        columns: dict[str, Sequence[str]] = {name: device.columns for name, device in DEVICES.items()}
        columns["tanks"] = ("heartbeat", *TANK_COLUMNS)
        columns["pits"] = ("heartbeat", *PIT_COLUMNS)
        columns |= dict.fromkeys(self._meters, METER_COLUMNS) | dict.fromkeys(self._drives, DRIVE_COLUMNS)
        self._empty = {name: "," * (len(names) - 1) for name, names in columns.items()}
        self._files = {
            name: self._file(directory / "devices" / name, ".csv.gz", ",".join(("time", *names)))
            for name, names in columns.items()
        }
        self._tickets = self._file(directory / "weighbridge", ".csv.gz", _TICKET_COLUMNS)
        self._terminals: dict[str, MonthlyFile] = {}
        self._last = 0

    @property
    def devices(self) -> tuple[str, ...]:
        """Every device that has readings."""
        return tuple(self._files)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, moment: Moment) -> None:
        """Write what can be read at a moment."""
        time = utc(moment.local)
        passed, self._last = (time - self._last if self._last else 0), time
        month = f"{moment.local:%Y-%m}"
        for ticket in moment.tickets:
            self._tickets.write(month, _ticket(ticket, moment.local))
        for area, meter in self._meters.items():
            meter.step(passed, self._plant.utilities.load_kw.get(area.removeprefix("meter_"), 0.0))
        if moment.dark:
            for name, file in self._files.items():
                file.write(month, f"{time},{self._empty[name]}")
            return
        self._add_machines(month, time)
        if moment.local.minute % _ELECTRICAL_EVERY_MIN == 0:
            self._add_electrical(month, time)
        if moment.local.minute % REST_MIN == 0:
            hall = self._plant.hall
            head = f"{time},{time & 0xFFFF}"
            self._files["tanks"].write(month, f"{head},{tank_row([tank.read() for tank in hall.tanks])}")
            self._files["pits"].write(month, f"{head},{pit_row([pit.read() for pit in hall.pits])}")

    def punch(self, serial: str, received: int, line: str) -> None:
        """Write an attendance record as it reached the server, at a time (s UTC)."""
        file = self._terminals.get(serial)
        if file is None:
            file = self._file(self._directory / "terminals" / serial, ".txt.gz", None)
            self._terminals[serial] = file
        file.write(f"{datetime.fromtimestamp(received, PLANT_ZONE):%Y-%m}", f"{received}\t{line}")

    def describe(self, seed: int, first: date, last: date) -> None:
        """Write `readings.json`, which says what is there."""
        description = {
            "format": FORMAT,
            "seed": seed,
            "from": str(first),
            "to": str(last),
            "devices": list(self.devices),
            "terminals": sorted(self._terminals),
        }
        text = json.dumps(description, indent=1) + "\n"
        (self._directory / "readings.json").write_text(text, encoding="utf-8")

    def _add_machines(self, month: str, time: int) -> None:
        shown = self._plant.snapshots()
        totals = plant_totals(self._plant)
        for name, device in DEVICES.items():
            self._files[name].write(month, f"{time},{device.row(time, shown, totals)}")

    def _add_electrical(self, month: str, time: int) -> None:
        for name, meter in self._meters.items():
            row = pm5110_row if name in _PM5110 else sdm630_row
            self._files[name].write(month, f"{time},{row(meter.read())}")
        # What turned before the last reading doesn't matter: a drive has its speed within ten seconds.
        passed, self._drives_at = (time - self._drives_at if self._drives_at else 0), time
        for name, drive in self._drives.items():
            drive.step(passed, self._plant.machines[DRIVEN[name]].running, DRIVE_SPEED)
            self._files[name].write(month, f"{time},{drive_row(drive.read())}")

    def _file(self, directory: Path, suffix: str, header: str | None) -> MonthlyFile:
        return self._stack.enter_context(MonthlyFile(directory, suffix, header))


def utc(local: datetime) -> int:
    """Return the seconds since 1970 UTC of a wall clock of the plant."""
    return int(local.replace(tzinfo=PLANT_ZONE).timestamp())


def _ticket(ticket: Ticket, now: datetime) -> str:
    midnight = utc(now.replace(hour=0, minute=0)) if now.hour or now.minute else utc(now) - 86_400
    return (
        f"{midnight + ticket.time_s},{ticket.number},{ticket.lot},{ticket.kind},{ticket.township},{ticket.farmer},"
        f"{ticket.plate},{ticket.gross_kg},{ticket.tare_kg},{ticket.deduct_percent},{ticket.net_g},{ticket.certificate}"
    )
