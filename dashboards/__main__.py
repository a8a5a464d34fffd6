"""`python -m dashboards`: write every dashboard anew, for the plant of an edge.yaml where one is given."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dashboards.build import GENERATED, write
from dashboards.plant import PLANT, load_view
from edge.clock import SystemClock
from edge.errors import ConfigurationError

_WRONG = 2


def main(words: list[str] | None = None) -> int:
    """Write the files; return the exit code (0 done, 2 bad arguments or files)."""
    parser = argparse.ArgumentParser(prog="python -m dashboards", description=__doc__)
    parser.add_argument(
        "-c", "--config", type=Path, help="edge.yaml of the plant; without it, the one that this is for"
    )
    parser.add_argument("-o", "--out", type=Path, help="folder to write to (default: generated/)")
    options = parser.parse_args(words)
    if options.config and not options.out:
        parser.error("-c needs -o: generated/ is the committed set")
    try:
        view = load_view(options.config, SystemClock().now()) if options.config else PLANT
        write(options.out or GENERATED, view)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return _WRONG
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return _WRONG
    return 0


if __name__ == "__main__":
    sys.exit(main())
