"""A dictionary is built into an index; synonyms and stop words apply to queries."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import searchlib
from searchlib import IndexDamagedError, IndexMismatchError, Settings, SettingsError, load_settings
from tests.small_indexes import Write

ARTICLES = {
    "a.md": "---\ntitle: 炒土豆丝\n---\n土豆先切丝。",
    "b.md": "---\ntitle: 炒马铃薯丝\n---\n马铃薯先切丝。",
    "c.md": "---\ntitle: 元宇宙产业\n---\n元宇宙和人工智能推荐阅读的文章。",
    "d.md": "---\ntitle: Artificial intelligence\n---\n另一篇文章。",
}

WriteSettings = Callable[..., Settings]


@pytest.fixture
def write_settings(tmp_path: Path) -> WriteSettings:
    """Return a function that writes word lists and a searchlib.toml that names them, and returns the settings."""

    def write(**texts: str) -> Settings:
        folder = tmp_path / "settings"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        named = "".join(f'{name} = "{name}.txt"\n' for name in texts)
        (folder / "searchlib.toml").write_text(named, encoding="utf-8")
        return load_settings(folder / "searchlib.toml")

    return write


@pytest.fixture
def articles(write: Write) -> Path:
    return write(ARTICLES)


def ids(index: Path, query: str, settings: Settings) -> list[str]:
    with searchlib.open_index(index, settings=settings) as opened:
        return sorted(hit.id for hit in opened.search(query).hits)


def test_the_dictionary_applies_to_articles_and_queries_and_in_workers(
    write_settings: WriteSettings, articles: Path, tmp_path: Path
) -> None:
    settings = write_settings(dictionary="元宇宙\n")
    for number in range(80):
        (articles / f"more{number}.md").write_text(f"元宇宙{number}", encoding="utf-8")
    searchlib.build_index(articles, tmp_path / "index", jobs=2, settings=settings)
    with searchlib.open_index(tmp_path / "index", settings=settings) as index:
        frequencies = index._current().engine.frequencies(["元宇宙", "宇宙"])
        recorded = index.stats().analysis["dictionary"]
    assert frequencies["元宇宙"] == 81
    assert (recorded["file"], recorded["words"], recorded["unused"]) == ("dictionary.txt", 1, 0)
    assert [token.text for token in searchlib.tokenize("元宇宙", settings=settings)] == ["宇宙", "元宇宙"]


def test_a_dictionary_that_differs_from_that_of_the_index_is_refused(
    write_settings: WriteSettings, articles: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    first = write_settings(dictionary="元宇宙\n")
    searchlib.build_index(articles, index, settings=first)
    ids(index, "元宇宙", write_settings(dictionary="元宇宙 n\n\n"))  # a tag and a blank line change nothing
    changed = write_settings(dictionary="元宇宙\n土豆丝\n")
    for use in (
        lambda: searchlib.open_index(index, settings=changed),
        lambda: searchlib.update_index(articles, index, settings=changed),
    ):
        with pytest.raises(IndexMismatchError, match=r"dictionary\.txt, which has changed .*: build the index again"):
            use()
    searchlib.build_index(articles, index, settings=changed)
    assert ids(index, "元宇宙", changed) == ["c.md"]
    other = tmp_path / "other.txt"
    other.write_text("土豆\n", encoding="utf-8")
    with pytest.raises(IndexMismatchError, match=r"another dictionary \(dictionary\.txt\) than .*other\.txt"):
        searchlib.open_index(index, settings=Settings(dictionary=str(other)))
    searchlib.build_index(articles, index, settings=Settings())
    with pytest.raises(IndexMismatchError, match="built without a dictionary"):
        searchlib.open_index(index, settings=changed)


def test_without_settings_an_index_uses_its_stored_dictionary(
    write_settings: WriteSettings, articles: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    searchlib.build_index(articles, index, settings=write_settings(dictionary="元宇宙\n"))
    shutil.rmtree(tmp_path / "settings")
    (articles / "e.md").write_text("又一篇元宇宙", encoding="utf-8")
    assert searchlib.update_index(articles, index, settings=Settings()).added == 1
    with searchlib.open_index(index, settings=Settings()) as opened:
        assert opened.search("元宇宙").total == 2
        assert opened._current().engine.frequencies(["元宇宙"]) == {"元宇宙": 2}
        assert opened.check().ok


def test_indexes_with_different_dictionaries_can_be_open_together(
    write_settings: WriteSettings, articles: Path, tmp_path: Path
) -> None:
    plain, own = tmp_path / "plain", tmp_path / "own"
    searchlib.build_index(articles, plain, settings=Settings())
    searchlib.build_index(articles, own, settings=write_settings(dictionary="元宇宙\n"))
    with (
        searchlib.open_index(plain, settings=Settings()) as first,
        searchlib.open_index(own, settings=Settings()) as second,
    ):
        for _ in range(2):
            for index, articles_with_word in ((first, 0), (second, 1)):
                assert index.search("元宇宙").total == 1
                assert index._current().engine.frequencies(["元宇宙"])["元宇宙"] == articles_with_word


def test_a_missing_dictionary_of_an_index_is_damage(
    write_settings: WriteSettings, articles: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    searchlib.build_index(articles, index, settings=write_settings(dictionary="元宇宙\n"))
    (stored,) = index.rglob("dictionary.json")
    stored.unlink()
    with pytest.raises(IndexDamagedError, match="its dictionary is not the one"):
        searchlib.open_index(index, settings=Settings())


def test_synonyms_and_stop_words_apply_without_a_build(
    write_settings: WriteSettings, articles: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    searchlib.build_index(articles, index, settings=Settings())
    assert ids(index, "土豆", Settings()) == ["a.md"]
    settings = write_settings(
        synonyms="土豆 = 马铃薯\nAI = 人工智能 = artificial intelligence", stop_words="推荐阅读\n文章\n土豆"
    )
    assert ids(index, "土豆", settings) == ["a.md", "b.md"]
    assert ids(index, '"土豆"', settings) == ["a.md"]
    assert ids(index, "AI", settings) == ids(index, "artificial intelligence", settings) == ["c.md", "d.md"]
    assert ids(index, "推荐阅读元宇宙文章", settings) == ["c.md"]
    assert ids(index, "文章", settings) == ["c.md", "d.md"]
    with searchlib.open_index(index, settings=settings) as opened:
        scores = {hit.id: hit.score for hit in opened.search("马铃薯").hits}
        assert scores["a.md"] == pytest.approx(scores["b.md"], rel=0.1)
        marked = {text for hit in opened.search("土豆").hits for text, hit_it in hit.title_spans if hit_it}
        assert marked == {"土豆", "马铃薯"}
        stats = opened.stats()
        assert (stats.synonyms["file"], stats.synonyms["groups"]) == ("synonyms.txt", 2)
        assert (stats.stop_words["file"], stats.stop_words["words"]) == ("stop_words.txt", 3)


@pytest.mark.parametrize("name", ["dictionary", "synonyms", "stop_words"])
def test_a_missing_word_list_is_a_settings_error(articles: Path, tmp_path: Path, name: str) -> None:
    searchlib.build_index(articles, tmp_path / "index", settings=Settings())
    settings = Settings(**{name: str(tmp_path / "none.txt")})
    with pytest.raises(SettingsError, match=r"none\.txt: the file cannot be read"):
        searchlib.open_index(tmp_path / "index", settings=settings)
