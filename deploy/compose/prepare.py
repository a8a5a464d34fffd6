"""Make a password for everybody in compose.yaml: `python3 deploy/compose/prepare.py`. Needs Python alone."""

from __future__ import annotations

import sys
from base64 import b64encode
from hashlib import pbkdf2_hmac
from pathlib import Path
from secrets import token_bytes, token_hex

FOLDER = Path(__file__).parent / "secrets"
NAMES = ("mqtt_node", "mqtt_host", "influx_admin", "influx_token", "influx_read", "grafana_admin")
USERS = {"aikou-1": "mqtt_node", "host": "mqtt_host"}
"""Users of the broker: a node's is its id."""
PASSWORDS = "mosquitto_passwords"
_ROUNDS, _SALT, _HASH = 101, 12, 64


def hashed(password: str, salt: bytes) -> str:
    """Return a password as mosquitto 2 keeps it: PBKDF2 of SHA-512."""
    digest = pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, _HASH)
    return f"$7${_ROUNDS}${b64encode(salt).decode()}${b64encode(digest).decode()}"


def prepare(folder: Path = FOLDER) -> None:
    """Write the files; what is there stays, so that running it again changes nothing.

    Anybody who enters the folder could read them, and each container reads its own as a user of its own: the folder is
    closed, the files are not.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    for name in NAMES:
        file = folder / name
        if not file.exists():
            file.write_text(token_hex(24))
    file = folder / PASSWORDS
    if not file.exists():
        lines = (
            f"{user}:{hashed((folder / name).read_text(), token_bytes(_SALT))}\n"
            for user, name in USERS.items()
        )
        file.write_text("".join(lines))


if __name__ == "__main__":
    try:
        prepare()
    except OSError as error:
        sys.exit(f"prepare: {error.filename}: {error.strerror}")
