"""The arguments of `chili-edge map browse`, and what they mean."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge.drivers.opcua.address import MessageMode, Policy, Security, Server, parse_url
from edge.errors import ConfigurationError

MOST, DEEPEST = 60_000, 100


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line; see `chili-edge map browse --help`.

    Attributes:
        branch: a node id, or browse names from the folder Objects on, parted by slashes.
        most: variables; a walk that finds more ends there and says so.
        depth: levels below the branch.
    """

    server: Server
    branch: str = ""
    most: int = 5000
    depth: int = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell a parser what can be asked for."""
    parser.add_argument("endpoint", type=_endpoint, metavar="ENDPOINT", help="opc.tcp://HOST:4840")
    parser.add_argument(
        "--branch",
        default="",
        metavar="NODE",
        help="where to begin: a node id, or browse names from Objects on, as in DB_Tank/T01 (default: all)",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    parser.add_argument("--most", type=_up_to(MOST), default=5000, metavar="N", help="variables (5000)")
    parser.add_argument(
        "--depth", type=_up_to(DEEPEST), default=16, metavar="N", help="levels below the branch (16)"
    )
    parser.add_argument(
        "--policy",
        choices=[*Policy],
        type=Policy,
        default=Policy.BASIC256SHA256,
        help="None is in the clear (Basic256Sha256)",
    )
    parser.add_argument(
        "--mode", choices=[*MessageMode], type=MessageMode, default=MessageMode.SIGN_AND_ENCRYPT
    )
    parser.add_argument("--any-host", action="store_true", help="the certificate may name another host")
    parser.add_argument("--user")
    parser.add_argument("--password-file", type=Path, metavar="FILE")
    parser.add_argument(
        "-c", "--config", type=Path, metavar="FILE", help="edge.yaml whose certificates are used"
    )


def options(arguments: argparse.Namespace) -> Options:
    """Return what was asked for.

    Raises:
        ConfigurationError: it does not go together.
    """
    password = _password(arguments.password_file)
    if arguments.policy is Policy.NONE and (arguments.user or password):
        raise ConfigurationError("--user, --password-file: never sent without encryption: choose a --policy")
    if password and not arguments.user:
        raise ConfigurationError("--password-file: needs --user")
    security = Security(arguments.policy, arguments.mode, None, arguments.any_host, arguments.user, password)
    server = Server("map-browse", arguments.endpoint, (), security)
    return Options(server, arguments.branch, arguments.most, arguments.depth)


def _password(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"--password-file: cannot read {file}: {error}") from error


def _endpoint(text: str) -> str:
    try:
        return parse_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}, not {text}") from None


def _up_to(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"a number from 1 to {most}, not {text}")
        return int(text)

    return number
