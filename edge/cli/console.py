"""`console`: who may log in to the web pages, and what they did."""

from __future__ import annotations

import argparse
import sys
from getpass import getpass, getuser
from pathlib import Path

from edge.cli import values
from edge.cli.arguments import DONE, Commands, Parser, with_configuration
from edge.clock import SystemClock
from edge.errors import ConfigurationError

MOST_BYTES = 1024


def add_to(commands: Commands) -> None:
    """Add these commands."""
    console = commands.add_parser(
        "console",
        help="users of the web pages, and the audit",
        description="Whoever sits at this machine may look without a password. Everybody else, and whoever decides something,"
        " logs in. The host may run meanwhile; what is changed here holds at once.",
    )
    actions = console.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    user = actions.add_parser("user", help="add, list, change and remove users")
    changes = user.add_subparsers(dest="change", required=True, metavar="CHANGE", parser_class=Parser)
    roles = ["viewer", "supervisor", "admin"]
    add = _user(changes, "add", "let somebody in")
    add.add_argument("--role", choices=roles, default="viewer", help="(viewer)")
    _with_password(add)
    _user(changes, "list", "every user with their role", named=False)
    _with_password(_user(changes, "password", "give somebody another password"))
    role = _user(changes, "role", "change what somebody may, or keep them out")
    role.add_argument("role", choices=[*roles, "disabled"])
    _user(changes, "remove", "forget a user; the audit does not")
    audit = actions.add_parser("audit", help="who logged in, tried to, and did what")
    with_configuration(audit)
    audit.add_argument("--newest", type=values.count, default=200, metavar="N", help="rows (200)")
    audit.set_defaults(run=_audit)


def _user(changes: Commands, name: str, text: str, *, named: bool = True) -> Parser:
    parser = changes.add_parser(name, help=text, allow_abbrev=False)
    if named:
        parser.add_argument("name", metavar="NAME")
    with_configuration(parser)
    parser.set_defaults(run=_users)
    return parser


def _with_password(parser: Parser) -> None:
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="its first line is the password; without it, it is asked for",
    )
    parser.add_argument("--password", type=_never, help=argparse.SUPPRESS)


def _never(_password: str) -> str:
    raise argparse.ArgumentTypeError(
        "never on the command line, where others can read it: leave it out, or give --password-file FILE"
    )


def _users(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.host_console import open_desk

    with open_desk(load(arguments.config), SystemClock(), getuser()) as desk:
        match arguments.change:
            case "add":
                lines = desk.add(arguments.name, arguments.role, lambda: _password(arguments.password_file))
            case "password":
                lines = desk.password(arguments.name, lambda: _password(arguments.password_file))
            case "role":
                lines = desk.role(arguments.name, arguments.role)
            case "remove":
                lines = desk.remove(arguments.name)
            case _:
                lines = desk.users()
    for line in lines:
        print(line)
    return DONE


def _audit(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.host_console import open_desk

    with open_desk(load(arguments.config), SystemClock(), getuser()) as desk:
        lines = desk.audit(arguments.newest)
    for line in lines:
        print(line)
    return DONE


def _password(file: Path | None) -> str:
    """Return a password from a file, or from the terminal without showing it."""
    if file is not None:
        try:
            with file.open("rb") as stream:
                return stream.read(MOST_BYTES).decode().split("\n", 1)[0].rstrip("\r")
        except OSError as error:
            raise ConfigurationError(f"--password-file: cannot read {file}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ConfigurationError(f"--password-file: {file} is not UTF-8 text") from None
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "the password is asked for on a terminal; without one give --password-file FILE"
        )
    first, second = getpass("password: "), getpass("again: ")
    if first != second:
        raise ConfigurationError("the two passwords are not the same")
    return first
