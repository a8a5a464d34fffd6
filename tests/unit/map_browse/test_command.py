from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from edge.clock import SystemClock
from edge.drivers.opcua.pki import Pki
from edge.errors import ConfigurationError, RejectedError, TransientError
from edge.map_browse.arguments import Options
from edge.map_browse.command import browse, write
from edge.map_browse.screen import Screen
from simulators.servers.opcua.core import Limits
from tests.unit.drivers.opcua.hall import Hall, address, hall

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plant() -> AsyncIterator[Hall]:
    """A server with a value of each kind."""
    async with hall() as one:
        yield one


async def walk(plant: Hall, folder: Path, **asked: object) -> tuple[str, str]:
    """Browse the hall; return the map and what was said."""
    what = replace(Options(address(plant.port)), **asked)  # type: ignore[arg-type]
    with Screen() as screen:
        return await browse(what, Pki(folder / "pki", "n"), SystemClock(), screen)


async def test_everything_but_the_servers_own_diagnostics_is_written(plant: Hall, tmp_path: Path) -> None:
    """What can be read as tags, elements by their index; the rest as comments."""
    await plant.core.set_limits(Limits(nodes=4))
    text, said = await walk(plant, tmp_path)
    keys = [line.split(":")[0].strip() for line in text.splitlines() if line.startswith("  ") and "{" in line]
    assert keys == ["batch", "count", "level", "many_0", "many_1", "many_2", "running"]
    assert said == "tags: 7; variables left out, as comments: 2"
    assert "# recipe (nsu=urn:test:hall;s=recipe) is a Argument" in text
    await plant.core.set_limits(Limits())


async def test_a_walk_that_finds_too_much_ends_and_says_so(plant: Hall, tmp_path: Path) -> None:
    """In the map, too."""
    text, said = await walk(plant, tmp_path, most=2)
    assert said.endswith("cut at 2 variables")
    assert "# Cut at 2 variables: choose a branch or a higher --most." in text


@pytest.mark.parametrize(
    ("branch", "text"),
    [
        ("Nobody", "no Nobody there; there is: "),
        ("nsu=urn:nobody;s=a", "the server has no namespace urn:nobody"),
        ("level/deeper", "no deeper there; there is: nothing"),
    ],
)
async def test_a_branch_that_is_not_there(plant: Hall, tmp_path: Path, branch: str, text: str) -> None:
    """The fault names what is."""
    with pytest.raises(ConfigurationError, match=text):
        await walk(plant, tmp_path, branch=branch)


async def test_a_branch_without_a_variable(plant: Hall, tmp_path: Path) -> None:
    """No map is written of nothing."""
    with pytest.raises(RejectedError, match="nothing that can be read below level"):
        await walk(plant, tmp_path, branch="level")


async def test_a_server_that_is_not_there(plant: Hall, tmp_path: Path, unused_tcp_port: int) -> None:
    """Said in a line."""
    with pytest.raises(TransientError, match="cannot connect"):
        await browse(Options(address(unused_tcp_port)), Pki(tmp_path, "n"), SystemClock(), Screen())


async def test_a_map_is_never_overwritten(tmp_path: Path) -> None:
    """Somebody may have worked on it."""
    file = tmp_path / "map.yaml"
    write("a", file)
    with pytest.raises(ConfigurationError, match=r"map.yaml: cannot be written \(File exists\)"):
        write("b", file)
    assert file.read_text(encoding="utf-8") == "a"
