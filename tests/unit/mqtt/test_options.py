"""The `mqtt:` block: which urls are brokers."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from edge.mqtt.options import MqttOptions, broker


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mqtt://broker", ("broker", 1883, None, False)),
        ("mqtts://edge@broker", ("broker", 8883, "edge", True)),
        ("mqtt://[::1]:1884/", ("::1", 1884, None, False)),
    ],
)
def test_reads_a_url(url: str, expected: tuple[str, int, str | None, bool]) -> None:
    """Host, port, user and TLS are in the url."""
    assert broker(url) == expected
    assert MqttOptions(url=url).url == (url,)


@pytest.mark.parametrize(
    "document",
    [
        {"url": "http://broker"},
        {"url": "mqtt://"},
        {"url": "mqtt://broker/path"},
        {"url": "mqtt://user:secret@broker"},
        {"url": "mqtt://broker:99999"},
        {"url": []},
        {"url": "mqtt://broker", "window": 0},
        {"url": "mqtt://broker", "password": "in plain sight"},
        {"url": "mqtt://broker", "ca": "nowhere.pem"},
        {"url": "mqtt://broker", "colour": "red"},
    ],
)
def test_refuses_what_it_cannot_use(document: dict[str, object], tmp_path: Path) -> None:
    """Each is a fault of the file, found before anything is connected."""
    with pytest.raises(ValidationError):
        MqttOptions.model_validate(document, context={"directory": tmp_path})
