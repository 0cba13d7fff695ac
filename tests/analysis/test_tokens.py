"""The tokens of a text: words, and parts of words."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib import Token, tokenize
from searchlib.analysis.bulk import word_texts
from searchlib.analysis.fold import fold
from searchlib.analysis.tokens import (
    _ASCII_CHUNK,
    _ASCII_LETTERS_OR_DIGITS,
    _ASCII_UNIT,
    _CHUNK,
    LETTERS_OR_DIGITS,
    words,
)
from searchlib.analysis.units import units

CASES = [
    ("", ""),
    ("，。！… +# ", ""),
    ("全文检索", "全文 检索 全文检索"),
    ("全文檢索", "全文 检索 全文检索"),
    ("学", "学"),
    ("的", "的"),
    ("〇", "〇"),
    ("人々", "人 々"),
    ("𠮷野家", "𠮷 野家"),
    ("iphone13", "iphone 13 iphone13"),
    ("ｉＰｈｏｎｅ１３", "iphone 13 iphone13"),
    ("c++", "c c++"),
    ("C++ 教程", "c c++ 教程"),
    ("c#", "c c#"),
    (".net", "net .net"),
    (".NET Core", "net .net core"),
    ("asp.net", "asp net asp.net"),
    ("node.js", "node js node.js"),
    ("v2.0.1", "v 2 v2 0 1 v2.0.1"),
    ("3.14", "3 14 3.14"),
    ("5g", "5 g 5g"),
    ("b端", "b 端 b端"),
    ("B端产品", "b 端 b端 产品"),
    ("2021年", "2021 年 2021年"),
    ("2021 年", "2021 年"),
    ("2021年12月", "2021 年 2021年 12 月 12月"),
    ("snake_case", "snake case snake_case"),
    ("_x_", "x"),
    ("e-mail", "e mail e-mail"),
    ("a--b", "a b"),
    ("don't", "don t don't"),
    ("tcp/ip", "tcp ip"),
    ("句末.", "句末"),
    ("end.", "end"),
    ("①", "1"),
    ("ﬁnd", "find"),
    ("夏令时间", "夏令 夏令时 时间 夏令时间"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_text_has_these_tokens(text: str, expected: str) -> None:
    assert [token.text for token in tokenize(text)] == expected.split()


WORDS = [
    ("全文检索引擎", "全文检索 引擎"),
    ("iphone13", "iphone13"),
    ("c++和c#", "c++ 和 c#"),
    ("docker的镜像", "docker 的 镜像"),
    ("3个方法", "3个 方法"),
    ("java高并发", "java 高 并发"),
    ("a大", "a大"),
    ("b端产品", "b端 产品"),
    ("2021年12月", "2021年 12月"),
    ("2021年度", "2021 年度"),
    ("v2.0.1", "v2.0.1"),
    (".net", ".net"),
    ("，。", ""),
    ("微博是什么", "微博 是 什么"),
    ("区块链是什么意思", "区块 链 是 什么 意思"),
    ("哈利波特与魔法石", "哈利波 特 与 魔法石"),
    ("总是什么", "总是 什么"),
    ("李有为", "李有 为"),
    ("自以为是什么", "自以为是 什么"),
    ("平和与安宁", "平和 与 安宁"),
    ("杜苏芮在", "杜苏芮 在"),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words_without_parts_do_not_overlap(text: str, expected: str) -> None:
    assert [word.text for word in words(text, parts=False)] == expected.split()


POSITIONS = [
    ("全文检索", {"全文": 0, "检索": 2, "全文检索": 0}),
    ("用 iphone13，拍", {"用": 0, "iphone": 1, "13": 1, "iphone13": 1, "拍": 2}),
    ("学.net和v2.0", {"学": 0, "net": 1, ".net": 1, "和": 2, "v2": 3, "v": 3, "2": 3, "0": 4, "v2.0": 3}),
    ("(c++) 11", {"c": 0, "c++": 0, "11": 1}),
    ("e-mail", {"e": 0, "mail": 1, "e-mail": 0}),
]


@pytest.mark.parametrize(("text", "expected"), POSITIONS)
def test_a_position_counts_the_units_before_the_token(text: str, expected: dict[str, int]) -> None:
    found = {token.text: token.position for token in tokenize(text)}
    assert {name: found[name] for name in expected} == expected


def test_offsets_are_those_of_the_original_text() -> None:
    text = "ﬁrst 學習ｉＰｈｏｎｅ"
    assert [(token.text, text[token.start : token.end]) for token in tokenize(text)] == [
        ("first", "ﬁrst"),
        ("学习", "學習"),
        ("iphone", "ｉＰｈｏｎｅ"),
    ]


def test_tokens_are_the_public_kind() -> None:
    assert tokenize("学习") == [Token(text="学习", start=0, end=2, position=0)]


PIECES = st.sampled_from(
    [
        *["学习", "學習", "全文检索", "的", "〇", "𠮷", "b端", "年", "ﬁ", "ﾊﾞ", "e\u0301", "İ", "①", "𝐀"],
        *[
            "c",
            "c++",
            "C#",
            ".",
            "net",
            "13",
            "2.0",
            "-",
            "_",
            "'",
            "+",
            "#",
            " ",
            "\n",
            "，",
            "😀",
            "\ud800",
            "\u0301",
        ],
    ]
)
ANY_TEXT = st.one_of(st.text(st.characters()), st.lists(PIECES, max_size=15).map("".join))


@settings(max_examples=250)
@given(ANY_TEXT)
def test_tokens_of_any_text_are_in_order_and_have_offsets_in_it(text: str) -> None:
    tokens = tokenize(text)
    folded_units = units(fold(text))
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert [token.end for token in tokens] == sorted(token.end for token in tokens)
    for token in tokens:
        assert token.text in fold(text[token.start : token.end])
        assert not any(char.isspace() for char in token.text)
        inside = units(token.text)
        following = folded_units[token.position :]
        assert inside, "a token has at least one unit"
        assert following, "a token starts at a unit"
        # A token that is a part can start inside of its unit.
        assert inside[0].rstrip("+#") in following[0]


@settings(max_examples=250)
@given(ANY_TEXT)
def test_bulk_words_are_the_same(text: str) -> None:
    folded = fold(text)
    assert Counter(word_texts(folded)) == Counter(word.text for word in words(folded, parts=True))


@settings(max_examples=250)
@given(ANY_TEXT)
def test_parts_precede_their_word(text: str) -> None:
    folded = fold(text)
    found = words(folded, parts=True)
    assert [folded[word.start : word.end] for word in found] == [word.text for word in found]
    for number, whole in enumerate(found):
        for later in found[number + 1 :]:
            assert not (whole.start <= later.start and later.end <= whole.end), f"{later} comes after {whole}"
    # Words without parts are among them, and cover all Han characters and Latin runs.
    side_by_side = words(folded, parts=False)
    # jieba joins function words with unknown words.
    for apart in set(side_by_side) - set(found):
        joined = next(word for word in found if word.start <= apart.start and apart.end <= word.end)
        assert joined.text[-1] in "是有在与和及或" or joined.text[0] in "与和及或"
    assert all(one.end <= other.start for one, other in pairwise(side_by_side))
    covered = "".join(word.text for word in side_by_side)
    assert "".join(unit.rstrip("+#") for unit in units(folded)) == "".join(
        char for char in covered if char.isalnum() or units(char)
    )


@given(st.text(st.sampled_from("ab12.-_'+# "), max_size=20))
def test_the_patterns_for_ascii_agree_with_those_for_all_letters(text: str) -> None:
    assert [match[0] for match in _ASCII_CHUNK.finditer(text)] == [match[0] for match in _CHUNK.finditer(text)]
    assert [match[0] for match in _ASCII_UNIT.finditer(text)] == units(text)
    pieces = [match[0] for match in LETTERS_OR_DIGITS.finditer(text)]
    assert [match[0] for match in _ASCII_LETTERS_OR_DIGITS.finditer(text)] == pieces
