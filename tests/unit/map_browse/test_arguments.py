from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from edge.drivers.opcua.address import MessageMode, Policy
from edge.errors import ConfigurationError
from edge.map_browse.arguments import Options, add_arguments, options


def parsed(*words: str) -> Options:
    """Return what words on the command line mean."""
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser)
    return options(parser.parse_args(words))


def test_a_server_is_spoken_to_in_private_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    """A password comes from a file, and never goes out in the clear."""
    secret = tmp_path / "secret"
    secret.write_text("chili\n", encoding="utf-8")
    words = ("opc.tcp://plc:4840", "--user", "edge", "--password-file", str(secret))
    security = parsed(*words).server.security
    assert (security.policy, security.mode) == (Policy.BASIC256SHA256, MessageMode.SIGN_AND_ENCRYPT)
    assert (security.user, security.password) == ("edge", "chili")
    with pytest.raises(ConfigurationError, match="never sent without encryption"):
        parsed(*words, "--policy", "None")
    with pytest.raises(ConfigurationError, match="needs --user"):
        parsed("opc.tcp://plc:4840", "--password-file", str(secret))
    with pytest.raises(ConfigurationError, match="cannot read"):
        parsed("opc.tcp://plc:4840", "--user", "a", "--password-file", str(tmp_path / "none"))


@pytest.mark.parametrize(
    "url",
    [
        "http://plc",
        "opc.tcp://",
        "opc.tcp://plc",
        "opc.tcp://plc:0",
        "opc.tcp://plc:x",
        "opc.tcp://[::1:4840",
        "plc",
    ],
)
def test_an_endpoint_that_is_none(url: str) -> None:
    """One line says how one looks."""
    with pytest.raises(argparse.ArgumentError, match="an OPC UA server is"):
        parsed(url)
