"""The READMEs are short, their commands and their example work, and both languages say the same."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES
from tests.docs.pages import READMES, block, text_of

MAX_README_BYTES = 6 * 1024


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_is_short(readme: str) -> None:
    assert len((ROOT / readme).read_bytes()) <= MAX_README_BYTES


@pytest.mark.parametrize("page", [*READMES, "docs/python-api.md", "docs/zh/python-api.md"])
def test_the_example_is_short_and_runs(page: str, tmp_path: Path) -> None:
    example = block(page, "example")
    assert len(example.splitlines()) <= 10
    (tmp_path / "articles").symlink_to(SAMPLES)
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert "0 failed" in done.stdout
    assert "元宇宙" in done.stdout
    assert "'科技': 2" in done.stdout


@pytest.mark.parametrize("page", ["docs/python-api.md", "docs/zh/python-api.md"])
def test_the_example_of_an_iterable_runs(page: str, tmp_path: Path) -> None:
    rows = [{"id": str(number), "title": f"第{number}篇", "text": "元宇宙。", "tags": ["甲"]} for number in range(1, 4)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (tmp_path / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", block(page, "iterable")], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert "['2', '3', '4']" in done.stdout
    assert "新的一篇" in done.stdout


@pytest.mark.parametrize("readme", READMES)
def test_the_shell_commands_run(readme: str, tmp_path: Path) -> None:
    (tmp_path / "articles").symlink_to(SAMPLES)
    *commands, serve = block(readme, "shell").splitlines()
    assert serve == "searchlib serve"
    program = Path(sys.executable).parent / "searchlib"
    shown = ""
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "searchlib"
        done = subprocess.run(
            [program, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        shown += done.stdout
    assert "元宇宙" in shown


@pytest.mark.parametrize("mark", ["demo", "test", "slow tests", "shell", "example"])
def test_both_readmes_have_the_same_commands_and_example(mark: str) -> None:
    assert block(READMES[0], mark) == block(READMES[1], mark)


@pytest.mark.parametrize("mark", ["demo", "test", "slow tests"])
def test_a_set_up_command_is_one_line(mark: str) -> None:
    assert len(block(READMES[0], mark).splitlines()) == 1


@pytest.mark.parametrize("page", [*READMES, "CONTRIBUTING.md", "SECURITY.md"])
def test_links_lead_to_files(page: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text_of(page)) if "://" not in link]
    assert links or page == "SECURITY.md"
    assert [link for link in links if not (ROOT / link).exists()] == []
