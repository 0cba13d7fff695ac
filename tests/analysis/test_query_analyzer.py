"""The analysis of queries with the words of a user."""

from __future__ import annotations

import pytest

from searchlib.analysis.query_analyzer import PLAIN_ANALYZER, QueryAnalyzer
from searchlib.analysis.stop_words import StopWords


@pytest.mark.parametrize(
    ("text", "plain", "stopped"),
    [
        ("元宇宙的文章", "元 宇宙 文章", "元 宇宙"),
        ("点击阅读元宇宙", "点击 阅读 元 宇宙", "元 宇宙"),
        ("点击 阅读", "点击 阅读", "点击 阅读"),
        ("土豆文章", "土豆 文章", "土豆"),
        ("文章", "文章", ""),
    ],
)
def test_content_words_are_neither_function_words_nor_stop_words(text: str, plain: str, stopped: str) -> None:
    analyzer = QueryAnalyzer(stop_words=StopWords(words=frozenset(["文章", "点击阅读"])))
    for each, expected in ((PLAIN_ANALYZER, plain), (analyzer, stopped)):
        assert [word.text for word in each.content_words(each.words(text, parts=False))] == expected.split()
