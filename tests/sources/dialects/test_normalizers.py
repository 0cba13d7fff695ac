"""Normalize dialects of Markdown: every normalizer has a table of cases."""

from __future__ import annotations

import random

import pytest

from searchlib.sources.dialects.commonmark import escape_label_paragraphs, space_headings
from searchlib.sources.dialects.liquid import remove_raw_tags
from searchlib.sources.dialects.normalizers import NORMALIZERS, Normalizer, normalize

CASES: dict[Normalizer, list[tuple[str, str]]] = {
    remove_raw_tags: [
        ("{% raw %}{{ 变量 }}{% endraw %}", "{{ 变量 }}"),
        ("前{%- raw -%}中{%-endraw-%}后", "前中后"),
        ("{%raw%}\n文\n{%endraw%}", "\n文\n"),
        ("{% rawer %} {% if raw %}", "{% rawer %} {% if raw %}"),
    ],
    space_headings: [
        ("##标题", "## 标题"),
        ("文\n######标题\n文", "文\n###### 标题\n文"),
        ("## 标题", "## 标题"),
        ("#标签", "#标签"),
        ("#######七个", "#######七个"),
        ("文 ##不在行首", "文 ##不在行首"),
    ],
    escape_label_paragraphs: [
        ("[注]: 见下文的说明。", "\\[注]: 见下文的说明。"),
        ("文\n   [注 1]:见下文", "文\n   \\[注 1]:见下文"),
        ("[1]: http://a.cn", "[1]: http://a.cn"),
        ("[^1]: 脚注", "[^1]: 脚注"),
        ("    [注]: 代码", "    [注]: 代码"),
    ],
}
PAIRS = [(normalizer, *case) for normalizer, cases in CASES.items() for case in cases]


def test_every_normalizer_has_cases() -> None:
    assert list(CASES) == list(NORMALIZERS)


@pytest.mark.parametrize(("normalizer", "text", "normalized"), PAIRS)
def test_a_normalizer_alone(normalizer: Normalizer, text: str, normalized: str) -> None:
    assert normalizer(text) == normalized


@pytest.mark.parametrize(("normalizer", "text", "normalized"), PAIRS)
def test_a_normalizer_among_all_others(normalizer: Normalizer, text: str, normalized: str) -> None:
    assert normalize(text) == normalized


@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_a_text_without_markup_is_not_changed(normalizer: Normalizer) -> None:
    text = "# 标题\n\n一段文字，[链接](a.md) 与 `代码`。\n\n- 甲\n- 乙\n"
    assert normalizer(text) == text


@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_normalized_random_text_is_not_changed_again(normalizer: Normalizer) -> None:
    chance = random.Random(7)
    pieces = ["{%", "%}", " raw ", "endraw", "#", "##", "[", "]:", "]", " ", "\n", "文", "a", "^", "`", "-"]
    for length in (*range(200), 100_000):
        text = "".join(chance.choices(pieces, k=length))
        normalized = normalizer(text)
        # Removing a tag can join the two parts of another one.
        assert normalizer is remove_raw_tags or normalizer(normalized) == normalized, text
