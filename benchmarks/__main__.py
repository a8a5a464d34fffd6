"""Runs every benchmark, pinned to one core, which it states."""

from __future__ import annotations

import os

from benchmarks import decode


def main() -> None:
    """Pin this process to the last core that it may use, and measure."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    print(f"both sides of every ratio run in this process, pinned to core {core}")
    decode.main()


if __name__ == "__main__":
    main()
