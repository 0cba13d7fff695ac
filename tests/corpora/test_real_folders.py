"""Test real folders of articles: every file is read, and typical queries find the right articles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

import searchlib
from tests.conftest import Corpus

FOUNDING = "000_e3c7ae41c0c3d234.md"


@pytest.fixture(scope="module")
def seed(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    folder = tmp_path_factory.mktemp("seed")
    report = searchlib.build_index(corpus("seed"), folder)
    assert (report.added, report.failed, report.salvaged) == (11, (), ())
    with searchlib.open_index(folder) as index:
        yield index


def count_files(folder: Path) -> int:
    """Count the files that are not hidden: all of them are text."""
    count = 0
    for _, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        count += sum(not name.startswith(".") for name in files)
    return count


@pytest.mark.parametrize(
    ("name", "options", "skipped"),
    [
        ("seed", (), 0),
        ("odd", (), 1),  # an error page
        ("gb18030", (), 0),
        ("news", ("--limit", "5000"), 0),
        ("blogs", (), 99),  # drafts, empty files, lists, redirects, the templates of themes, and a proof of ownership
        ("docs-zh-tw", (), 28),  # parts for other articles, without text of their own
    ],
)
def test_every_file_becomes_an_article_or_says_why_not(
    name: str, options: tuple[str, ...], skipped: int, corpus: Corpus
) -> None:
    folder = corpus(name, *options)
    articles = 0
    for each in searchlib.read_articles(folder):
        assert isinstance(each, searchlib.Article)
        articles += 1
        assert each.title
    assert articles + skipped == count_files(folder)


def test_the_founding_article_is_found(seed: searchlib.Index) -> None:
    assert seed.search("元宇宙").hits[0].id == FOUNDING
    assert FOUNDING in [hit.id for hit in seed.search('"产业互联"').hits]
    assert seed.search("赞赏").total == 0


def test_the_facets_of_the_feed_are_counted(seed: searchlib.Index) -> None:
    facets = {name: {each.value: each.count for each in values} for name, values in seed.search("").facets.items()}
    assert facets["category"]["新媒体"] == 8
    assert facets["year"][""] == facets["month"][""] == 3
    november = seed.search("", date_from="2021-11", date_to="2021-11")
    assert FOUNDING in [hit.id for hit in november.hits]
    assert november.total == facets["month"]["2021-11"]
    assert seed.get(FOUNDING).to_dict()["date"] == "2021-11-20T08:00:00+08:00"


def selection(folder: Path, has_query: Callable[[str], bool], size: int, to: Path, encoding: str) -> Path:
    """Link the first files with the query in their text."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    for number, file in enumerate(
        islice((file for file in files if has_query(file.read_text(encoding, "replace"))), size)
    ):
        to.mkdir(exist_ok=True)
        (to / f"{number:03d}{file.suffix}").symlink_to(file)
    return to


def test_traditional_and_simplified_find_each_other(corpus: Corpus, tmp_path: Path) -> None:
    folder = selection(corpus("docs-zh-tw"), lambda text: "學習" in text, 60, tmp_path / "articles", "utf-8")
    searchlib.build_index(folder, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        simplified, traditional = (index.search(query, size=100) for query in ("学习", "學習"))
        assert [hit.id for hit in simplified.hits] == [hit.id for hit in traditional.hits]
        assert simplified.total > 50
        marked = {text for hit in simplified.hits for snippet in hit.snippets for text, matched in snippet if matched}
        assert "學習" in marked
        assert "学习" not in marked


@pytest.mark.parametrize("word", ["体育", "文学"])
def test_articles_in_gb18030_are_found(word: str, corpus: Corpus, tmp_path: Path) -> None:
    folder = selection(corpus("gb18030"), lambda text: word in text, 40, tmp_path / "articles", "gb18030")
    report = searchlib.build_index(folder, tmp_path / "index")
    assert report.added > 20
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.search(f'"{word}"').total == index.search(word).total == report.added
