"""A word that is typed without quotes matches between breaks; a quoted phrase also across them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import searchlib
from tests.highlight.marked_texts import bracketed
from tests.small_indexes import article, index_of

TEXTS = {
    "crisis.md": ("能源危机，气候变暖", "专家谈到能源危机、气候与粮食。"),
    "dots.md": ("省略", "先谈危机……气候以后再说。"),
    "engine.md": ("内燃机气缸", "内燃机气缸的构造，机气两相流。"),
    "quoted.md": ("引号", "所谓“机”气之争。"),
    "numbers.md": ("数字", "会议 12:30 开始，花费 1,000 元。"),
    "parts.md": ("产业：互联网", "产业互联网的上半场。"),
    "action.md": ("请注意行动】电话", "立刻行动】电话通知，(动)电，《动》电，动|电"),
    "storm.md": ("台风“杜苏芮”", "台风“杜苏芮”登陆"),
    "landed.md": ("登陆", "台风杜苏芮于今天登陆。"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    texts = {name: article(title, body) for name, (title, body) in TEXTS.items()}
    with index_of(texts, tmp_path_factory.mktemp("punctuation")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("机气", {"engine.md"}),
        ('"机气"', {"crisis.md", "dots.md", "engine.md", "quoted.md"}),
        ('"危机，气候"', {"crisis.md", "dots.md"}),
        ("-机气", TEXTS.keys() - {"engine.md"}),
        ('-"机气"', TEXTS.keys() - {"crisis.md", "dots.md", "engine.md", "quoted.md"}),
        ("title:机气", {"engine.md"}),
        ("12:30", {"numbers.md"}),
        ("1,000", {"numbers.md"}),
        ('"1 000"', {"numbers.md"}),
        ("产业互联网", {"parts.md"}),
        ("动电", set()),
        ('"动电"', {"action.md"}),
        ("台风杜苏芮", {"storm.md", "landed.md"}),
    ],
)
def test_only_a_quoted_phrase_crosses_the_punctuation_of_sentences(
    index: searchlib.Index, query: str, expected: set[str]
) -> None:
    results = index.search(query)
    assert {hit.id for hit in results.hits} == expected
    assert not results.relaxed


def test_text_that_is_typed_with_punctuation_matches_across_it(index: searchlib.Index) -> None:
    results = index.search("危机，气候")
    assert [hit.id for hit in results.hits] == ["crisis.md", "dots.md"]
    assert bracketed(results.hits[0].title_spans) == "能源[危机，气候]变暖"


def test_words_that_are_typed_in_a_row_are_marked_apart_where_a_break_is_between_them(index: searchlib.Index) -> None:
    hits = {hit.id: bracketed(hit.title_spans) for hit in index.search("台风杜苏芮").hits}
    assert hits["storm.md"] == "[台风]“[杜苏芮]”"


def test_nothing_is_marked_across_the_punctuation_of_sentences(index: searchlib.Index) -> None:
    hits = {hit.id: hit for hit in index.search("机气 OR 危机").hits}
    assert bracketed(hits["crisis.md"].title_spans) == "能源[危机]，气候变暖"
    assert bracketed(hits["engine.md"].title_spans) == "内燃[机气]缸"
    (hit,) = index.search("产业互联网").hits
    assert bracketed(hit.title_spans) == "[产业]：[互联网]"
    assert bracketed(hit.snippets[0]) == "[产业互联网]的上半场。"
