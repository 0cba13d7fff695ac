"""Emoji are found in texts, and in names of categories, tags and authors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import searchlib
from tests.small_indexes import index_of

TEXTS = {
    "tagged.md": "---\ntitle: 家\ntags: [👨‍👩‍👧, 学习📚]\n---\n一家人去看海。\n",
    "text.md": "---\ntitle: 海边 🌊\n---\n我们带了西瓜🍉，很甜 ❤️。\n",
    "both.md": "---\ntitle: 夏天\n---\n🍉和🌊都有，👍🏽。\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(TEXTS, tmp_path_factory.mktemp("emoji")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("🍉", {"text.md", "both.md"}),
        ("🌊🍉", {"text.md", "both.md"}),
        ("title:🌊", {"text.md"}),
        ("❤", {"text.md"}),
        ("👍", {"both.md"}),
        ("西瓜🍉", {"text.md"}),
        ("西瓜 🌊", {"text.md"}),
        ("🍓", set()),
        ("👨", {"tagged.md"}),
        ("📚", {"tagged.md"}),
        ("tag:👨", {"tagged.md"}),
        ("tag:👨‍👩‍👧", {"tagged.md"}),
        ("tag:学习", {"tagged.md"}),
        ("tag:📚", {"tagged.md"}),
        ("tag:🍉", set()),
    ],
)
def test_an_emoji_finds_its_articles(index: searchlib.Index, query: str, expected: set[str]) -> None:
    results = index.search(query, explain=True)
    assert {hit.id for hit in results.hits if not results.relaxed or hit.id in expected} == expected
    assert bool(results.hits) is bool(expected)


@pytest.mark.parametrize(
    ("query", "marked"),
    [("🍉", {"🍉"}), ("👍", {"👍"}), ("❤", {"❤️"}), ("西瓜 🌊", {"西瓜", "🌊"}), ("title:🌊", {"🌊"})],
)
def test_an_emoji_is_marked(index: searchlib.Index, query: str, marked: set[str]) -> None:
    hits = index.search(query).hits
    assert hits
    for hit in hits:
        spans = [span for piece in (hit.title_spans, *hit.snippets) for span in piece]
        found = {text for text, is_match in spans if is_match}
        assert found
        assert found <= marked


def test_an_emoji_beside_words_changes_nothing(index: searchlib.Index) -> None:
    assert index.search("一家人🍓").total == index.search("一家人").total == 1


def test_only_quoted_emoji_have_no_text_to_search_for(index: searchlib.Index) -> None:
    assert not index.search("🍉").notes
    assert index.search('"🍉"').notes
