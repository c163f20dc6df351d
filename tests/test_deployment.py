"""The files under docs/deploy and the words about threats: what a parser can say of them."""

import ast
import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs/deploy"
PACKAGES = ("catalog", "media", "transcribe", "web")
UNITS = sorted(path.name for path in DEPLOY.glob("*.service"))
SANDBOX = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "SystemCallFilter": "@system-service",
    "User": "presstalk",
    "UMask": "0077",
}


def commands() -> set[str]:
    from catalog.commands.contents import Commands

    return set(Commands())


@pytest.mark.parametrize("name", UNITS)
def test_each_unit_runs_a_command_of_ours_in_a_sandbox(name: str) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read(DEPLOY / name)
    assert {key: unit["Service"].get(key) for key in SANDBOX} == SANDBOX
    starts = re.findall(r"^ExecStart=\S+/presstalk (\w+)", (DEPLOY / name).read_text(), re.MULTILINE)
    assert starts
    assert set(starts) <= commands()


def test_systemd_finds_no_fault_where_it_can_be_asked(tmp_path: Path) -> None:
    for path in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]:
        known = re.sub(r"/srv/presstalk/\.venv/bin/presstalk", "/bin/true", path.read_text())
        (tmp_path / path.name).write_text(known)
    if shutil.which("systemd-analyze"):
        units = [str(path) for path in sorted(tmp_path.iterdir())]
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
        )
        assert not [line for line in done.stderr.splitlines() if "presstalk" in line], done.stderr


def test_containers_are_nobodys_and_write_nothing_but_the_newsroom() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["user"].startswith("10001")
        assert service["cap_drop"] == ["ALL"]
        assert service["volumes"] == ["data:/data"]
        assert service["command"][0] in commands()
    assert compose["services"]["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_the_image_is_built_of_files_there_are_and_runs_as_nobody_special() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    assert sum(line.startswith("FROM ") for line in lines) == 2
    copied = [
        name
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert lines.index("USER presstalk") < next(
        n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT")
    )


def test_what_is_installed_has_every_file_of_ours() -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    installed = {
        path
        for package, patterns in named.items()
        for pattern in patterns
        for path in (ROOT / package.replace(".", "/")).glob(pattern.replace("**", "**/*"))
    }
    ours = {path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()}
    assert {path for path in ours - installed if path.suffix not in (".py", ".pyc")} == set()


def test_the_worker_gives_way_and_a_step_without_memory_takes_nothing_else_along() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read(DEPLOY / "presstalk-work.service")
    assert unit["Service"]["MemoryMax"].endswith("%") and unit["Service"]["OOMPolicy"] == "continue"
    assert int(unit["Service"]["CPUWeight"]) < 100
    assert yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["work"]["cpu_shares"] < 1024


def test_caddy_writes_no_addresses_down_and_its_braces_close() -> None:
    text = (DEPLOY / "Caddyfile").read_text()
    assert text.count("{") == text.count("}")
    assert "output discard" in text
    assert "reverse_proxy 127.0.0.1:8000" in text


def test_every_test_that_the_threats_name_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "docs/security.md").read_text())
    assert len(named) > 20
    missing = []
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text())
        if name not in {
            node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }:
            missing.append(f"{path}::{name}")
    assert missing == []


def test_each_threat_has_a_test_or_a_limit() -> None:
    rows = re.findall(r"^\| (?!who|---)(.+)\|$", (ROOT / "docs/security.md").read_text(), re.MULTILINE)
    assert [
        row for row in rows if "::" not in row and "limit" not in row.lower() and set(row) - set("-| ")
    ] == []
