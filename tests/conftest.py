"""Fixtures that tests of several packages share: the corpora, and indexes built once."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

import searchlib

# The machines that run this are shared: how long an example takes says nothing.
hypothesis.settings.register_profile("searchlib", deadline=None)
hypothesis.settings.load_profile("searchlib")

# What they assert is told in full, as in the tests that use them.
pytest.register_assert_rewrite("tests.cli.commands", "tests.contracts.engine", "tests.contracts.index")

ROOT = Path(__file__).parent.parent
CORPORA = Path(os.environ.get("SEARCHLIB_CORPORA") or ROOT.parent / "shared" / "corpora")
SAMPLES = ROOT / "searchlib" / "samples" / "articles"

SLOW_FOLDERS = ("benchmarks", "browser", "corpora", "docs", "engines/opensearch", "faults", "whoosh_suite")
"""The folders of tests that take minutes, or need a browser, a cluster or the corpora."""

Corpus = Callable[..., Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of ``SLOW_FOLDERS``, and those that read the corpora, as slow."""
    folders = tuple(ROOT / "tests" / folder for folder in SLOW_FOLDERS)
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in folders) or "corpus" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def _no_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the settings in the configuration of the user who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("configuration")))
        yield


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Unpack a corpus of real articles and give its folder; without the corpora skip, but fail in CI."""
    reason = ""
    if not (CORPORA / "unpack.py").is_file():
        reason = f"no corpora of real articles at {CORPORA}: name their folder in $SEARCHLIB_CORPORA"
    elif not hasattr(tarfile, "data_filter"):
        reason = "this Python cannot unpack the corpora safely: 3.11.4 is the first that can"
    if reason:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    unpacked = tmp_path_factory.mktemp("corpora")

    def unpack(name: str, *options: str) -> Path:
        if not (unpacked / name).exists():
            command = [sys.executable, str(CORPORA / "unpack.py"), str(unpacked), name, *options]
            subprocess.run(command, check=True, capture_output=True)
        return unpacked / name

    return unpack


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an index of the bundled sample articles, and return its folder."""
    folder = tmp_path_factory.mktemp("samples") / "index"
    searchlib.build_index(SAMPLES, folder, jobs=1)
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Write articles, given as text by file name, into a folder; a later call adds to it or overwrites."""

    def write(articles: dict[str, str]) -> Path:
        folder = tmp_path / "articles"
        folder.mkdir(exist_ok=True)
        for name, text in articles.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write
