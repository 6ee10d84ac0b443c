"""docker/: what the image and the compose file promise, and that they ask for nothing that does not exist."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_docs import commands

from icengine.config import NAMES, PREFIX, load_settings

ROOT = Path(__file__).parent.parent
DOCKER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ENGINE = ("web", "worker", "init")
"""The services that run the engine."""
DOCKERFILE = (DOCKER / "Dockerfile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DECIDED_BY_THE_IMAGE = {"host", "port", "mail_folder"}
"""Settings that compose.yaml does not pass on: where to listen, and a folder for mails."""


def settings_in(text: str) -> set[str]:
    """The names of the engine's settings that stand in a file, as the program knows them."""
    return {name.lower() for name in re.findall(rf"{PREFIX}([A-Z_]+)", text)}


def read_by_compose() -> set[str]:
    """Every variable that docker/.env may set: ${NAME…}, and keys without a value."""
    found = set(re.findall(r"\$\{([A-Z_]+)", (DOCKER / "compose.yaml").read_text("utf-8")))
    for service in SERVICES.values():
        found |= {key for key, value in service.get("environment", {}).items() if value is None}
    return found


def unset(value: str) -> str:
    """What compose makes of it where docker/.env is empty."""
    return re.sub(r"\$\{\w+(?::-([^}]*)|:\+[^}]*)?\}", lambda found: found[1] or "", value)


