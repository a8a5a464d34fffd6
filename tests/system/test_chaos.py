"""Chaos: whatever is killed, cut, filled or set wrong, each piece is counted once; `make chaos MINUTES=30` is the long form."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.chaos.plant import Plant
from tests.system.chaos.storm import Storm

SECONDS = float(os.environ.get("CHAOS_MINUTES", "0.4")) * 60
SEED = int(os.environ.get("CHAOS_SEED", "7"))
PAUSE_S = 3.0 if SECONDS > 60 else 1.2
DISK = "size=24m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, bool]]:
    """Yield a folder for the node's data, and whether it is a small disk of its own that can be filled."""
    folder = tmp_path / "data"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(folder)], check=False, capture_output=True
        ).returncode
    )
    yield folder, mounted
    if mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.timeout(SECONDS + 180)
async def test_every_piece_is_counted_once_through_chaos(tmp_path: Path, disk: tuple[Path, bool]) -> None:
    """Killed, cut off, full and wrong by an hour, at random under load: made = stored, and the account always balances."""
    folder, mounted = disk
    async with Plant(tmp_path, folder).serve() as plant:
        storm = Storm(plant, SEED, PAUSE_S, with_disk=mounted)
        await storm.rage(SECONDS)
        try:
            await plant.settle()
        except TimeoutError:
            pytest.fail(plant.unsettled)

        made, stored, tallies = plant.made(), await plant.stored(), plant.tallies()
        print(
            f"{dict(storm.count)}: {storm.kills} kills, {storm.looks} looks, {sum(made.values())} pieces, {tallies}"
        )
        assert stored == made
        assert all(tally.unaccounted == 0 for tally in tallies.values())
        assert storm.deaths == 0
    for program in ("node", "host"):
        assert "Traceback" not in (tmp_path / f"{program}.log").read_text(errors="replace")
