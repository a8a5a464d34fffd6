from __future__ import annotations

import ast
import statistics
from pathlib import Path

import edge
import simulators

PACKAGES = (Path(edge.__file__).parent, Path(simulators.__file__).parent)
LONGEST = 400
LONG = 300
TASK_MAKERS = frozenset({"create_task", "ensure_future"})
LOOPS = frozenset({"asyncio", "loop"})


def sources() -> list[Path]:
    """Return every source file of product and simulators."""
    return [file for package in PACKAGES for file in sorted(package.rglob("*.py"))]


def lines(file: Path) -> int:
    """Return how long a file is."""
    return len(file.read_text(encoding="utf-8").splitlines())


def free_tasks(file: Path) -> list[int]:
    """Return the lines that start a task which no task group will await."""
    calls = (
        node
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    )
    makers = (call for call in calls if call.attr in TASK_MAKERS and isinstance(call.value, ast.Name))
    return [call.lineno for call in makers if isinstance(call.value, ast.Name) and call.value.id in LOOPS]


def test_files_are_small() -> None:
    """None is over 400 lines, nine of ten are within 300, and the median is within 120."""
    lengths = {file: lines(file) for file in sources()}
    assert {file: length for file, length in lengths.items() if length > LONGEST} == {}
    assert sum(length > LONG for length in lengths.values()) <= len(lengths) / 10
    assert statistics.median(lengths.values()) <= 120


def test_every_task_belongs_to_a_group() -> None:
    """A task that nobody awaits may die unheard: tasks are made by task groups only."""
    assert {str(file): found for file in sources() if (found := free_tasks(file))} == {}


def test_every_room_tells_what_it_is_for() -> None:
    """Each package that is more than a file or two has a README."""
    rooms = {file.parent for file in PACKAGES[0].glob("*/*.py")}
    bare = [
        room.name for room in rooms if len(list(room.glob("*.py"))) > 4 and not (room / "README.md").exists()
    ]
    assert bare == []
