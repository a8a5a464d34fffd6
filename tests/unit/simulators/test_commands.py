"""Where a simulator's commands come from."""

from __future__ import annotations

import asyncio
import sys

import pytest

_ECHO = """
import asyncio
from simulators.commands import process_commands

async def main():
    commands = process_commands(stdin=True)
    print("listening", flush=True)
    async for command in commands:
        print(command, flush=True)

asyncio.run(main())
"""
_DEADLINE_S = 30.0


async def _echo(redirection: str = "") -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        "sh",
        *("-c", f'exec "$0" -c "$1" {redirection}', sys.executable, _ECHO),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def test_the_end_of_a_pipe_is_the_end() -> None:
    """What stands in the pipe is heard, then the commands are over."""
    process = await _echo()
    async with asyncio.timeout(_DEADLINE_S):
        output, _ = await process.communicate(b"run\nhalt\n")
    assert (process.returncode, output.split()) == (0, [b"listening", b"run", b"halt"])


@pytest.mark.parametrize("redirection", ["< /dev/null", "<&-"])
async def test_a_service_without_an_input_lives_until_a_signal(redirection: str) -> None:
    """The null device's end is nobody's wish to quit, nor is a closed input's."""
    process = await _echo(redirection)
    assert process.stdout is not None
    async with asyncio.timeout(_DEADLINE_S):
        assert await process.stdout.readline() == b"listening\n"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(process.wait(), 0.5)
    process.terminate()
    async with asyncio.timeout(_DEADLINE_S):
        await process.communicate()
    assert process.returncode == 0
