"""The script of texts, and words in a script."""

from __future__ import annotations

import pytest

from searchlib.analysis.script import Script, in_script, script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("執行", "traditional"),
        ("执行", "simplified"),
        ("執行程序。后台", "traditional"),
        ("中文", None),
        ("台", None),
        ("执執", None),
        ("abc, あいう, 𠮷", None),
        ("", None),
    ],
)
def test_the_script_of_a_text_is_that_of_most_of_its_characters(text: str, script: Script | None) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("simplified", "script", "written"),
    [
        ("执行绪", "traditional", "執行緒"),
        ("头发", "traditional", "頭髮"),
        ("发展", "traditional", "發展"),
        ("A股 走势", "traditional", "A股 走勢"),
        ("执行绪", "simplified", "执行绪"),
        ("执行绪", None, "执行绪"),
        ("abc", "traditional", "abc"),
    ],
)
def test_words_are_written_in_a_script(simplified: str, script: Script | None, written: str) -> None:
    assert in_script(simplified, script) == written
