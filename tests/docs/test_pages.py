"""The commands, settings, modules, pages and links in the documentation exist."""

from __future__ import annotations

import argparse
import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from searchlib import cli
from searchlib.cli.parser import make_parser
from searchlib.settings import Ranking, Settings, load_settings
from searchlib.sources.feeds import SUFFIXES
from searchlib.sources.readers.registry import READERS
from tests.conftest import ROOT
from tests.docs.pages import DOCS, PAGES, blocks, text_of

USER_PAGES = sorted(page.name for page in (DOCS / "zh").glob("*.md"))
MAX_ARCHITECTURE_BYTES = 10 * 1024


def commands() -> set[str]:
    parser = make_parser()
    return {
        name for action in parser._actions if isinstance(action, argparse._SubParsersAction) for name in action.choices
    }


@pytest.mark.parametrize("page", ["docs/cli.md", "docs/zh/cli.md"])
def test_the_page_of_the_command_line_lists_every_command(page: str) -> None:
    assert set(re.findall(r"^searchlib (\w+)", text_of(page), re.MULTILINE)) == commands()


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert f"searchlib {command}" in shown
    assert len(shown.splitlines()) > 3


def command_lines() -> list[tuple[str, str]]:
    """Return every line that starts ``searchlib`` in a shell block, with its page."""
    return [
        (page, line.partition("searchlib ")[2])
        for page in PAGES
        for text in blocks(page, "sh")
        for line in text.splitlines()
        if line.startswith("searchlib ")
    ]


@pytest.mark.parametrize(("page", "line"), command_lines())
def test_every_command_line_in_a_page_is_valid(page: str, line: str) -> None:
    assert make_parser().parse_args(shlex.split(line, comments=True)).run, page


@pytest.mark.parametrize("page", PAGES)
def test_every_module_that_a_page_tells_to_run_exists(page: str) -> None:
    modules = set(re.findall(r"python -m ((?:tests|searchlib)[\w.]*)", text_of(page)))
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


@pytest.mark.parametrize("page", ["docs/reading-articles.md", "docs/zh/reading-articles.md"])
def test_the_page_of_reading_lists_every_suffix(page: str) -> None:
    files = text_of(page).split("\n## ")[1]
    suffixes = [*SUFFIXES, *(suffix for each in READERS for suffix in each.suffixes)]
    assert sorted(re.findall(r"`(\.\w+)`", files)) == sorted(suffixes)


@pytest.mark.parametrize("page", ["docs/settings.md", "docs/zh/settings.md"])
def test_the_settings_are_the_defaults_and_all_of_them(page: str, tmp_path: Path) -> None:
    shown, *_ = blocks(page, "toml")
    (tmp_path / "searchlib.toml").write_text(shown, encoding="utf-8")
    assert load_settings(tmp_path / "searchlib.toml") == Settings()
    named = tomllib.loads(shown)
    assert named.keys() == set(Settings.__slots__)
    assert named["ranking"].keys() == set(Ranking.__slots__)


def test_every_page_for_users_is_there_in_both_languages() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    user_pages = {*re.findall(r": ([\w-]+\.md)$", navigation, re.MULTILINE)} - {
        "architecture.md",
        "glossary.md",
        "benchmarks.md",
    }
    assert set(USER_PAGES) == user_pages


@pytest.mark.parametrize("page", USER_PAGES)
def test_both_languages_show_the_same_commands(page: str) -> None:
    for language in ("sh", "nginx", "python"):
        assert blocks(f"docs/{page}", language) == blocks(f"docs/zh/{page}", language)


def test_the_map_of_the_code_is_short_and_names_packages_that_exist() -> None:
    text = text_of("docs/architecture.md")
    assert len(text.encode()) <= MAX_ARCHITECTURE_BYTES
    named = set(re.findall(r"`((?:searchlib|webui)/[\w/]+/)`", text))
    assert named
    assert [name for name in named if not (ROOT / name).is_dir()] == []


def architecture_names() -> list[tuple[str, str]]:
    """Return each name of a module or object in the map of the code, with the package of its section."""
    sections = re.findall(
        r"^## `([\w/]+)/`\n(.*?)(?=^## |\Z)", text_of("docs/architecture.md"), re.DOTALL | re.MULTILINE
    )
    return [(package, name) for package, text in sections for name in re.findall(r"`(\w[\w/.]*)`", text)]


@pytest.mark.parametrize(("package", "name"), architecture_names())
def test_the_map_of_the_code_names_what_is_there(package: str, name: str) -> None:
    *folders, last = name.rstrip("/").split("/")
    stem, _, attribute = last.removesuffix(".py").partition(".")
    relative = "/".join([*folders, stem])
    if any((ROOT / package).glob(f"**/{relative}{suffix}") for suffix in ("", ".py")):
        return
    definition = re.compile(rf"^\s*(?:class|def) {attribute or stem}\b", re.MULTILINE)
    assert name == "searchlib.toml" or any(
        definition.search(module.read_text(encoding="utf-8")) for module in (ROOT / package).rglob("*.py")
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page: str) -> None:
    named = set(re.findall(r"`((?:searchlib|webui|tests|deploy)/[\w/.-]+)`", text_of(page)))
    examples = {"searchlib/sources/readers/vtt.py", "searchlib/sources/dialects/critic.py"}
    assert sorted(name for name in named - examples if not (ROOT / name).exists()) == []


def test_every_page_stands_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = set(re.findall(r": ([\w/-]+\.md)$", navigation, re.MULTILINE))
    assert named == {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}


@pytest.mark.parametrize("page", PAGES)
def test_every_image_of_a_page_exists(page: str) -> None:
    images = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text_of(page))
    assert [image for image in images if not ((ROOT / page).parent / image).is_file()] == []


def test_the_site_builds_without_a_dead_link(tmp_path: Path) -> None:
    if importlib.util.find_spec("zensical") is None:
        pytest.skip("zensical is not installed: pip install '.[docs]'")
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "build" / "site" / "zh" / "query-syntax" / "index.html").is_file()
