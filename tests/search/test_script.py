"""Suggestions, corrections and notes are in the script of the typed text, or of the archive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import searchlib
from tests.small_indexes import index_of


def archive(*sentences: str) -> dict[str, str]:
    """Return enough articles for suggestions and corrections."""
    return {f"{number}.md": f"# 第 {number} 篇\n\n{' '.join(sentences)}\n" for number in range(30)}


@pytest.fixture(scope="module")
def traditional(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    files = archive("在資料庫中執行命令。", "網路上的資料庫。", "執行緒很多。")
    with index_of(files, tmp_path_factory.mktemp("traditional")) as opened:
        yield opened


@pytest.fixture(scope="module")
def simplified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    files = archive("在数据库中执行命令。", "网络上的数据库。", "线程很多。")
    with index_of(files, tmp_path_factory.mktemp("simplified")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("執", "執行"), ("zhixing", "執行"), ("zx", "執行"), ("执", "执行"), ("命", "命令"), ("ziliaoku", "資料庫")],
)
def test_suggestions_of_a_traditional_archive(traditional: searchlib.Index, typed: str, expected: str) -> None:
    assert expected in [each.text for each in traditional.suggest(typed)]


@pytest.mark.parametrize(("typed", "expected"), [("執", "執行"), ("zhixing", "执行"), ("执", "执行")])
def test_suggestions_of_a_simplified_archive(simplified: searchlib.Index, typed: str, expected: str) -> None:
    assert expected in [each.text for each in simplified.suggest(typed)]


def test_corrections_and_pinyin_are_in_the_script_of_the_archive(
    traditional: searchlib.Index, simplified: searchlib.Index
) -> None:
    assert traditional.search("資撩庫").correction == "資料庫"
    assert traditional.search("ziliaoku").searched == "資料庫"
    assert simplified.search("shujuku").searched == "数据库"
    assert simplified.search("數據褲").correction == "數據庫"


def test_regional_words_are_in_the_script_of_the_query(
    traditional: searchlib.Index, simplified: searchlib.Index
) -> None:
    assert [note.values["words"] for note in simplified.search("網路").notes] == ["網絡"]
    assert [note.values["words"] for note in simplified.search("资料库").notes] == ["数据库"]
    assert [note.values["words"] for note in traditional.search("网络").notes] == ["网路"]
