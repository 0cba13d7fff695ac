"""Reading the stop words of a user."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchlib.analysis.stop_words import read_stop_words
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
