"""A user's stop words beside the function words of the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchlib.analysis.word_lists import PLAIN, StopWords, WordLists, read_stop_words
from searchlib.errors import SettingsError


def test_stop_words_are_folded_one_a_line(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("# 套话\n文章\n點擊閱讀\n\nＨｅｌｌｏ\n", encoding="utf-8")
    found = read_stop_words(tmp_path / "stop.txt")
    assert found.words == {"文章", "点击阅读", "hello"}
    assert found.record()["words"] == 3


def test_a_line_without_a_word_is_named(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("文章\n！！\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"stop\.txt, line 2: '！！' has no letters"):
        read_stop_words(tmp_path / "stop.txt")


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
def test_what_tells_what_a_text_is_about(text: str, plain: str, stopped: str) -> None:
    word_lists = WordLists(stop_words=StopWords(words=frozenset(["文章", "点击阅读"])))
    for each, expected in ((PLAIN, plain), (word_lists, stopped)):
        assert [word.text for word in each.telling(each.words(text, parts=False))] == expected.split()
