"""The word files that settings name, in an index: they are read once, when it is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchlib


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").write_text("马铃薯", encoding="utf-8")
    return folder


def test_editing_a_file_does_not_stop_an_open_index(articles: Path, tmp_path: Path) -> None:
    synonyms = tmp_path / "synonyms.txt"
    synonyms.write_text("土豆 = 马铃薯", encoding="utf-8")
    settings = searchlib.Settings(synonyms=str(synonyms))
    searchlib.build_index(articles, tmp_path / "index", settings=settings)
    with searchlib.open_index(tmp_path / "index", settings=settings) as index:
        assert index.search("土豆").total == 1
        synonyms.write_text("土豆 = ", encoding="utf-8")
        (articles / "b.md").write_text("土豆", encoding="utf-8")
        searchlib.update_index(articles, tmp_path / "index", settings=searchlib.Settings())
        assert index.search("土豆").total == 2
    with pytest.raises(searchlib.SettingsError, match=r"synonyms\.txt, line 1"):
        searchlib.open_index(tmp_path / "index", settings=settings)


def test_each_generation_is_tokenized_with_its_own_dictionary(articles: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("云计算平台", encoding="utf-8")
    settings = searchlib.Settings(dictionary=str(words))
    searchlib.build_index(articles, tmp_path / "index", settings=settings)
    with searchlib.open_index(tmp_path / "index", settings=settings) as index:
        words.write_text("云计算平台\n马铃薯饼", encoding="utf-8")
        searchlib.build_index(articles, tmp_path / "index", settings=settings)
        assert index.stats().analysis["dictionary"]["words"] == 2
        assert index.search("马铃薯").total == 1


def test_a_stored_dictionary_with_endless_nesting_is_damage(articles: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("云计算平台", encoding="utf-8")
    settings = searchlib.Settings(dictionary=str(words))
    searchlib.build_index(articles, tmp_path / "index", settings=settings)
    (stored,) = (tmp_path / "index").rglob("dictionary.json")
    stored.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(searchlib.IndexDamagedError, match=r"dictionary\.json"):
        searchlib.open_index(tmp_path / "index", settings=settings)
