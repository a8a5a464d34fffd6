"""The long form of `test_fuzz.py`: `make fuzz`; a million frames and more. Ends by itself."""

from __future__ import annotations

import argparse
import sys

from tests.unit.drivers.modbus.fuzz import fuzz


def main() -> int:
    """Print what came of it; return 1 if an answer was false or a right one was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1_200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcome = fuzz(options.frames, options.seed)
    print(outcome)
    for line in (outcome.false + outcome.missed)[:20]:
        print(f"  {line}")
    return 1 if outcome.false or outcome.missed else 0


if __name__ == "__main__":
    sys.exit(main())
