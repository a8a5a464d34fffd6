"""`deploy/compose.yaml`, which cannot be run here: held against rules, and what it mounts is loaded."""

from __future__ import annotations

import copy
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from edge.config.settings import Settings, load

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
COMPOSE = YAML(typ="safe").load(DEPLOY / "compose.yaml")
PREPARE = runpy.run_path(str(DEPLOY / "compose" / "prepare.py"))
Damage = Callable[[Any], None]
_SECRET = re.compile(r"(PASSWORD|TOKEN|SECRET)\w*$")


def faults(compose: Any, folder: Path = DEPLOY) -> Iterator[str]:
    """Yield what is open that should be closed, what moves that should be pinned, and what is not there."""
    for name, service in compose["services"].items():
        image, _, version = service["image"].partition(":")
        if not re.fullmatch(r"\d+\.\d+\.\d+", version):
            yield f"{name}: {image} is not pinned: {version or 'no version'}"
        yield from _powers(name, service)
        yield from (
            f"{name} is open to others at {port}" for port in service.get("ports", []) if _is_open(port)
        )
        for key, value in service.get("environment", {}).items():
            if _SECRET.search(key) and not key.endswith("_FILE"):
                yield f"{name}: {key} is a secret, and stands here ({value})"
        for secret in service.get("secrets", []):
            if secret not in compose["secrets"]:
                yield f"{name}: no secret {secret}"
        for volume in service.get("volumes", []):
            yield from _mount(name, volume, compose["volumes"], folder)


def _powers(name: str, service: Any) -> Iterator[str]:
    if service.get("privileged") or "host" in (service.get("pid"), service.get("network_mode")):
        yield f"{name} is not confined"
    if service.get("cap_drop") != ["ALL"] or not service.get("read_only"):
        yield f"{name} may do more than it needs"
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield f"{name} may gain privileges"


def _is_open(port: str) -> bool:
    return not port.startswith("127.0.0.1:")


def _mount(name: str, volume: str, volumes: Any, folder: Path) -> Iterator[str]:
    source, _, rest = volume.partition(":")
    if not source.startswith("."):
        if source not in volumes:
            yield f"{name}: no volume {source}"
        return
    if not (folder / source).exists():
        yield f"{name}: no file {source}"
    if not rest.endswith(":ro"):
        yield f"{name} may write to {source}"


def test_nothing_is_open_moving_or_missing() -> None:
    """Of the file as it is; every secret is used, and is a file that the preparation writes."""
    assert list(faults(COMPOSE)) == []
    used = {secret for service in COMPOSE["services"].values() for secret in service.get("secrets", [])}
    assert used == COMPOSE["secrets"].keys()
    files = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert files == {*PREPARE["NAMES"], PREPARE["PASSWORDS"]}


def _service(name: str, **values: Any) -> Damage:
    return lambda compose: compose["services"][name].update(values)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (_service("grafana", image="grafana/grafana:latest"), "is not pinned: latest"),
        (_service("grafana", image="grafana/grafana"), "is not pinned: no version"),
        (_service("host", privileged=True), "host is not confined"),
        (_service("node", network_mode="host"), "node is not confined"),
        (_service("node", cap_drop=[]), "node may do more"),
        (_service("node", read_only=False), "node may do more"),
        (_service("node", security_opt=[]), "node may gain privileges"),
        (_service("grafana", ports=["3000:3000"]), "is open to others"),
        (_service("influxdb", environment={"DOCKER_INFLUXDB_INIT_PASSWORD": "chili"}), "is a secret"),
        (_service("host", secrets=["nothing"]), "no secret nothing"),
        (_service("host", volumes=["./nothing.yaml:/etc/x:ro"]), "no file ./nothing.yaml"),
        (_service("host", volumes=["./compose/host.yaml:/etc/x"]), "host may write"),
        (_service("host", volumes=["nothing:/var"]), "no volume nothing"),
    ],
)
def test_each_rule_finds_what_is_against_it(damage: Damage, found: str) -> None:
    """In a file that kept every rule before."""
    compose = copy.deepcopy(COMPOSE)
    damage(compose)

    assert any(found in fault for fault in faults(compose))


def _loaded(folder: Path, name: str) -> Settings:
    """Load a configuration as its container sees it: with the maps beside it and the secrets where they are mounted."""
    secrets = folder / "secrets"
    PREPARE["prepare"](secrets)
    (folder / "plc_maps").symlink_to(ROOT / "plc_maps")
    text = (DEPLOY / "compose" / name).read_text(encoding="utf-8")
    config = folder / "edge.yaml"
    config.write_text(text.replace("/run/secrets", str(secrets)), encoding="utf-8")
    return load(config)


def test_node_and_host_agree(tmp_path: Path) -> None:
    """Both configurations are sound, and say the same of the plant; the broker knows both users."""
    folders = [tmp_path / name for name in ("node", "host")]
    for folder in folders:
        folder.mkdir()
    node, host = (_loaded(folder, f"{folder.name}.yaml") for folder in folders)

    assert (node.plant.products, node.plant.target) == (host.plant.products, host.plant.target)
    assert node.plant.calendar.shifts == host.plant.calendar.shifts
    assert len(node.plant.devices) == 10
    assert node.node_id in PREPARE["USERS"]
    ports = [
        word.split("=")[1:]
        for word in COMPOSE["services"]["simulators"]["command"]
        if word.startswith("--port=")
    ]
    text = (DEPLOY / "compose" / "node.yaml").read_text(encoding="utf-8")
    for key, port in ports:
        assert re.search(rf"^  {key}: .*127\.0\.0\.1:{port}\b", text, re.MULTILINE), key


def test_passwords_are_made_once(tmp_path: Path) -> None:
    """A second run changes nothing, no two are alike, and nobody else enters the folder."""
    folder = tmp_path / "secrets"
    PREPARE["prepare"](folder)
    first = {file.name: file.read_text() for file in folder.iterdir()}
    PREPARE["prepare"](folder)

    assert {file.name: file.read_text() for file in folder.iterdir()} == first
    assert len({first[name] for name in PREPARE["NAMES"]}) == len(PREPARE["NAMES"])
    assert folder.stat().st_mode & 0o077 == 0
    assert first[".gitignore"] == "*\n"
    lines = first[PREPARE["PASSWORDS"]].splitlines()
    assert [line.split(":")[0] for line in lines] == ["aikou-1", "host"]
