"""What reads an index goes on while builds replace and remove the generation that it reads."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchlib
from searchlib.search.open_generation import OpenGeneration
from tests.small_indexes import Write, article, generation_names

ARTICLES = {f"{number}.md": article(f"第{number}篇") for number in range(5)}


def test_a_copy_goes_on_when_its_generation_is_removed(write: Write, tmp_path: Path) -> None:
    articles = write(ARTICLES)
    searchlib.build_index(articles, tmp_path / "index", jobs=1)

    def build_twice(done: int, total: int) -> None:
        for _ in range(2):
            searchlib.build_index(articles, tmp_path / "index", jobs=1)

    first = generation_names(tmp_path / "index")
    report = searchlib.copy_index(tmp_path / "index", tmp_path / "copy", jobs=1, progress=build_twice)
    assert report.added == len(ARTICLES)
    assert not {*first} & {*generation_names(tmp_path / "index")}


def test_a_check_of_a_removed_generation_reads_the_current_one(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = write(ARTICLES)
    searchlib.build_index(articles, tmp_path / "index", jobs=1)
    check = OpenGeneration.check
    checked: list[str] = []

    def check_beside_builds(self: OpenGeneration) -> searchlib.CheckReport:
        if not checked:
            for _ in range(2):
                searchlib.build_index(articles, tmp_path / "index", jobs=1)
        checked.append(self.built.name)
        return check(self)

    monkeypatch.setattr(OpenGeneration, "check", check_beside_builds)
    with searchlib.open_index(tmp_path / "index") as index:
        report = index.check()
    assert report.ok
    assert report.generation == checked[-1] == generation_names(tmp_path / "index")[-1]
    assert len(checked) == 2
