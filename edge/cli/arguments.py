"""What the commands have in common: the parser, exit codes, and options that several have."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import NoReturn, TypeAlias

from edge.errors import ConfigurationError

DONE, FAILED, USAGE = 0, 1, 2


class Parser(argparse.ArgumentParser):
    """Says one precise line where argparse would print the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        raise ConfigurationError(f"{self.prog}: {message} (see {self.prog} --help)")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - argparse has no public name for it
"""What commands are added to."""


def with_configuration(parser: argparse.ArgumentParser) -> None:
    """Add the option that names edge.yaml."""
    parser.add_argument("-c", "--config", type=Path, required=True, metavar="FILE", help="edge.yaml")


def with_language(parser: argparse.ArgumentParser) -> None:
    """Add the option that chooses the language; what the environment says is the default."""
    default = "en" if os.environ.get("LANG", "").startswith("en") else "zh"
    parser.add_argument("--lang", choices=["zh", "en"], default=default)


def with_notation(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how addresses are written."""
    parser.add_argument(
        "--base", type=int, choices=[0, 1], help="1 if addresses count from 1, as in some manuals (0)"
    )
    parser.add_argument(
        "--brand",
        metavar="BRAND",
        help="whose notation addresses have, as in xinje_xd: see plc_maps/NOTATION.md",
    )
