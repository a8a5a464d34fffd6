"""Runs every benchmark, pinned to cores that it states."""

from __future__ import annotations

import os

from benchmarks import (
    decode,
    fleet,
    forecast,
    historian,
    ingest,
    modbus,
    node,
    nodes,
    opcua,
    pipeline,
    plant,
    reports,
)


def main() -> None:
    """Measure within this process, pinned to the last core that it may use; then what has a process of its own."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    print(f"decode: both sides of every ratio run in this process, pinned to core {max(cores)}")
    decode.main()
    forecast.main()
    os.sched_setaffinity(0, cores)
    print("modbus: ", end="")
    modbus.main()
    os.sched_setaffinity(0, cores)
    print("opcua: ", end="")
    opcua.main()
    os.sched_setaffinity(0, cores)
    print("fleet: ", end="")
    fleet.main()
    pipeline.main([])
    node.main()
    os.sched_setaffinity(0, cores)
    ingest.main()
    nodes.main([])
    historian.main()
    reports.main([])
    plant.main()


if __name__ == "__main__":
    main()
