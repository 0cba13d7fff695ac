"""The Dockerfile, the compose file and the systemd units do what they say, as far as can be seen without Docker and systemd."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from searchlib.cli.parser import make_parser
from tests.conftest import ROOT
from tests.webui.servers import SHELL, environment, free_port, running

DOCKERFILE = ROOT / "Dockerfile"
COMPOSE = ROOT / "deploy" / "compose.yaml"
UNITS = sorted((ROOT / "deploy").glob("*.service"))


def instructions(name: str) -> list[str]:
    """Return the arguments of each instruction of this name in the Dockerfile."""
    text = re.sub(r"\\\n\s*", "", DOCKERFILE.read_text(encoding="utf-8"))
    return re.findall(rf"^{name} (.*)$", text, re.MULTILINE)


def is_sent_to_docker(path: Path) -> bool:
    """Whether .dockerignore lets a file of this folder into the build: it begins with leaving everything out."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    allowed = {line[1:] for line in lines if line.startswith("!")}
    return path.parts[0] in allowed and "__pycache__" not in path.parts


@pytest.fixture(scope="module")
def image_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder from which the Dockerfile installs."""
    folder = tmp_path_factory.mktemp("source")
    for *sources, target in map(shlex.split, instructions("COPY")):
        if sources[0].startswith("--from"):
            continue
        for source in sources:
            into = folder / target / (source if target.endswith("/") else "")
            assert is_sent_to_docker(Path(source)), source
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, into, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, into)
    return folder


def test_what_the_image_is_built_of_is_enough(image_sources: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, "--wheel-dir", str(tmp_path), str(image_sources)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
    tracked = subprocess.run(
        ["git", "-c", "core.quotepath=off", "ls-files", "searchlib", "webui"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert tracked
    assert set(tracked) - held == set()


def typed() -> Iterator[tuple[str, list[str]]]:
    """Yield all command lines of searchlib in these files, each with the name of its file."""
    yield "Dockerfile", json.loads(instructions("CMD")[0])
    for line in re.findall(r"^#   docker run .* searchlib (.+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE):
        yield "Dockerfile", shlex.split(line)
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    for name, service in services.items():
        if "command" in service:
            yield f"compose {name}", service["command"]
    for unit in UNITS:
        (line,) = re.findall(
            r"^ExecStart=/opt/searchlib/bin/searchlib (.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE
        )
        yield unit.name, shlex.split(line)


@pytest.mark.parametrize(("where", "arguments"), [*typed()])
def test_every_command_line_is_one_that_searchlib_takes(where: str, arguments: list[str]) -> None:
    assert make_parser().parse_args(arguments).run, where


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert instructions("USER") == ["10001:10001"]


@pytest.mark.parametrize("has_index", [True, False])
def test_the_health_check_tells_a_page_that_answers(sample_index: Path, tmp_path: Path, has_index: bool) -> None:
    (check,) = [json.loads(each.partition("CMD ")[2]) for each in instructions("HEALTHCHECK")]
    port = free_port()
    command = [sys.executable, *(each.replace("8000", str(port)) for each in check[1:])]
    index = sample_index if has_index else tmp_path / "nothing"
    with running([*SHELL, "serve", "--host", "0.0.0.0", "--port", str(port), "--index", index], port, tmp_path):
        done = subprocess.run(command, env=environment(), capture_output=True, check=False)
    assert (done.returncode == 0) is has_index
    assert subprocess.run(command, env=environment(), capture_output=True, check=False).returncode != 0


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze: apt-get install systemd")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_the_units(unit: Path, tmp_path: Path) -> None:
    program = tmp_path / "searchlib"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = unit.read_text(encoding="utf-8").replace("/opt/searchlib/bin/searchlib", os.fspath(program))
    copy = tmp_path / unit.name
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    level = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=25", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert level.returncode == 0, level.stdout
