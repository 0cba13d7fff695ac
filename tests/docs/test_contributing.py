"""The examples of CONTRIBUTING.md work: a source format and a normalizer are added to a copy of the library as it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.pages import text_of

MAX_EXAMPLE_LINES = 20


def section(title: str) -> str:
    """Return one section of CONTRIBUTING.md."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text_of("CONTRIBUTING.md"), re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


def apply(text: str, root: Path) -> None:
    """Create the module that a section shows, and add its line to the list that it names."""
    created = re.search(r"[Cc]reate `([^`]+)`:\n\n```python\n(.*?)```", text, re.DOTALL)
    assert created
    (root / created[1]).write_text(created[2], encoding="utf-8")
    added = re.search(r"In `([^`]+)`, import it and add it to `(\w+)`:\n\n```python\n(.*)\n(.*)\n```", text)
    assert added
    module = root / added[1]
    code = module.read_text(encoding="utf-8")
    code = code.replace(
        "from __future__ import annotations\n", f"from __future__ import annotations\n\n{added[3]}\n", 1
    )
    code, count = re.subn(
        rf"^({added[2]}\b[^\n]*\(\n.*?)^\)", rf"\g<1>{added[4]}\n)", code, flags=re.DOTALL | re.MULTILINE
    )
    assert count == 1
    module.write_text(code, encoding="utf-8")


def read_body(root: Path, name: str, content: str, attribute: str = "body") -> str:
    """Return the body, or the reason why there is none, that a copy of the library reads from one file."""
    articles = root / "articles"
    articles.mkdir()
    (articles / name).write_text(content, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import searchlib; print(*(each.{attribute} for each in searchlib.read_articles('articles')))",
        ],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Return a folder with a copy of the library."""
    shutil.copytree(ROOT / "searchlib", tmp_path / "searchlib", ignore=shutil.ignore_patterns("samples", "__pycache__"))
    return tmp_path


def test_the_example_of_a_source_format_works(library: Path) -> None:
    apply(section("Add a source format"), library)
    cues = "1\n00:01.000 --> 00:04.000\n你好，世界\n\n00:04.000 --> 00:06.000 align:end\n2021\nNOTES on tea\n"
    subtitles = f"WEBVTT - talk\nLanguage: zh\n\nNOTE\ntwo lines\n\nSTYLE\n::cue {{}}\n\n{cues}"
    assert read_body(library, "talk.vtt", subtitles) == "你好，世界\n2021\nNOTES on tea"


def test_the_reason_why_the_example_refuses_a_file_is_reported(library: Path) -> None:
    apply(section("Add a source format"), library)
    assert read_body(library, "talk.vtt", "你好", "reason").endswith("the first line is not WEBVTT")


def test_the_example_of_a_normalizer_works(library: Path) -> None:
    apply(section("Add a normalizer"), library)
    assert read_body(library, "tea.md", "喝{--咖啡--}{++绿茶++}吧{>>真的？<<}") == "喝绿茶吧"


@pytest.mark.parametrize("title", ["Add a source format", "Add a normalizer", "Add an engine"])
def test_the_code_of_an_example_is_short(title: str) -> None:
    code = "".join(re.findall(r"```python\n(.*?)```", section(title), re.DOTALL))
    assert 0 < len([line for line in code.splitlines() if line.strip()]) <= MAX_EXAMPLE_LINES


@pytest.mark.parametrize("title", ["Add a facet", "Add a setting", "Add a part of the score"])
def test_a_list_of_places_is_short(title: str) -> None:
    assert 0 < len(section(title).strip().splitlines()) <= MAX_EXAMPLE_LINES


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:searchlib|webui|tests)/[\w/.]+)`", text_of("CONTRIBUTING.md"))))
)
def test_the_places_that_are_named_exist(path: str) -> None:
    examples = ("searchlib/sources/readers/vtt.py", "searchlib/sources/dialects/critic.py")
    assert (ROOT / path).exists() or path in examples
