"""What the READMEs say is so: the example runs, the commands exist, both languages say the same."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from searchlib import cli
from searchlib.cli.options import make_parser
from searchlib.settings import Ranking, Settings, load_settings
from tests.conftest import ROOT, SAMPLES

READMES = ("README.md", "README.zh-CN.md")


def block(readme: str, mark: str) -> str:
    """The code block behind a marker."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", text, re.DOTALL)
    assert found, f"{readme} has no block behind <!-- {mark} -->"
    return found[1]


def commands() -> set[str]:
    parser = make_parser()
    return {
        name for action in parser._actions if isinstance(action, argparse._SubParsersAction) for name in action.choices
    }


@pytest.mark.parametrize("readme", READMES)
def test_the_example_is_short_and_runs(readme: str, tmp_path: Path) -> None:
    example = block(readme, "example")
    assert len(example.splitlines()) <= 10
    (tmp_path / "articles").symlink_to(SAMPLES)
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert "0 failed" in done.stdout
    assert "元宇宙" in done.stdout
    assert "'科技': 2" in done.stdout


@pytest.mark.parametrize("mark", ["demo", "test", "example"])
def test_both_readmes_have_the_same_commands_and_example(mark: str) -> None:
    assert block(READMES[0], mark) == block(READMES[1], mark)


@pytest.mark.parametrize("mark", ["demo", "test"])
def test_a_set_up_command_is_one_line(mark: str) -> None:
    assert len(block(READMES[0], mark).splitlines()) == 1


@pytest.mark.parametrize("readme", READMES)
def test_every_command_stands_in_the_readme_and_nothing_else(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert set(re.findall(r"^searchlib (\w+)", text, re.MULTILINE)) == commands()


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert f"searchlib {command}" in shown
    assert len(shown.splitlines()) > 3


@pytest.mark.parametrize("readme", READMES)
def test_the_settings_shown_are_the_defaults_and_all_of_them(readme: str, tmp_path: Path) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    shown = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert shown
    (tmp_path / "searchlib.toml").write_text(shown[1], encoding="utf-8")
    assert load_settings(tmp_path / "searchlib.toml") == Settings()
    named = tomllib.loads(shown[1])
    assert named.keys() == set(Settings.__slots__)
    assert named["ranking"].keys() == set(Ranking.__slots__)


@pytest.mark.parametrize("readme", READMES)
def test_links_lead_to_files(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
