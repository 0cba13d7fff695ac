"""Readers of an index continue while builds replace and remove the generation that they read."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

import searchlib
from searchlib.common.progress import StageProgress
from searchlib.search.open_generation import OpenGeneration
from searchlib.stores import generations
from searchlib.stores.generations import Generations, Hold
from tests.small_indexes import Write, article, generation_names

ARTICLES = {f"{number}.md": article(f"第{number}篇") for number in range(5)}


def build_twice(articles: Path, index: Path) -> None:
    for _ in range(2):
        searchlib.build_index(articles, index, jobs=1)


@pytest.fixture
def no_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as on a system that cannot lock folders."""
    monkeypatch.setattr(generations, "fcntl", None)


def test_builds_keep_the_generation_that_an_index_reads(write: Write, tmp_path: Path) -> None:
    articles, path = write(ARTICLES), tmp_path / "index"
    searchlib.build_index(articles, path, jobs=1)
    (first,) = generation_names(path)
    with searchlib.open_index(path) as index:
        index.stats()
        build_twice(articles, path)
        build_twice(articles, path)
        assert first in generation_names(path)
        assert len(generation_names(path)) == 3
    searchlib.build_index(articles, path, jobs=1)
    assert first not in generation_names(path)
    assert len(generation_names(path)) == 2


def test_builds_keep_the_generation_that_another_process_reads(write: Write, tmp_path: Path) -> None:
    articles, path = write(ARTICLES), tmp_path / "index"
    searchlib.build_index(articles, path, jobs=1)
    (first,) = generation_names(path)
    program = (
        "import sys, searchlib\n"
        f"with searchlib.open_index({os.fspath(path)!r}) as index:\n"
        "    index.stats()\n"
        "    print('open', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        build_twice(articles, path)
        assert first in generation_names(path)
        process.kill()
    build_twice(articles, path)
    assert first not in generation_names(path)


def test_a_generation_that_is_being_removed_cannot_be_held(write: Write, tmp_path: Path) -> None:
    searchlib.build_index(write(ARTICLES), tmp_path / "index", jobs=1)
    generation = Generations(tmp_path / "index").current()
    descriptor = os.open(generation, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert Hold.take(generation) is None
    os.close(descriptor)
    assert Hold.take(generation) is not None
    assert Hold.take(generation.parent / "removed") is None


def test_a_copy_keeps_its_generation(write: Write, tmp_path: Path) -> None:
    articles, path = write(ARTICLES), tmp_path / "index"
    searchlib.build_index(articles, path, jobs=1)
    (first,) = generation_names(path)
    kept: list[bool] = []

    def build(done: int, total: int) -> None:
        build_twice(articles, path)
        kept.append(first in generation_names(path))

    report = searchlib.copy_index(path, tmp_path / "copy", jobs=1, progress=build)
    assert report.added == len(ARTICLES)
    assert kept
    assert all(kept)


@pytest.mark.usefixtures("no_holds")
def test_a_copy_goes_on_when_its_generation_is_removed(write: Write, tmp_path: Path) -> None:
    articles, path = write(ARTICLES), tmp_path / "index"
    searchlib.build_index(articles, path, jobs=1)
    first = generation_names(path)
    report = searchlib.copy_index(path, tmp_path / "copy", jobs=1, progress=lambda *_: build_twice(articles, path))
    assert report.added == len(ARTICLES)
    assert not {*first} & {*generation_names(path)}


@pytest.mark.usefixtures("no_holds")
def test_a_check_of_a_removed_generation_reads_the_current_one(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles, path = write(ARTICLES), tmp_path / "index"
    searchlib.build_index(articles, path, jobs=1)
    check = OpenGeneration.check
    checked: list[str] = []

    def check_beside_builds(self: OpenGeneration, progress: StageProgress) -> searchlib.CheckReport:
        if not checked:
            build_twice(articles, path)
        checked.append(self.built.name)
        return check(self, progress)

    monkeypatch.setattr(OpenGeneration, "check", check_beside_builds)
    with searchlib.open_index(path) as index:
        report = index.check()
    assert report.ok
    assert report.generation == checked[-1] == generation_names(path)[-1]
    assert len(checked) == 2
