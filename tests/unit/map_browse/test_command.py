from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from asyncua import ua
from asyncua.server.address_space import ViewService
from asyncua.ua.status_codes import StatusCodes
from structlog.testing import capture_logs

from edge.clock import SystemClock
from edge.drivers.opcua.pki import Pki
from edge.errors import ConfigurationError, RejectedError, TransientError
from edge.map_browse.arguments import Options
from edge.map_browse.command import be_free, browse, write
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
        ("i=999999", r"the server has no such node \(given: i=999999\)"),
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


async def test_nobody_walks_for_a_map_that_cannot_be_written(tmp_path: Path) -> None:
    """It is said before, not after minutes."""
    (tmp_path / "map.yaml").touch()
    with pytest.raises(ConfigurationError, match=r"map.yaml: is there already, and never overwritten"):
        be_free(tmp_path / "map.yaml")
    with pytest.raises(ConfigurationError, match="there is no folder"):
        be_free(tmp_path / "none" / "map.yaml")
    be_free(tmp_path / "new.yaml")
    be_free(None)


async def test_a_server_with_few_continuation_points_is_walked_whole(
    plant: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nodes for which it has none left are asked again; a node that it refuses costs only what is below it."""
    whole, _ = await walk(plant, tmp_path)
    browse_in_server = ViewService.browse
    refusals = iter([StatusCodes.BadNoContinuationPoints])

    def browse_some(self: ViewService, asked: ua.BrowseParameters) -> list[ua.BrowseResult]:
        results: list[ua.BrowseResult] = browse_in_server(self, asked)
        if len(results) > 1 and (status := next(refusals, None)):
            results[-1] = ua.BrowseResult(StatusCode=ua.StatusCode(ua.UInt32(status)))
        return results

    monkeypatch.setattr(ViewService, "browse", browse_some)
    assert await walk(plant, tmp_path) == (whole, "tags: 7; variables left out, as comments: 2")
    refusals = iter([StatusCodes.BadNodeIdUnknown])
    with capture_logs() as told:
        await walk(plant, tmp_path)
    assert [(one["event"], one["count"]) for one in told] == [("opcua nodes cannot be browsed", 1)]


async def test_a_map_is_never_overwritten(tmp_path: Path) -> None:
    """Somebody may have worked on it."""
    file = tmp_path / "map.yaml"
    write("a", file)
    with pytest.raises(ConfigurationError, match=r"map.yaml: cannot be written \(File exists\)"):
        write("b", file)
    assert file.read_text(encoding="utf-8") == "a"
