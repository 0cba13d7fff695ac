"""The steps of the fold, alone and together, and the offsets into the original text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import opencc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchlib.analysis.fold import (
    FOLDS,
    casefold,
    fold,
    fold_all,
    fold_with_offsets,
    nfkc,
    remove_accents,
    remove_invisible,
    simplify,
)
from searchlib.analysis.text_fold import TextFold
from searchlib.analysis.variants import variants
from searchlib.analysis.word_forms import replace_word_forms

STEPS = [
    (nfkc, "Ｃ＋＋", "C++"),
    (nfkc, "ﬁ", "fi"),
    (nfkc, "①", "1"),
    (nfkc, "ﾊﾞ", "バ"),
    (nfkc, "e\u0301", "é"),
    (nfkc, "\u1100\u1161\u11a8", "각"),
    (nfkc, "㍿", "株式会社"),
    (nfkc, "\uf900", "豈"),  # a compatibility ideograph
    (nfkc, "⼈", "人"),  # a Kangxi radical
    (nfkc, "\u3000", " "),
    (nfkc, "，。？", ",。?"),
    (nfkc, "𝐀", "A"),
    (nfkc, "學Ab", "學Ab"),
    (casefold, "Docker", "docker"),
    (casefold, "ß", "ss"),
    (casefold, "İ", "i\u0307"),
    (casefold, "ΣΑΣ", "σασ"),
    (casefold, "學Ａ", "學ａ"),
    (remove_invisible, "接\u200b着 soft\u00adware\ufeff", "接着 software"),
    (remove_invisible, "葛\U000e0100 ❤\ufe0f", "葛 ❤"),
    (remove_accents, "café naïve pokémon łódź", "cafe naive pokemon lodz"),
    (remove_accents, "nǐ hǎo lǜ", "ni hao lu"),
    (remove_accents, "x\u0304", "x"),
    (remove_accents, "й ά が", "й ά が"),
    (simplify, "學習機器", "学习机器"),
    (simplify, "盌椀", "碗碗"),
    (simplify, "妳牠", "你它"),
    (simplify, "著作", "著作"),
    (simplify, "头发", "头发"),
    (simplify, "頭髮", "头发"),
    (simplify, "Docker 〇𠮷", "Docker 〇𠮷"),
    (simplify, "\ud800", "\ud800"),
]

WHOLE = [
    ("學習", "学习"),
    ("学习", "学习"),
    ("Ｃ＋＋", "c++"),
    ("Ｃ＃", "c#"),
    ("ﬁnd", "find"),
    ("①②", "12"),
    ("ﾊﾞｽ", "バス"),
    ("İstanbul", "istanbul"),
    ("Straße", "strasse"),
    ("二〇二一", "二〇二一"),
    ("𠮷野家", "𠮷野家"),
    ("\uf900", "岂"),  # a compatibility ideograph of 豈, which is simplified in turn
    ("\U0002f800", "丽"),
    ("⼈⼯", "人工"),
    ("⿓", "龙"),
    ("㊗", "祝"),
    ("ＡＰＰＬＥ", "apple"),
    ("", ""),
    ("\ud83d", "\ud83d"),
    ("a\r\nb\nc", "a\r\nb\nc"),
]


@pytest.mark.parametrize(("step", "text", "expected"), STEPS)
def test_each_step_folds_alone(step, text: str, expected: str) -> None:  # type: ignore[no-untyped-def]
    assert step in FOLDS
    assert step(text) == expected


def test_every_step_has_a_case() -> None:
    assert {step for step, _, _ in STEPS} == set(FOLDS)


@pytest.mark.parametrize(("text", "expected"), WHOLE)
def test_the_steps_together_fold_a_text(text: str, expected: str) -> None:
    assert fold(text) == expected
    assert fold_with_offsets(text).text == expected


MAPPED = [
    ("學習", [(0, 1), (1, 2)]),
    ("ﬁn", [(0, 1), (0, 1), (1, 2)]),
    ("ﾊﾞｽ", [(0, 2), (2, 3)]),
    ("aﾊﾞ", [(0, 1), (1, 3)]),
    ("e\u0301x", [(0, 2), (2, 3)]),
    ("\u1100\u1161\u11a8a", [(0, 3), (3, 4)]),
    ("xİ", [(0, 1), (1, 2)]),
    ("接\u200b著", [(0, 1), (2, 3)]),
    ("Café", [(0, 1), (1, 2), (2, 3), (3, 4)]),
    ("ßß", [(0, 1), (0, 1), (1, 2), (1, 2)]),
    ("㍿", [(0, 1)] * 4),
    ("𠮷家", [(0, 1), (1, 2)]),
]


@pytest.mark.parametrize(("text", "spans"), MAPPED)
def test_every_folded_character_has_a_span_of_the_original(text: str, spans: list[tuple[int, int]]) -> None:
    folded = fold_with_offsets(text)
    assert list(zip(folded.starts, folded.ends, strict=True)) == spans


def test_a_folded_span_has_a_span_of_the_original() -> None:
    folded = fold_with_offsets("讀ﬁle學習")
    assert folded.text == "读file学习"
    assert folded.original(1, 5) == (1, 4)
    assert folded.original(5, 7) == (4, 6)
    assert folded.original(1, 2) == (1, 2)


def test_an_empty_span_has_an_empty_span_of_the_original() -> None:
    folded = fold_with_offsets("aﬁ")
    assert folded.original(1, 1) == (1, 1)
    assert folded.original(3, 3) == (2, 2)
    assert fold_with_offsets("").original(0, 0) == (0, 0)


# Characters that compose, decompose or are reordered.
TRICKY = st.sampled_from(
    [
        *"學习ﬁﾊﾞﾟかはｶe\u0301\u0323\u0307\u0327\u3099\u309a",
        *["가", "\u1100", "\u1161", "\u11a8", "\u1160", "\uffa1", "\uffc2", "ㄱ", "ㅏ"],
        *[
            "İ",
            "ß",
            "①",
            "㍿",
            "\u037a",
            "\u0344",
            "\ufdfa",
            "𝐀",
            "𠮷",
            "Ａ",
            "\ud800",
            "\udc00",
            "\u0fb9",
            "\u09c7",
            "\u09be",
        ],
        *[
            "\u2d7f",
            "\u2de0",
            "\u2cef",
            "\U0001d165",
            "\U0001e8d0",
            "\U0002f800",
            "⼈",
            "\n",
            " ",
            "\u200d",
            "\ufe0f",
            "😀",
        ],
    ]
)
ANY_TEXT = st.one_of(st.text(st.characters()), st.lists(TRICKY, max_size=12).map("".join))


@settings(max_examples=100)
@given(ANY_TEXT, st.sampled_from(FOLDS))
def test_each_step_takes_any_text(text: str, step) -> None:  # type: ignore[no-untyped-def]
    assert isinstance(step(text), str)
    if step is not nfkc:  # the rule for every other step in the list
        assert step(text) == "".join(map(step, text))


def composes(char: str) -> bool:
    """Return whether a character may compose with the one before it: a mark, or a Hangul vowel or final consonant."""
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(first).startswith("M") or 0x1160 <= ord(first) <= 0x11FF


def mapped_slowly(text: str) -> list[tuple[int, int]]:
    """Return where each folded character comes from: the shortest span between two safe positions that yields it."""
    safe = [at for at in range(len(text)) if at == 0 or not composes(text[at])] + [len(text)]
    reached = [len(fold(text[:at])) for at in safe]
    spans = []
    for number in range(len(fold(text))):
        behind = next(at for at, length in enumerate(reached) if length > number)
        spans.append((safe[behind - 1], safe[behind]))
    return spans


def check_offsets(text: str) -> None:
    folded = fold_with_offsets(text)
    starts, ends = list(folded.starts), list(folded.ends)
    assert folded.text == fold(text)
    assert len(starts) == len(ends) == len(folded.text)
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    for start, end in zip([0, *ends], [*starts, len(text)], strict=True):
        assert fold(text[start:end]) == "", "there is a gap between spans"
    for char, start, end in zip(folded.text, starts, ends, strict=True):
        assert char in fold(text[start:end])


@settings(max_examples=300)
@given(ANY_TEXT)
@example("ﾊﾞ\u0301ﾟ")
@example("a\u2de0\u2d7f")
def test_offsets_are_right_for_any_text(text: str) -> None:
    check_offsets(text)


@settings(max_examples=200)
@given(st.lists(ANY_TEXT, max_size=6))
@example([])
@example(["ﾊ", "ﾞ…", "", "a\u0301", "學㎡"])
@example(["a\0b", "學"])
def test_many_texts_fold_as_each_does(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]


@settings(max_examples=200)
@given(ANY_TEXT.filter(lambda text: len(text) < 40))
def test_offsets_agree_with_the_slow_reference(text: str) -> None:
    folded = fold_with_offsets(text)
    assert list(zip(folded.starts, folded.ends, strict=True)) == mapped_slowly(text)


@pytest.mark.slow
def test_offsets_are_right_for_marks_of_different_classes() -> None:
    marks = [chr(code) for code in range(0x110000) if unicodedata.combining(chr(code))]
    classes = {unicodedata.combining(mark): mark for mark in marks}
    assert len(marks) > 800
    for mark in marks:
        for other in classes.values():
            text = f"a{mark}{other}"
            folded = fold_with_offsets(text)
            assert folded.text == fold(text)
            if folded.text != text:
                check_offsets(text)


def test_offsets_are_right_for_every_pair_that_composes() -> None:
    pairs = [
        "".join(chr(int(code, 16)) for code in decomposed.split())
        for decomposed in map(unicodedata.decomposition, map(chr, range(0x110000)))
        if decomposed and not decomposed.startswith("<") and " " in decomposed
    ]
    assert len(pairs) > 800
    for pair in pairs:
        check_offsets(f"字{pair}字")


@pytest.mark.slow
def test_offsets_are_right_for_every_character_that_changes() -> None:
    changing = [char for char in map(chr, range(0x110000)) if fold(char) != char]
    assert len(changing) > 9_000
    for char in changing:
        folded = fold_with_offsets(char)
        assert folded.text == fold(char)
        assert set(folded.starts) <= {0}
        assert set(folded.ends) <= {1}


def test_characters_are_simplified_as_by_opencc_unless_they_are_variants() -> None:
    convert = opencc.OpenCC("t2s").convert
    differing = [char for char in map(chr, range(0x3400, 0xA000)) if simplify(char) != convert(char)]
    assert {ord(char) for char in differing} <= variants().characters.keys()
    assert all(simplify(simplify(char)) == simplify(char) for char in map(chr, range(0x3400, 0xA000)))
    assert sum(simplify(char) != char for char in map(chr, range(0x3400, 0xA000))) > 2_000


PIECES = st.lists(
    st.one_of(
        st.characters(),
        st.sampled_from(
            ["學", "Ａ", "…", "℃", "ﬁ", "e\u0301", "ﾊﾞ", "\ud800", "İ", "㈱", "\n", "计畫", "图", "❤\ufe0f"]
        ),
    ),
    max_size=30,
)


@settings(max_examples=400)
@given(PIECES)
@example(["计畫", "\n", "a\u0301", "图", "\n", "畫", "学"])
def test_a_long_text_folds_as_its_steps_say(pieces: list[str]) -> None:
    text = "".join(pieces) * 8
    expected = replace_word_forms(apply(FOLDS, text))
    assert fold(text) == expected
    assert fold_all([text, "學"]) == [expected, "学"]


def without_vowels(text: str) -> str:
    return "".join("" if char in "aeiou" else "汉字" if char == "漢" else char for char in text)


@settings(max_examples=200)
@given(PIECES, st.sampled_from([0, 1, 8]))
def test_a_new_step_in_the_list_reaches_every_way_to_fold(pieces: list[str], times: int) -> None:
    steps = (nfkc, casefold, without_vowels, simplify)
    text = "漢ａé".join(pieces) * times
    expected = apply(steps, text)
    longer = TextFold(steps)
    assert longer.fold(text) == expected
    assert longer.fold_all([text, "漢a"]) == [expected, "汉字"]
    assert longer.fold_with_offsets(text).text == expected


def apply(steps: Sequence[Callable[[str], str]], text: str) -> str:
    for step in steps:
        text = step(text)
    return text