def example_lines() -> dict[str, str]:
    """env.example, what is out-commented too."""
    text = (DOCKER / "env.example").read_text("utf-8")
    return dict(re.findall(r"(?m)^#?([A-Z_]+)=(.*)$", text))


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_guarded_and_stops_in_order(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert any(entry.startswith("/tmp:") for entry in service["tmpfs"])
    assert re.search(r":v?\d+\.\d+(\.\d+)?(-|$)", service["image"]), service["image"]
    if name == "init":
        assert service["restart"] == "no"
        assert service["healthcheck"] == {"disable": True}
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["stop_grace_period"]


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_is_root_but_the_proxy_which_may_nothing(name: str) -> None:
    service = SERVICES[name]
    assert not service.get("privileged")
    assert "network_mode" not in service
    if name == "proxy":
        assert service["cap_add"] == ["NET_BIND_SERVICE"]
    else:
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
        assert "cap_add" not in service


def test_there_are_two_web_processes_and_two_workers() -> None:
    assert SERVICES["web"]["deploy"]["replicas"] == 2
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    assert SERVICES["worker"]["command"] == ["worker"]


def test_the_database_is_made_ready_before_anybody_uses_it() -> None:
    made = {"init": {"condition": "service_completed_successfully"}}
    assert SERVICES["web"]["depends_on"] == made
    assert SERVICES["worker"]["depends_on"] == made
    assert SERVICES["init"]["command"] == ["init"]
    assert SERVICES["init"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_what_is_run_are_commands_of_the_program() -> None:
    known = commands()
    run = [SERVICES[name]["command"] for name in ENGINE]
    run.append(json.loads(re.findall(r"(?m)^CMD (.*)$", DOCKERFILE)[-1]))
    checks = [SERVICES[name].get("healthcheck", {}).get("test", []) for name in ENGINE]
    run += [check[2:] for check in checks if check[1:2] == ["icengine"]]
    assert 'ENTRYPOINT ["icengine"]' in DOCKERFILE
    assert len(run) == 5
    for words in run:
        name = " ".join(word for word in words if not word.startswith("-"))
        assert name in known, words
        assert {word for word in words if word.startswith("-")} <= known[name], words


@pytest.mark.parametrize("name", ["compose.yaml", "env.example", "Dockerfile", "healthcheck.py"])
def test_every_setting_that_is_named_exists(name: str) -> None:
    named = settings_in((DOCKER / name).read_text("utf-8"))
    assert named
    assert named <= set(NAMES)


@pytest.mark.parametrize("name", ENGINE)
def test_every_setting_reaches_the_engine(name: str) -> None:
    passed = {
        key.removeprefix(PREFIX).lower()
        for key in SERVICES[name]["environment"]
        if key.startswith(PREFIX)
    }
    assert passed | DECIDED_BY_THE_IMAGE == set(NAMES)


def test_the_settings_are_such_that_the_engine_takes_them(tmp_path: Path) -> None:
    given = SERVICES["web"]["environment"]
    told = {key: example_lines().get(key, "") for key in given if given[key] is None}
    plain = {key: unset(str(value)) for key, value in given.items() if value is not None}
    filled = {key: example_lines().get(key) or value for key, value in plain.items()}
    tried = {key: value for key, value in (filled | told).items() if value}
    assert load_settings(plain, tmp_path).queue == "postgresql"
    assert load_settings(tried, tmp_path).base_url == "https://ik.kommun.example"


def test_no_secret_stands_in_the_files() -> None:
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET", key):
                assert value is None or re.fullmatch(r"\$\{[A-Z_]+\}", value), key
    assert not any(v for k, v in example_lines().items() if re.search("PASSWORD|SECRET", k))
    assert "docker/.env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert "@" not in SERVICES["web"]["environment"]["ICENGINE_DATABASE_URL"].partition("@")[2]


def test_what_the_example_sets_is_read() -> None:
    assert example_lines().keys() <= read_by_compose()


def test_only_the_proxy_is_believed_and_its_address_is_its_own() -> None:
    address = ipaddress.ip_address(unset(SERVICES["proxy"]["networks"]["front"]["ipv4_address"]))
    assert unset(SERVICES["web"]["environment"]["ICENGINE_TRUSTED_PROXIES"]) == str(address)
    (pool,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert address in ipaddress.ip_network(unset(pool["subnet"]))
    assert address not in ipaddress.ip_network(unset(pool["ip_range"]))
    # Where docker itself takes nets as they come, another of ours may lie across it.
    for taken in ("172.16.0.0/12", "192.168.0.0/16"):
        assert address not in ipaddress.ip_network(taken)
    caddy = (DOCKER / "Caddyfile").read_text("utf-8")
    assert re.findall(r"name (\w+)\s+port (\d+)", caddy) == [("web", "8000")]
    assert "EXPOSE 8000" in DOCKERFILE


def test_the_database_is_reached_from_inside_alone() -> None:
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == ["data"]
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy", "mailpit"]


def test_the_image_is_as_promised() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    for line in (
        "USER 10001:10001",
        "STOPSIGNAL SIGTERM",
        "HEALTHCHECK ",
        "PYTHONDONTWRITEBYTECODE=1",
        "TMPDIR=/tmp",
        "HOME=/tmp",
    ):
        assert line in last, line
    assert SERVICES["web"]["user"] == "10001:10001"
    assert "--require-hashes" in DOCKERFILE
    (python,) = re.findall(r"(?m)^ARG PYTHON=(\d+\.\d+)\.\d+-", DOCKERFILE)
    asked = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert [int(n) for n in python.split(".")] >= [int(n) for n in asked.split(".")]
    assert SERVICES["web"]["image"] == f"icengine:{PROJECT['project']['version']}"
    for extra in re.findall(r'"icengine\[([a-z,]+)\]"', DOCKERFILE):
        assert set(extra.split(",")) <= set(PROJECT["project"]["optional-dependencies"])


def test_the_image_is_built_from_all_that_the_wheel_holds_and_from_nothing_else() -> None:
    copied = {
        word
        for line in re.findall(r"(?m)^COPY (?!--from)(.*) \S+$", DOCKERFILE)
        for word in line.split()
    }
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"], "requirements.lock"} <= copied
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {line[1:].rstrip("/") for line in ignored if line.startswith("!")} == copied


def compose_command() -> list[str]:
    """`docker compose` or `docker-compose`, where one is of version 2 or later; else []."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            asked = subprocess.run(
                [*command, "version", "--short"], capture_output=True, text=True, check=False
            )
            if re.match(r"v?([2-9]|\d\d)\.", asked.stdout):
                return command
    return []


@pytest.mark.parametrize("filled", [False, True], ids=["as it is", "with env.example"])
def test_docker_compose_accepts_the_file(filled: bool, tmp_path: Path) -> None:
    compose = compose_command()
    if not compose:
        pytest.skip("docker compose is not on this machine")
    # With everything beside it, as in the repository.
    shutil.copytree(DOCKER, tmp_path / "docker", ignore=shutil.ignore_patterns(".env"))
    if filled:
        shutil.copy(DOCKER / "env.example", tmp_path / "docker" / ".env")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    done = subprocess.run(
        [*compose, "-f", "docker/compose.yaml", "config", "--format", "json"], cwd=tmp_path,
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["services"]
    assert found.keys() == SERVICES.keys()
    assert found["web"]["environment"]["ICENGINE_BASE_URL"] == (
        "https://ik.kommun.example" if filled else "http://localhost:8080"
    )
